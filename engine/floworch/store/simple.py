"""A store of one's own in four methods: entries of bytes are kept and read, everything else is done here."""

from __future__ import annotations

import os
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from floworch.artifact import loaded
from floworch.errors import FlowError, RunExists, RunLocked, RunNotFound, StoreError
from floworch.model.values import decode, encode
from floworch.run.events import Event
from floworch.store.ids import check_run_id
from floworch.store.protocol import RunHeader, RunSummary
from floworch.store.sequence import check_sequence, renumber
from floworch.store.summary import RunFacts, check_status, derive, matches, orphaned, searchable

if TYPE_CHECKING:
    from typing import Self

    from floworch.run.state import RunState


class DamagedEntry(StoreError):  # noqa: N818 - like its kin
    """What a store gives back is not what it was given."""


class SimpleLog:
    """The open log of one run in a SimpleStore; what was appended is durable when ``append`` returns."""

    def __init__(self, desk: _Desk, header: RunHeader, count: int) -> None:
        self._desk = desk
        self._header = header
        self._count = count
        self._ticket = 0
        self._closed = False
        self._failed = False

    @property
    def header(self) -> RunHeader:
        """The run's header."""
        return self._header

    @property
    def durable(self) -> int:
        """The highest ticket given out: nothing is left to wait for."""
        return self._ticket

    @property
    def snapshot_due(self) -> bool:
        """Never: the entries are all there is."""
        return False

    def append(self, events: Sequence[Event], sync: bool = True) -> int:
        """Keep one batch and return its ticket.

        Raises:
            StoreError: It could not be kept, or one before it; or the log is closed.
            UsageError: The sequence numbers do not follow on what is there.
        """
        run_id = self._header.run_id
        if self._closed or self._failed:
            raise StoreError(f"The log of run '{run_id}' is closed.")
        check_sequence(events, self._count)
        if events:
            try:
                self._desk.keep(run_id, self._count + 1, [packed(event) for event in events])
            except StoreError:
                self._failed = True
                raise
        self._count += len(events)
        self._ticket += 1
        return self._ticket

    def on_durable(self, callback: Callable[[int, StoreError | None], None]) -> None:
        """Accepted and never called: every batch is durable when ``append`` returns."""

    def append_final(self, events: Sequence[Event]) -> None:
        """Keep the events if that is possible, numbered on from what is there; never raises."""
        if self._closed:
            return
        final = renumber(events, self._count)
        try:
            self._desk.keep(self._header.run_id, self._count + 1, [packed(event) for event in final])
        except StoreError:
            return
        self._count += len(final)

    def boundary(self) -> None:
        """Nothing to do: everything is durable already."""

    def snapshot(self, state: Any) -> None:
        """Ignored: the entries are all there is."""

    def close(self) -> None:
        """Give the run free for another owner. Idempotent."""
        if not self._closed:
            self._closed = True
            self._desk.release(self)


class SimpleStore(ABC):
    """Runs kept as numbered entries of bytes by four methods of a subclass: save, read, run_ids and remove.

    Entry 0 of a run says what it is, those after it are its events. The store is worked on by one process at a time,
    which may do so from several threads. Opening and listing read every entry: a store with many or long runs
    implements ``RunStore`` itself.

    An exception of one of the four methods stops the run as a StoreError would: it can be resumed later.
    """

    _desk: _Desk

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Make it ready without a word from the subclass."""
        store = super().__new__(cls)
        store._desk = _Desk(store)
        return store

    @abstractmethod
    def save(self, run_id: str, number: int, entries: Sequence[bytes]) -> None:
        """Keep ``entries`` as those with the numbers ``number``, ``number + 1`` and so on: all of them or none.

        They must survive what the store promises to survive once this returns. It is called on the engine's loop.
        """

    @abstractmethod
    def read(self, run_id: str, number: int) -> Iterable[bytes]:
        """The entries of a run from ``number`` on, in their order; none of a run that is not there."""

    @abstractmethod
    def run_ids(self) -> Iterable[str]:
        """The ids of all runs, in any order."""

    @abstractmethod
    def remove(self, run_id: str) -> None:
        """Forget all entries of a run."""

    def create(self, header: RunHeader) -> SimpleLog:
        """Create a run and own it. Raises UsageError (bad id), RunExists, StoreError."""
        run_id = check_run_id(header.run_id)
        with self._desk.lock:
            if self._desk.first(run_id) is not None:
                raise RunExists(f"There is already a run '{run_id}'.", "Choose another id, or resume that run.")
            fields = {name: loaded(getattr(header, name)) for name in RunHeader.__slots__}
            self._desk.keep(run_id, 0, [encode(fields)])
            return self._desk.own(header, 0)

    def acquire(self, run_id: str) -> SimpleLog:
        """Own an existing run. Raises RunNotFound, RunLocked, StoreError."""
        with self._desk.lock:
            header = self.header(run_id)
            self._desk.refuse_owned(run_id, "Use the handle it was started with.")
            return self._desk.own(header, sum(1 for _ in self._desk.entries(run_id, 1)))

    def header(self, run_id: str) -> RunHeader:
        """The header of a run. Raises RunNotFound, StoreError."""
        first = self._desk.first(check_run_id(run_id))
        if first is None:
            raise RunNotFound(f"There is no run '{run_id}'.", "List the runs of the store.")
        try:
            fields = decode(first)
            return RunHeader(**{**fields, "node_ids": tuple(fields["node_ids"])})
        except (ValueError, TypeError, KeyError) as error:
            raise _corrupt(run_id, 0) from error

    def events(self, run_id: str, from_seq: int = 0) -> Iterator[Event]:
        """Every event from ``from_seq`` on. Raises RunNotFound, StoreError."""
        self.header(run_id)
        start = max(from_seq, 0)
        return iter(
            [_unpacked(run_id, seq, entry) for seq, entry in enumerate(self._desk.entries(run_id, start + 1), start)]
        )

    def load(self, run_id: str) -> RunState:
        """The run's state; ``interrupted`` when it is live and nobody owns it. Raises as ``events``."""
        from floworch.run.state import RunState
        from floworch.run.status import RunStatus

        owned = run_id in self._desk.owned
        state = RunState.of(self.header(run_id))
        for event in self.events(run_id):
            state.apply(event)
        if not owned and orphaned(state.status):
            state.status = RunStatus.INTERRUPTED
        return state

    def owner(self, run_id: str) -> dict[str, Any] | None:
        """This process when it works on the run, else None. Raises RunNotFound."""
        self.header(run_id)
        return _me() if run_id in self._desk.owned else None

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
        found = []
        with self._desk.lock:  # no run may be removed on the way
            for run_id in tuple(self._desk.safely(self.run_ids)):
                try:
                    header = self.header(run_id)
                except (DamagedEntry, RunNotFound):
                    continue
                summary = self._desk.summary(header)
                if matches(summary, searchable(header), workflow=workflow, status=status, text=text, since=since):
                    found.append(summary)
        found.sort(key=lambda summary: (summary.created_at, summary.run_id), reverse=True)
        return found[: None if limit is None else max(limit, 0)]

    def delete(self, run_id: str) -> None:
        """Forget a run. Raises RunNotFound, RunLocked, StoreError."""
        with self._desk.lock:
            self.header(run_id)
            self._desk.refuse_owned(run_id, "Close it before deleting it.")
            self._desk.safely(self.remove, run_id)


class _Desk:
    """Who works on which run of a store, and its methods one at a time, with every exception as a StoreError."""

    def __init__(self, store: SimpleStore) -> None:
        self._store = store
        self.owned: dict[str, SimpleLog] = {}
        self.lock = threading.RLock()

    def keep(self, run_id: str, number: int, entries: Sequence[bytes]) -> None:
        with self.lock:
            self.safely(self._store.save, run_id, number, entries)

    def first(self, run_id: str) -> bytes | None:
        with self.lock:
            found: bytes | None = self.safely(lambda: next(iter(self._store.read(run_id, 0)), None))
            return found

    def entries(self, run_id: str, number: int) -> tuple[bytes, ...]:
        with self.lock:
            found: tuple[bytes, ...] = self.safely(lambda: tuple(self._store.read(run_id, number)))
            return found

    def summary(self, header: RunHeader) -> RunSummary:
        facts = RunFacts()
        try:
            facts.apply_all(tuple(self._store.events(header.run_id)))
        except DamagedEntry:
            return RunSummary(header.run_id, header.workflow_id, "damaged", header.created_at)
        return derive(facts.summary(header), header.run_id in self.owned)

    def own(self, header: RunHeader, count: int) -> SimpleLog:
        log = self.owned[header.run_id] = SimpleLog(self, header, count)
        return log

    def refuse_owned(self, run_id: str, hint: str) -> None:
        if run_id in self.owned:
            raise RunLocked(f"Run '{run_id}' is owned by this process already.", hint, _me())

    def release(self, log: SimpleLog) -> None:
        with self.lock:
            if self.owned.get(log.header.run_id) is log:
                del self.owned[log.header.run_id]

    def safely(self, do: Callable[..., Any], *args: Any) -> Any:
        try:
            return do(*args)
        except FlowError:
            raise
        except Exception as error:
            what = f"{type(self._store).__name__}: {type(error).__name__}: {error}"
            raise StoreError(f"The store failed: {what}.", "Mend the store, then resume the run.") from error


def packed(event: Event) -> bytes:
    """An event as an entry; large values are in it."""
    fields = [event.seq, event.at, event.kind, event.node, event.attempt, list(event.scope), loaded(event.payload)]
    return encode(fields)


def _unpacked(run_id: str, seq: int, entry: bytes) -> Event:
    try:
        found, at, kind, node, attempt, scope, payload = decode(entry)
        if found != seq:
            raise ValueError(found)
        return Event(seq, at, kind, node, attempt, tuple(scope), payload)
    except (ValueError, TypeError) as error:
        raise _corrupt(run_id, seq + 1) from error


def _corrupt(run_id: str, number: int) -> DamagedEntry:
    return DamagedEntry(
        f"Entry {number} of run '{run_id}' is damaged: it is not what was kept.", "Restore it, or remove the run."
    )


def _me() -> dict[str, Any]:
    return {"pid": os.getpid(), "host": socket.gethostname()}
