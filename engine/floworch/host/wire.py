"""The words that cross the control channel: length-prefixed msgpack frames.

A frame is ``u32 length | payload``, little endian; the payload is one message, a msgpack array whose first element
names it. What users put into workflows (parameters, outputs, event payloads) travels inside as JSON bytes of
``floworch.model.values``, because msgpack has no integers beyond 64 bits and no decimals (contract C6.2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from floworch.errors import FlowError
from floworch.model import values
from floworch.run.events import Event

#: Version of this protocol; both ends must speak the same.
PROTOCOL = 1
#: Largest frame an authenticated peer may send, bytes: as large as the largest journal record.
MAX_FRAME = 256 * 1024 * 1024
#: Largest frame before a peer has proved that it knows the token, bytes.
MAX_HANDSHAKE_FRAME = 4096
#: A batch frame holds at most this many events,
BATCH_EVENTS = 2048
#: and closes early once its payloads have this many bytes.
BATCH_BYTES = 4 * 1024 * 1024

_LENGTH = struct.Struct("<I")
LENGTH_BYTES = _LENGTH.size

#: One event as it travels: seq, at, kind, node, attempt, scope, payload as JSON bytes or nil.
WireEvent = tuple[int, float, int, int, int, tuple[int, ...], bytes | None]


class ProtocolError(FlowError):
    """The other end sent something that is not of this protocol."""

    exit_code = 4


class Challenge(msgspec.Struct, array_like=True, frozen=True, tag="challenge"):
    """Server's first word: its protocol version and a nonce to prove knowledge of the token against."""

    protocol: int
    nonce: bytes


class Hello(msgspec.Struct, array_like=True, frozen=True, tag="hello"):
    """Client's answer: proof over both nonces, and its own nonce for the server to prove itself against."""

    protocol: int
    nonce: bytes
    proof: bytes


class Welcome(msgspec.Struct, array_like=True, frozen=True, tag="welcome"):
    """The client is let in; ``proof`` shows that the server knows the token too."""

    proof: bytes
    pid: int
    version: str


class Request(msgspec.Struct, array_like=True, frozen=True, tag="request"):
    """A call of one EngineHost method; ``body`` is the JSON object of its arguments.

    ``direct`` asks the server to serve it itself and not to pass it on to another process.
    """

    id: int
    method: str
    body: bytes
    direct: bool = False


class Reply(msgspec.Struct, array_like=True, frozen=True, tag="reply"):
    """The result of a request, as JSON bytes."""

    id: int
    body: bytes


class Failure(msgspec.Struct, array_like=True, frozen=True, tag="failure"):
    """The error that ended a request or an event stream, as JSON bytes of ``faults.pack_error``."""

    id: int
    body: bytes


class Batch(msgspec.Struct, array_like=True, frozen=True, tag="batch"):
    """Some events of the stream that the request of the same id asked for, in order."""

    id: int
    events: list[WireEvent]


class End(msgspec.Struct, array_like=True, frozen=True, tag="end"):
    """The event stream is over."""

    id: int


Message = Challenge | Hello | Welcome | Request | Reply | Failure | Batch | End

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode_frame(message: Message) -> bytes:
    """Return a message as one frame.

    Raises:
        ProtocolError: It is larger than ``MAX_FRAME``.
    """
    buffer = bytearray(LENGTH_BYTES)
    _encoder.encode_into(message, buffer, LENGTH_BYTES)
    size = len(buffer) - LENGTH_BYTES
    if size > MAX_FRAME:
        raise ProtocolError(f"A message of {size} bytes is larger than the control channel allows ({MAX_FRAME}).")
    _LENGTH.pack_into(buffer, 0, size)
    return bytes(buffer)


def frame_length(prefix: bytes, limit: int = MAX_FRAME) -> int:
    """Return the payload length that a frame's first four bytes announce.

    Raises:
        ProtocolError: It is zero or larger than ``limit``; nothing was allocated for it.
    """
    (size,) = _LENGTH.unpack(prefix)
    if not 0 < size <= limit:
        raise ProtocolError(f"A control message announces {size} bytes; 1 to {limit} are allowed here.")
    return int(size)


def decode_message(payload: bytes) -> Message:
    """Return the message of one frame's payload.

    Raises:
        ProtocolError: The bytes are not a message of this protocol.
    """
    try:
        return _decoder.decode(payload)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise ProtocolError(f"A control message cannot be read: {error}") from error


def decode_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a message's body.

    Raises:
        ProtocolError: It is not JSON or not an object.
    """
    try:
        found = values.decode(body)
    except (ValueError, TypeError, RecursionError, FlowError) as error:
        raise ProtocolError(f"The body of a control message is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ProtocolError("The body of a control message must be a JSON object.")
    return found


def pack_events(events: Iterable[Event]) -> list[WireEvent]:
    """Return events in the form in which they travel."""
    encode = values.encode
    return [
        (e.seq, e.at, e.kind, e.node, e.attempt, e.scope, None if e.payload is None else encode(e.payload))
        for e in events
    ]


def unpack_events(rows: Sequence[WireEvent]) -> list[Event]:
    """Return the events of a batch.

    Raises:
        ProtocolError: A payload is not a JSON object.
    """
    return [
        Event(seq, at, kind, node, attempt, scope, None if payload is None else decode_object(payload))
        for seq, at, kind, node, attempt, scope, payload in rows
    ]


def batch_frames(stream: int, events: Iterable[Event]) -> Iterator[bytes]:
    """Yield frames that carry events in order, none much larger than ``BATCH_BYTES``.

    A single event that is too large for any frame raises ProtocolError.
    """
    rows: list[WireEvent] = []
    size = 0
    for row in pack_events(events):
        rows.append(row)
        size += len(row[6] or b"")
        if len(rows) >= BATCH_EVENTS or size >= BATCH_BYTES:
            yield encode_frame(Batch(stream, rows))
            rows, size = [], 0
    if rows:
        yield encode_frame(Batch(stream, rows))
