"""The readable format: lines of JSON with the same promises as binary frames."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import CorruptJournal, LimitExceeded, UsageError
from floworch.run.events import Event, EventKind
from floworch.store.journal.formats import JSON
from floworch.store.journal.frame import BadFrame, seed_of
from floworch.store.journal.reader import Reader
from floworch.store.journal.segment import segment_path
from floworch.store.journal.store import FlatBuffersStore, JsonStore
from floworch.store.journal.tables import EVENT, MARK, RUN_HEADER, SNAPSHOT, BadRecord
from floworch.store.protocol import RunStore
from floworch.testing.store_suite import EPOCH, StoreConformance, fold, make_header, story

SEED = seed_of("run-1")


class TestJsonStore(StoreConformance):
    def make_store(self, path: Path) -> RunStore:
        return JsonStore(path)


class TestJsonStoreWithTinySegments(StoreConformance):
    """Every group starts a new segment."""

    def make_store(self, path: Path) -> RunStore:
        return JsonStore(path, segment_size=64)


def whole(path: Path) -> Path:
    """The journal of a finished run with a snapshot; its directory."""
    store = JsonStore(path)
    log = store.create(make_header())
    for event in story():
        log.append([event])
    log.snapshot(fold(make_header(), story()))
    log.close()
    store.close()
    return path / "runs" / "run-1"


def test_every_line_is_json_that_a_person_can_read(tmp_path: Path) -> None:
    lines = (whole(tmp_path) / "journal-000001.jsonl").read_text().splitlines()
    words = [json.loads(line) for line in lines]
    assert words[0]["journal"] == "floworch"
    assert words[1]["header"]["workflow_id"] == "orders"
    assert [word["event"]["word"] for word in words if "event" in word][:3] == [
        "run_created", "run_started", "node_started",
    ]  # fmt: skip
    assert all(len(word["crc"]) == 8 for word in words)


@pytest.mark.parametrize("reading", [FlatBuffersStore, JsonStore])
def test_any_store_reads_and_goes_on_with_runs_of_either_format(
    tmp_path: Path, reading: type[FlatBuffersStore | JsonStore]
) -> None:
    for kind, name in ((FlatBuffersStore, "binary"), (JsonStore, "text")):
        store: FlatBuffersStore | JsonStore = kind(tmp_path)
        log = store.create(make_header(name))
        log.append(story()[:4])
        log.close()
        store.close()
    store = reading(tmp_path)
    for name, suffix in (("binary", "fbj"), ("text", "jsonl")):
        log = store.acquire(name)
        log.append(story()[4:])
        log.close()
        assert list(store.events(name)) == story()
        assert [path.suffix for path in (tmp_path / "runs" / name).glob("journal-*")] == [f".{suffix}"]
    assert len(store.list(status="completed")) == 2
    store.close()


def test_a_torn_tail_is_put_aside_and_the_run_goes_on(tmp_path: Path) -> None:
    directory = whole(tmp_path)
    path = directory / "journal-000001.jsonl"
    with path.open("ab") as file:
        file.write(b'{"crc":"00000000","seq":9,"syn')
    store = JsonStore(tmp_path)
    store.acquire("run-1").close()
    assert (directory / "journal-000001.jsonl.torn").read_bytes().startswith(b'{"crc":"00000000"')
    assert list(store.events("run-1")) == story()
    store.close()


def prefix_of(directory: Path) -> int:
    """How many events are read; -1 for a named error. Anything else fails."""
    try:
        found = list(Reader(directory, "run-1").events())
    except CorruptJournal:
        return -1
    assert found == story()[: len(found)]
    return len(found)


def test_cut_at_every_byte_it_gives_a_prefix_or_a_named_error(tmp_path: Path) -> None:
    directory = whole(tmp_path)
    path = directory / "journal-000001.jsonl"
    data = path.read_bytes()
    seen = set()
    for size in range(len(data)):
        path.write_bytes(data[:size])
        seen.add(prefix_of(directory))
    assert seen == {-1, *range(len(story()) + 1)}


def test_flipped_bits_are_found(tmp_path: Path) -> None:
    directory = whole(tmp_path)
    path = directory / "journal-000001.jsonl"
    data = path.read_bytes()
    for place in range(0, len(data), 3):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        prefix_of(directory)


def test_what_was_found_is_told_as_it_stands(tmp_path: Path) -> None:
    directory = whole(tmp_path)
    path = directory / "journal-000001.jsonl"
    data = path.read_bytes()
    path.write_bytes(data.replace(data.split(b'"')[3], b"0badc0de", 1))
    with pytest.raises(CorruptJournal, match="found 0badc0de\\."):
        list(Reader(directory, "run-1").events())


def test_a_journal_of_another_run_is_refused(tmp_path: Path) -> None:
    directory = whole(tmp_path)
    shutil.copytree(directory, tmp_path / "runs" / "other")
    with pytest.raises(CorruptJournal):
        Reader(tmp_path / "runs" / "other", "other").header()


@given(st.integers(0, 2**40), st.lists(st.integers(0, 99_999), max_size=3), st.integers(-1, 5), st.floats(0, 2e9))
def test_events_are_read_as_they_were_written(seq: int, scope: list[int], node: int, at: float) -> None:
    event = Event(seq, at, int(EventKind.NODE_COMPLETED), node, 2, tuple(scope), {"output": {"$type": "x", "é\n": [1]}})
    frames: list[bytes] = []
    assert JSON.events([event], seq, SEED, (3, 77), frames.append) == seq + 1
    found = JSON.read(memoryview(frames[0]), 0, SEED)
    assert (found.body, found.seq, found.synced, found.end) == (EVENT, seq, (3, 77), len(frames[0]))
    assert JSON.event_of(found) == event
    assert frames[0].count(b"\n") == 1


def test_other_frames_and_their_kinds() -> None:
    header = JSON.read(memoryview(JSON.header(make_header(), SEED)), 0, SEED)
    snapshot = JSON.read(memoryview(JSON.snapshot(4, (1, 2), {"version": 1, "b": b"\0"}, SEED)), 0, SEED)
    mark = JSON.read(memoryview(JSON.mark(5, (1, 2), SEED)), 0, SEED)
    assert [each.body for each in (header, snapshot, mark)] == [RUN_HEADER, SNAPSHOT, MARK]
    assert JSON.header_of(header) == make_header()
    assert JSON.snapshot_of(snapshot) == {"version": 1, "b": b"\0"}
    for wrong in (JSON.event_of, JSON.header_of, JSON.snapshot_of):
        with pytest.raises(BadRecord):
            wrong(mark)


def test_numbers_that_do_not_follow_and_huge_payloads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """(C12, C13)"""
    with pytest.raises(UsageError, match="next number is 3"):
        JSON.events([Event(4, 0.0, 1)], 3, SEED, (1, 0), lambda _line: None)
    monkeypatch.setattr("floworch.store.journal.json_lines.MAX_PAYLOAD", 100)
    with pytest.raises(LimitExceeded, match="100 bytes"):
        JSON.events([Event(0, 0.0, 1, payload={"x": "y" * 200})], 0, SEED, (1, 0), lambda _line: None)


def test_a_segments_first_line_belongs_to_its_place() -> None:
    data = JSON.segment_header(2, SEED)
    JSON.check_segment_header(data, 2, SEED)
    for number, seed in ((1, SEED), (2, SEED + 1)):
        with pytest.raises(BadFrame):
            JSON.check_segment_header(data, number, seed)


def test_lines_are_found_again_behind_damage() -> None:
    first, second = (JSON.mark(seq, (1, 0), SEED) for seq in (1, 2))
    data = b'{"crc":"broken' + first + b"\n\0\0" + second
    assert [found.seq for found in JSON.intact(data, 0, SEED)] == [1, 2]
    assert JSON.last_snapshot(data, len(data), SEED) is None


def test_a_long_line_is_found_whole() -> None:
    data = JSON.events([Event(0, EPOCH, 50, payload={"x": "y" * 20_000})], 0, SEED, (1, 0), (lines := []).append)
    assert (data, JSON.read(memoryview(lines[0]), 0, SEED).end) == (1, len(lines[0]))
    assert JSON.end_of(lines[0][:100], 0) > 100


def test_the_default_suffix_is_that_of_binary_segments(tmp_path: Path) -> None:
    assert segment_path(tmp_path, 1, JSON.suffix).name == "journal-000001.jsonl"
