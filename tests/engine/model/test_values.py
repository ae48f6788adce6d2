from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model import values
from floworch.model.values import (
    MAX_DEPTH,
    MAX_DIGITS,
    check_value,
    decode,
    encode,
    encode_apart,
    from_plain,
    int_text,
    parse_int,
    to_plain,
    with_guests,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = TEXT | st.sampled_from(["$type", "$$type", "$$$type", "value", "$artifact"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**60), 10**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.binary()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5, minutes=30))))
    | st.decimals(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


def same(a: Any, b: Any) -> bool:
    """Equal with equal types all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return str(a) == str(b) if isinstance(a, (Decimal, float)) else bool(a == b)


@given(VALUES)
def test_every_value_survives_a_round_trip_with_its_types(value: Any) -> None:
    """(C6.2)"""
    check_value(value, "value")
    assert same(decode(encode(value)), value)
    assert same(from_plain(to_plain(value)), value)


@given(VALUES)
def test_encoded_values_are_compact_json_that_any_reader_reads(value: Any) -> None:
    data = encode(value)
    assert json.loads(data) == to_plain(value)
    assert b"\n" not in data


@given(VALUES, st.integers(0, 5))
def test_what_is_written_part_by_part_is_the_same_value(value: Any, depth: int) -> None:
    assert same(decode(encode_apart(value, depth)), value)


def test_something_unusual_makes_its_own_part_slow_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    slow: list[Any] = []
    written = values._to_plain
    monkeypatch.setattr(values, "_to_plain", lambda value, *rest: slow.append(value) or written(value, *rest))
    encode_apart({"results": [{"id": number} for number in range(100)], "done": b"\x01", "nan": [[1, {"k": b"x"}]]})
    assert slow == [b"\x01", b"x"]


@given(st.lists(VALUES, min_size=1, max_size=5), st.integers(7, 200))
def test_a_long_list_is_looked_at_together_and_written_as_item_by_item(items: list[Any], times: int) -> None:
    """(C6.2) the results of a loop, whatever kinds of values are among them"""
    many = items * times
    assert values._is_plain(many, 0) is all(values._is_plain(item, 1) for item in items)
    assert same(decode(encode(many)), many)


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "odd",
    [
        b"x",
        1 << 64,
        {"$type": 1},
        {"k": {"$type": 1}},
        [[[[[[b"x"]]]]]],
        {Text("a"): 1},
        Text("b"),
        (1, 2),
        {"a": (1,)},
    ],
)
def test_one_unusual_item_among_many_is_written_as_it_is_alone(odd: Any) -> None:
    items = [{"a": 1, "b": ["c"]}] * 600 + [odd] + [{"a": 1}] * 600
    assert encode(items) == b"[" + b",".join(map(encode, items)) + b"]"


@pytest.mark.parametrize("odd", [float("nan"), {1: 2}, {"k": float("inf")}, ["\ud800"], {"\ud800": 1}, {1}, object()])
def test_one_item_among_many_that_is_no_value_is_refused(odd: Any) -> None:
    with pytest.raises(TypeError):
        encode([{"a": 1}] * 600 + [odd] + [{"a": 1}] * 600)


@pytest.mark.parametrize("times", [2, 40, 1000])
def test_a_list_that_holds_itself_many_times_is_refused_and_not_gone_through_for_ever(times: int) -> None:
    """(C13)"""
    value: list[Any] = []
    value.extend([value] * times)
    with pytest.raises(TypeError, match="holding itself"):
        encode(value)


@given(st.recursive(st.none() | st.integers() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)))
def test_what_a_user_stores_is_never_taken_for_a_tag(value: Any) -> None:
    assert same(decode(encode({"$type": "bytes", "value": value})), {"$type": "bytes", "value": value})


@pytest.mark.parametrize("digits", [19, 20, 39, 4299, 4301, 20_000])
def test_integers_of_any_size_keep_every_digit(digits: int) -> None:
    """(C6.2) also beyond the interpreter's own limit for texts of integers"""
    number = -(10**digits - 7)
    assert decode(encode({"n": [number]})) == {"n": [number]}
    assert int_text(number) == "-" + "9" * (digits - 1) + "3"
    assert parse_int(int_text(number)) == number


def test_an_integer_beyond_the_documented_limit_is_refused() -> None:
    """(C13)"""
    with pytest.raises(TypeError, match="more than 100000 digits"):
        check_value(1 << (MAX_DIGITS * 4), "n")
    with pytest.raises(ValueError, match="more than 100000 digits"):
        parse_int("9" * (MAX_DIGITS + 10))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "data key 'k': nan is not a finite number"),
        ([1, float("inf")], r"data key 'k' at \[1\]: inf is not"),
        (Decimal("NaN"), "decimal NaN is not a finite"),
        ((1, 2), "tuple is not a JSON value; use a list"),
        ({1, 2}, "set is not a JSON value; use a list"),
        ({"a": [{"b": date(2026, 1, 1)}]}, r"data key 'k' at a\[0\].b: datetime.date is not"),
        ({"a": {2: 1}}, "at a: object keys must be text, not int"),
        (object(), "object is not a JSON value"),
        (bytearray(b"x"), "bytearray is not"),
        ("\ud800", "lone surrogate"),
        ({"\udfff": 1}, "lone surrogate"),
    ],
)
def test_anything_else_is_refused_with_place_and_type(value: Any, said: str) -> None:
    """(C6.2)"""
    with pytest.raises(TypeError, match=said):
        check_value(value, "data key 'k'")


def test_values_that_hold_themselves_are_refused_and_do_not_hang() -> None:
    loop: list[Any] = []
    loop.append(loop)
    ring: dict[str, Any] = {}
    ring["again"] = ring
    for value in (loop, ring):
        with pytest.raises(TypeError, match=f"deeper than {MAX_DEPTH}"):
            check_value(value, "x")
        with pytest.raises(TypeError, match=f"deeper than {MAX_DEPTH}"):
            encode(value)


def test_encode_refuses_what_check_value_refuses() -> None:
    for value in (float("nan"), {1: 2}, {1}, object(), "\ud800"):
        with pytest.raises(TypeError):
            encode(value)


@pytest.mark.parametrize(
    "items", [["a", "ü"], [1, -(1 << 63), (1 << 64) - 1], [1, 1 << 64], [0, -(1 << 63) - 1], [1.5, 2.0], [None, True]]
)
def test_a_list_of_one_kind_comes_back_as_it_was(items: list[Any]) -> None:
    check_value(items, "it")
    back = decode(encode(items))
    assert [(type(item), item) for item in back] == [(type(item), item) for item in items]


@pytest.mark.parametrize(("items", "said"), [(["a", "\ud800"], "surrogate"), ([1.5, float("nan")], "finite")])
def test_a_list_of_one_kind_is_refused_for_one_of_its_items(items: list[Any], said: str) -> None:
    with pytest.raises(TypeError, match=rf"^it at \[1\].*{said}"):
        check_value(items, "it")


def test_encode_writes_tuples_as_lists() -> None:
    assert decode(encode({"a": (1, (2,))})) == {"a": [1, [2]]}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1,]",
        b"nul",
        b'{"$type":"pickle","value":"x"}',
        b'{"$type":"bytes"}',
        b'{"$type":1,"value":"x"}',
        b'{"$type":"bytes","value":"%%"}',
        b'{"$type":"decimal","value":"abc"}',
        b'{"$type":"decimal","value":"NaN"}',
        b'{"$type":"datetime","value":"yesterday"}',
        b'{"$type":"bytes","value":"eA==","more":1}',
        b"\xff",
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_damaged_text_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError):
        decode(text)


def test_tags_in_a_definition_are_guests_and_whatever_else_is_there_stays() -> None:
    """C6.2: one tagged encoding. Definitions are other people's JSON, in which ``$type`` may be a word of theirs."""
    tagged = {"$type": "bytes", "value": "eA=="}
    written = {
        "a": [tagged, {"$type": "decimal", "value": "1.10"}],
        "t": {"$type": "datetime", "value": "2026-01-02T00:00:00Z"},
    }
    assert with_guests(written) == {"a": [b"x", Decimal("1.10")], "t": datetime(2026, 1, 2, tzinfo=UTC)}
    assert written["a"] == [tagged, {"$type": "decimal", "value": "1.10"}]
    artifact = {"$type": "artifact", "value": f"{'0' * 64}:1"}
    odd = [artifact, {"$type": "decimal", "value": "one"}, {"$type": [], "value": ""}, {"$type": "invoice"}]
    theirs = {"odd": odd, "y": [{**tagged, "more": 1}], "$$type": 1}
    assert with_guests(theirs) is theirs


async def test_a_forgotten_await_is_told() -> None:
    """C6.2: refused where it is set, with what to do: the commonest slip in a layer or an asynchronous action."""

    async def nothing() -> None: ...

    coroutine = nothing()
    with pytest.raises(
        TypeError, match="coroutine is not a JSON value; write 'await' in front of the call that gave it"
    ):
        check_value(coroutine, "the output")
    await coroutine
