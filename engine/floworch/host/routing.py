"""One EngineHost for every run of a store, whichever process owns it (contract C7; interfaces.md section 3)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from floworch.errors import RunLocked
from floworch.host.channel import HostUnavailable
from floworch.host.housekeeping import difference
from floworch.host.owners import Owners

if TYPE_CHECKING:
    from floworch.executor.answers import Item
    from floworch.host.protocol import EngineHost
    from floworch.model.workflow import Workflow
    from floworch.run.compare import RunDifference
    from floworch.run.events import Event
    from floworch.run.explanation import Explanation
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunStore, RunSummary

_T = TypeVar("_T")

#: Seconds until a run that is owned by a process that cannot be asked is tried again, and how often.
_AGAIN, _TIMES = 0.05, 40


async def when_free(ask: Callable[[], Awaitable[_T]]) -> _T:
    """What ``ask`` gives. Where it raises RunLocked it is called again for two seconds: a process that has just taken a
    run, or is about to let it go, cannot be asked at that moment. After that, RunLocked is raised."""
    for _ in range(_TIMES):
        with contextlib.suppress(RunLocked):
            return await ask()
        await asyncio.sleep(_AGAIN)
    return await ask()


class RoutedHost:
    """Sends what concerns a run to the living process that owns it, and everything else to ``host``.

    A run is owned elsewhere when the store names a living owner that is not this process, and that process left a
    ``control`` file. Without one, or when it does not answer, ``host`` gets the request and says who owns the run.

    Args:
        host: The host of this process.
        store: Where the runs are.
    """

    def __init__(self, host: EngineHost, store: RunStore) -> None:
        self._host, self._store = host, store
        self._owners = Owners(store)

    async def owner(self, run_id: str) -> EngineHost:
        """Return the host that can act on a run: a connected RemoteHost of its owner, or the local host."""
        return await self._owners.find(run_id) or self._host

    async def _tell(self, run_id: str, ask: Callable[[EngineHost], Awaitable[_T]]) -> _T:
        async def told() -> _T:
            return await ask(await self.owner(run_id))

        return await when_free(told)

    async def start(
        self, workflow: Workflow, inputs: dict[str, Any] | None = None, run_id: str | None = None, **options: Any
    ) -> str:
        """Start a run in this process and return its id once it is durable."""
        return await self._host.start(workflow, inputs, run_id, **options)

    async def explain(self, workflow: Workflow, inputs: dict[str, Any] | None = None, **options: Any) -> Explanation:
        """Say what a run would do with every node and why, without running or writing anything (C7.6)."""
        return await self._host.explain(workflow, inputs, **options)

    async def resume(self, run_id: str, **options: Any) -> dict[str, Any] | None:
        """Continue a paused, suspended or interrupted run where it is owned, else here."""
        return await self._tell(run_id, lambda host: host.resume(run_id, **options))

    async def retry(self, run_id: str) -> None:
        """Retry a failed run where it is owned, else here (C7.9)."""
        await self._tell(run_id, lambda host: host.retry(run_id))

    async def step(self, run_id: str, node: str | None = None, item: int | None = None) -> None:
        """Run one node of a stopped run where it is owned, else here (C7.7)."""
        await self._tell(run_id, lambda host: host.step(run_id, node, item))

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Ask the owner for a pause, or record it without one."""
        await self._tell(run_id, lambda host: host.pause(run_id, now=now))

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Ask the owner to cancel, or record it without one."""
        await self._tell(run_id, lambda host: host.cancel(run_id, compensate=compensate))

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Send a signal to the owner, or record it without one."""
        await self._tell(run_id, lambda host: host.signal(run_id, name, payload))

    async def approve(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with yes, through the owner if there is one."""
        await self._tell(run_id, lambda host: host.approve(run_id, node, comment=comment, item=item))

    async def reject(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with no, through the owner if there is one."""
        await self._tell(run_id, lambda host: host.reject(run_id, node, comment=comment, item=item))

    async def submit(self, run_id: str, node: str, values: Any, item: Item | None = None) -> None:
        """Answer a waiting form or choice, through the owner if there is one."""
        await self._tell(run_id, lambda host: host.submit(run_id, node, values, item))

    async def events(self, run_id: str, from_seq: int = 0) -> AsyncIterator[list[Event]]:
        """Batches of events, live from whichever process owns the run.

        When that process dies in between, the rest comes from the store and the stream ends.
        """
        position = from_seq
        host = await self.owner(run_id)
        if host is not self._host:
            with contextlib.suppress(HostUnavailable):
                async for batch in host.events(run_id, position):
                    position = batch[-1].seq + 1
                    yield batch
        async for batch in self._host.events(run_id, position):
            yield batch

    async def header(self, run_id: str) -> RunHeader:
        """The header of a run."""
        return await self._host.header(run_id)

    async def load(self, run_id: str) -> RunState:
        """The state of a run now: what its owner knows, else what is stored."""
        return await (await self.owner(run_id)).load(run_id)

    async def runs(self, **filters: Any) -> list[RunSummary]:
        """Runs of the store, newest first; filters are those of ``RunStore.list``."""
        return await self._host.runs(**filters)

    async def compare(self, first: str, second: str) -> RunDifference:
        """What differs between two runs of the store."""
        return await difference(self, self._store, first, second)

    async def label(self, run_id: str, name: str = "", tags: Sequence[str] = ()) -> None:
        """Give a run a name and tags."""
        await self._host.label(run_id, name, tags)

    async def usage(self) -> dict[str, int]:
        """Bytes on disk by run id."""
        return await self._host.usage()

    async def delete(self, run_id: str) -> list[str]:
        """Remove a run and the runs it called for ever."""
        return await self._host.delete(run_id)

    async def prune(
        self, older_than: float | None = None, keep: int | None = None, dry_run: bool = False
    ) -> dict[str, Any]:
        """Remove ended runs by age or number."""
        return await self._host.prune(older_than, keep, dry_run)

    async def disconnect(self) -> None:
        """Let go of the other processes; the host of this process stays as it is."""
        await self._owners.disconnect()

    async def close(self) -> None:
        """Let go of the other processes and close the host of this one."""
        await self.disconnect()
        await self._host.close()
