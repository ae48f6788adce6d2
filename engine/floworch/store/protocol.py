"""What a store of runs must do. One conformance suite holds every implementation to it (``floworch.testing``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from floworch.errors import StoreError, UsageError
from floworch.run.events import Event
from floworch.run.view import span, work_time

Durability = Literal["power", "process", "none"]


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What is fixed when a run is created (journal.md section 3).

    Attributes:
        run_id: ``[A-Za-z0-9][A-Za-z0-9._-]{0,127}``.
        workflow_id: Id of the definition.
        definition: The definition as canonical UTF-8 JSON (``floworch.model.codec.dumps``).
        definition_hash: sha256 hex of the logic (``floworch.model.codec.logic_hash``).
        inputs: The run's inputs after defaults, plain JSON values.
        node_ids: Node ids in index order; ``Event.node`` is an index into it.
        created_at: Wall-clock seconds since the Unix epoch.
        engine_version: Version that created the run.
        options: Settings of this run: durability, max_concurrency, tags; of a child run also ``parent``, the caller as
            ``{"run_id", "node", "item"?}``; plain JSON.
    """

    run_id: str
    workflow_id: str
    definition: bytes
    definition_hash: str
    inputs: dict[str, Any]
    node_ids: tuple[str, ...]
    created_at: float
    engine_version: str = ""
    options: dict[str, Any] = field(default_factory=dict)


class RunSummary(msgspec.Struct, frozen=True, gc=False):
    """One line of a run list. ``status`` is the derived one (``interrupted`` included); times are epoch seconds.

    Lists are long and asked for often, hence no dataclass, which takes ten times as long to make.

    ``status`` is ``damaged`` once somebody has tried to read the run and its journal could not be.

    ``parent`` is the run that called this one, else None. ``rested`` are the seconds between start and end in which
    nobody worked on it: it was paused, interrupted, or had failed and was retried later. ``name`` and ``tags`` are what
    people gave the run; a store's own list leaves them out, hosts fill them in.
    """

    run_id: str
    workflow_id: str
    status: str
    created_at: float
    started_at: float | None = None
    ended_at: float | None = None
    parent: str | None = None
    rested: float = 0.0
    name: str = ""
    tags: tuple[str, ...] = ()

    @property
    def workflow(self) -> str:
        """Id of its definition, by the name that ``floworch runs --json`` has for it."""
        return self.workflow_id

    @property
    def duration(self) -> float | None:
        """Seconds from start to end without those in which it rested; None before its end."""
        return work_time(self.started_at, self.ended_at, self.rested)

    @property
    def elapsed(self) -> float | None:
        """Seconds from start to end, those in which it rested included; None before its end."""
        return span(self.started_at, self.ended_at)

    def replace(self, **fields: Any) -> RunSummary:
        """Return a copy with other fields. Raises TypeError for a name that is none."""
        return msgspec.structs.replace(self, **fields)


class RunLog(Protocol):
    """The open journal of one run, held by the process that owns it. All methods are called from one thread."""

    @property
    def header(self) -> RunHeader: ...

    def append(self, events: Sequence[Event], sync: bool = True) -> int:
        """Queue one batch and return its ticket, a number that grows by one a call from 1.

        ``sync=False`` (logs, progress) asks for no sync of its own. With durability ``process`` or ``none`` the
        batch is in the operating system (or memory) when this returns, and ``durable >= ticket`` at once.

        Raises:
            StoreError: The batch could not be written (disk full, input/output error). After that the log only
                accepts ``append_final``.
        """
        ...

    @property
    def durable(self) -> int:
        """The highest ticket whose batch is durable as this run's durability demands."""
        ...

    def on_durable(self, callback: Callable[[int, StoreError | None], None]) -> None:
        """Call ``callback(ticket, None)`` when ``durable`` has grown since ``append`` returned, or ``(ticket, error)``
        once when it cannot grow any more. A batch that was durable when ``append`` returned is not called back. It is
        called from a writer thread: hand over with ``call_soon_threadsafe``.
        """
        ...

    def append_final(self, events: Sequence[Event]) -> None:
        """After a failed write: record why the run stopped in the space reserved for it; best effort, never raises."""
        ...

    def boundary(self) -> None:
        """Make everything appended so far durable on disk before returning (run, approval, compensation boundary)."""
        ...

    @property
    def snapshot_due(self) -> bool:
        """Whether so much was appended since the last snapshot that ``snapshot`` is worth its cost while the run goes
        on; cheap enough to ask after every batch."""
        ...

    def snapshot(self, state: Any) -> None:
        """Offer the fold of everything appended so far (a RunState), so that opening the run later reads one frame.
        A store may ignore it."""
        ...

    def close(self) -> None:
        """Flush, sync, release the lock. Idempotent."""
        ...


@runtime_checkable
class RunStore(Protocol):
    """A place that keeps runs."""

    def create(self, header: RunHeader) -> RunLog:
        """Create a run and take its lock.

        Raises:
            UsageError: The run id is malformed (a slash, ``..``, too long).
            RunExists: There is such a run.
            StoreError: The store is not writable.
        """
        ...

    def acquire(self, run_id: str) -> RunLog:
        """Take the lock of an existing run to append to it; cuts a torn tail (after copying it aside).

        Raises:
            RunNotFound, RunLocked (with its owner), CorruptJournal, StoreError.
        """
        ...

    def header(self, run_id: str) -> RunHeader:
        """The header of a run. Raises RunNotFound, CorruptJournal."""
        ...

    def events(self, run_id: str, from_seq: int = 0) -> Iterator[Event]:
        """Every confirmed event from ``from_seq`` on, in order; stops silently at a torn tail.

        Raises:
            RunNotFound, CorruptJournal.
        """
        ...

    def load(self, run_id: str) -> Any:
        """The run's RunState: newest snapshot plus the events after it, through the one fold.
        ``interrupted`` is derived here: a live status with no living owner."""
        ...

    def owner(self, run_id: str) -> dict[str, Any] | None:
        """``{"pid", "host", "boot_id", ...}`` of the living process that owns the run, else None."""
        ...

    def list(
        self,
        *,
        workflow: str | None = None,
        status: str | None = None,
        text: str | None = None,
        since: float | None = None,
        limit: int | None = None,
    ) -> list[RunSummary]:
        """Runs that match, newest first. ``since`` is epoch seconds. Raises UsageError for a status that no run has."""
        ...

    def delete(self, run_id: str) -> None:
        """Remove a run for ever. Raises RunNotFound, RunLocked."""
        ...


def check_store(store: Any) -> None:
    """See that an engine can work with it.

    Raises:
        UsageError: It is the path of a store, or an object that lacks methods of one.
    """
    names = ("create", "acquire", "header", "events", "load", "owner", "list", "delete")
    missing = [name for name in names if not callable(getattr(store, name, None))]
    if isinstance(store, (str, PurePath)):
        raise UsageError(f"A store is an object, not {str(store)!r}.", f"Write FlatBuffersStore({str(store)!r}).")
    if isinstance(store, type):
        raise UsageError(f"A store is an object, not the class {store.__name__}.", f"Make one: {store.__name__}(...).")
    if missing:
        what = f"A {type(store).__name__} is no store: it has no {', '.join(missing)}."
        raise UsageError(what, "floworch.RunStore says what a store does.")
