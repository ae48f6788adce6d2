"""Torn tail against damage: every cut and every flipped bit of a small journal (journal.md sections 5 and 7)."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest

from floworch.errors import CorruptJournal
from floworch.run.events import Event, EventKind
from floworch.store.journal.codec import encode_events
from floworch.store.journal.frame import seed_of, segment_header
from floworch.store.journal.reader import Reader
from floworch.store.journal.segment import MAX_SEGMENT, segment_path, segments
from floworch.store.journal.store import FlatBuffersStore
from floworch.store.protocol import RunHeader
from floworch.testing.store_suite import EPOCH, fold, make_header, story

K = EventKind


def write(
    path: Path,
    batches: list[list[Event]],
    durability: str = "power",
    *,
    close: bool = True,
    segment: int = 2**26,
    header: RunHeader | None = None,
) -> Path:
    """A run with each batch synced by itself; returns its directory."""
    store = FlatBuffersStore(path, segment_size=segment)
    log = store.create(header or make_header(options={"durability": durability}))
    for batch in batches:
        log.append(batch)
        if durability == "power":
            log.boundary()
    if close:
        log.close()
    else:
        log.abandon()
    store.close()
    return path / "runs" / "run-1"


def read_or_damage(directory: Path) -> tuple[list[Event], Reader] | CorruptJournal:
    try:
        return read(directory)
    except CorruptJournal as error:
        return error


def read(directory: Path) -> tuple[list[Event], Reader]:
    reader = Reader(directory, "run-1")
    return list(reader.events()), reader


SHORT = [[event] for event in story()[:5]]
ALL = [event for batch in SHORT for event in batch]


@pytest.mark.parametrize("durability", ["power", "process"])
def test_a_journal_cut_at_any_byte_gives_a_prefix_or_a_named_error(tmp_path: Path, durability: str) -> None:
    directory = write(tmp_path, SHORT, durability)
    path = segment_path(directory, 1)
    whole = path.read_bytes()
    longest = 0
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        found = read_or_damage(directory)
        if isinstance(found, CorruptJournal):
            assert (found.file, longest) == (str(path), 0), "only a run without its header is no run"
            continue
        events, _reader = found
        assert events == ALL[: len(events)]
        assert len(events) >= longest
        longest = len(events)
    assert longest == len(ALL)


@pytest.mark.parametrize("durability", ["power", "process"])
def test_any_flipped_bit_gives_a_prefix_or_a_named_error(tmp_path: Path, durability: str) -> None:
    small = make_header(definition=b"{}", inputs={}, options={"durability": durability})
    directory = write(tmp_path, SHORT[:3], durability, header=small)
    path = segment_path(directory, 1)
    whole = bytearray(path.read_bytes())
    prefixes = corrupt = 0
    for bit in range(len(whole) * 8):
        whole[bit // 8] ^= 1 << bit % 8
        path.write_bytes(whole)
        found = read_or_damage(directory)
        if isinstance(found, CorruptJournal):
            assert found.file == str(path)
            assert found.offset <= bit // 8
            corrupt += 1
        else:
            events, reader = found
            assert events == ALL[: len(events)]
            assert reader.torn is not None
            prefixes += 1
        whole[bit // 8] ^= 1 << bit % 8
    assert corrupt > prefixes, "after an orderly end only the last mark can look like a torn tail"


@pytest.mark.parametrize("cut", [1, 9, 60, 111])
def test_a_crash_while_writing_leaves_a_torn_tail(tmp_path: Path, cut: int) -> None:
    """(C7.4)"""
    directory = write(tmp_path, SHORT, "process", close=False)
    path = segment_path(directory, 1)
    path.write_bytes(path.read_bytes()[:-cut])
    events, reader = read(directory)
    assert events == ALL[:-1]
    assert reader.torn is not None
    assert reader.torn.offset < path.stat().st_size


def test_zeros_behind_the_end_are_a_torn_tail(tmp_path: Path) -> None:
    """What a file system may leave after a power loss."""
    directory = write(tmp_path, SHORT, close=False)
    with segment_path(directory, 1).open("ab") as file:
        file.write(bytes(5000))
    events, reader = read(directory)
    assert events == ALL
    assert reader.torn is not None


def test_lost_unsynced_pages_are_a_torn_tail_though_later_ones_survived(tmp_path: Path) -> None:
    """journal.md section 5: torn above the highest synced offset, whatever stands behind it."""
    directory = write(tmp_path, SHORT, "process", close=False)
    path = segment_path(directory, 1)
    data = bytearray(path.read_bytes())
    data[-300:-200] = bytes(100)
    path.write_bytes(data)
    events, reader = read(directory)
    assert events == ALL[: len(events)] != ALL
    assert reader.torn is not None


def test_damage_before_something_synced_is_an_error_with_its_place(tmp_path: Path) -> None:
    directory = write(tmp_path, SHORT, "power", close=False)
    path = segment_path(directory, 1)
    data = bytearray(path.read_bytes())
    at = data.index(b'"workflow":"orders"')
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(CorruptJournal, match="checksum") as caught:
        read(directory)
    assert (caught.value.file, caught.value.offset < at) == (str(path), True)


def test_a_damaged_length_does_not_hide_what_was_synced_behind_it(tmp_path: Path) -> None:
    directory = write(tmp_path, SHORT, "power", close=False)
    path = segment_path(directory, 1)
    data = bytearray(path.read_bytes())
    data[-112:-108] = struct.pack("<I", 0xFFFFFFF0)
    data[-224:-220] = struct.pack("<I", 200_000_000)
    path.write_bytes(data)
    events, _ = read(directory)
    assert events == ALL[:3], "the last synced batch was the one before"
    longer = write(tmp_path / "more", [*SHORT, story()[5:7], story()[7:8]], "power", close=False)
    path = segment_path(longer, 1)
    data = bytearray(path.read_bytes())
    reader = Reader(longer, "run-1")
    for event in reader.events():
        if event.seq == 2:
            break
    data[reader.cursor.offset] ^= 0x80
    path.write_bytes(data)
    with pytest.raises(CorruptJournal):
        read(longer)


def test_a_frame_moved_within_a_run_is_refused(tmp_path: Path) -> None:
    """journal.md section 3: the checksum also covers the sequence number."""
    directory = write(tmp_path, SHORT, "process", close=False)
    path = segment_path(directory, 1)
    data = path.read_bytes()
    path.write_bytes(data + data[-112:])
    events, reader = read(directory)
    assert events == ALL
    assert reader.torn is not None
    assert "number 4" in reader.torn.found


def test_a_frame_or_segment_of_another_run_is_refused(tmp_path: Path) -> None:
    first = write(tmp_path / "1", SHORT)
    store = FlatBuffersStore(tmp_path / "2")
    log = store.create(make_header("run-2"))
    log.append(ALL)
    log.close()
    store.close()
    shutil.copy(tmp_path / "2" / "runs" / "run-2" / "journal-000001.fbj", segment_path(first, 1))
    with pytest.raises(CorruptJournal, match="checksum"):
        read(first)


class TestSegments:
    """A run in several files."""

    @pytest.fixture
    def directory(self, tmp_path: Path) -> Path:
        return write(tmp_path, SHORT, segment=64)

    def test_they_are_read_in_order(self, directory: Path) -> None:
        assert len(segments(directory)) > 4
        assert read(directory)[0] == ALL

    def test_a_missing_one_in_the_middle_is_damage(self, directory: Path) -> None:
        segment_path(directory, 3).unlink()
        with pytest.raises(CorruptJournal):
            read(directory)

    def test_a_renumbered_one_is_damage(self, directory: Path) -> None:
        third, fourth = segment_path(directory, 3), segment_path(directory, 4)
        third_bytes = third.read_bytes()
        third.write_bytes(fourth.read_bytes())
        fourth.write_bytes(third_bytes)
        with pytest.raises(CorruptJournal):
            read(directory)

    def test_a_cut_one_in_the_middle_is_damage(self, directory: Path) -> None:
        path = segment_path(directory, 3)
        path.write_bytes(path.read_bytes()[:-5])
        with pytest.raises(CorruptJournal):
            read(directory)

    def test_an_empty_last_one_is_a_torn_tail(self, directory: Path) -> None:
        last = segments(directory)[-1][0]
        segment_path(directory, last + 1).write_bytes(b"FLOW")
        events, reader = read(directory)
        assert events == ALL
        assert reader.torn is not None
        assert (reader.torn.segment, reader.torn.offset) == (last + 1, 0)

    def test_the_next_one_counts_where_two_hold_the_same_numbers(self, tmp_path: Path) -> None:
        """After a failed sync the old segment may hold events that were never confirmed."""
        old = write(tmp_path / "old", [ALL[:3], ALL[3:]], "process", close=False)
        data = segment_path(old, 1).read_bytes()
        seed = seed_of("run-1")
        other = [Event(3, EPOCH, int(K.RUN_PAUSED)), Event(4, EPOCH, int(K.RUN_RESUMED))]
        frames: list[bytes] = []
        encode_events(other, 3, seed, (2, 400), frames.append)
        segment_path(old, 2).write_bytes(segment_header(2, seed) + b"".join(frames))
        assert read(old)[0] == [*ALL[:3], *other]
        segment_path(old, 1).write_bytes(data[:-40] + bytes(40))
        assert read(old)[0] == [*ALL[:3], *other], "damage in what is replaced does no harm"
        segment_path(old, 2).write_bytes(segment_header(2, seed) + b"".join(frames)[:20])
        segment_path(old, 1).write_bytes(data)
        assert read(old)[0] == ALL, "a segment without an intact frame replaces nothing"

    def test_one_that_is_absurdly_large_is_not_read(self, directory: Path) -> None:
        """(C13) no huge allocation"""
        with segment_path(directory, 1).open("r+b") as file:
            file.truncate(MAX_SEGMENT + 1)
        with pytest.raises(CorruptJournal, match="at most"):
            read(directory)


class TestSnapshots:
    """Reading from the newest snapshot on."""

    @pytest.fixture
    def directory(self, tmp_path: Path) -> Path:
        store = FlatBuffersStore(tmp_path)
        log = store.create(make_header())
        paused = [*story(None)[:4], Event(4, EPOCH, int(K.RUN_PAUSED))]
        log.append(paused)
        log.snapshot(fold(make_header(), paused))
        log.append([Event(5, EPOCH, int(K.RUN_RESUMED)), Event(6, EPOCH, int(K.RUN_PAUSED))])
        events = [*paused, Event(5, EPOCH, int(K.RUN_RESUMED)), Event(6, EPOCH, int(K.RUN_PAUSED))]
        log.snapshot(fold(make_header(), events))
        log.append([Event(7, EPOCH, int(K.RUN_RESUMED))])
        log.close()
        store.close()
        return tmp_path / "runs" / "run-1"

    def test_the_newest_is_found_and_the_events_behind_it_follow(self, directory: Path) -> None:
        reader = Reader(directory, "run-1")
        packed = reader.snapshot()
        assert packed is not None
        assert (packed["status"], reader.cursor.seq) == ("paused", 7)
        assert [event.seq for event in reader.events()] == [7]

    def test_a_damaged_one_behind_the_last_sync_is_torn_and_the_older_one_serves(self, directory: Path) -> None:
        path = segment_path(directory, 1)
        data = bytearray(path.read_bytes())
        reader = Reader(directory, "run-1")
        assert reader.snapshot() is not None
        data[reader.cursor.offset - 3] ^= 1
        path.write_bytes(data)
        again = Reader(directory, "run-1")
        assert again.snapshot() is not None
        assert again.cursor.seq == 5
        with pytest.raises(CorruptJournal):  # the mark of the orderly end says that it had been synced
            list(again.events())

    def test_a_run_without_one_has_none(self, tmp_path: Path) -> None:
        reader = Reader(write(tmp_path / "none", SHORT), "run-1")
        assert reader.snapshot() is None
        assert [event.seq for event in reader.events()] == [0, 1, 2, 3, 4]


def test_the_header_is_checked_before_anything_else(tmp_path: Path) -> None:
    directory = write(tmp_path, SHORT)
    assert Reader(directory, "run-1").header().run_id == "run-1"
    with pytest.raises(CorruptJournal):
        Reader(directory, "run-9").header()
    segment_path(directory, 1).write_bytes(b"hello")
    with pytest.raises(CorruptJournal):
        Reader(directory, "run-1").header()
    segment_path(directory, 1).unlink()
    with pytest.raises(FileNotFoundError):
        Reader(directory, "run-1").header()


def test_reading_to_the_end_tells_where_it_is(tmp_path: Path) -> None:
    directory = write(tmp_path, SHORT)
    reader = Reader(directory, "run-1")
    reader.rest()
    assert (reader.cursor.seq, reader.cursor.offset) == (5, segment_path(directory, 1).stat().st_size)
    assert reader.synced <= (1, reader.cursor.offset)


@pytest.mark.parametrize("size", [10, 300_000])
def test_a_header_is_read_without_the_rest_of_the_journal(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = make_header(definition=b"x" * size)
    directory = write(tmp_path, [*SHORT, [Event(5, EPOCH, int(K.NODE_LOGGED), payload={"m": "y" * 400_000})]],
                      "process", header=header)  # fmt: skip
    monkeypatch.setattr(Reader, "_segment", Reader._segment if size > 1000 else None)
    assert Reader(directory, "run-1").header() == header


def test_events_before_the_wanted_one_are_checked_but_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write(tmp_path, SHORT, "process")
    decoded: list[bytes] = []
    monkeypatch.setattr("floworch.store.journal.codec.decode", lambda data: decoded.append(data) or {})
    assert [event.seq for event in Reader(directory, "run-1").events(3)] == [3, 4]
    assert len(decoded) == 1
