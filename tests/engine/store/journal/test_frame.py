"""Frames and segment headers."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.store.journal.frame import (
    FRAME_HEADER,
    IDENTIFIER,
    MAX_PAYLOAD,
    MIN_PAYLOAD,
    BadFrame,
    check_segment_header,
    frame,
    intact_frames,
    read_frame,
    seed_of,
    segment_header,
)

SEED = seed_of("run-1")
PAYLOAD = b"\x08\0\0\0" + IDENTIFIER + bytes(range(60))


def test_a_segment_header_is_sixteen_bytes_with_the_magic_first() -> None:
    header = segment_header(1, SEED)
    assert len(header) == 16
    assert header[:8] == b"FLOWJRN1"
    check_segment_header(header, 1, SEED)


@pytest.mark.parametrize("bit", range(128))
def test_a_flipped_bit_in_a_segment_header_is_found(bit: int) -> None:
    header = bytearray(segment_header(1, SEED))
    header[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadFrame):
        check_segment_header(header, 1, SEED)


def test_a_segment_of_another_run_or_number_is_refused() -> None:
    with pytest.raises(BadFrame, match="checksum"):
        check_segment_header(segment_header(1, SEED), 2, SEED)
    with pytest.raises(BadFrame, match="checksum"):
        check_segment_header(segment_header(1, SEED), 1, seed_of("run-2"))
    with pytest.raises(BadFrame, match="3 bytes"):
        check_segment_header(b"FLO", 1, SEED)


def test_a_newer_format_is_named_as_such() -> None:
    from zlib import crc32

    head = struct.pack("<8sHH", b"FLOWJRN1", 2, 0)
    header = head + struct.pack("<I", crc32(head + struct.pack("<I", 1), SEED))
    with pytest.raises(BadFrame, match="newer"):
        check_segment_header(header, 1, SEED)


@given(st.binary(min_size=MIN_PAYLOAD, max_size=300), st.text(max_size=20))
def test_a_frame_is_read_as_it_was_written(payload: bytes, run_id: str) -> None:
    seed = seed_of(run_id)
    assert bytes(read_frame(memoryview(b"xyz" + frame(payload, seed)), 3, seed)) == payload


def test_a_frame_of_another_run_is_refused() -> None:
    with pytest.raises(BadFrame, match="checksum"):
        read_frame(memoryview(frame(PAYLOAD, SEED)), 0, seed_of("run-2"))


@given(st.integers(0, 8 * (len(PAYLOAD) + FRAME_HEADER) - 1))
def test_a_flipped_bit_in_a_frame_is_found(bit: int) -> None:
    data = bytearray(frame(PAYLOAD, SEED) + frame(PAYLOAD, SEED))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadFrame):
        read_frame(memoryview(bytes(data)), 0, SEED)


@pytest.mark.parametrize("length", [0, MIN_PAYLOAD - 1, MAX_PAYLOAD + 1, 0xFFFFFFFF])
def test_a_length_out_of_range_is_refused_before_anything_is_read(length: int) -> None:
    """(C13)"""
    with pytest.raises(BadFrame, match=str(length)):
        read_frame(memoryview(struct.pack("<II", length, 0) + bytes(100)), 0, SEED)


def test_a_cut_frame_says_how_much_is_there() -> None:
    data = frame(PAYLOAD, SEED)
    with pytest.raises(BadFrame, match=f"{len(PAYLOAD) - 1} bytes up to the end"):
        read_frame(memoryview(data[:-1]), 0, SEED)
    with pytest.raises(BadFrame, match="frame header"):
        read_frame(memoryview(data[:5]), 0, SEED)


def test_a_record_over_the_limit_is_refused() -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return MAX_PAYLOAD + 1

    with pytest.raises(ValueError, match="limit"):
        frame(Huge(), SEED)


def test_frames_are_found_again_behind_damage() -> None:
    first, second, third = (frame(PAYLOAD + bytes([i]), SEED) for i in range(3))
    data = bytearray(first + second + b"junk" + third)
    data[2] ^= 0xFF  # the length of the first
    found = list(intact_frames(bytes(data), 0, SEED))
    assert [offset for offset, _ in found] == [len(first), len(first + second) + 4]
    assert [payload[-1] for _, payload in found] == [1, 2]
    assert next(intact_frames(bytes(data), len(first) + 1, SEED))[1][-1] == 2


def test_identifiers_inside_values_are_no_frames() -> None:
    data = frame(PAYLOAD + IDENTIFIER * 20, SEED)
    assert len(list(intact_frames(data, 0, SEED))) == 1
