"""The bounds-checked reader and the small writer."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.store.journal.tables import RUN_HEADER, BadRecord, Scalar, Table, Vector, lay_out, text

U8, U32, U64, F64 = (struct.Struct("<" + letter) for letter in "BIQd")
RECORD = lay_out(
    7, (2, 99), RUN_HEADER, [Scalar("I", 5), Scalar("d", 1.5), text("né"), Vector(b"abc", 3), Vector(bytes(24), 3, 8)]
)


def body() -> Table:
    table = Table.root(memoryview(RECORD)).table(3)
    assert table is not None
    return table


def test_a_record_is_read_field_by_field() -> None:
    root = Table.root(memoryview(RECORD))
    assert (root.number(0, U64), root.position(1), root.number(2, U8)) == (7, (2, 99), RUN_HEADER)
    table = body()
    assert (table.number(0, U32), table.number(1, F64), table.string(2)) == (5, 1.5, "né")
    assert bytes(table.vector(3)) == b"abc"
    assert bytes(table.vector(4, 8)) == bytes(24)


def test_absent_fields_have_defaults() -> None:
    """Additive evolution: an old record has none of the newer fields."""
    table = body()
    assert table.number(9, U32, -1) == -1
    assert table.position(9) == (0, 0)
    assert bytes(table.vector(9)) == b""
    assert table.string(9) == ""
    assert table.table(9) is None


@given(st.lists(st.binary(max_size=20), max_size=6), st.floats(allow_nan=False), st.integers(0, 2**32 - 1))
def test_any_fields_are_read_as_they_were_laid_out(blobs: list[bytes], number: float, count: int) -> None:
    fields = [Scalar("d", number), *(Vector(blob, len(blob)) for blob in blobs), Scalar("I", count)]
    record = lay_out(1, (1, 0), RUN_HEADER, fields)
    table = Table.root(memoryview(record)).table(3)
    assert table is not None
    assert table.number(0, F64) == number
    assert [bytes(table.vector(slot)) for slot in range(1, len(blobs) + 1)] == blobs
    assert table.number(len(blobs) + 1, U32) == count


def read_all(data: bytes) -> None:
    root = Table.root(memoryview(data))
    root.number(0, U64)
    root.position(1)
    table = root.table(3)
    if table is not None:
        for slot in range(6):
            table.string(slot)
            table.vector(slot, 8)
            table.number(slot, F64)


@given(st.integers(0, 8 * len(RECORD) - 1))
def test_flipped_bits_never_lead_outside_the_record(bit: int) -> None:
    """(C13) no hang, no huge allocation, no other exception."""
    data = bytearray(RECORD)
    data[bit // 8] ^= 1 << bit % 8
    try:
        read_all(bytes(data))
    except BadRecord:
        pass


@given(st.binary(min_size=8, max_size=200))
def test_noise_never_leads_outside_the_record(noise: bytes) -> None:
    try:
        read_all(noise[:4] + b"FLR1" + noise[4:])
    except BadRecord:
        pass


def test_a_record_without_the_identifier_is_refused() -> None:
    with pytest.raises(BadRecord, match="identifier"):
        Table.root(memoryview(b"\0" * 40))
