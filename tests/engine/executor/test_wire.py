"""The worker's codec agrees with the engine's (C6.2)."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.executor import wire
from floworch.model.values import decode, encode

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary()
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4) | st.sampled_from(["$type", "$$type", "$x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(values)
def test_what_the_worker_writes_the_engine_reads(value: Any) -> None:
    frame = wire.encode({"done": wire.to_plain(value)})
    assert decode(frame[wire.HEADER.size :]) == {"done": value}


@given(values)
def test_what_the_engine_writes_the_worker_reads(value: Any) -> None:
    assert wire.decode(encode({"inputs": value})) == {"inputs": value}


def test_very_long_integers_keep_every_digit() -> None:
    number = 7**8000
    limit = sys.get_int_max_str_digits()
    assert wire.decode(encode([number])) == [number]
    assert decode(wire.encode({"n": number})[wire.HEADER.size :]) == {"n": number}
    assert sys.get_int_max_str_digits() == limit


class Colour(Enum):
    RED = "red"


class Word(str):
    """Text of a subclass."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"rows": [1, {2, 3}]}, r"result\.rows\[1\] is a set, which is not a JSON value; use a list"),
        ({1: "a"}, r"result has the key 1 \(int\); keys of an object must be text: str\(1\)"),
        ([float("nan")], r"result\[0\] is nan, which is not a finite number; use None"),
        ({"a": ["x\ud800"]}, r"result\.a\[0\] holds the lone surrogate '\\ud800', which is not Unicode"),
        ({"\udc80": 1}, r"a key of result holds the lone surrogate '\\udc80'"),
        (Decimal("Infinity"), "result is the decimal Infinity, which is not a finite number"),
        (date(2026, 1, 2), r"result is a date, which is not a JSON value; use \.isoformat\(\)"),
        (PurePosixPath("/a"), "result is a PurePosixPath, which is not a JSON value; use text, numbers, lists"),
        ((number for number in range(3)), r"result is a generator, which is not a JSON value; use list\(\.\.\.\)"),
        (object(), "result is an object, which is not a JSON value; use text, numbers"),
        (Colour.RED, "result is a Colour, which is not a JSON value"),
        (len, "result is a builtin_function_or_method, which is not a JSON value"),
    ],
)
def test_what_is_no_value_is_refused_with_its_place(value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        wire.to_plain(value, "result")


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(TypeError, match="deeper than 256 levels, or holds itself"):
        wire.to_plain(value, "result")


def test_tuples_and_subclasses_become_plain_values() -> None:
    plain = wire.to_plain((Word("a"), bytearray(b"x"), True))
    assert plain == ["a", {"$type": "bytes", "value": "eA=="}, True]
    assert type(plain[0]) is str


def test_dataclasses_and_models_become_objects_also_where_pydantic_is_not_there() -> None:
    @dataclass
    class Point:
        at: tuple[int, int]
        name: str

    class Model:
        def model_dump(self, **_: Any) -> dict[str, Any]:
            return {"n": 1}

    assert wire.to_plain({"p": Point((1, 2), "a"), "m": Model()}) == {"p": {"at": [1, 2], "name": "a"}, "m": {"n": 1}}
    with pytest.raises(TypeError, match=r"value\.p\.name is a set"):
        wire.to_plain({"p": Point((1, 2), {1})})  # type: ignore[arg-type]


def test_frames_cross_a_pipe_in_pieces() -> None:
    reader, writer = os.pipe()
    message = {"text": "x" * 300_000}
    thread = threading.Thread(target=wire.write_all, args=(writer, wire.encode(message)))
    thread.start()
    assert wire.read_frame(reader) == message
    thread.join()
    os.close(writer)
    assert wire.read_frame(reader) is None
    os.close(reader)


def test_a_torn_frame_is_the_end() -> None:
    reader, writer = os.pipe()
    os.write(writer, wire.encode({"a": 1})[:-1])
    os.close(writer)
    assert wire.read_frame(reader) is None
    os.close(reader)


def test_a_message_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_FRAME", 10)
    with pytest.raises(ValueError, match="over the limit of 10 bytes"):
        wire.encode({"a": "0123456789"})


def test_texts_of_messages_that_are_no_unicode_are_written_out() -> None:
    """What an action prints or raises must not end its worker (C4.6)."""
    frame = wire.encode({"message": "\\x \ud83d\ude00 \ud800 \N{GRINNING FACE}"})
    assert decode(frame[wire.HEADER.size :]) == {"message": "\\x \\ud83d\\ude00 \\ud800 \N{GRINNING FACE}"}


def test_a_datetime_keeps_its_zone() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert wire.decode(encode(moment)) == moment
