"""Event records: our fast layout against the generated reader and flatc as independent readers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.errors import UsageError
from floworch.run.events import Event, EventKind
from floworch.store.journal.codec import HEAD, PLAIN_FRAME, encode_events, event_of, read_event
from floworch.store.journal.frame import frame, seed_of
from floworch.store.journal.tables import EVENT, BadRecord, Scalar, Table, Vector, lay_out

SEED = seed_of("run-1")
ROOT = Path(__file__).parents[4]
SCHEMA = ROOT / "resources/floworch_resources/schema/journal.fbs"
FLATC = shutil.which("flatc", path=str(Path(sys.executable).parent))

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.binary(max_size=10)
    | st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: Decimal(str(number)))
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
events = st.builds(
    Event,
    seq=st.integers(0, 2**64 - 2),
    at=st.floats(0, 1e11),
    kind=st.integers(0, 255),
    node=st.integers(-1, 2**31 - 1),
    attempt=st.integers(0, 2**32 - 1),
    scope=st.lists(st.integers(0, 2**32 - 1), max_size=16).map(tuple),
    payload=st.none() | st.dictionaries(st.text(max_size=8), values, max_size=5),
)


def one(event: Event, synced: tuple[int, int] = (3, 77)) -> bytes:
    frames: list[bytes] = []
    assert encode_events([event], event.seq, SEED, synced, frames.append) == event.seq + 1
    return frames[0]


def generic(data: bytes) -> Event:
    record = Table.root(memoryview(data)[8:])
    return event_of(record, int(record.number(0, __import__("struct").Struct("<Q"))))


@given(events)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    data = one(event)
    assert generic(data) == event
    quick = read_event(memoryview(data), 0, SEED)
    if event.scope:
        assert quick is None, "scoped events go through the general reader"
    else:
        assert quick == (event, len(data), 3, 77)


@given(events)
def test_the_generated_reader_sees_the_same(event: Event) -> None:
    """journal.md section 4"""
    from floworch.model.values import encode
    from floworch.store.journal.generated.Event import EventT
    from floworch.store.journal.generated.Record import RecordT

    record = RecordT.InitFromPackedBuf(one(event)[8:], 0)
    assert (record.seq, record.synced.segment, record.synced.offset, record.bodyType) == (event.seq, 3, 77, EVENT)
    body = record.body
    assert isinstance(body, EventT)
    assert (body.at, body.node, body.attempt, body.kind) == (event.at, event.node, event.attempt, event.kind)
    assert tuple(int(index) for index in (body.scope if body.scope is not None else ())) == event.scope
    payload = bytes(int(byte) for byte in (body.payload if body.payload is not None else ()))
    assert payload == (b"" if event.payload is None else encode(event.payload))


def flatc_json(data: bytes, folder: Path) -> dict[str, Any]:
    assert FLATC is not None
    (folder / "record.bin").write_bytes(data)
    command = [FLATC, "--json", "--strict-json", "--raw-binary", "-o", str(folder), str(SCHEMA), "--",
               str(folder / "record.bin")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    parsed: dict[str, Any] = json.loads((folder / "record.json").read_text("utf-8"))
    return parsed


@pytest.mark.skipif(FLATC is None, reason="flatc is not installed")
@settings(max_examples=15, deadline=None)
@given(event=events)
def test_flatc_verifies_and_sees_the_same(event: Event, tmp_path_factory: pytest.TempPathFactory) -> None:
    from floworch.model.values import encode

    seen = flatc_json(one(event)[8:], tmp_path_factory.mktemp("flatc"))
    body = seen["body"]
    assert (seen.get("seq", 0), seen["body_type"]) == (event.seq, "Event")
    assert (body.get("node", -1), body.get("attempt", 0), body.get("kind", 0)) == (
        event.node, event.attempt, event.kind,
    )  # fmt: skip
    assert tuple(body["scope"]) == event.scope
    assert bytes(body["payload"]) == (b"" if event.payload is None else encode(event.payload))


def test_an_event_without_payload_takes_a_fixed_small_frame() -> None:
    assert len(one(Event(0, 1.0, 20))) == PLAIN_FRAME == 112


def test_no_payload_and_an_empty_payload_are_different() -> None:
    assert generic(one(Event(0, 1.0, 20, payload=None))).payload is None
    assert generic(one(Event(0, 1.0, 20, payload={}))).payload == {}


def test_values_of_every_type_survive() -> None:
    """(C6.2)"""
    payload = {"d": Decimal("1.10"), "b": b"\0\xff", "t": datetime(2026, 1, 2, tzinfo=UTC), "i": 2**200, "$type": 1}
    assert generic(one(Event(0, 1.0, 21, payload=payload))).payload == payload


@pytest.mark.parametrize(
    "event",
    [Event(0, 1.0, 256), Event(0, 1.0, 20, 2**31), Event(0, 1.0, 20, 0, -1), Event(0, 1.0, 20, 0, 1, (2**32,)),
     Event(1, 1.0, 20)],
)  # fmt: skip
def test_an_event_that_does_not_fit_is_refused(event: Event) -> None:
    with pytest.raises(UsageError, match="number"):
        encode_events([event], 0, SEED, (1, 0), lambda _frame: None)


def test_a_value_that_is_no_value_is_refused() -> None:
    """(C6.2)"""
    with pytest.raises(TypeError):
        encode_events([Event(0, 1.0, 20, payload={"x": object()})], 0, SEED, (1, 0), lambda _frame: None)


def test_the_quick_reader_leaves_damage_to_the_general_one() -> None:
    data = bytearray(one(Event(5, 1.0, 20, payload={"a": 1})))
    for bit in range(len(data) * 8):
        data[bit // 8] ^= 1 << bit % 8
        assert read_event(memoryview(bytes(data)), 0, SEED) is None
        data[bit // 8] ^= 1 << bit % 8
    assert read_event(memoryview(data[:-1]), 0, SEED) is None
    assert read_event(memoryview(data[:20]), 0, SEED) is None


def test_a_record_of_a_later_layout_is_read_field_by_field() -> None:
    """journal.md section 3: additive evolution."""
    payload = b'{"a":1}'
    fields = [Scalar("d", 2.5), Scalar("i", 4), Scalar("I", 2), Scalar("B", int(EventKind.NODE_FAILED)), Vector(b"", 0),
              Vector(payload, len(payload)), Scalar("Q", 12345)]  # fmt: skip
    record = lay_out(9, (1, 5), EVENT, fields)
    assert record[: len(HEAD)] != HEAD
    data = frame(record, SEED)
    assert read_event(memoryview(data), 0, SEED) is None
    assert event_of(Table.root(memoryview(record)), 9) == Event(9, 2.5, 22, 4, 2, (), {"a": 1})


@pytest.mark.parametrize("payload", [b"[1]", b"{", b"\xff", b'"x"'])
def test_a_payload_that_is_no_object_is_named(payload: bytes) -> None:
    fields = [Scalar("d", 2.5), Scalar("i", 4), Scalar("I", 2), Scalar("B", 20), Vector(b"", 0),
              Vector(payload, len(payload))]  # fmt: skip
    record = Table.root(memoryview(lay_out(0, (1, 0), EVENT, fields)))
    with pytest.raises(BadRecord, match="payload"):
        event_of(record, 0)
