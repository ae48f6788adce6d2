"""EngineHost in the companion process of a store; it comes back after that process has died."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from floworch.artifact import add_source
from floworch.host.channel import HostUnavailable
from floworch.host.launch import START_SECONDS, Companion
from floworch.store.journal.artifacts import ArtifactFiles
from floworch.store.journal.files import Files

if TYPE_CHECKING:
    from floworch.executor.answers import Item
    from floworch.host.client import RemoteHost
    from floworch.model.workflow import Workflow
    from floworch.run.compare import RunDifference
    from floworch.run.events import Event
    from floworch.run.explanation import Explanation
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunSummary

T = TypeVar("T")


class ProcessHost:
    """The default host of the designer and of ``floworch run --detach``. See ``EngineHost`` for the methods.

    Args:
        store_dir: Directory of the store.
        start_seconds: How long the companion may take to come up.
        command: Command line that starts a companion for a store; for tests.

    ``prestart`` may be called early, so that the first run does not wait for a process to start. After the companion
    ended (idle, or killed) the next request starts another one. Requests that only read are repeated then; one that
    changes something is not, because nobody knows whether it was carried out.
    """

    def __init__(
        self,
        store_dir: Path | str,
        start_seconds: float = START_SECONDS,
        command: Callable[[Path], list[str]] | None = None,
    ) -> None:
        self.store_dir = Path(store_dir)
        kept = ArtifactFiles(self.store_dir / "artifacts", Files())
        add_source(str(self.store_dir.absolute()), kept.read)  # large values are read from the store itself
        self._companion = Companion(self.store_dir, start_seconds, command)

    async def prestart(self) -> None:
        """Start or find the companion now. Raises HostUnavailable when it cannot start."""
        await self._companion.connected()

    async def start(
        self, workflow: Workflow, inputs: dict[str, Any] | None = None, run_id: str | None = None, **options: Any
    ) -> str:
        """Start a run and return its id once it is durable; without ``folder`` it starts in that of this process."""
        options = {**options, "folder": os.fspath(options.get("folder") or os.getcwd())}
        return await (await self._companion.connected()).start(workflow, inputs, run_id, **options)

    async def explain(self, workflow: Workflow, inputs: dict[str, Any] | None = None, **options: Any) -> Explanation:
        """Say what a run would do with every node and why, without running or writing anything (C7.6)."""
        return await self._read(lambda remote: remote.explain(workflow, inputs, **options))

    async def resume(self, run_id: str, **options: Any) -> dict[str, Any] | None:
        """Continue a paused, suspended or interrupted run."""
        return await (await self._companion.connected()).resume(run_id, **options)

    async def retry(self, run_id: str) -> None:
        """Run the failed, skipped and cancelled nodes of a failed run again (C7.9)."""
        await (await self._companion.connected()).retry(run_id)

    async def step(self, run_id: str, node: str | None = None, item: int | None = None) -> None:
        """Run one node of a stopped run, then pause it again (C7.7)."""
        await (await self._companion.connected()).step(run_id, node, item)

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Ask for a pause; returns once the intent is durable (C7.1)."""
        await (await self._companion.connected()).pause(run_id, now)

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel for good; returns once the intent is durable (C7.3)."""
        await (await self._companion.connected()).cancel(run_id, compensate)

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Send a named signal (C8.2)."""
        await (await self._companion.connected()).signal(run_id, name, payload)

    async def approve(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with yes."""
        await (await self._companion.connected()).approve(run_id, node, comment, item)

    async def reject(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with no."""
        await (await self._companion.connected()).reject(run_id, node, comment, item)

    async def submit(self, run_id: str, node: str, values: Any, item: Item | None = None) -> None:
        """Answer a waiting form or choice; ``values`` and ``item`` as for ``RunHandle.submit``."""
        await (await self._companion.connected()).submit(run_id, node, values, item)

    async def events(self, run_id: str, from_seq: int = 0) -> AsyncIterator[list[Event]]:
        """Batches of events from ``from_seq`` on.

        When the companion dies meanwhile, a new one gives what is stored and the stream ends; ``load`` then says
        ``interrupted`` for a run that was live.
        """
        position = from_seq
        for last_try in (False, True):
            remote = await self._companion.connected()
            try:
                async for batch in remote.events(run_id, position):
                    position = batch[-1].seq + 1
                    yield batch
                return
            except HostUnavailable:
                if last_try:
                    raise
                await self._companion.forget(remote)

    async def header(self, run_id: str) -> RunHeader:
        """The header of a run."""
        return await self._read(lambda remote: remote.header(run_id))

    async def load(self, run_id: str) -> RunState:
        """The state of a run now."""
        return await self._read(lambda remote: remote.load(run_id))

    async def runs(self, **filters: Any) -> list[RunSummary]:
        """Runs of the store, newest first; filters are those of ``RunStore.list``."""
        return await self._read(lambda remote: remote.runs(**filters))

    async def compare(self, first: str, second: str) -> RunDifference:
        """What differs between two runs of the store."""
        return await self._read(lambda remote: remote.compare(first, second))

    async def label(self, run_id: str, name: str = "", tags: Sequence[str] = ()) -> None:
        """Give a run a name and tags."""
        await (await self._companion.connected()).label(run_id, name, tags)

    async def usage(self) -> dict[str, int]:
        """Bytes on disk by run id."""
        return await self._read(lambda remote: remote.usage())

    async def delete(self, run_id: str) -> list[str]:
        """Remove a run and the runs it called for ever."""
        return await (await self._companion.connected()).delete(run_id)

    async def prune(
        self, older_than: float | None = None, keep: int | None = None, dry_run: bool = False
    ) -> dict[str, Any]:
        """Remove ended runs by age or number."""
        return await (await self._companion.connected()).prune(older_than, keep, dry_run)

    async def close(self) -> None:
        """Let go of the companion; its runs go on. Idempotent."""
        await self._companion.close()

    async def _read(self, ask: Callable[[RemoteHost], Awaitable[T]]) -> T:
        remote = await self._companion.connected()
        try:
            return await ask(remote)
        except HostUnavailable:
            await self._companion.forget(remote)
            return await ask(await self._companion.connected())
