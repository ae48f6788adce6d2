"""EngineHost on the loop that runs the engine: for tests, the embedded mode, and as the inside of every server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from floworch.executor.prepare import forget, prepare
from floworch.host.feed import feed
from floworch.host.housekeeping import difference, listed, remove, set_label, sweep, weigh
from floworch.host.payloads import pack_state, unpack_state
from floworch.model import values
from floworch.run.state import RunState
from floworch.trust.places import LOCAL_ACTIONS

if TYPE_CHECKING:
    from floworch.engine import Engine, RunHandle
    from floworch.executor.answers import Item
    from floworch.model.workflow import Workflow
    from floworch.run.compare import RunDifference
    from floworch.run.events import Event
    from floworch.run.explanation import Explanation
    from floworch.store.protocol import RunHeader, RunSummary

#: Definitions with more nodes are made ready on a thread.
_LARGE = 1000


class InProcessHost:
    """Serves EngineHost from an Engine in this process. See ``floworch.host.protocol`` for the methods."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # From when the engine takes a run until it has let go of it, everything written included; ``engine.live``
        # already says no while the last events are on their way to the disk.
        self._owned: dict[str, RunHandle] = {handle.run_id: handle for handle in engine.handles()}
        engine.on_owned.append(self._took)
        engine.on_released.append(self._let_go)

    def _took(self, handle: RunHandle) -> None:
        self._owned[handle.run_id] = handle

    def _let_go(self, handle: RunHandle) -> None:
        self._owned.pop(handle.run_id, None)

    async def start(
        self, workflow: Workflow, inputs: dict[str, Any] | None = None, run_id: str | None = None, **options: Any
    ) -> str:
        """Start a run and return its id once it is durable."""
        self._reread()
        await _made_ready(self.engine, workflow)
        handle: RunHandle = await self.engine.start(workflow, inputs, run_id, **options)
        return handle.run_id

    async def explain(self, workflow: Workflow, inputs: dict[str, Any] | None = None, **options: Any) -> Explanation:
        """Say what a run would do with every node and why, without running or writing anything (C7.6)."""
        self._reread()
        await _made_ready(self.engine, workflow)
        explanation: Explanation = await self.engine.start(workflow, inputs, **{**options, "explain": True})
        return explanation

    def _reread(self) -> None:
        """A run that begins while no other is at work takes the user's own actions as their files are now."""
        if not self._owned and self.engine.registry.reread():
            forget()

    async def resume(self, run_id: str, **options: Any) -> dict[str, Any] | None:
        """Continue a paused, suspended or interrupted run, or say what an edited definition would do to it."""
        answer = await self.engine.resume(run_id, **options)
        return answer.to_json() if options.get("dry_run") else None

    async def retry(self, run_id: str) -> None:
        """Run the failed, skipped and cancelled nodes of a failed run again (C7.9)."""
        await self.engine.retry(run_id)

    async def step(self, run_id: str, node: str | None = None, item: int | None = None) -> None:
        """Run one node of a stopped run, then pause it again (C7.7)."""
        await self.engine.step(run_id, node, item=item)

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Ask for a pause; returns once the intent is durable (C7.1)."""
        await self.engine.pause(run_id, now=now)

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel for good; returns once the intent is durable (C7.3)."""
        await self.engine.cancel(run_id, compensate=compensate)

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Send a named signal (C8.2)."""
        await self.engine.signal(run_id, name, payload)

    async def approve(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with yes."""
        await self.engine.approve(run_id, node, comment=comment, by=_user(), item=item)

    async def reject(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with no."""
        await self.engine.reject(run_id, node, comment=comment, by=_user(), item=item)

    async def submit(self, run_id: str, node: str, values: Any, item: Item | None = None) -> None:
        """Answer a waiting form or choice; ``values`` and ``item`` as for ``RunHandle.submit``."""
        await self.engine.submit(run_id, node, values, by=_user(), item=item)

    def events(self, run_id: str, from_seq: int = 0) -> AsyncIterator[list[Event]]:
        """Batches of events, see ``floworch.host.feed.feed``."""
        return feed(self.engine.store, self._owned.get, run_id, from_seq)

    async def header(self, run_id: str) -> RunHeader:
        """The header of a run."""
        return self.engine.store.header(run_id)

    async def load(self, run_id: str) -> RunState:
        """A copy of the run's state now; of a live run it is what the engine knows, else what is stored."""
        run = self._owned.get(run_id)
        if run is not None:
            return unpack_state(values.decode(values.encode(pack_state(run.fold))))
        state = self.engine.store.load(run_id)
        assert isinstance(state, RunState)
        return state

    async def runs(self, **filters: Any) -> list[RunSummary]:
        """Runs of the store, newest first; filters are those of ``RunStore.list``."""
        return listed(self.engine.store, **filters)

    async def compare(self, first: str, second: str) -> RunDifference:
        """What differs between two runs of the store."""
        return await difference(self, self.engine.store, first, second)

    async def label(self, run_id: str, name: str = "", tags: Sequence[str] = ()) -> None:
        """Give a run a name and tags."""
        set_label(self.engine.store, run_id, name, list(tags))

    async def usage(self) -> dict[str, int]:
        """Bytes on disk by run id."""
        return await weigh(self.engine.store)

    async def delete(self, run_id: str) -> list[str]:
        """Remove a run and the runs it called for ever."""
        return remove(self.engine.store, run_id)

    async def prune(
        self, older_than: float | None = None, keep: int | None = None, dry_run: bool = False
    ) -> dict[str, Any]:
        """Remove ended runs by age or number."""
        return sweep(self.engine.store, older_than, keep, dry_run)

    async def close(self) -> None:
        """Close the engine in order: live runs pause and are released."""
        await self.engine.close()


async def _made_ready(engine: Engine, workflow: Workflow) -> None:
    """Validate and compile a large definition on a thread: the loop is a window's, or that of other runs.

    The engine finds it ready. Where modules of one's own lie beside it that is left to the engine: they are imported
    on the loop.
    """
    if len(workflow.nodes) <= _LARGE:
        return
    if workflow.source is None or not (workflow.source.parent / LOCAL_ACTIONS).is_dir():
        await asyncio.to_thread(prepare, workflow, engine.registry)


def _user() -> str:
    """The account that answers an approval; empty when the system does not know it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
