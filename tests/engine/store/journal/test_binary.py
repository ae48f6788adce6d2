"""The binary format behind the seam of formats."""

from __future__ import annotations

import pytest

from floworch.store.journal.formats import BINARY
from floworch.store.journal.frame import BadFrame, frame, seed_of
from floworch.store.journal.tables import EVENT, MARK, RUN_HEADER, SNAPSHOT
from floworch.testing.store_suite import make_header, story

SEED = seed_of("run-1")


def test_every_frame_is_read_as_it_was_written() -> None:
    frames: list[bytes] = []
    BINARY.events(story(), 0, SEED, (2, 30), frames.append)
    found = BINARY.read(memoryview(frames[3]), 0, SEED)
    assert (found.body, found.seq, found.synced, found.end) == (EVENT, 3, (2, 30), len(frames[3]))
    assert BINARY.event_of(found) == story()[3]
    header = BINARY.read(memoryview(BINARY.header(make_header(), SEED)), 0, SEED)
    assert (header.body, BINARY.header_of(header)) == (RUN_HEADER, make_header())
    snapshot = BINARY.read(memoryview(BINARY.snapshot(4, (1, 2), {"version": 1}, SEED)), 0, SEED)
    assert snapshot.body == SNAPSHOT
    assert BINARY.snapshot_of(snapshot)["version"] == 1
    assert BINARY.read(memoryview(BINARY.mark(5, (1, 2), SEED)), 0, SEED).body == MARK


def test_the_last_snapshot_is_found_from_behind_and_frames_behind_damage() -> None:
    parts = [BINARY.snapshot(seq, (1, 2), {"version": 1}, SEED) for seq in (1, 2)] + [BINARY.mark(3, (1, 2), SEED)]
    data = b"xx".join(parts)
    placed = BINARY.last_snapshot(data, len(data), SEED)
    assert placed is not None
    assert (placed[0], placed[1].seq) == (len(parts[0]) + 2, 2)
    before = BINARY.last_snapshot(data, placed[0], SEED)
    assert before is not None
    assert before[1].seq == 1
    assert [found.seq for found in BINARY.intact(data, 1, SEED)] == [2, 3]


def test_an_end_is_proven_by_the_checksum_alone() -> None:
    data = frame(b"any bytes that are long enough to be a record", SEED)
    assert BINARY.proven_end(memoryview(data), 0, SEED) == BINARY.end_of(data, 0) == len(data)
    with pytest.raises(BadFrame):
        BINARY.proven_end(memoryview(data[:-1] + b"x"), 0, SEED)
    assert BINARY.end_of(data[:3], 0) > len(data)
