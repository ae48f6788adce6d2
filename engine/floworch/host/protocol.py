"""How anything outside the engine's own process, or loop, reaches it (architecture decision 3)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from floworch.executor.answers import Item
from floworch.model.workflow import Workflow
from floworch.run.compare import RunDifference
from floworch.run.events import Event
from floworch.run.explanation import Explanation
from floworch.run.state import RunState
from floworch.store.protocol import RunHeader, RunSummary


class EngineHost(Protocol):
    """One engine, wherever it runs. Every method raises FlowError subclasses with a message and a hint."""

    async def start(
        self, workflow: Workflow, inputs: dict[str, Any] | None = None, run_id: str | None = None, **options: Any
    ) -> str:
        """Start a run and return its id once it is durable. Options are those of ``Engine.start``."""
        ...

    async def explain(self, workflow: Workflow, inputs: dict[str, Any] | None = None, **options: Any) -> Explanation:
        """Say what a run would do with every node and why, without running or writing anything (C7.6).

        Options are ``to``, ``from_``, ``reuse`` and ``only_changed`` of ``Engine.start``.
        """
        ...

    async def resume(self, run_id: str, **options: Any) -> dict[str, Any] | None:
        """Continue a paused, suspended or interrupted run. Options are those of ``Engine.resume``.

        With ``dry_run`` nothing happens, and what going over to ``workflow`` would do comes back, as
        ``floworch.run.migration.Migration.to_json`` shapes it; None otherwise.
        """
        ...

    async def retry(self, run_id: str) -> None:
        """Run the failed, skipped and cancelled nodes of a failed run again (C7.9)."""
        ...

    async def step(self, run_id: str, node: str | None = None, item: int | None = None) -> None:
        """Run one node of a stopped run, then pause it again; see ``Engine.step`` (C7.7)."""
        ...

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Ask for a pause; returns once the intent is durable (C7.1)."""
        ...

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel for good; returns once the intent is durable (C7.3)."""
        ...

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Send a named signal (C8.2)."""
        ...

    async def approve(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with yes; ``item`` as for ``RunHandle.submit``."""
        ...

    async def reject(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with no; ``item`` as for ``RunHandle.submit``."""
        ...

    async def submit(self, run_id: str, node: str, values: Any, item: Item | None = None) -> None:
        """Answer a waiting form or choice; ``values`` and ``item`` as for ``RunHandle.submit``."""
        ...

    def events(self, run_id: str, from_seq: int = 0) -> AsyncIterator[list[Event]]:
        """Batches of events from ``from_seq`` on: first what is stored, then live; ends when the run has ended
        or stopped (paused, suspended) and everything was delivered."""
        ...

    async def header(self, run_id: str) -> RunHeader:
        """The header of a run: its definition, inputs and node-id table."""
        ...

    async def load(self, run_id: str) -> RunState:
        """The state of a run as stored now."""
        ...

    async def runs(self, **filters: Any) -> list[RunSummary]:
        """Runs of the store, newest first; filters are those of ``RunStore.list``."""
        ...

    async def compare(self, first: str, second: str) -> RunDifference:
        """What differs between two runs of the store, as ``floworch diff-runs``."""
        ...

    async def label(self, run_id: str, name: str = "", tags: Sequence[str] = ()) -> None:
        """Give a run a name and tags in place of those it has; they are told by ``runs`` and go with the run."""
        ...

    async def usage(self) -> dict[str, int]:
        """Bytes on disk by run id, and under an empty id those of large values, which runs may share."""
        ...

    async def delete(self, run_id: str) -> list[str]:
        """Remove a run and the runs it called for ever; returns their ids. A run that is owned is refused."""
        ...

    async def prune(
        self, older_than: float | None = None, keep: int | None = None, dry_run: bool = False
    ) -> dict[str, Any]:
        """Remove ended runs older than so many seconds, or all but so many of each workflow, as ``floworch prune``.

        Returns ``{"removed": [id, ...], "kept": [[id, why], ...]}``; with ``dry_run`` nothing goes.
        """
        ...

    async def close(self) -> None:
        """Let go of the engine. Runs of a companion process go on."""
        ...
