"""Frames and messages: exact round trips, and nothing but ProtocolError for anything else."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.host import wire
from floworch.run.events import Event, EventKind


def through(message: wire.Message) -> wire.Message:
    frame = wire.encode_frame(message)
    assert wire.frame_length(frame[:4]) == len(frame) - 4
    return wire.decode_message(frame[4:])


@pytest.mark.parametrize(
    "message",
    [
        wire.Challenge(1, b"n"),
        wire.Hello(1, b"n", b"p"),
        wire.Welcome(b"p", 12, "0.1"),
        wire.Request(7, "pause", b"{}", True),
        wire.Reply(7, b"null"),
        wire.Failure(7, b"{}"),
        wire.Batch(7, [(0, 1.5, 20, 3, 1, (2, 4), b"{}"), (1, 1.5, 21, -1, 0, (), None)]),
        wire.End(7),
    ],
)
def test_every_message_comes_back_equal(message: wire.Message) -> None:
    assert through(message) == message


def test_payload_values_beyond_msgpack_keep_every_digit() -> None:
    """(C6.2) Integers of any size, bytes, datetimes and decimals cross unchanged."""
    payload = {
        "output": {"n": 2**200, "b": b"\0\xff", "d": Decimal("1.10"), "t": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}
    }
    event = Event(3, 1.25, int(EventKind.NODE_COMPLETED), 4, 2, (1, 2), payload)
    (batch,) = [through(wire.decode_message(f[4:])) for f in wire.batch_frames(1, [event])]
    assert isinstance(batch, wire.Batch)
    assert wire.unpack_events(batch.events) == [event]


def test_batches_split_by_count_and_by_bytes() -> None:
    small = [Event(i, 0.0, 20, 0) for i in range(wire.BATCH_EVENTS + 1)]
    assert len(list(wire.batch_frames(1, small))) == 2
    big = [Event(i, 0.0, 21, 0, 1, (), {"output": "x" * (wire.BATCH_BYTES // 2)}) for i in range(5)]
    assert len(list(wire.batch_frames(1, big))) == 3


@pytest.mark.parametrize("size", [0, wire.MAX_FRAME + 1, 2**32 - 1])
def test_lengths_out_of_bounds_are_refused_before_anything_is_read(size: int) -> None:
    """(C13) No huge allocation."""
    with pytest.raises(wire.ProtocolError):
        wire.frame_length(size.to_bytes(4, "little"))


def test_a_stranger_may_only_send_little() -> None:
    with pytest.raises(wire.ProtocolError):
        wire.frame_length((wire.MAX_HANDSHAKE_FRAME + 1).to_bytes(4, "little"), wire.MAX_HANDSHAKE_FRAME)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_protocol_error(payload: bytes) -> None:
    try:
        wire.decode_message(payload)
    except wire.ProtocolError:
        pass


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_never_raises_anything_else(body: bytes, at: int, value: int) -> None:
    frame = bytearray(wire.encode_frame(wire.Request(1, "start", body)))[4:]
    frame[at % len(frame)] = value
    try:
        wire.decode_message(bytes(frame))
    except wire.ProtocolError:
        pass


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"nonsense", b"[" * 100_000, b'"x"'])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.decode_object(body)
