"""The open journal of a run: snapshots, failures, the final record, orderly and disorderly ends."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from floworch.errors import LimitExceeded, StoreError, UsageError
from floworch.run.events import Event, EventKind
from floworch.store.journal.log import RESERVE, JournalLog, durability_of
from floworch.store.journal.segment import segment_path, segments
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.faults import FaultyFiles, fail_on
from floworch.testing.store_suite import EPOCH, fold, make_header, story

K = EventKind
PAUSED = Event(0, EPOCH, int(K.RUN_PAUSED), payload={"reason": "disk full"})


@pytest.fixture
def files() -> FaultyFiles:
    return FaultyFiles()


@pytest.fixture
def store(tmp_path: Path, files: FaultyFiles) -> Iterator[FlatBuffersStore]:
    store = FlatBuffersStore(tmp_path, files=files)
    yield store
    store.close()


def create(store: FlatBuffersStore, durability: str) -> JournalLog:
    return store.create(make_header(options={"durability": durability}))


def long_events(first: int, count: int) -> list[Event]:
    text = "x" * 1000
    return [Event(i, EPOCH, int(K.NODE_LOGGED), 0, 1, (), {"m": text}) for i in range(first, first + count)]


DURABILITIES = pytest.mark.parametrize("durability", ["power", "process", "none"])


class TestFailures:
    """A failed write stops the run cleanly, and nothing is confirmed (journal.md section 4)."""

    @DURABILITIES
    def test_a_full_disk_still_takes_the_reason_why_the_run_paused(
        self, store: FlatBuffersStore, files: FaultyFiles, durability: str
    ) -> None:
        files.capacity = RESERVE + 2_000
        log = create(store, durability)
        log.append(story()[:3])
        log.boundary()

        def fill() -> None:
            for start in range(3, 500):
                log.append(long_events(start, 1))
                if durability != "process":
                    log.boundary()

        with pytest.raises(StoreError, match="disk is full"):
            fill()
        assert files.capacity == 0
        log.append_final([PAUSED])
        log.close()
        events = list(store.events("run-1"))
        assert events[:3] == story()[:3]
        assert [event.seq for event in events] == list(range(len(events)))
        assert events[-1].payload == {"reason": "disk full"}
        assert store.load("run-1").status == "paused"
        files.capacity = None
        log = store.acquire("run-1")
        log.append([Event(len(events), EPOCH, int(K.RUN_RESUMED))])
        log.close()

    @pytest.mark.parametrize("operation", ["write", "sync"])
    def test_an_error_is_called_back_once_and_the_final_record_follows_the_last_confirmed_one(
        self, store: FlatBuffersStore, files: FaultyFiles, operation: str
    ) -> None:
        log = create(store, "power")
        log.append(story()[:2])
        log.boundary()
        seen: list[tuple[int, StoreError | None]] = []
        failed = threading.Event()

        def note(ticket: int, error: StoreError | None) -> None:
            seen.append((ticket, error))
            failed.set()

        log.on_durable(note)
        files.fail = fail_on(operation, errno.EIO)
        log.append([story()[2]])
        assert failed.wait(10)
        assert [(ticket, type(error)) for ticket, error in seen] == [(1, StoreError)]
        assert log.durable == 1
        with pytest.raises(StoreError):
            log.append([story()[3]])
        late: list[int] = []
        log.on_durable(lambda ticket, _error: late.append(ticket))
        assert late == [1], "who asks later is told too"
        files.fail = lambda _operation: None
        log.append_final([PAUSED])
        log.close()
        events = list(store.events("run-1"))
        assert (events[:2], [event.seq for event in events], events[2].kind) == (story()[:2], [0, 1, 2], K.RUN_PAUSED)

    def test_after_a_failed_sync_the_final_record_goes_to_a_new_segment(
        self, store: FlatBuffersStore, files: FaultyFiles, tmp_path: Path
    ) -> None:
        """journal.md section 4: a failed fsync is never retried on the same file."""
        log = create(store, "process")
        log.append(story()[:2])
        files.fail = fail_on("sync", errno.EIO)
        with pytest.raises(StoreError):
            log.boundary()
        files.fail = lambda _operation: None
        log.append_final([PAUSED])
        log.close()
        assert [number for number, _ in segments(tmp_path / "runs" / "run-1")] == [1, 2]
        assert [event.seq for event in store.events("run-1")] == [0, 1, 2]

    def test_a_disk_that_is_gone_leaves_the_run_interrupted(self, store: FlatBuffersStore, files: FaultyFiles) -> None:
        log = create(store, "process")
        log.append(story()[:2])

        def gone(operation: str) -> None:
            if operation in {"write", "sync", "create", "truncate"}:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

        files.fail = gone
        with pytest.raises(StoreError):
            log.append([story()[2]])
        log.append_final([PAUSED])
        log.close()
        files.fail = lambda _operation: None
        assert store.load("run-1").status == "interrupted"
        assert list(store.events("run-1")) == story()[:2]
        store.acquire("run-1").close()

    def test_a_batch_that_cannot_be_packed_leaves_the_log_as_it_was(self, store: FlatBuffersStore) -> None:
        log = create(store, "process")
        with pytest.raises(TypeError):
            log.append([story()[0], Event(1, EPOCH, int(K.NODE_LOGGED), payload={"x": object()})])
        assert log.append(story()[:2]) == 1
        log.close()
        assert list(store.events("run-1")) == story()[:2]

    def test_an_event_over_the_limit_is_refused(self, store: FlatBuffersStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """(C13)"""
        monkeypatch.setattr("floworch.store.journal.codec.MAX_PAYLOAD", 2000)
        log = create(store, "process")
        with pytest.raises(LimitExceeded, match="2000 bytes"):
            log.append([Event(0, EPOCH, int(K.NODE_LOGGED), payload={"x": "y" * 3000})])
        log.append(story()[:1])
        log.close()


class TestPowerLoss:
    """What ``durable`` promised is there after the power is gone (C7.4)."""

    @pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 1.0])
    @pytest.mark.parametrize("zeros", [False, True])
    @DURABILITIES
    def test_confirmed_events_survive(
        self, store: FlatBuffersStore, files: FaultyFiles, durability: str, keep: float, zeros: bool
    ) -> None:
        log = create(store, durability)
        log.append(story()[:3])
        log.boundary()
        log.append(story()[3:6], sync=False)
        log.append(story()[6:8], sync=False)
        log.abandon()
        files.power_loss(keep, zeros)
        events = list(store.events("run-1"))
        assert events[:3] == story()[:3]
        assert events == story()[: len(events)]
        log = store.acquire("run-1")
        log.append([Event(len(events), EPOCH, int(K.RUN_PAUSED))])
        log.close()
        assert [event.seq for event in store.events("run-1")] == list(range(len(events) + 1))


class TestSnapshots:
    """When a state is kept."""

    def size(self, store: FlatBuffersStore) -> int:
        return segment_path(store.path / "runs" / "run-1", 1).stat().st_size

    def test_a_stopped_run_keeps_its_state_and_only_once(self, store: FlatBuffersStore) -> None:
        log = create(store, "process")
        log.append(story())
        state = fold(make_header(), story())
        before = self.size(store)
        log.snapshot(state)
        after = self.size(store)
        log.snapshot(state)
        assert before < after == self.size(store)
        log.close()

    def test_a_live_run_keeps_its_state_when_enough_was_written_since(self, store: FlatBuffersStore) -> None:
        log = create(store, "process")
        events = story(None)
        log.append(events)
        log.snapshot(fold(make_header(), events))
        more = long_events(len(events), 1100)
        before = self.size(store)
        assert not log.snapshot_due
        log.append(more)
        assert log.snapshot_due
        log.snapshot(fold(make_header(), [*events, *more]))
        assert not log.snapshot_due
        assert self.size(store) - before < 1_300_000
        log.close()
        assert store.load("run-1").to_json() == {
            **fold(make_header(), [*events, *more]).to_json(), "status": "interrupted",
        }  # fmt: skip

    def test_a_state_that_is_not_up_to_date_is_ignored(self, store: FlatBuffersStore) -> None:
        log = create(store, "process")
        log.append(story())
        before = self.size(store)
        log.snapshot(fold(make_header(), story()[:-1]))
        assert self.size(store) == before
        log.close()
        log.snapshot(fold(make_header(), story()))

    def test_a_snapshot_that_does_not_fit_is_left_out(
        self, store: FlatBuffersStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("floworch.store.journal.log.MAX_PAYLOAD", 10)
        log = create(store, "process")
        log.append(story())
        log.snapshot(fold(make_header(), story()))
        log.close()
        assert store.load("run-1").status == "completed"


class TestEnds:
    """Closing and dying."""

    def test_closing_gives_the_reserve_back_and_frees_the_lock(self, store: FlatBuffersStore, tmp_path: Path) -> None:
        """journal.md section 4: while a run is owned there is room for why it paused, and its owner can be read."""
        log = create(store, "power")
        held = tmp_path / "runs" / "run-1" / "lock"
        assert held.stat().st_size == RESERVE
        assert (store.owner("run-1") or {})["pid"] == os.getpid()
        log.append(story())
        log.close()
        assert held.stat().st_size == 0
        assert store.owner("run-1") is None
        log.append_final([PAUSED])
        log.abandon()

    def test_a_log_that_wrote_nothing_adds_nothing(self, store: FlatBuffersStore, tmp_path: Path) -> None:
        create(store, "power").close()
        path = segment_path(tmp_path / "runs" / "run-1", 1)
        before = path.read_bytes()
        store.acquire("run-1").close()
        assert path.read_bytes() == before

    @DURABILITIES
    def test_an_abandoned_log_frees_the_lock_and_writes_no_more(self, store: FlatBuffersStore, durability: str) -> None:
        log = create(store, durability)
        log.append(story()[:2])
        log.boundary()
        log.abandon()
        log.close()
        assert list(store.events("run-1")) == story()[:2]
        assert [run.status for run in store.list()] == ["interrupted"]

    def test_the_final_record_of_a_healthy_log_is_an_ordinary_one(self, store: FlatBuffersStore) -> None:
        log = create(store, "power")
        log.append(story()[:2])
        log.append_final([PAUSED])
        assert log.facts.status == "paused"
        log.close()
        assert [event.seq for event in store.events("run-1")] == [0, 1, 2]


def test_the_durability_of_a_run_is_its_own_or_the_stores() -> None:
    assert durability_of(make_header(options={"durability": "none"}), "power") == "none"
    assert durability_of(make_header(options={}), "process") == "process"
    with pytest.raises(UsageError, match="'safe'"):
        durability_of(make_header(options={"durability": "safe"}), "power")


WRITER = """
import sys
from floworch.store.journal.store import FlatBuffersStore
from floworch.run.events import Event
from floworch.testing.store_suite import make_header
log = FlatBuffersStore(sys.argv[1]).create(make_header(options={"durability": sys.argv[2]}))
seq = 0
out = sys.stdout.buffer
while True:
    batch = [Event(seq, 1.0, 60, 0, 1, (), {"n": seq}), Event(seq + 1, 1.0, 60, 0, 1, (), {"n": seq + 1})]
    ticket = log.append(batch)
    if sys.argv[2] == "power":
        log.boundary()
    assert log.durable >= ticket
    seq += 2
    out.write(b"%d\\n" % seq)
    out.flush()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize("durability", ["process", "power"])
@pytest.mark.parametrize("lines", [1, 17, 150])
def test_kill_nine_loses_nothing_that_was_confirmed(tmp_path: Path, durability: str, lines: int) -> None:
    """(C7.4)"""
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), durability], stdout=subprocess.PIPE)
    assert child.stdout is not None
    confirmed = [int(child.stdout.readline()) for _ in range(lines)][-1]
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().split(b"\n")
    confirmed = max([confirmed, *(int(line) for line in rest[:-1] if line)])
    child.wait()
    child.stdout.close()
    store = FlatBuffersStore(tmp_path)
    assert store.owner("run-1") is None
    events = list(store.events("run-1"))
    assert len(events) >= confirmed
    assert [(event.seq, event.payload) for event in events] == [(n, {"n": n}) for n in range(len(events))]
    assert [run.status for run in store.list()] == ["interrupted"]
    log = store.acquire("run-1")
    log.append([Event(len(events), 2.0, int(K.RUN_PAUSED))])
    log.close()
    store.close()


def test_readers_of_the_same_process_see_what_is_held_back(store: FlatBuffersStore) -> None:
    """With durability ``none`` a batch may wait in memory; whoever subscribes late misses nothing all the same."""
    log = create(store, "none")
    for event in story():
        log.append([event])
        assert next(reversed(list(store.events("run-1")))) == event
    assert store.load("run-1").status == "completed"
    log.close()
    log.settle()


def test_a_callback_whose_loop_is_closed_does_not_stop_the_journal(store: FlatBuffersStore) -> None:
    log = create(store, "power")

    def closed(ticket: int, error: StoreError | None) -> None:
        raise RuntimeError("Event loop is closed")

    log.on_durable(closed)
    log.append(story()[:2])
    log.boundary()
    assert log.append(story()[2:]) == 2
    log.close()
    assert list(store.events("run-1")) == story()


@pytest.mark.parametrize(("durability", "more", "syncs"), [("power", 0, 0), ("process", 0, 0), ("process", 1, 1)])
def test_a_close_syncs_events_that_no_boundary_has(
    store: FlatBuffersStore, monkeypatch: pytest.MonkeyPatch, durability: str, more: int, syncs: int
) -> None:
    """A snapshot alone asks for no sync: the journal is complete without it (journal.md section 3)."""
    monkeypatch.setattr("floworch.store.journal.writer.SYNC_INTERVAL", 60.0)
    events = story()
    before = events[: len(events) - more]
    log = create(store, durability)
    log.append(before)
    log.boundary()
    log.snapshot(fold(log.header, before))
    if more:
        log.append(events[-more:])
    counted: list[int] = []
    monkeypatch.setattr(log._segment, "sync", lambda: counted.append(1))
    log.close()
    assert len(counted) == syncs
    assert log.stamp == store._place.stamp(log.header.run_id)
    assert [event.seq for event in store.events(log.header.run_id)] == list(range(len(events)))


def test_a_close_syncs_what_a_killed_owner_left_in_the_system(
    store: FlatBuffersStore, files: FaultyFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7.4: what an orderly end leaves behind outlives a loss of power, also when this owner added nothing to it."""
    monkeypatch.setattr("floworch.store.journal.writer.SYNC_INTERVAL", 60.0)
    events = story()[:3]
    log = create(store, "process")
    log.append(events[:2])
    log.boundary()
    log.append(events[2:])
    log.abandon()
    store.acquire("run-1").close()
    files.power_loss(0.0)
    assert list(store.events("run-1")) == events


def test_the_state_found_with_the_lock_is_given_once_and_never_out_of_date(store: FlatBuffersStore) -> None:
    """C12: whoever takes a run need not read it again; after an event it would be another state."""
    events = story()
    first = create(store, "process")
    first.append(events[:3])
    assert first.take_found() is None
    first.close()
    log = store.acquire("run-1")
    state = log.take_found()
    assert state is not None
    assert state.to_json() == fold(make_header(options={"durability": "process"}), events[:3]).to_json()
    assert log.take_found() is None
    log.close()
    late = store.acquire("run-1")
    late.append(events[3:4])
    assert late.take_found() is None
    late.close()
