"""The FlatBuffers store: the conformance suite under every durability, and what is its own."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from floworch.errors import CorruptJournal, RunExists, RunNotFound, StoreError, UsageError
from floworch.run.events import Event, EventKind
from floworch.store.journal.segment import segment_path, segments
from floworch.store.journal.store import FlatBuffersStore
from floworch.store.protocol import RunStore
from floworch.store.retention import RetentionPolicy
from floworch.testing.faults import FaultyFiles, fail_on
from floworch.testing.store_suite import EPOCH, StoreConformance, fold, make_header, story


class TestFlatBuffersStore(StoreConformance):
    def make_store(self, path: Path) -> RunStore:
        return FlatBuffersStore(path)


class TestFlatBuffersStoreWithTinySegments(StoreConformance):
    """Every group starts a new segment."""

    def make_store(self, path: Path) -> RunStore:
        return FlatBuffersStore(path, segment_size=64)


@pytest.mark.parametrize("durability", ["power", "process", "none"])
def test_what_is_written_is_read_with_every_durability(tmp_path: Path, durability: str) -> None:
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header(options={"durability": durability}))
    assert log.durability == durability
    for event in story():
        log.append([event])
    log.close()
    assert list(store.events("run-1")) == story()
    store.close()


def test_the_stores_durability_holds_for_runs_that_name_none(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path, durability="none")
    log = store.create(make_header(options={}))
    assert log.durability == "none"
    log.close()
    with pytest.raises(UsageError, match="sometimes"):
        store.create(make_header("run-2", options={"durability": "sometimes"}))
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a POSIX notion")
def test_a_store_is_its_owners_alone(tmp_path: Path) -> None:
    """(C13)"""
    before = os.umask(0)
    try:
        store = FlatBuffersStore(tmp_path / "store")
        log = store.create(make_header())
        store.list()
        paths = [store.path, *store.path.rglob("*")]
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in paths if not path.name.endswith(("-shm", "-wal"))}
        assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
        assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
        log.close()
        store.close()
    finally:
        os.umask(before)


def test_a_long_journal_continues_in_segments(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path, segment_size=2000)
    log = store.create(make_header())
    events = [Event(i, EPOCH, int(EventKind.NODE_LOGGED), 0, 1, (), {"message": "x" * 50}) for i in range(100)]
    for event in events:
        log.append([event])
    log.close()
    assert len(segments(store.path / "runs" / "run-1")) > 5
    assert list(store.events("run-1")) == events
    log = store.acquire("run-1")
    log.append([Event(100, EPOCH, int(EventKind.RUN_PAUSED))])
    log.close()
    assert sum(1 for _ in store.events("run-1")) == 101
    store.close()


def test_opening_a_finished_run_reads_the_snapshot_and_not_the_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    log.append(story())
    state = fold(make_header(), story())
    log.snapshot(state)
    log.close()
    monkeypatch.setattr("floworch.run.state.RunState.apply", lambda *_: pytest.fail("an event was folded"))
    assert store.load("run-1").to_json() == state.to_json()
    store.close()


def test_a_snapshot_of_another_version_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    log.append(story())
    state = fold(make_header(), story())
    packed = {**state.pack(), "version": 99}
    monkeypatch.setattr("floworch.run.state.RunState.pack", lambda _self: packed)
    log.snapshot(state)
    log.close()
    assert store.load("run-1").to_json() == state.to_json()
    store.close()


def test_events_that_cannot_follow_each_other_are_a_named_error(tmp_path: Path) -> None:
    """(C13)"""
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    log.append([*story()[:2], Event(2, EPOCH, int(EventKind.NODE_COMPLETED), 0, 1)])
    log.close()
    with pytest.raises(CorruptJournal, match="pending"):
        store.load("run-1")
    store.close()


def test_a_directory_without_a_journal_is_no_run_and_can_become_one(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    (tmp_path / "runs" / "run-1").mkdir(parents=True)
    (tmp_path / "runs" / "run-1" / "journal-000001.new").write_bytes(b"half")
    assert store.list() == []
    with pytest.raises(RunNotFound):
        store.load("run-1")
    store.create(make_header()).close()
    assert [run.run_id for run in store.list()] == ["run-1"]
    store.close()


def test_a_run_whose_first_segment_is_gone_is_damaged_not_absent(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path, segment_size=64)
    log = store.create(make_header())
    for event in story():
        log.append([event])
    log.close()
    segment_path(tmp_path / "runs" / "run-1", 1).unlink()
    with pytest.raises(CorruptJournal):
        list(store.events("run-1"))
    with pytest.raises(RunExists):
        store.create(make_header())
    store.close()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user that modes apply to")
def test_a_store_that_is_not_writable_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        FlatBuffersStore(tmp_path / "store").create(make_header())
    tmp_path.chmod(0o700)


def test_a_store_in_the_place_of_a_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    with pytest.raises(StoreError, match="cannot be used"):
        FlatBuffersStore(path).create(make_header())
    with pytest.raises(StoreError, match="cannot be used"):
        FlatBuffersStore(path).list()


@pytest.mark.parametrize("operation", ["create", "write", "sync", "rename", "reserve"])
def test_a_run_begins_whole_or_not_at_all(tmp_path: Path, operation: str) -> None:
    """(C7.4)"""
    files = FaultyFiles()
    store = FlatBuffersStore(tmp_path, files=files)
    files.fail = fail_on(operation, 28)
    with pytest.raises(StoreError, match="No space"):
        store.create(make_header())
    files.fail = lambda _operation: None
    assert store.list() == []
    store.create(make_header()).close()
    assert store.header("run-1") == make_header()
    store.close()


def test_the_space_that_an_earlier_version_set_aside_in_a_file_of_its_own_is_given_back(tmp_path: Path) -> None:
    """journal.md section 4: a killed process of that version left it behind."""
    store = FlatBuffersStore(tmp_path)
    store.create(make_header()).abandon()
    left = tmp_path / "runs" / "run-1" / "reserve"
    left.write_bytes(bytes(65536))
    store.acquire("run-1").close()
    assert not left.exists()


def test_a_run_left_by_a_crash_is_acquired_with_its_tail_put_aside(tmp_path: Path) -> None:
    """journal.md section 5: only the owner cuts, after copying."""
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    log.append(story(None))
    log.abandon()
    path = segment_path(tmp_path / "runs" / "run-1", 1)
    whole = path.read_bytes()
    path.write_bytes(whole + b"torn" * 9)
    assert list(store.events("run-1")) == story(None)
    assert path.read_bytes() == whole + b"torn" * 9, "a reader never cuts"
    log = store.acquire("run-1")
    log.append([Event(len(story(None)), EPOCH, int(EventKind.RUN_PAUSED))])
    log.close()
    assert path.with_name(path.name + ".torn").read_bytes() == b"torn" * 9
    assert store.load("run-1").status == "paused"
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a POSIX notion")
def test_a_store_may_be_shared_with_a_group(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = FlatBuffersStore(tmp_path / "store", permissions=0o640)
        store.create(make_header(inputs={"rows": ["shared"] * 20_000})).close()
        store.list()
        paths = [path for path in store.path.rglob("*") if not path.name.endswith(("-shm", "-wal"))]
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (store.path, *paths)}
        assert {mode for path, mode in modes.items() if path.is_dir()} == {0o750}
        assert {mode for path, mode in modes.items() if path.is_file()} == {0o640}
        store.close()
    finally:
        os.umask(before)


def test_what_retention_does_not_keep_goes_when_the_store_is_closed(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path, retention=RetentionPolicy(count=1))
    for number in (1, 2, 3):
        log = store.create(make_header(f"run-{number}", EPOCH + number))
        log.append(story(EventKind.RUN_PAUSED if number == 1 else EventKind.RUN_COMPLETED))
        log.close()
    assert len(store.list()) == 3
    store.close()
    assert sorted(run.run_id for run in store.list()) == ["run-1", "run-3"], "a paused run never goes"
    store.close()


def test_what_retention_does_not_keep_goes_while_runs_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floworch.store.retention.EVERY", 0.0)
    store = FlatBuffersStore(tmp_path, retention=RetentionPolicy(count=1))
    for number in (1, 2, 3):
        log = store.create(make_header(f"run-{number}", EPOCH + number))
        log.append(story(EventKind.RUN_COMPLETED))
        log.close()
        assert store._keeper is not None
        store._keeper.wait()
    assert "run-1" not in {run.run_id for run in store.list()}
    store.close()


@pytest.mark.parametrize("make", [lambda path: path.touch(), lambda path: (path.mkdir(), (path / "runs").touch())])
def test_a_path_that_cannot_be_a_store_is_one_clear_message(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """Exit code 4 on the command line."""
    make(tmp_path / "store")
    store = FlatBuffersStore(tmp_path / "store")
    with pytest.raises(StoreError, match="store") as caught:
        store.create(make_header())
    assert (caught.value.exit_code, bool(caught.value.hint)) == (4, True)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX links")
def test_deleting_a_run_that_is_a_link_takes_the_link_and_nothing_beyond_it(tmp_path: Path) -> None:
    """C13: a store removes nothing outside of itself, and is not stuck because of it."""
    store = FlatBuffersStore(tmp_path / "store")
    store.create(make_header()).close()
    run = tmp_path / "store" / "runs" / "run-1"
    kept = run.rename(tmp_path / "elsewhere")
    run.symlink_to(kept)
    store.delete("run-1")
    assert list(store.list()) == []
    assert [path.name for path in run.parent.iterdir()] == []
    assert segments(kept)
    store.sweep()
    store.close()
