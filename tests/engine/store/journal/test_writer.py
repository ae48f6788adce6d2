"""Group commit, background syncs and what happens when the disk says no (journal.md section 4)."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from floworch.errors import StoreError
from floworch.memory import BufferPool
from floworch.store.journal.frame import SEGMENT_HEADER, seed_of
from floworch.store.journal.segment import SegmentWriter, segment_path
from floworch.store.journal.writer import DirectWriter, Group, QueuedWriter, as_store_error
from floworch.testing.faults import FaultyFiles, fail_on

Report = Callable[[int, StoreError | None], None]


class Reports(list[tuple[int, StoreError | None]]):
    """What a writer reported, with a way to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = threading.Condition()

    def __call__(self, ticket: int, error: StoreError | None) -> None:
        with self.arrived:
            self.append((ticket, error))
            self.arrived.notify_all()

    def wait_for(self, ready: Callable[[Reports], bool]) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: ready(self), 10)


@pytest.fixture
def files() -> FaultyFiles:
    return FaultyFiles()


@pytest.fixture
def segment(tmp_path: Path, files: FaultyFiles) -> SegmentWriter:
    segment = SegmentWriter(files, tmp_path, seed_of("run-1"))
    segment.begin([b"first"])
    files.calls.clear()
    return segment


def content(segment: SegmentWriter, tmp_path: Path) -> bytes:
    return segment_path(tmp_path, segment.number).read_bytes()[SEGMENT_HEADER:]


def group(ticket: int, *, sync: bool = True) -> Group:
    return Group([b"<%d>" % ticket], ticket, ticket * 10, sync)


class TestQueuedWriter:
    """Durability ``power``."""

    def test_a_batch_is_durable_only_after_its_sync(self, segment: SegmentWriter, files: FaultyFiles) -> None:
        gate, syncing = threading.Event(), threading.Event()

        def slow(operation: str) -> None:
            if operation == "sync":
                syncing.set()
                assert gate.wait(10)

        files.fail = slow
        reports = Reports()
        writer = QueuedWriter(segment, BufferPool(), reports, 0, power=True)
        writer.put(group(1))
        assert syncing.wait(10)
        assert (writer.durable, list(reports)) == (0, [])
        gate.set()
        reports.wait_for(bool)
        assert (writer.durable, writer.seq, list(reports)) == (1, 10, [(1, None)])
        writer.stop()

    def test_batches_that_arrive_during_a_sync_share_the_next_one(
        self, segment: SegmentWriter, files: FaultyFiles, tmp_path: Path
    ) -> None:
        gate, syncing = threading.Event(), threading.Event()

        def slow(operation: str) -> None:
            if operation == "sync":
                syncing.set()
                assert gate.wait(10)

        files.fail = slow
        reports = Reports()
        writer = QueuedWriter(segment, BufferPool(), reports, 0, power=True)
        writer.put(group(1))
        assert syncing.wait(10)
        for ticket in range(2, 300):
            writer.put(group(ticket))
        gate.set()
        writer.flush()
        assert files.calls.count("sync") == 2
        assert files.calls.count("write") == 2
        assert list(reports) == [(1, None), (299, None)]
        writer.stop()
        assert content(segment, tmp_path) == b"first" + b"".join(b"<%d>" % ticket for ticket in range(1, 300))

    def test_logs_ask_for_no_sync(self, segment: SegmentWriter, files: FaultyFiles) -> None:
        """(C15)"""
        reports = Reports()
        writer = QueuedWriter(segment, BufferPool(), reports, 0, power=True)
        writer.put(group(1, sync=False))
        reports.wait_for(bool)
        assert (writer.durable, files.calls) == (1, ["write"])
        writer.flush()
        assert files.calls == ["write", "sync"]
        writer.stop()

    @pytest.mark.parametrize(("operation", "failed"), [("write", False), ("sync", True)])
    def test_a_failed_group_confirms_nothing_and_leaves_nothing(
        self, segment: SegmentWriter, files: FaultyFiles, tmp_path: Path, operation: str, failed: bool
    ) -> None:
        reports = Reports()
        writer = QueuedWriter(segment, BufferPool(), reports, 7, power=True)
        writer.put(group(1))
        writer.flush()
        files.fail = fail_on(operation, errno.EIO)
        writer.put(group(2))
        reports.wait_for(lambda seen: len(seen) == 2)
        ticket, error = reports[1]
        assert (ticket, isinstance(error, StoreError)) == (1, True)
        assert (writer.durable, writer.seq, writer.sync_failed) == (1, 10, failed)
        assert content(segment, tmp_path) == b"first<1>"
        with pytest.raises(OSError, match="Input/output"):
            writer.put(group(3))
        with pytest.raises(OSError, match="Input/output"):
            writer.flush()
        writer.stop()
        assert len(reports) == 2, "an error is reported once"
        assert files.calls.count("sync") == (2 if failed else 1), "a failed sync is never tried again"

    def test_short_writes_are_continued(self, segment: SegmentWriter, files: FaultyFiles, tmp_path: Path) -> None:
        files.short = 3
        writer = QueuedWriter(segment, BufferPool(), Reports(), 0, power=True)
        writer.put(Group([b"0123456789", b"abc"], 1, 2))
        writer.flush()
        writer.stop()
        assert content(segment, tmp_path) == b"first0123456789abc"

    def test_buffers_are_used_again(self, segment: SegmentWriter) -> None:
        pool = BufferPool()
        writer = QueuedWriter(segment, pool, Reports(), 0, power=True)
        for ticket in range(1, 20):
            writer.put(group(ticket))
            writer.flush()
        writer.stop()
        assert (pool.stats().misses, pool.stats().lent) == (1, 0)

    def test_a_full_segment_is_synced_and_followed_by_the_next(self, tmp_path: Path, files: FaultyFiles) -> None:
        segment = SegmentWriter(files, tmp_path, seed_of("run-1"), limit=18)
        segment.begin([b"first"])
        writer = QueuedWriter(segment, BufferPool(), Reports(), 0, power=True)
        for ticket in (1, 2):
            writer.put(group(ticket))
            writer.flush()
        writer.stop()
        assert segment.number == 3

    def test_a_rotation_that_fails_is_a_failed_sync(self, tmp_path: Path, files: FaultyFiles) -> None:
        segment = SegmentWriter(files, tmp_path, seed_of("run-1"), limit=18)
        segment.begin([b"first"])
        files.fail = fail_on("create", errno.ENOSPC)
        writer = QueuedWriter(segment, BufferPool(), Reports(), 0, power=True)
        writer.put(group(1))
        with pytest.raises(OSError):
            writer.flush()
        writer.stop()
        assert (writer.sync_failed, writer.durable, segment.number) == (True, 0, 1)

    def test_flushing_nothing_is_allowed(self, segment: SegmentWriter) -> None:
        writer = QueuedWriter(segment, BufferPool(), Reports(), 0, power=True)
        writer.flush()
        writer.stop()


class TestQueuedWriterInMemory:
    """Durability ``none``."""

    def test_a_batch_counts_at_once_and_is_written_by_a_flush(
        self, segment: SegmentWriter, files: FaultyFiles, tmp_path: Path
    ) -> None:
        writer = QueuedWriter(segment, BufferPool(), Reports(), 0, power=False)
        writer.put(group(1))
        writer.put(group(2))
        assert writer.durable == 2
        writer.flush()
        assert content(segment, tmp_path) == b"first<1><2>"
        assert files.calls.count("sync") == 1
        writer.stop()

    def test_stopping_writes_what_waits_without_a_sync(
        self, segment: SegmentWriter, files: FaultyFiles, tmp_path: Path
    ) -> None:
        writer = QueuedWriter(segment, BufferPool(), Reports(), 0, power=False)
        writer.put(group(1))
        writer.stop()
        assert (content(segment, tmp_path), files.calls.count("sync")) == (b"first<1>", 0)


class TestDirectWriter:
    """Durability ``process``."""

    def test_a_batch_is_in_the_system_when_put_returns(self, segment: SegmentWriter, tmp_path: Path) -> None:
        writer = DirectWriter(segment, Reports(), 0)
        writer.put(Group([b"ab", b"cd"], 1, 2))
        assert (content(segment, tmp_path), writer.durable, writer.seq) == (b"firstabcd", 1, 2)
        writer.stop()

    def test_a_thread_syncs_soon(
        self, segment: SegmentWriter, files: FaultyFiles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("floworch.store.journal.writer.SYNC_INTERVAL", 0.001)
        synced = threading.Event()
        files.fail = lambda operation: synced.set() if operation == "sync" else None
        writer = DirectWriter(segment, Reports(), 0)
        writer.put(group(1))
        assert synced.wait(10)
        synced.clear()
        writer.put(group(2))
        assert synced.wait(10)
        writer.stop()
        assert segment.synced == (1, segment.size)

    def test_a_full_disk_raises_and_cuts_what_was_half_written(
        self, segment: SegmentWriter, files: FaultyFiles, tmp_path: Path
    ) -> None:
        files.capacity = 5
        writer = DirectWriter(segment, Reports(), 0)
        writer.put(group(1))
        with pytest.raises(OSError, match="No space"):
            writer.put(group(2))
        assert (content(segment, tmp_path), writer.durable, writer.sync_failed) == (b"first<1>", 1, False)
        files.capacity = None
        with pytest.raises(OSError, match="No space"):
            writer.put(group(3))
        writer.stop()

    def test_a_background_sync_that_fails_is_reported_once_and_stops_the_log(
        self, segment: SegmentWriter, files: FaultyFiles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("floworch.store.journal.writer.SYNC_INTERVAL", 0.001)
        files.fail = fail_on("sync", errno.EIO)
        reports = Reports()
        writer = DirectWriter(segment, reports, 0)
        writer.put(group(1))
        reports.wait_for(bool)
        with pytest.raises(OSError, match="Input/output"):
            writer.put(group(2))
        with pytest.raises(OSError, match="Input/output"):
            writer.flush()
        writer.stop()
        assert ([ticket for ticket, _ in reports], files.calls.count("sync"), writer.sync_failed) == ([1], 1, True)

    def test_a_full_segment_is_followed_by_the_next(self, tmp_path: Path, files: FaultyFiles) -> None:
        segment = SegmentWriter(files, tmp_path, seed_of("run-1"), limit=18)
        segment.begin([b"first"])
        writer = DirectWriter(segment, Reports(), 0)
        writer.put(group(1))
        writer.put(group(2))
        assert segment.number == 3
        files.fail = fail_on("create", errno.EIO)
        with pytest.raises(OSError):
            writer.put(group(3))
        assert (segment.number, writer.sync_failed) == (3, True)
        writer.stop()


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "disk is full"), (errno.EIO, "Input/output")]
)
def test_errors_are_told_to_people(number: int, words: str) -> None:
    error = as_store_error(OSError(number, os.strerror(number)))
    assert words in error.message
    assert "resume the run" in error.hint
    assert error.exit_code == 4


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_with_a_bug_confirms_nothing_more(segment: SegmentWriter) -> None:
    def broken(ticket: int, error: StoreError | None) -> None:
        raise KeyError(ticket)

    writer = QueuedWriter(segment, BufferPool(), broken, 0, power=True)
    writer.put(group(1))
    assert writer._thread is not None
    writer._thread.join(10)
    with pytest.raises(OSError, match="KeyError"):
        writer.put(group(2))
    with pytest.raises(OSError, match="KeyError"):
        writer.flush()
    writer.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whoever_waits_for_a_writer_with_a_bug_is_told(segment: SegmentWriter) -> None:
    """journal.md section 4: else a run would wait for a confirmation that never comes."""
    reports = Reports()
    writer = QueuedWriter(segment, BufferPool(), reports, 0, power=True)
    writer.put(Group([5], 1, 10))  # type: ignore[list-item]
    reports.wait_for(lambda told: bool(told) and told[-1][1] is not None)
    writer.stop()


def test_a_beginning_that_cannot_be_synced_because_of_a_bug_is_not_waited_for(
    segment: SegmentWriter, files: FaultyFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """journal.md section 4: the run's start hangs on it."""
    monkeypatch.setattr("sys.unraisablehook", lambda _raised: None)
    monkeypatch.setattr(SegmentWriter, "begun", property(lambda _self: False), raising=False)
    reports = Reports()

    def broken(operation: str) -> None:
        if operation == "sync":
            raise ValueError("a bug")

    files.fail = broken
    writer = DirectWriter(segment, reports, 0)
    writer.put(group(1))
    assert writer.begun is not None
    with pytest.raises(StoreError, match="a bug"):
        writer.begun.result(10)
    assert "a bug" in str(reports[-1][1])
    with pytest.raises(OSError, match="a bug"):
        writer.put(group(2))
    writer.stop()
