"""The open journal of one run, held by the process that owns it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.artifact import Artifact
from floworch.errors import FlowError, StoreError, UsageError
from floworch.memory import BufferPool
from floworch.run.events import Event
from floworch.run.status import RunStatus
from floworch.store.journal.artifacts import ArtifactFiles
from floworch.store.journal.files import Files
from floworch.store.journal.frame import MAX_PAYLOAD, seed_of
from floworch.store.journal.lock import RunLock
from floworch.store.journal.segment import SegmentWriter
from floworch.store.journal.writer import DirectWriter, Group, QueuedWriter, Report, Writer, as_store_error
from floworch.store.large import Outsourcer
from floworch.store.protocol import Durability, RunHeader
from floworch.store.sequence import renumber
from floworch.store.summary import LAST_RUN_KIND, RunFacts

if TYPE_CHECKING:
    from concurrent.futures import Future

    from floworch.run.state import RunState

#: Bytes set aside at the start so that a full disk still takes the record that says why the run paused. The lock file
#: holds them: to make and remove a file for them would cost a small run as much as all that it writes.
RESERVE = 64 * 1024
#: A snapshot is written when the bytes since the last one exceed its size and this.
SNAPSHOT_BYTES = 1024 * 1024


class JournalLog:
    """RunLog over segment files. Made by FlatBuffersStore only; its methods are called from one thread.

    Attributes:
        durability: ``power``, ``process`` or ``none``.
        facts: Status and times of the run, from everything appended so far.
        found: The state of the run when its lock was taken, as written, until somebody takes it; None of a new run.
    """

    def __init__(
        self,
        header: RunHeader,
        directory: Path,
        segment: SegmentWriter,
        lock: RunLock,
        *,
        files: Files,
        pool: BufferPool,
        durability: Durability,
        seq: int,
        facts: RunFacts,
        changed: Callable[[JournalLog, bool], None],
        artifacts: ArtifactFiles,
    ) -> None:
        self.durability: Durability = durability
        self._header = header
        self._directory = directory
        self._artifacts = artifacts
        self._segment = segment
        self._format = segment.format
        self._encode = segment.format.events
        self._lock = lock
        self._files = files
        self._seed = seed_of(header.run_id)
        self._seq = seq
        self._ticket = 0
        self.facts = facts
        self.found: RunState | None = None
        self._changed = changed
        self._callbacks: list[Report] = []
        self._since_snapshot = 0
        self._snapshot_after = SNAPSHOT_BYTES
        self._snapshot_seq = -1
        self._closed = False
        self._synced_ticket = 0
        self._outsource = Outsourcer()
        #: ``(event, as it is journaled)`` of events whose large values became artifacts, for whoever holds a state
        #: with those values; it is emptied by them.
        self.replaced = self._outsource.replaced

        def keeping(needed: Sequence[Artifact]) -> AbstractContextManager[None]:
            return artifacts.keeping(needed, directory)

        self._write: Callable[[bytes, int, int], None] | None = None
        if durability == "process":
            direct = DirectWriter(segment, self._report, seq, keeping)
            self._writer: Writer = direct
            self._write = direct.write
        else:
            self._writer = QueuedWriter(segment, pool, self._report, seq, durability == "power", keeping)

    @property
    def header(self) -> RunHeader:
        """The run's header."""
        return self._header

    @property
    def durable(self) -> int:
        """The highest ticket whose batch is as durable as this run's durability demands."""
        return self._writer.durable

    @property
    def begun(self) -> Future[None] | None:
        """Done once the run's beginning is on stable storage, or the log has failed or ended before; None when it was
        when the log was made. Only with durability ``process`` that is later. It has a StoreError when the beginning
        could not be synced."""
        return self._writer.begun

    @property
    def snapshot_due(self) -> bool:
        """Whether so much was appended since the last snapshot that ``snapshot`` would write one of a live run."""
        return self._since_snapshot > self._snapshot_after

    @property
    def stamp(self) -> int:
        """``StorePlace.stamp`` of what the segments hold, without a look at the directory."""
        return self._segment.number << 40 | self._segment.size

    def take_found(self) -> RunState | None:
        """The state found when the lock was taken; None from the second time on, and once something was appended."""
        state, self.found = self.found, None
        return state if state is not None and state.seq == self._seq else None

    def append(self, events: Sequence[Event], sync: bool = True) -> int:
        """Queue one batch and return its ticket; see ``RunLog.append``.

        Raises:
            StoreError: It could not be written, or an earlier batch could not, or the log is closed.
            UsageError: The sequence numbers do not follow; nothing was appended.
            LimitExceeded: An event is too large; nothing was appended.
            TypeError: A payload holds something that is no plain value; nothing was appended.
        """
        if self._closed:
            raise StoreError(f"The journal of run '{self._header.run_id}' is closed.")
        frames: list[bytes] = []
        outsource = self._outsource
        try:
            seq = self._encode(events, self._seq, self._seed, self._segment.synced, frames.append, outsource)
        except BaseException:
            outsource.forget()
            raise
        ticket = self._ticket + 1
        data = b"".join(frames)
        try:
            if outsource.artifacts:
                self._writer.put(Group((data,), ticket, seq, sync, artifacts=outsource.take()))
            elif self._write is not None:
                self._write(data, ticket, seq)
            else:
                self._writer.put(Group((data,), ticket, seq, sync))
        except OSError as error:
            raise as_store_error(error) from error
        self._seq = seq
        self._ticket = ticket
        self._since_snapshot += len(data)
        changed = False
        for event in events:
            if event.kind <= LAST_RUN_KIND and self.facts.apply(event):
                changed = True
        if changed and not self.facts.status.final:  # when it has ended, ``close`` comes next and says so itself
            self._changed(self, False)
        return ticket

    def on_durable(self, callback: Callable[[int, StoreError | None], None]) -> None:
        """Call ``callback`` from the writer's thread whenever ``durable`` grew after ``append`` had returned.

        With durability ``process`` and ``none`` a batch is durable when ``append`` returns, so only an error that a
        background sync meets is reported.
        """
        self._callbacks.append(callback)
        if self._writer.error is not None:
            callback(self._writer.durable, as_store_error(self._writer.error))

    def append_final(self, events: Sequence[Event]) -> None:
        """After a failed write: note why the run stopped, in the space set aside for it; never raises.

        The events are numbered on from the last confirmed one, whatever numbers they carry. After a failed sync the
        file is not trusted any more: they go to a new segment, behind copies of the events that were not synced.
        """
        if self._closed:
            return
        try:
            if self._writer.error is None:
                self.append(renumber(events, self._seq))
                self.boundary()
                return
            self._writer.stop()
            self._files.give_back(self._lock.path, self._lock.size)
            seq = self._writer.seq
            final = renumber(events, seq)
            frames: list[bytes] = []
            self._seq = self._format.events(final, seq, self._seed, self._segment.synced, frames.append)
            self._write_final(frames)
            self.facts.apply_all(final)
        except (OSError, FlowError, TypeError):
            pass  # best effort: the run is then found interrupted instead of paused

    def boundary(self) -> None:
        """Return once everything appended so far is on stable storage, whatever the durability.

        Raises:
            StoreError: It cannot be.
        """
        try:
            self._writer.flush()
        except OSError as error:
            raise as_store_error(error) from error
        self._synced_ticket = self._ticket

    def settle(self) -> None:
        """Return once a reader sees every batch that counts as durable. Any thread may call it."""
        if self.durability == "none":
            self._writer.settle()

    def snapshot(self, state: Any) -> None:
        """Keep the state, when it is the fold of everything appended and worth its bytes.

        It is when the run has stopped or waits (anything but a live status), or when ``snapshot_due``. Never raises:
        a journal is complete without it.
        """
        if self._closed or state.seq != self._seq or self._snapshot_seq == self._seq:
            return
        status = RunStatus(state.status)
        if (status.live or status is RunStatus.CREATED) and not self.snapshot_due:
            return
        try:
            body = self._format.snapshot(self._seq, self._segment.synced, state.pack(), self._seed)
            if len(body) > MAX_PAYLOAD:
                return
            self._writer.put(Group([body], self._ticket, self._seq, False))
        except (OSError, TypeError, ValueError):
            return
        self._snapshot_seq = self._seq
        self._snapshot_after = max(len(body), SNAPSHOT_BYTES)
        self._since_snapshot = 0

    def keep(self, artifact: Artifact) -> None:
        """Put an artifact on stable storage before anything refers to it, from any thread. Raises OSError."""
        with self._artifacts.keeping((artifact,), self._directory):
            pass

    def close(self) -> None:
        """Sync, mark the end, release the lock. Idempotent, and releases the lock whatever else fails."""
        if self._closed:
            return
        self._closed = True
        writer = self._writer
        try:
            if writer.error is None:
                if self._synced_ticket != self._ticket or not self._ticket:
                    # A snapshot needs none: all events are there without it. But an owner that was killed may have left
                    # events that only the operating system holds, and this one may have had nothing to add to them.
                    writer.flush()
                if self._ticket:
                    mark = self._format.mark(self._seq, self._segment.synced, self._seed)
                    writer.put(Group([mark], self._ticket, self._seq, False))
        except OSError:
            pass  # what was confirmed is on the disk already; the rest is a torn tail
        writer.stop()
        self._changed(self, True)  # before the lock is free: the next owner has the last word about its own row
        self._let_go()

    def abandon(self) -> None:
        """Let go as a killed process would: nothing more is written, only the lock is released."""
        if self._closed:
            return
        self._closed = True
        if self._writer.error is None:
            self._callbacks.clear()
            self._writer.error = OSError(errno.ECANCELED, "abandoned")
        self._let_go()

    def _let_go(self) -> None:
        self.found = None
        self._writer.stop()
        try:
            self._segment.close()
        except OSError:
            pass
        self._lock.release()

    def _write_final(self, frames: list[bytes]) -> None:
        """Write and sync in the segment, or in a new one when the segment cannot be trusted or used."""
        segment = self._segment
        if not self._writer.sync_failed:
            size = segment.size
            try:
                segment.write(frames)
                segment.sync()
                return
            except OSError:
                segment.cut(size)
        segment.escape(frames)

    def _report(self, ticket: int, error: StoreError | None) -> None:
        for callback in tuple(self._callbacks):
            try:
                callback(ticket, error)
            except RuntimeError:
                pass  # its event loop is closed: nobody waits for this any more; the journal goes on


def durability_of(header: RunHeader, fallback: Durability) -> Durability:
    """The durability a run was created with, or the store's.

    Raises:
        UsageError: The header names one that does not exist.
    """
    chosen: Durability = header.options.get("durability") or fallback
    if chosen not in {"power", "process", "none"}:
        raise UsageError(f"There is no durability {chosen!r}.", "Choose power, process or none.")
    return chosen
