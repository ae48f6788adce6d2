"""What an owner does before it appends."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from floworch.errors import CorruptJournal
from floworch.run.events import Event, EventKind
from floworch.store.journal.files import Files
from floworch.store.journal.recovery import find_end, find_state, set_aside
from floworch.store.journal.segment import segment_path
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.faults import FaultyFiles, fail_on
from floworch.testing.store_suite import EPOCH, fold, make_header, story


def leave(path: Path, *, segment_size: int = 2**26, snapshot: bool = False) -> Path:
    """A run that its owner left without a word; returns its directory."""
    store = FlatBuffersStore(path, segment_size=segment_size)
    log = store.create(make_header())
    for event in story():
        log.append([event])
    if snapshot:
        log.snapshot(fold(make_header(), story()))
    log.abandon()
    store.close()
    return path / "runs" / "run-1"


@pytest.mark.parametrize("snapshot", [False, True])
def test_the_end_and_the_facts_are_found(tmp_path: Path, snapshot: bool) -> None:
    directory = leave(tmp_path, snapshot=snapshot)
    end = find_end(directory, "run-1", Files())
    assert (end.header, end.cursor.seq, end.torn) == (make_header(), len(story()), None)
    assert end.cursor.offset == segment_path(directory, 1).stat().st_size
    assert (end.facts.status, end.facts.started_at, end.facts.ended_at) == ("completed", EPOCH + 0.5, EPOCH + 4)


@pytest.mark.parametrize("snapshot", [False, True])
@pytest.mark.parametrize("tail", [b"", b"tail"])
def test_the_state_is_found_in_the_same_pass(tmp_path: Path, snapshot: bool, tail: bytes) -> None:
    """C12: the end is the one that ``find_end`` finds, the state the fold of what lies before it."""
    directory = leave(tmp_path, snapshot=snapshot)
    path = segment_path(directory, 1)
    path.write_bytes(path.read_bytes() + tail)
    end, state = find_state(directory, "run-1", Files())
    assert end == find_end(directory, "run-1", Files())
    assert (end.torn is None) == (not tail)
    assert state is not None
    assert state.to_json() == fold(make_header(), story()).to_json()


def test_a_journal_that_cannot_be_folded_can_be_taken_all_the_same(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    log.append([Event(0, EPOCH, int(EventKind.NODE_COMPLETED), 0, 1)])  # it never started
    log.close()
    again = store.acquire("run-1")
    assert again.take_found() is None
    again.close()
    with pytest.raises(CorruptJournal, match="an event that may follow"):
        store.load("run-1")
    store.close()


def test_a_torn_tail_is_copied_then_cut(tmp_path: Path) -> None:
    directory = leave(tmp_path)
    path = segment_path(directory, 1)
    whole = path.read_bytes()
    for number, name in enumerate(("journal-000001.fbj.torn", "journal-000001.fbj.torn-2")):
        path.write_bytes(whole + b"tail" * 3 + bytes([number]))
        end = find_end(directory, "run-1", Files())
        assert end.torn is not None
        assert set_aside(directory, end.torn, Files()) == [directory / name]
        assert (directory / name).read_bytes() == b"tail" * 3 + bytes([number])
        assert path.read_bytes() == whole


def test_nothing_is_cut_when_the_copy_fails(tmp_path: Path) -> None:
    directory = leave(tmp_path)
    path = segment_path(directory, 1)
    path.write_bytes(path.read_bytes() + b"tail")
    before = path.read_bytes()
    files = FaultyFiles()
    files.fail = fail_on("sync", errno.EIO)
    store = FlatBuffersStore(tmp_path, files=files)
    from floworch.errors import StoreError

    with pytest.raises(StoreError):
        store.acquire("run-1")
    assert path.read_bytes() == before
    assert store.owner("run-1") is None
    store.close()


def test_segments_behind_the_tail_are_put_aside_whole(tmp_path: Path) -> None:
    directory = leave(tmp_path)
    segment_path(directory, 2).write_bytes(b"FLO")
    segment_path(directory, 3).write_bytes(b"")
    store = FlatBuffersStore(tmp_path)
    log = store.acquire("run-1")
    log.append([Event(len(story()), EPOCH, int(EventKind.RUN_RETRIED))])
    log.close()
    assert len(list(store.events("run-1"))) == len(story()) + 1
    assert (directory / "journal-000002.fbj.torn").read_bytes() == b"FLO"
    assert (directory / "journal-000003.fbj.torn").read_bytes() == b""
    store.close()


def test_damage_is_an_error_and_the_lock_is_free_again(tmp_path: Path) -> None:
    directory = leave(tmp_path, segment_size=64)
    path = segment_path(directory, 2)
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)
    store = FlatBuffersStore(tmp_path)
    with pytest.raises(CorruptJournal):
        store.acquire("run-1")
    assert store.owner("run-1") is None
    assert path.read_bytes() == data, "nothing is cut"
    store.close()
