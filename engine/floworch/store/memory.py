"""A store without files: for tests, for scripts that do not need to survive, and as the simplest true example."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from floworch.errors import RunExists, RunLocked, RunNotFound, StoreError
from floworch.model.own import own
from floworch.run.events import Event
from floworch.store.ids import check_run_id
from floworch.store.protocol import RunHeader, RunSummary
from floworch.store.sequence import check_sequence, renumber
from floworch.store.summary import RunFacts, check_status, derive, matches, orphaned, searchable

if TYPE_CHECKING:
    from floworch.run.state import RunState


class _Run:
    """Everything the store keeps of one run. ``events`` only grows, so readers need no lock."""

    __slots__ = ("events", "facts", "header", "log", "words")

    def __init__(self, header: RunHeader) -> None:
        self.header = header
        self.events: list[Event] = []
        self.facts = RunFacts()
        self.words = searchable(header)
        self.log: MemoryLog | None = None


class MemoryLog:
    """The open log of one run in a MemoryStore: everything appended is as durable as the process is."""

    def __init__(self, store: MemoryStore, run: _Run) -> None:
        self._store = store
        self._run = run
        self._ticket = 0
        self._closed = False

    @property
    def header(self) -> RunHeader:
        """The run's header."""
        return self._run.header

    @property
    def durable(self) -> int:
        """The highest ticket given out: memory has nothing to wait for."""
        return self._ticket

    def append(self, events: Sequence[Event], sync: bool = True) -> int:
        """Keep one batch and return its ticket.

        Raises:
            StoreError: The log is closed.
            UsageError: The sequence numbers do not follow on what is there.
        """
        if self._closed:
            raise StoreError(f"The log of run '{self.header.run_id}' is closed.")
        kept = self._run.events
        check_sequence(events, len(kept))
        kept.extend(events)
        self._run.facts.apply_all(events)
        self._ticket += 1
        return self._ticket

    @property
    def snapshot_due(self) -> bool:
        """Never: the events are at hand."""
        return False

    def on_durable(self, callback: Callable[[int, StoreError | None], None]) -> None:
        """Accepted and never called: every batch is durable when ``append`` returns."""

    def append_final(self, events: Sequence[Event]) -> None:
        """Keep the events, numbered on from what is there; never raises."""
        if not self._closed:
            kept = self._run.events
            final = renumber(events, len(kept))
            kept.extend(final)
            self._run.facts.apply_all(final)

    def boundary(self) -> None:
        """Nothing to do: there is no disk."""

    def snapshot(self, state: Any) -> None:
        """Ignored: the events are at hand anyway."""

    def close(self) -> None:
        """Give the run free for another owner. Idempotent."""
        self._store._release(self._run, self)
        self._closed = True

    def abandon(self) -> None:
        """Let go as a killed process would: at once and without another word in the journal."""
        self.close()


class MemoryStore:
    """Runs kept in this process, with the semantics of the store on disk. Safe to use from several threads.

    Attributes:
        passing: An engine that was given no store made it for itself; nobody means it as a place of its own.
    """

    passing = False

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._lock = threading.Lock()

    def create(self, header: RunHeader) -> MemoryLog:
        """Create a run and take its lock. Raises UsageError (bad id), RunExists."""
        check_run_id(header.run_id)
        with self._lock:
            if header.run_id in self._runs:
                raise RunExists(f"There is already a run '{header.run_id}'.", "Choose another id, or resume that run.")
            run = self._runs[header.run_id] = _Run(header)
            run.log = MemoryLog(self, run)
            return run.log

    def acquire(self, run_id: str) -> MemoryLog:
        """Take the lock of an existing run. Raises RunNotFound, RunLocked."""
        with self._lock:
            run = self._find(run_id)
            if run.log is not None:
                raise RunLocked(
                    f"Run '{run_id}' is owned by this process already.", "Use the handle it was started with.", _me()
                )
            run.log = MemoryLog(self, run)
            return run.log

    def header(self, run_id: str) -> RunHeader:
        """The header of a run. Raises RunNotFound."""
        return self._find(run_id).header

    def events(self, run_id: str, from_seq: int = 0) -> Iterator[Event]:
        """The events from ``from_seq`` on, up to the last one there when the iteration began. Raises RunNotFound."""
        run = self._find(run_id)
        return iter(run.events[max(from_seq, 0) :])

    def load(self, run_id: str) -> RunState:
        """The run's state; status ``interrupted`` when it is live and nobody owns it. Raises RunNotFound."""
        from floworch.run.state import RunState
        from floworch.run.status import RunStatus

        run = self._find(run_id)
        owned = run.log is not None
        state = RunState.of(run.header)
        state.inputs = own(state.inputs)
        for event in tuple(run.events):
            state.apply(_own(event))
        if not owned and orphaned(state.status):
            state.status = RunStatus.INTERRUPTED
        return state

    def owner(self, run_id: str) -> dict[str, Any] | None:
        """This process when the run's log is open, else None. Raises RunNotFound."""
        return _me() if self._find(run_id).log is not None else None

    def list(
        self,
        *,
        workflow: str | None = None,
        status: str | None = None,
        text: str | None = None,
        since: float | None = None,
        limit: int | None = None,
    ) -> list[RunSummary]:
        """Runs that match, newest first; see ``RunStore.list``."""
        check_status(status)
        with self._lock:
            runs = tuple(self._runs.values())
        found = []
        for run in runs:
            summary = derive(run.facts.summary(run.header), run.log is not None)
            if matches(summary, run.words, workflow=workflow, status=status, text=text, since=since):
                found.append(summary)
        found.sort(key=lambda summary: (summary.created_at, summary.run_id), reverse=True)
        return found[: None if limit is None else max(limit, 0)]

    def delete(self, run_id: str) -> None:
        """Forget a run. Raises RunNotFound, RunLocked."""
        with self._lock:
            if self._find(run_id).log is not None:
                raise RunLocked(f"Run '{run_id}' is owned by this process.", "Close it before deleting it.", _me())
            del self._runs[run_id]

    def _find(self, run_id: str) -> _Run:
        run = self._runs.get(check_run_id(run_id))
        if run is None:
            raise RunNotFound(f"There is no run '{run_id}'.", "List the runs with 'floworch runs'.")
        return run

    def _release(self, run: _Run, log: MemoryLog) -> None:
        with self._lock:
            if run.log is log:
                run.log = None


def _me() -> dict[str, Any]:
    return {"pid": os.getpid(), "host": socket.gethostname()}


def _own(event: Event) -> Event:
    """The event with values that belong to whoever folds it."""
    return event if event.payload is None else msgspec.structs.replace(event, payload=own(event.payload))
