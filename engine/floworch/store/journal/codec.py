"""Events as bytes and back: the hot path of the journal. Pure.

Every event record has the same layout, so writing one is one ``struct`` pack of constants and values, and reading one
is one unpack and two comparisons. The result is an ordinary FlatBuffer of ``journal.fbs``; a record with another
layout (from a later version) is read field by field.

Layout of an event record, offsets from the record's start::

      0 root offset, identifier, vtable of Record, vtable of Event        36 bytes, constant
     36 Record: soffset | seq u64 | synced 2 x u32 | body u32 | type u8    28 bytes
     64 Event: soffset | node i32 | at f64 | attempt u32 | scope u32 | payload u32 | kind u8   32 bytes
     96 scope: u32 count, count x u32
    100 payload: u32 length, bytes                                        (after the scope)
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from zlib import crc32

from floworch.artifact import LARGE
from floworch.errors import LimitExceeded, UsageError
from floworch.model.values import decode, encode
from floworch.run.events import Event
from floworch.store.journal.frame import IDENTIFIER, MAX_PAYLOAD
from floworch.store.journal.tables import EVENT, RECORD_VTABLE, BadRecord, Table

if TYPE_CHECKING:
    from floworch.store.large import Outsourcer

_EVENT_VTABLE = (16, 32, 8, 4, 16, 28, 20, 24)  # size, table size, at, node, attempt, kind, scope, payload
#: The 40 bytes every event record begins with, and the 12 between its synced place and its node.
HEAD = struct.pack("<I4s6H8Hi", 36, IDENTIFIER, *RECORD_VTABLE, *_EVENT_VTABLE, 28)
MIDDLE = struct.pack("<IB3xi", 8, EVENT, 44)
#: What follows ``HEAD`` in the record of an event without scope and payload; the zeros are their lengths.
_PLAIN = struct.Struct("<Q20sidI8sB11x")
_SCOPED = struct.Struct("<40sQII12sidIIIB3xI")
_FRAME = struct.Struct("<II")
_FRAMED = struct.Struct("<II40sQII12sidIIIB3xII")
_U32 = struct.Struct("<I")
#: Bytes of a frame with an event that has neither scope nor payload.
PLAIN_FRAME = _FRAMED.size
_BODY = len(HEAD) + _PLAIN.size
_WHOLE = struct.Struct(f"<II{len(HEAD)}s{_PLAIN.size}s")
_NO_SCOPE = 12  # offsets from the field to its vector
_NEITHER = struct.pack("<II", _NO_SCOPE, _NO_SCOPE)
_I32, _F64, _U8 = struct.Struct("<i"), struct.Struct("<d"), struct.Struct("<B")

Position = tuple[int, int]


def encode_events(
    events: Sequence[Event],
    seq: int,
    seed: int,
    synced: Position,
    out: Callable[[bytes], object],
    outsource: Outsourcer | None = None,
) -> int:
    """Give ``out`` one frame per event and return the next sequence number.

    Args:
        events: A batch; the first one must have the number ``seq``.
        seq: The next number of the journal.
        seed: What the run's checksums start from (``frame.seed_of``).
        synced: ``(segment, offset)`` known to be on stable storage.
        out: Called with each frame, in order.
        outsource: Takes large values out of the payloads.

    Raises:
        UsageError: A number does not follow, or a field does not fit its place; ``out`` may have been called.
        LimitExceeded: A payload is too large for one record.
        TypeError: A payload holds something that is no plain value (C6.2).
    """
    segment, offset = synced
    plain, whole, framed, check = _PLAIN.pack, _WHOLE.pack, _FRAME.pack, crc32
    middle, started = _U32.pack(segment) + _U32.pack(offset) + MIDDLE, crc32(HEAD, seed)  # the same in every record
    try:
        for event in events:
            if event.seq != seq:
                raise UsageError(f"Event number {event.seq} cannot be journaled: the next number is {seq}.")
            if event.payload is None and not event.scope:  # half of all events: the record has one length
                rest = plain(seq, middle, event.node, event.at, event.attempt, _NEITHER, event.kind)
                out(whole(_BODY, check(rest, started), HEAD, rest))
            else:
                body = _long(event, segment, offset, outsource)
                out(framed(len(body), check(body, seed)) + body)
            seq += 1
    except struct.error as error:
        raise UsageError(f"Event number {seq} holds a number that does not fit the journal: {error}.") from error
    return seq


def _long(event: Event, segment: int, offset: int, outsource: Outsourcer | None) -> bytes:
    """The record of an event with a payload, or inside a container."""
    data = b""
    if event.payload is not None:
        found = outsource.found if outsource is not None else None
        data = encode(event.payload, found)
        if outsource is not None and (found or len(data) > LARGE):
            data = outsource(event, data)
    scope = event.scope
    head = _SCOPED.pack(
        HEAD, event.seq, segment, offset, MIDDLE, event.node, event.at, event.attempt, _NO_SCOPE,
        _NO_SCOPE + 4 * len(scope), event.kind, len(scope),
    )  # fmt: skip
    if scope:
        body = head + struct.pack(f"<{len(scope)}II", *scope, len(data)) + data
    else:
        body = head + _U32.pack(len(data)) + data
    if len(body) > MAX_PAYLOAD:
        raise _too_large(event, len(body))
    return body


def _too_large(event: Event, size: int) -> LimitExceeded:
    return LimitExceeded(
        f"An event of {size} bytes is over the journal's limit of {MAX_PAYLOAD} bytes (event number {event.seq}).",
        "Write large values to a file and pass its path on.",
    )


def read_event(view: memoryview, position: int, seed: int, wanted: int = 0) -> tuple[Event, int, int, int] | None:
    """The event of the frame at ``position``, when it has the usual layout.

    Args:
        view: The bytes of a segment.
        position: Where the frame starts.
        seed: What the run's checksums start from.
        wanted: Payloads of events before this number are not decoded.

    Returns:
        ``(event, end of the frame, synced segment, synced offset)``, or None when this is anything else, intact or
        not: the general reader then finds out what.

    Raises:
        BadRecord: The checksum is right and the payload is no JSON object all the same.
    """
    if len(view) - position < PLAIN_FRAME:
        return None
    (
        length, checksum, head, seq, segment, offset, middle, node, at, attempt, _scope, to_payload, kind, scopes, size,
    ) = _FRAMED.unpack_from(view, position)  # fmt: skip
    start = position + 8
    end = start + length
    if head != HEAD or middle != MIDDLE or end > len(view) or crc32(view[start:end], seed) != checksum:
        return None
    if scopes or to_payload != _NO_SCOPE or size != length - _BODY:
        return None
    payload = _payload(bytes(view[end - size : end])) if size and seq >= wanted else None
    return Event(seq, at, kind, node, attempt, (), payload), end, segment, offset


def event_of(record: Table, seq: int) -> Event:
    """The event of a record of any layout.

    Raises:
        BadRecord: The record holds no event, or its fields lead outside it.
    """
    table = record.table(3)
    if table is None:
        raise BadRecord("an event record without an event")
    scopes = table.vector(4, 4)
    payload = bytes(table.vector(5))
    return Event(
        seq,
        float(table.number(0, _F64)),
        int(table.number(3, _U8)),
        int(table.number(1, _I32, -1)),
        int(table.number(2, _U32)),
        struct.unpack(f"<{len(scopes) // 4}I", scopes),
        _payload(payload) if payload else None,
    )


def _payload(data: bytes) -> dict[str, Any]:
    try:
        payload = decode(data)
    except ValueError as error:
        raise BadRecord(f"a payload that is no JSON: {error}") from error
    if not isinstance(payload, dict):
        raise BadRecord(f"a payload that is a {type(payload).__name__} and no object")
    return payload
