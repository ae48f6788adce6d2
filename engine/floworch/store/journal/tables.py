"""A small FlatBuffers reader and writer: bounds-checked, without the generic runtime. Pure.

The reader is what opens records of a layout this version does not know by heart (written by a later one); the
runtime's own reader checks no bounds. The writer lays records out once per header, snapshot and mark; events have a
layout of their own in ``codec``.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from floworch.store.journal.frame import IDENTIFIER

_U8 = struct.Struct("<B")
_U16 = struct.Struct("<H")
_U32 = struct.Struct("<I")
_I32 = struct.Struct("<i")
_POSITION = struct.Struct("<II")
_RECORD = struct.Struct("<iQIIIB3x")
_PREFIX = struct.Struct("<I4s6H")

#: Numbers of the union ``Body``.
NONE, RUN_HEADER, EVENT, SNAPSHOT, MARK = range(5)

#: Slots of table ``Record`` and the sizes its writer relies on.
RECORD_VTABLE = (12, 28, 4, 12, 24, 20)


class BadRecord(ValueError):  # noqa: N818 - reads as what was found
    """Bytes with a right checksum that are no record this version can read."""


class Table:
    """One table inside a buffer. Every access is checked against the buffer's end.

    Args:
        data: The whole record.
        position: Where the table starts in it.

    Raises:
        BadRecord: From the constructor and every getter, when an offset leads outside the record.
    """

    __slots__ = ("_data", "_fields", "_position", "_vtable")

    def __init__(self, data: memoryview, position: int) -> None:
        self._data = data
        self._position = position
        self._vtable = position - int(self._unpack(_I32, position))
        size = int(self._unpack(_U16, self._vtable))
        if size < 4 or size % 2:
            raise BadRecord(f"a vtable of {size} bytes")
        self._check(self._vtable, size)
        self._fields = (size - 4) // 2

    @classmethod
    def root(cls, data: memoryview) -> Table:
        """The root table of a record."""
        if bytes(data[4:8]) != IDENTIFIER:
            raise BadRecord(f"a record with the identifier {bytes(data[4:8])!r}")
        return cls(data, int(_U32.unpack_from(data)[0]))

    def number(self, slot: int, kind: struct.Struct, default: float = 0) -> int | float:
        """The scalar field number ``slot`` (from 0), or its default when it is absent."""
        at = self._at(slot)
        return self._unpack(kind, at) if at else default

    def position(self, slot: int) -> tuple[int, int]:
        """A ``Position`` struct as ``(segment, offset)``; zeros when it is absent."""
        at = self._at(slot)
        if not at:
            return 0, 0
        self._check(at, 8)
        segment, offset = _POSITION.unpack_from(self._data, at)
        return segment, offset

    def vector(self, slot: int, width: int = 1) -> memoryview:
        """The bytes of a vector of elements of ``width`` bytes; empty when it is absent."""
        at = self._at(slot)
        if not at:
            return self._data[:0]
        start = at + int(self._unpack(_U32, at))
        length = int(self._unpack(_U32, start)) * width
        self._check(start + 4, length)
        return self._data[start + 4 : start + 4 + length]

    def string(self, slot: int) -> str:
        """A string field; empty when it is absent."""
        try:
            return str(self.vector(slot), "utf-8")
        except UnicodeDecodeError as error:
            raise BadRecord("a string that is not UTF-8") from error

    def table(self, slot: int) -> Table | None:
        """The table a field leads to, or None when it is absent."""
        at = self._at(slot)
        return Table(self._data, at + int(self._unpack(_U32, at))) if at else None

    def _at(self, slot: int) -> int:
        if slot >= self._fields:
            return 0
        offset = int(_U16.unpack_from(self._data, self._vtable + 4 + 2 * slot)[0])
        return self._position + offset if offset else 0

    def _unpack(self, kind: struct.Struct, at: int) -> int | float:
        self._check(at, kind.size)
        value: int | float = kind.unpack_from(self._data, at)[0]
        return value

    def _check(self, at: int, size: int) -> None:
        if at < 0 or size < 0 or at + size > len(self._data):
            raise BadRecord(f"an offset to byte {at} of a record of {len(self._data)} bytes")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number to write: its ``struct`` letter (little endian is added) and value."""

    letter: str
    value: int | float


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector to write: its bytes, how many elements they are, and what their place must be a multiple of."""

    data: bytes
    count: int
    align: int = 4
    string: bool = False


def text(value: str) -> Vector:
    """A string to write."""
    data = value.encode()
    return Vector(data + b"\0", len(data), string=True)


def lay_out(seq: int, synced: tuple[int, int], body: int, fields: Sequence[Scalar | Vector]) -> bytes:
    """One record whose body is a table of these fields, in slot order.

    Args:
        seq: The record's number.
        synced: ``(segment, offset)`` up to which the journal was on stable storage.
        body: Number of the union member.
        fields: Every field of the body's table.
    """
    vtable_size = 4 + 2 * len(fields)
    record_at = -(-(20 + vtable_size - 4) // 8) * 8 + 4  # its u64 stands 4 bytes on, at a multiple of 8
    table_at = record_at + RECORD_VTABLE[1]
    places, end = _places(fields)
    head = _PREFIX.pack(record_at, IDENTIFIER, *RECORD_VTABLE)
    vtable = struct.pack(f"<{2 + len(fields)}H", vtable_size, end, *places)
    record = _RECORD.pack(record_at - 8, seq, *synced, table_at - record_at - 20, body)
    table = bytearray(end)
    _I32.pack_into(table, 0, table_at - 20)
    parts: list[bytes | bytearray] = [head, vtable, bytes(record_at - 20 - vtable_size), record, table]
    at = table_at + end
    for field, place in zip(fields, places, strict=True):
        if isinstance(field, Scalar):
            struct.pack_into("<" + field.letter, table, place, field.value)
            continue
        pad = -(at + 4) % field.align
        parts += (bytes(pad), _U32.pack(field.count), field.data)
        _U32.pack_into(table, place, at + pad - table_at - place)
        at += pad + 4 + len(field.data)
        tail = -at % 4
        parts.append(bytes(tail))
        at += tail
    return b"".join(parts)


def _places(fields: Sequence[Scalar | Vector]) -> tuple[list[int], int]:
    """Where each field stands in its table, widest first so that all are aligned, and the table's size."""
    widths = [struct.calcsize("<" + field.letter) if isinstance(field, Scalar) else 4 for field in fields]
    places = [0] * len(fields)
    at = 8 if 8 in widths else 4
    for slot in sorted(range(len(fields)), key=lambda slot: -widths[slot]):
        places[slot] = at
        at += widths[slot]
    return places, -(-at // 4) * 4
