"""The records that are not events: run header, snapshot and mark. Pure."""

from __future__ import annotations

import math
import struct
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from floworch.memory.string_pool import pack_strings, unpack_strings
from floworch.model.values import decode, encode, encode_apart
from floworch.store.journal.tables import MARK, RUN_HEADER, SNAPSHOT, BadRecord, Scalar, Table, Vector, lay_out, text
from floworch.store.protocol import RunHeader

#: Version of the meaning of records; a larger one in a header is refused.
FORMAT = 1

_ROW = struct.Struct("<ddIB3x")
_F64 = struct.Struct("<d")
_U32 = struct.Struct("<I")
_U8 = struct.Struct("<B")
_U64 = struct.Struct("<Q")
_COLUMNS = ("started", "ended", "attempts", "node_status")
_NAN = math.nan
_UNSET = -math.inf

Position = tuple[int, int]


def seq_of(record: Table) -> int:
    """The number of a record."""
    return int(record.number(0, _U64))


def synced_of(record: Table) -> Position:
    """The place up to which the journal was on stable storage when the record was made."""
    return record.position(1)


def body_of(record: Table) -> int:
    """The number of the union member a record holds."""
    return int(record.number(2, _U8))


def encode_header(header: RunHeader) -> bytes:
    """The first record of a run."""
    ends, names = pack_strings(header.node_ids)
    inputs, options = encode(header.inputs), encode(header.options)
    return lay_out(
        0,
        (1, 0),
        RUN_HEADER,
        [
            Scalar("I", FORMAT),
            Scalar("d", header.created_at),
            text(header.run_id),
            text(header.workflow_id),
            text(header.definition_hash),
            text(header.engine_version),
            Vector(header.definition, len(header.definition)),
            Vector(inputs, len(inputs)),
            Vector(options, len(options)),
            Vector(names, len(names)),
            Vector(ends, len(header.node_ids)),
        ],
    )


def decode_header(record: Table) -> RunHeader:
    """The header of a run from its first record.

    Raises:
        BadRecord: It is no header, is of a newer format, or a part of it does not decode.
    """
    table = record.table(3) if body_of(record) == RUN_HEADER else None
    if table is None:
        raise BadRecord("a record that is no run header")
    if (version := int(table.number(0, _U32))) > FORMAT:
        raise BadRecord(f"a run of journal format {version}, written by a newer version")
    try:
        names = unpack_strings(table.vector(10, 4), table.vector(9))
    except ValueError as error:
        raise BadRecord(f"a node table with {error}") from error
    return RunHeader(
        run_id=table.string(2),
        workflow_id=table.string(3),
        definition=bytes(table.vector(6)),
        definition_hash=table.string(4),
        inputs=_object(table.vector(7)),
        node_ids=tuple(names),
        created_at=float(table.number(1, _F64)),
        engine_version=table.string(5),
        options=_object(table.vector(8)),
    )


def encode_mark(seq: int, synced: Position) -> bytes:
    """The record that ends a journal that was closed in order."""
    return lay_out(seq, synced, MARK, [])


def encode_snapshot(seq: int, synced: Position, packed: Mapping[str, Any]) -> bytes:
    """A state as a record: columns of node values as a vector of structs, everything else as JSON.

    Args:
        seq: Number of the next event.
        synced: Place known to be on stable storage.
        packed: ``RunState.pack()``: plain values; the columns ``started``, ``ended`` (seconds or None), ``attempts``,
            ``node_status`` and ``output``, where they are sequences of one length, are kept apart from the rest.
    """
    rest = dict(packed)
    rows = b""
    count = 0
    if _has_columns(rest):
        started, ended, attempts, status = (rest.pop(name) for name in _COLUMNS)
        count = len(started)
        rows = _rows(started, ended, attempts, status)
    outputs = encode(list(rest.pop("output"))) if "output" in rest else b""
    other = encode_apart(rest) if rest.get("items") else encode(rest)  # a loop has its results, and a few bytes
    fields = [Vector(rows, count, 8), Vector(outputs, len(outputs)), Vector(other, len(other))]
    return lay_out(seq, synced, SNAPSHOT, fields)


def decode_snapshot(record: Table) -> dict[str, Any]:
    """What ``RunState.pack()`` gave, from a snapshot record; columns come back as lists.

    Raises:
        BadRecord: It is no snapshot, or a part of it does not decode.
    """
    table = record.table(3) if body_of(record) == SNAPSHOT else None
    if table is None:
        raise BadRecord("a record that is no snapshot")
    packed = _object(table.vector(2))
    outputs = bytes(table.vector(1))
    if outputs:
        packed["output"] = _json(outputs)
    rows = table.vector(0, _ROW.size)
    if "node_status" not in packed:
        packed |= _columns(rows)
    return packed


def _has_columns(packed: Mapping[str, Any]) -> bool:
    columns = [packed.get(name) for name in _COLUMNS]
    if not all(isinstance(column, (list, tuple, bytes, bytearray)) for column in columns):
        return False
    return len({len(column) for column in columns if column is not None}) == 1


def _rows(
    started: Sequence[float | None], ended: Sequence[float | None], attempts: Sequence[int], status: Iterable[int]
) -> bytes:
    """The columns as ``_ROW`` after ``_ROW``, laid out column by column: a row at a time takes four times as long."""
    rows = bytearray(_ROW.size * len(started))
    view = memoryview(rows)
    times, numbers = view.cast("d"), view.cast("I")
    times[0::3], times[1::3] = _column("d", _or_nan(started)), _column("d", _or_nan(ended))
    numbers[4::6] = _column("I", attempts)
    view[20::24] = memoryview(bytes(status))
    return bytes(rows)


def _columns(rows: memoryview) -> dict[str, list[Any]]:
    """The columns that ``_rows`` laid out."""
    times, numbers = rows.cast("d"), rows.cast("I")
    return {
        "started": _or_none(_numbers("d", times[0::3])),
        "ended": _or_none(_numbers("d", times[1::3])),
        "attempts": list(_numbers("I", numbers[4::6])),
        "node_status": list(bytes(rows[20::24])),
    }


def _column(letter: Literal["d", "I"], values: Sequence[float]) -> memoryview[Any]:
    return memoryview(struct.pack(f"<{len(values)}{letter}", *values)).cast(letter)


def _numbers(letter: Literal["d", "I"], column: memoryview[Any]) -> array[Any]:
    numbers = array(letter, column.tobytes())
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _or_nan(times: Sequence[float | None]) -> Sequence[Any]:
    return [_NAN if at is None else at for at in times] if None in times else times


def _or_none(times: array[Any]) -> list[float | None]:
    if not math.isnan(sum(times)):
        return list(times)
    return [at if at > _UNSET else None for at in times]  # false for NaN


def _object(data: memoryview) -> dict[str, Any]:
    value = _json(bytes(data))
    if not isinstance(value, dict):
        raise BadRecord(f"a {type(value).__name__} where an object belongs")
    return value


def _json(data: bytes) -> Any:
    try:
        return decode(data)
    except ValueError as error:
        raise BadRecord(f"a part that is no JSON: {error}") from error
