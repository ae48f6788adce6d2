"""The segment files of a run."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from floworch.store.journal.frame import SEGMENT_HEADER, check_segment_header, frame, seed_of
from floworch.store.journal.segment import SegmentWriter, segment_path, segments
from floworch.testing.faults import FaultyFiles, fail_on

SEED = seed_of("run-1")


@pytest.fixture
def files() -> FaultyFiles:
    return FaultyFiles()


@pytest.fixture
def segment(tmp_path: Path, files: FaultyFiles) -> SegmentWriter:
    segment = SegmentWriter(files, tmp_path, SEED, limit=100)
    segment.begin([b"header"])
    return segment


def test_segments_are_listed_in_number_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("journal-000010.fbj", "journal-000002.fbj", "journal-000001.fbj.torn", "journal-1.fbj", "lock",
                 "journal-000003.new"):  # fmt: skip
        (tmp_path / name).touch()
    assert [number for number, _ in segments(tmp_path)] == [2, 10]
    assert segments(tmp_path)[0][1] == segment_path(tmp_path, 2)


def test_a_segment_that_one_look_at_the_directory_misses_is_no_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listing may leave out a file that is made while it runs and show a later one (C7.2)."""
    looks = [[1, 3], [1, 2, 3, 5]]
    monkeypatch.setattr(Path, "iterdir", lambda self: iter([segment_path(self, n) for n in looks.pop(0)]))
    assert [number for number, _ in segments(tmp_path)] == [1, 2, 3]


def test_a_segment_that_is_gone_stays_a_gap(tmp_path: Path) -> None:
    for number in (1, 3):
        segment_path(tmp_path, number).touch()
    assert [number for number, _ in segments(tmp_path)] == [1, 3]


def test_the_first_segment_appears_whole_and_synced(tmp_path: Path, segment: SegmentWriter, files: FaultyFiles) -> None:
    data = segment_path(tmp_path, 1).read_bytes()
    check_segment_header(data, 1, SEED)
    assert data[SEGMENT_HEADER:] == b"header"
    assert segment.synced == (1, len(data)) == (segment.number, segment.size)
    assert files.calls.index("sync") < files.calls.index("rename") < files.calls.index("sync_directory")
    assert not list(tmp_path.glob("*.new"))


def test_a_half_made_segment_is_made_again(tmp_path: Path, files: FaultyFiles) -> None:
    segment_path(tmp_path, 1).with_suffix(".new").write_bytes(b"half")
    SegmentWriter(files, tmp_path, SEED).begin([b"x"])
    assert segment_path(tmp_path, 1).read_bytes().endswith(b"x")


def test_syncing_twice_syncs_once(segment: SegmentWriter, files: FaultyFiles) -> None:
    files.calls.clear()
    segment.sync()
    segment.write([b"a", b"b"])
    segment.sync()
    segment.sync()
    assert files.calls == ["write", "write", "sync"]
    assert segment.synced == (1, SEGMENT_HEADER + 8)


def test_a_write_that_failed_can_be_cut_off(tmp_path: Path, segment: SegmentWriter, files: FaultyFiles) -> None:
    files.capacity = 3
    size = segment.size
    with pytest.raises(OSError):
        segment.write([b"abcdef"])
    assert segment.size == size
    segment.cut(size)
    files.capacity = None
    segment.write([b"good"])
    assert segment_path(tmp_path, 1).read_bytes()[SEGMENT_HEADER:] == b"headergood"


def test_one_piece_is_written_as_a_group_is(tmp_path: Path, segment: SegmentWriter, files: FaultyFiles) -> None:
    """journal.md section 4: short writes are continued, and ``size`` grows only when all of the piece is written."""
    files.calls.clear()
    segment.append(b"whole")
    assert files.calls == ["write"]
    files.short = 3
    segment.append(b"in pieces")
    assert files.calls[1:] == ["write"] * 3
    size = segment.size
    assert segment_path(tmp_path, 1).read_bytes()[SEGMENT_HEADER:] == b"headerwholein pieces"
    files.capacity = 4
    with pytest.raises(OSError):
        segment.append(b"too much")
    assert segment.size == size
    segment.cut(size)
    assert segment_path(tmp_path, 1).stat().st_size == size


def test_rotation_syncs_and_begins_the_next_one(tmp_path: Path, segment: SegmentWriter) -> None:
    assert not segment.full
    segment.write([b"x" * 100])
    assert segment.full
    segment.rotate()
    assert (segment.number, segment.size, segment.full) == (2, SEGMENT_HEADER, False)
    assert segment.synced == (1, SEGMENT_HEADER + 106), "the next one's own bytes count when they are synced"
    check_segment_header(segment_path(tmp_path, 2).read_bytes(), 2, SEED)


@pytest.mark.parametrize("operation", ["create", "write", "rename"])
def test_a_next_segment_that_cannot_be_made_leaves_the_number(
    tmp_path: Path, segment: SegmentWriter, files: FaultyFiles, operation: str
) -> None:
    files.fail = fail_on(operation, errno.EIO)
    with pytest.raises(OSError):
        segment.next()
    assert segment.number == 1
    files.fail = lambda _operation: None
    segment.next()
    assert [number for number, _ in segments(tmp_path)] == [1, 2]


def test_an_existing_segment_goes_on_at_its_end(tmp_path: Path, segment: SegmentWriter, files: FaultyFiles) -> None:
    segment.close()
    segment.close()
    again = SegmentWriter(files, tmp_path, SEED)
    again.open(1, SEGMENT_HEADER + 6)
    again.write([b"more"])
    assert segment_path(tmp_path, 1).read_bytes()[SEGMENT_HEADER:] == b"headermore"
    with pytest.raises(OSError, match="were read"):
        SegmentWriter(files, tmp_path, SEED).open(1, 5)


def test_an_escape_takes_along_what_may_be_lost(tmp_path: Path, files: FaultyFiles) -> None:
    """journal.md section 4: the file of a failed sync is neither trusted nor synced again."""
    one, two, three, final = (frame(bytes([n]) * 40, SEED) for n in range(4))
    segment = SegmentWriter(files, tmp_path, SEED)
    segment.begin([one])
    segment.write([two])
    segment.sync()
    assert segment.unsynced() == b""
    segment.write([three])
    old = segment_path(tmp_path, 1).read_bytes()
    files.fail = fail_on("sync", errno.EIO, after=0)
    with pytest.raises(OSError):
        segment.sync()
    files.fail = lambda _operation: None
    files.calls.clear()
    segment.escape([final])
    assert segment_path(tmp_path, 2).read_bytes()[SEGMENT_HEADER:] == three + final
    assert segment_path(tmp_path, 1).read_bytes() == old
    assert segment.synced == (2, segment.size)
    assert files.calls.count("sync") == 1
    assert files.calls.index("sync") < files.calls.index("rename"), "whole or not at all"


def test_what_cannot_be_read_back_is_not_taken_along(tmp_path: Path, files: FaultyFiles) -> None:
    segment = SegmentWriter(files, tmp_path, SEED)
    segment.begin([frame(bytes(40), SEED)])
    segment.write([b"rubbish" * 20])
    with pytest.raises(OSError, match="read back"):
        segment.escape([])
