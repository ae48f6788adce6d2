"""The runs of a service: begun under ids made of what fired, watched, and taken up again after a restart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from floworch.errors import FlowError, RunExists, RunLocked, RunNotFound
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.engine import Engine, RunHandle
    from floworch.serve.ledger import Ledger
    from floworch.serve.served import Served

#: Seconds between two looks for a free place.
_LOOK = 0.25


class Say(Protocol):
    """Tells people and scripts what the service does."""

    def __call__(self, event: str, **facts: Any) -> None: ...


class Runs:
    """Begins and watches runs.

    Args:
        engine: What runs them.
        ledger: Remembers which are the service's own.
        say: Told of each that begins and ends.
        most: Runs that are at work at a time; those that wait for somebody do not count.
    """

    def __init__(self, engine: Engine, ledger: Ledger, say: Say, most: int) -> None:
        self._engine = engine
        self._ledger = ledger
        self._say = say
        self._most = most
        self._live: dict[str, tuple[str, str]] = {}  # run id -> workflow, node
        self._beginning = 0
        self._watchers: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether as many runs are at work as may be."""
        handles = (self._engine.live(run_id) for run_id in self._live)
        at_work = sum(handle is not None and handle.fold.status is not RunStatus.SUSPENDED for handle in handles)
        return at_work + self._beginning >= self._most

    def busy(self, workflow: str, node: str) -> bool:
        """Whether a run that this trigger started is under way."""
        return (workflow, node) in self._live.values()

    @property
    def live(self) -> list[str]:
        """Ids of the runs that are under way here."""
        return list(self._live)

    def changed(self) -> asyncio.Event:
        """Set once a run has ended since this was called."""
        if self._news.is_set():
            self._news = asyncio.Event()
        return self._news

    def deleted(self, run_id: str) -> bool:
        """Whether a request has begun this run and somebody has deleted it since."""
        if not self._ledger.asked(run_id) or run_id in self._live:
            return False
        try:
            self._engine.store.header(run_id)
        except RunNotFound:
            return True
        return False

    def keep_request(self, run_id: str) -> None:
        """Remember that a request with a key has begun this run, also after it is deleted."""
        self._ledger.answer(run_id, time.time())

    async def begin(
        self, served: Served, node: str, run_id: str, event: Mapping[str, Any], **facts: Any
    ) -> RunHandle | None:
        """Begin a run when there is a place for it; None when there is such a run: the event had fired before.

        Raises:
            FlowError: It cannot begin; nothing of it is left.
        """
        while self.full:  # noqa: ASYNC110 - places come free by waiting, which sets no event
            await asyncio.sleep(_LOOK)
        self._beginning += 1
        try:
            self._ledger.add(run_id, served.workflow.id, node)
            handle: RunHandle = await self._engine.start(
                served.workflow, served.inputs, run_id, tags=("serve", node), folder=served.folder,
                trigger={"node": node, "event": dict(event)}, **served.options,
            )  # fmt: skip
        except RunExists:
            if run_id not in self._live:
                self._settle_known(run_id)
            return None
        except BaseException:
            self._ledger.forget(run_id)
            raise
        finally:
            self._beginning -= 1
        self._say("started", workflow=served.workflow.id, trigger=node, run_id=run_id, **facts)
        self._watch(handle, served.workflow.id, node)
        return handle

    def _settle_known(self, run_id: str) -> None:
        """The ledger keeps a run that exists only while it goes on."""
        status = self._engine.store.load(run_id).status
        if status.final or status is RunStatus.PAUSED:
            self._ledger.forget(run_id)

    async def take_up(self) -> None:
        """Go on with the runs that a service before this one left, or was killed over; once, at the start."""
        for own in self._ledger.own():
            try:
                status = self._engine.store.load(own.run_id).status
                if status.final or (status is RunStatus.PAUSED and not own.left):
                    self._ledger.forget(own.run_id)  # a person's pause is a person's to end
                    continue
                handle = await self._engine.resume(own.run_id)
            except RunNotFound:  # killed before it had begun: the trigger fires again
                self._ledger.forget(own.run_id)
            except RunLocked as error:
                self._say("error", run_id=own.run_id, message=error.message)
                self._ledger.forget(own.run_id)
            except FlowError as error:
                self._say("error", run_id=own.run_id, message=error.message)
            else:
                self._ledger.add(own.run_id, own.workflow, own.node)  # no longer left
                self._say("resumed", workflow=own.workflow, trigger=own.node, run_id=own.run_id)
                self._watch(handle, own.workflow, own.node)

    def _watch(self, handle: RunHandle, workflow: str, node: str) -> None:
        self._live[handle.run_id] = (workflow, node)
        task = asyncio.create_task(self._follow(handle, workflow, node), name=f"serve-{handle.run_id}")
        self._watchers.add(task)
        task.add_done_callback(self._watchers.discard)

    async def _follow(self, handle: RunHandle, workflow: str, node: str) -> None:
        await handle.stopped()
        state = handle.fold
        facts: dict[str, Any] = {"workflow": workflow, "trigger": node, "run_id": handle.run_id}
        if handle.failure is not None:
            self._say("error", **facts, message=handle.failure.message)
        else:
            error = state.error or {}
            named = {"error": error.get("message"), "node": error.get("node")} if error else {}
            facts.update(status=str(state.status), reason=state.pause_reason or None, **named)
            self._say("ended" if state.status.final else "paused", **facts)
            if state.status.final:
                self._ledger.forget(handle.run_id)
        self._live.pop(handle.run_id, None)
        self._news.set()

    async def drain(self, seconds: float) -> None:
        """Wait for the runs that are at work, at most so long; those that wait for somebody are not waited for."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            handles = [self._engine.live(run_id) for run_id in self._live]
            if not any(handle is not None and handle.fold.status is not RunStatus.SUSPENDED for handle in handles):
                return
            await asyncio.sleep(_LOOK)

    async def close(self) -> int:
        """Pause what is under way, to be taken up by the next service; the number of those runs."""
        left = [run_id for run_id in self._live if self._engine.live(run_id) is not None]
        for run_id in left:
            self._ledger.leave(run_id)
        await self._engine.close()
        if self._watchers:
            await asyncio.wait(set(self._watchers))
        return len([run_id for run_id in left if not self._engine.store.load(run_id).status.final])
