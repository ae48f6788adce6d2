"""Control of any run of a store: one that is live in this process, or one that nobody works on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from floworch.executor.answers import Item, approval_key, submission
from floworch.executor.arguments import check_flags
from floworch.executor.stored import offline
from floworch.run.told import check_answer, check_signal

if TYPE_CHECKING:
    from floworch.executor.driver import Resources
    from floworch.executor.handle import RunHandle
    from floworch.run.scheduler import Scheduler
    from floworch.store.protocol import RunStore


class RunControl(ABC):
    """The half of the engine that steers runs by their id.

    A live run is told through its handle. For one that nobody works on, what was asked is appended under the run's lock
    and takes effect when somebody resumes it.

    Attributes:
        store: Where the runs are.
    """

    store: RunStore
    _resources: Resources

    @abstractmethod
    async def _settled(self, run_id: str) -> RunHandle | None:
        """The live handle of a run, or None when this process does not work on it."""

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Pause a run that is live here, or record the pause of one that nobody works on.

        Raises:
            RunLocked: Another process works on it. UsageError: It has ended.
        """
        check_flags(now=now)
        live = await self._settled(run_id)
        if live is not None:
            await live.pause(now)
            return
        offline(self.store, run_id, self._resources, "pause", lambda scheduler, at: scheduler.pause_idle(at))

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel a run that is live here, or one that nobody works on. Raises as ``pause``.

        What completed is compensated unless ``compensate`` is false (C9). Of a run that only other processes have
        worked on the rollback is recorded as due and the run is left paused: ``resume`` carries it out.
        """
        check_flags(compensate=compensate)
        live = await self._settled(run_id)
        if live is not None:
            await live.cancel(compensate)
            return
        offline(
            self.store,
            run_id,
            self._resources,
            "cancel",
            lambda scheduler, at: scheduler.cancel_idle("the run was cancelled", at, compensate),
        )

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Send a signal to a run that is live here, or keep it for one that nobody works on.

        Raises:
            RunLocked: Another process works on it. UsageError: It has ended, or the name or the payload is nothing a
                run can keep (C6.2).
        """
        check_signal(name, payload)
        live = await self._settled(run_id)
        if live is not None:
            await live.signal(name, payload)
            return
        offline(
            self.store, run_id, self._resources, "signal", lambda scheduler, at: scheduler.signal(name, payload, at)
        )

    async def approve(self, run_id: str, node: str, comment: str = "", by: str = "", item: Item | None = None) -> None:
        """Answer an approval with yes, in a live run or kept for later. Raises as ``pause``."""
        await self._answer(run_id, node, True, comment, by, item)

    async def reject(self, run_id: str, node: str, comment: str = "", by: str = "", item: Item | None = None) -> None:
        """Answer an approval with no, in a live run or kept for later. Raises as ``pause``."""
        await self._answer(run_id, node, False, comment, by, item)

    async def submit(self, run_id: str, node: str, values: Any, by: str = "", item: Item | None = None) -> None:
        """Answer a form or a choice as ``RunHandle.submit`` does, in a live run or for later. Raises as ``pause``."""
        check_answer("", by)
        live = await self._settled(run_id)
        if live is not None:
            await live.submit(node, values, by, item)
            return

        def answer(scheduler: Scheduler, at: float) -> None:
            scheduler.submit(*submission(scheduler.core.state, node, values, by, item), at)

        offline(self.store, run_id, self._resources, "answer", answer)

    async def _answer(self, run_id: str, node: str, approved: bool, comment: str, by: str, item: Item | None) -> None:
        check_answer(comment, by)
        live = await self._settled(run_id)
        if live is not None:
            await (live.approve if approved else live.reject)(node, comment, by, item)
            return

        def answer(scheduler: Scheduler, at: float) -> None:
            key = approval_key(scheduler.core.state, node, item)
            scheduler.answer(*key, approved, by, comment, at)

        offline(self.store, run_id, self._resources, "answer", answer)
