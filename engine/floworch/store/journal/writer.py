"""Getting groups of frames to the disk: one writer for each durability (journal.md section 4)."""

from __future__ import annotations

import _thread
import errno
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

import msgspec

from floworch.artifact import Artifact
from floworch.errors import StoreError
from floworch.memory import Arena, BufferPool
from floworch.store.journal.segment import SegmentWriter

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Seconds between two background syncs with durability ``process`` (and between two writes with ``none``).
SYNC_INTERVAL = 0.2
#: A group is written when it has this many bytes, though more is waiting.
GROUP_SIZE = 4 * 1024 * 1024

#: Puts artifacts into the store, and lets nobody remove them within the ``with`` that it is used in.
Keeping = Callable[[Sequence[Artifact]], AbstractContextManager[None]]
Report = Callable[[int, StoreError | None], None]


class Group(msgspec.Struct, frozen=True, gc=False):
    """Frames that were handed over together.

    Attributes:
        frames: The bytes.
        ticket: The log's ticket up to this group.
        seq: The journal's next number after it.
        sync: Whether it asks to be synced.
        done: Set when it is durable, or failed, if somebody waits.
        artifacts: What must be in the store before the frames are in the journal.
    """

    frames: Sequence[bytes]
    ticket: int
    seq: int
    sync: bool = True
    done: threading.Event | None = None
    artifacts: tuple[Artifact, ...] = ()


class Writer(Protocol):
    """What a log asks of the writer behind it.

    Attributes:
        durable: Highest ticket that is as durable as promised.
        seq: Next sequence number after the last event that is.
        error: Why nothing more can be written, or None.
        sync_failed: Whether a sync, not a write, failed; the file is then not trusted any more.
        begun: Done once the run's beginning is on stable storage, or never will be; None when it was from the start.
    """

    durable: int
    seq: int
    error: OSError | None
    sync_failed: bool
    begun: Future[None] | None

    def put(self, group: Group) -> None:
        """Take a group; order is kept. Raises OSError when it had to be written and was not."""
        ...

    def flush(self) -> None:
        """Return once everything taken is on stable storage. Raises OSError when it cannot be."""
        ...

    def settle(self) -> None:
        """Return once everything taken is in the operating system, or has failed. Never raises."""
        ...

    def stop(self) -> None:
        """Write what was taken and end the thread; the segment stays open. Never raises."""
        ...


class QueuedWriter:
    """Durability ``power`` and ``none``: groups go to a thread, which writes all that wait at once and syncs them once.

    Args:
        segment: The open segment; only the thread touches it until ``stop``.
        pool: Buffers for gathering a group.
        report: Called from the thread when ``durable`` grew, or once with the error.
        power: Sync every group and count it durable only then; else count it durable when it is taken, write it
            after ``SYNC_INTERVAL`` and sync it when asked to by ``flush``.
        keeping: Keeps a group's artifacts.
    """

    def __init__(
        self,
        segment: SegmentWriter,
        pool: BufferPool,
        report: Report,
        seq: int,
        power: bool,
        keeping: Keeping = lambda _artifacts: nullcontext(),
    ) -> None:
        self.durable = 0
        self.seq = seq
        self.error: OSError | None = None
        self.sync_failed = False
        self.begun: Future[None] | None = None
        self._segment = segment
        self._arena = Arena(pool)
        self._report = report
        self._power = power
        self._keeping = keeping
        self._queue: SimpleQueue[Group | None] = SimpleQueue()
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, group: Group) -> None:
        """Hand a group to the thread. Raises OSError when an earlier one failed."""
        if self.error is not None:
            raise self.error
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="floworch-journal", daemon=True)
            self._thread.start()
        self._queue.put(group)
        if not self._power:
            self.durable = group.ticket

    def flush(self) -> None:
        """Wait until everything handed over is synced. Raises OSError when it cannot be."""
        if not self._wait(sync=True) and self.error is None:
            try:
                self._segment.sync()
            except OSError as error:
                self.sync_failed = True
                self._fail(error)
        if self.error is not None:
            raise self.error

    def settle(self) -> None:
        """Wait until everything handed over is in the operating system, or has failed; may be called by any thread."""
        self._wait(sync=False)

    def stop(self) -> None:
        """Write what was handed over and end the thread."""
        if self._thread is not None:
            self._hurry.set()
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self._arena.close()

    def _wait(self, sync: bool) -> bool:
        """Wait for the thread to come to an empty group; return whether there is a thread to wait for."""
        thread = self._thread
        if thread is None or not thread.is_alive():
            return False
        done = threading.Event()
        self._hurry.set()  # cuts short the pause of durability `none`
        self._queue.put(Group((), 0, 0, sync, done))
        while not done.wait(1.0):
            if not thread.is_alive():  # it was told to end by another thread meanwhile
                return False
        return True

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # a bug: nothing may count as durable any more, and whoever waits is told
            with suppress(Exception):
                self._fail(self.error or _broken(error))
            raise

    def _work(self) -> None:
        while True:
            group = self._queue.get()
            if group is not None and not self._power and group.done is None:
                self._hurry.wait(SYNC_INTERVAL)
            self._hurry.clear()
            groups, ending = self._gather(group)
            if groups and self.error is None:
                self._write(groups)
            for each in groups:
                if each.done is not None:
                    each.done.set()
            if ending:
                return

    def _gather(self, group: Group | None) -> tuple[list[Group], bool]:
        """The group and all that wait behind it, and whether the thread is to end."""
        groups: list[Group] = []
        size = 0
        while group is not None:
            groups.append(group)
            size += sum(map(len, group.frames))
            if size >= GROUP_SIZE:
                return groups, False
            try:
                group = self._queue.get_nowait()
            except Empty:
                return groups, False
        return groups, True

    def _write(self, groups: list[Group]) -> None:
        segment, arena = self._segment, self._arena
        before = segment.size
        doubtful = segment.full  # a rotation syncs: when it fails the file is not trusted any more
        try:
            if doubtful:
                segment.rotate()
                before = segment.size
                doubtful = False
            for group in groups:
                for frame in group.frames:
                    arena.write(frame)
            artifacts = [each for group in groups for each in group.artifacts]
            with self._keeping(artifacts) if artifacts else nullcontext():
                segment.write(arena.chunks())
            doubtful = True
            if any(group.sync and (self._power or group.done is not None) for group in groups):
                segment.sync()
        except OSError as error:
            self.sync_failed = doubtful
            self._cut(before)
            self._fail(error)
            return
        finally:
            arena.reset()
        last = next((group for group in reversed(groups) if group.ticket), None)
        if last is None:
            return
        self.seq = last.seq
        if self._power:
            self.durable = last.ticket
            self._report(last.ticket, None)

    def _cut(self, size: int) -> None:
        """Nothing of a group that failed was confirmed, so nothing of it stays."""
        try:
            self._segment.cut(size)
        except OSError:
            self.sync_failed = True  # the file keeps what it has; nothing more is written to it

    def _fail(self, error: OSError) -> None:
        self.error = error
        self._report(self.durable, as_store_error(error))


class DirectWriter:
    """Durability ``process``: every group is in the operating system when ``put`` returns; a thread syncs now and then.

    The thread puts the run's beginning on stable storage, too, when that was left to it, while the run goes on. Nobody
    waits for it to come up or to go: on a busy machine each would cost a turn of the scheduler. After ``stop`` it finds
    under the lock that there is nothing left to sync, whenever it comes to look.

    Args:
        segment: The open segment.
        report: Called from the thread, once, when a background sync failed.
        keeping: Keeps a group's artifacts.
    """

    def __init__(
        self, segment: SegmentWriter, report: Report, seq: int, keeping: Keeping = lambda _needed: nullcontext()
    ) -> None:
        self.durable = 0
        self.seq = seq
        self.error: OSError | None = None
        self.sync_failed = False
        self.begun: Future[None] | None = None
        if not segment.begun:
            from concurrent.futures import Future

            self.begun = Future()
            self.begun.set_running_or_notify_cancel()  # nobody who gives up waiting for it takes it from the others
        self._segment = segment
        self._report = report
        self._keeping = keeping
        self._lock = threading.Lock()  # between syncing and changing the file
        self._wake: SimpleQueue[bool] = SimpleQueue()
        self._dirty = False
        self._stopping = threading.Event()
        self._running = False

    def put(self, group: Group) -> None:
        """Write a group. Raises OSError when it was not written, or an earlier sync failed."""
        if self.error is not None:
            raise self.error
        segment = self._segment
        if segment.size >= segment.limit:
            self._rotate()
        size = segment.size
        try:
            with self._keeping(group.artifacts) if group.artifacts else nullcontext():
                segment.write(group.frames)
        except OSError as error:
            self._undo(size, error)
            raise
        self.durable = group.ticket
        self.seq = group.seq
        if not self._dirty:
            self._soil()

    def write(self, data: bytes, ticket: int, seq: int) -> None:
        """``put`` for a group in one piece, without artifacts, with fewer calls: every node comes here."""
        if self.error is not None:
            raise self.error
        segment = self._segment
        size = segment.size
        if size >= segment.limit:
            self._rotate()
            size = segment.size
        try:
            segment.append(data)
        except OSError as error:
            self._undo(size, error)
            raise
        self.durable = ticket
        self.seq = seq
        if not self._dirty:
            self._soil()

    def _undo(self, size: int, error: OSError) -> None:
        """A write failed: nothing of it was confirmed, so nothing of it stays."""
        with self._lock:
            self.error = error
            try:
                self._segment.cut(size)
            except OSError:
                self.sync_failed = True

    def _soil(self) -> None:
        """There is something to sync."""
        self._dirty = True
        if not self._running:
            self._running = True
            _thread.start_new_thread(self._run, ())
        self._wake.put(True)

    def flush(self) -> None:
        """Sync everything now. Raises OSError when it cannot be."""
        self._sync()
        if self.error is not None:
            raise self.error

    def settle(self) -> None:
        """Nothing to wait for: ``put`` has written everything."""

    def stop(self) -> None:
        """Let the thread end: when this returns it is not syncing, and will not begin to."""
        with self._lock:
            self._stopping.set()
            self._tell_begun()
        self._wake.put(False)

    def _run(self) -> None:
        try:
            ok = self._segment.begun or self._sync()  # the beginning at once: the run's start is confirmed by it
            while ok and self._wake.get() and not self._stopping.wait(SYNC_INTERVAL):
                ok = self._sync()
        except BaseException as error:  # a bug: as a failed sync, so that nobody waits for what never comes
            self.error, self.sync_failed = self.error or _broken(error), True
            self._give_up()
            raise
        if not ok and self.error is not None:
            self._give_up()

    def _give_up(self) -> None:
        assert self.error is not None
        self._report(self.durable, as_store_error(self.error))
        with self._lock:
            self._tell_begun()

    def _sync(self) -> bool:
        """Sync once; a sync that failed is never tried again. Returns whether all is well and goes on."""
        with self._lock:
            if self.error is not None or self._stopping.is_set():
                return False
            self._dirty = False
            try:
                self._segment.sync()
            except OSError as error:
                self.error = error
                self.sync_failed = True
                return False
            self._tell_begun()
            return True

    def _tell_begun(self) -> None:
        if self.begun is None or self.begun.done():
            return
        if self.error is not None and self.sync_failed and not self._segment.begun:
            self.begun.set_exception(as_store_error(self.error))
        else:
            self.begun.set_result(None)

    def _rotate(self) -> None:
        with self._lock:
            try:
                self._segment.rotate()
            except OSError as error:
                self.error = error
                self.sync_failed = True
                raise
            self._tell_begun()  # a beginning in the full segment was synced with it


def _broken(error: BaseException) -> OSError:
    return OSError(errno.EIO, f"the journal's writer failed: {error!r}")


def as_store_error(error: OSError) -> StoreError:
    """What went wrong with a journal, for a person."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreError(
            f"The journal could not be written: the disk is full ({error.strerror}).",
            "Free some space, then resume the run; nothing that was confirmed is lost.",
        )
    return StoreError(
        f"The journal could not be written: {error.strerror or error}.",
        "Check the disk, then resume the run; nothing that was confirmed is lost.",
    )
