"""``data.group`` against a slow second opinion, and the sums that a fast one would round."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action

KEYS = st.sampled_from([None, True, False, 0, 1, 2, "1", "a", "", [1], [True], {"x": 1}, {"x": True}, b"\x00"])
NUMBERS = st.none() | st.integers(-(10**20), 10**20) | st.floats(-1e6, 1e6, allow_nan=False)
ROWS = st.lists(
    st.fixed_dictionaries({"k": KEYS, "n": NUMBERS}, optional={"other": KEYS, "text": st.text("abä", max_size=2)}),
    max_size=25,
)


def alike(left: Any, right: Any) -> bool:
    """Equal as JSON values: true is not 1, at any depth."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(alike(part, right[key]) for key, part in left.items())
    return bool(left == right)


def grouped(rows: list[dict[str, Any]], by: list[str]) -> list[tuple[list[Any], list[dict[str, Any]]]]:
    """Groups found by comparing every row with every group, which no dictionary can spoil."""
    groups: list[tuple[list[Any], list[dict[str, Any]]]] = []
    for row in rows:
        key = [row.get(name) for name in by]
        for found, members in groups:
            if alike(found, key):
                members.append(row)
                break
        else:
            groups.append((key, [row]))
    return groups


def distinct(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value is not None and not any(alike(value, other) for other in found):
            found.append(value)
    return found


def total(values: list[Any]) -> int | float:
    """The sum worked out in fractions and rounded once."""
    numbers = [value for value in values if value is not None]
    whole = sum((Fraction(value) for value in numbers), Fraction())
    return float(whole) if any(isinstance(value, float) for value in numbers) else int(whole)


def close(left: Any, right: Any) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return alike(left, right)


@given(ROWS, st.sampled_from([["k"], ["k", "other"], ["text", "k"]]))
def test_groups_and_their_members_are_those_of_a_slow_search(rows: list[dict[str, Any]], by: list[str]) -> None:
    present = [name for name in by if any(name in row for row in rows)]
    if len(present) < len(by) and rows:
        with pytest.raises(ActionError, match="No item has a field"):
            run_action("data.group", items=rows, by=by)
        return
    output = run_action("data.group", items=rows, by=by, aggregates=[
        {"fn": "list", "as": "members"}, {"fn": "count", "as": "count"},
    ])  # fmt: skip
    expected = [
        {**dict(zip(by, key, strict=True)), "members": members, "count": len(members)}
        for key, members in grouped(rows, by)
    ]
    assert alike(output, expected)


def smallest(values: list[Any]) -> Any:
    found = [value for value in values if value is not None]
    return min(found) if found else None


def largest(values: list[Any]) -> Any:
    found = [value for value in values if value is not None]
    return max(found) if found else None


def mean(values: list[Any]) -> Any:
    found = [value for value in values if value is not None]
    return total(found) / len(found) if found else None


REFERENCE: dict[str, Callable[[list[Any]], Any]] = {
    "sum": total,
    "avg": mean,
    "min": smallest,
    "max": largest,
    "first": lambda values: values[0] if values else None,
    "last": lambda values: values[-1] if values else None,
    "list": list,
    "count": lambda values: sum(value is not None for value in values),
    "distinct": distinct,
    "count_distinct": lambda values: len(distinct(values)),
}


@pytest.mark.parametrize("fn", REFERENCE)
@given(rows=ROWS)
def test_every_total_is_that_of_a_slow_computation(fn: str, rows: list[dict[str, Any]]) -> None:
    output = run_action("data.group", items=rows, by=["k"], aggregates=[{"fn": fn, "key": "n", "as": "t"}])
    groups = grouped(rows, ["k"])
    assert len(output) == len(groups)
    for made, (_, members) in zip(output, groups, strict=True):
        wanted = REFERENCE[fn]([row.get("n") for row in members])
        if isinstance(wanted, list):
            assert alike(made["t"], wanted)
        else:
            assert close(made["t"], wanted)


@given(st.lists(st.decimals(-(10**30), 10**30, allow_nan=False, allow_infinity=False, places=12) | st.integers()))
def test_decimals_and_whole_numbers_are_added_to_the_last_digit(values: list[Any]) -> None:
    """C6.2: refused or exact, never rounded."""
    output = run_action("data.group", items=values, aggregates=[{"fn": "sum", "as": "t"}])
    assert Fraction(output[0]["t"]) == sum((Fraction(value) for value in values), Fraction())


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([10**40, Decimal("0.1")], Decimal(f"{10**40}.1")),
        ([Decimal("0.1")] * 10, Decimal("1.0")),
        (
            [Decimal("1e30"), Decimal("1e-30")],
            Decimal("1000000000000000000000000000000.000000000000000000000000000001"),
        ),
        ([2**200, 1], 2**200 + 1),
        ([0.1] * 10, 1.0),
        ([1e308, -1e308, 1.5], 1.5),
        ([], 0),
        ([None, None], 0),
    ],
)
def test_sums_that_rounding_would_spoil(values: list[Any], result: Any) -> None:
    made = run_action("data.group", items=values, aggregates=[{"fn": "sum", "as": "t"}])[0]["t"]
    assert (made, type(made)) == (result, type(result))


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        ([1, 1.0, Decimal(1), True, "1"], [[1, 1.0, Decimal(1)], [True], ["1"]]),
        ([[1], [1.0], [Decimal("1.0")], [True], ["1"]], [[[1], [1.0], [Decimal("1.0")]], [[True]], [["1"]]]),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1.0}, {"a": 1}], [[{"a": 1, "b": 2}, {"b": 2, "a": 1.0}], [{"a": 1}]]),
        ([[[Decimal("1.50")]], [[Decimal("1.5")]]], [[[[Decimal("1.50")]], [[Decimal("1.5")]]]]),
        ([b"a", "a", None, []], [[b"a"], ["a"], [None], [[]]]),
        (
            [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00"],
            [[datetime(2026, 1, 1, tzinfo=UTC)], ["2026-01-01T00:00:00+00:00"]],
        ),
    ],
)
def test_equal_values_are_one_group_also_inside_lists_and_objects(values: list[Any], groups: list[list[Any]]) -> None:
    items = [{"k": value} for value in values]
    output = run_action("data.group", items=items, by=["k"], aggregates=[{"fn": "list", "key": "k", "as": "m"}])
    assert [row["m"] for row in output] == groups


@given(st.lists(st.integers(-5, 5) | st.booleans() | st.none(), max_size=20), st.integers(1, 4))
def test_expressions_group_as_fields_do(values: list[Any], step: int) -> None:
    """C15: a key that is an expression sees the item and the run."""
    items = [{"v": value, "n": number} for number, value in enumerate(values)]
    by_field = run_action("data.group", items=items, by=["v"], aggregates=[{"fn": "count"}]) if items else []
    by_text = run_action(
        "data.group", items=items, by=[{"key": "{{ item.v }}", "as": "v"}], aggregates=[{"fn": "count"}]
    )
    assert alike(by_field, by_text)
    host = FakeHost(inputs={"step": step})
    buckets = run_action(
        "data.group", host, items=items, by=[{"key": "{{ item.n // inputs.step }}", "as": "bucket"}],
        aggregates=[{"fn": "count", "as": "size"}],
    )  # fmt: skip
    assert [row["bucket"] for row in buckets] == list(range(-(-len(items) // step)))
    assert sum(row["size"] for row in buckets) == len(items)


@pytest.mark.parametrize("fn", ["sum", "avg"])
@pytest.mark.parametrize("bad", ["1", True, [1], {"a": 1}, b"1", datetime(2026, 1, 1, tzinfo=UTC)])
def test_what_is_no_number_is_never_added(fn: str, bad: Any) -> None:
    with pytest.raises(ActionError, match=r"items\[2\] has .*, but a number is needed"):
        run_action("data.group", items=[1, 2.5, bad], aggregates=[{"fn": fn}])


@pytest.mark.parametrize("fn", ["min", "max"])
@pytest.mark.parametrize(
    ("values", "index"),
    [
        ([1, "a"], 1),
        (["a", "b", 1], 2),
        ([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1)], 1),  # noqa: DTZ001 - a time without a zone
        ([None, []], 1),
    ],
)
def test_what_cannot_be_compared_is_named_with_its_item(fn: str, values: list[Any], index: int) -> None:
    with pytest.raises(ActionError, match=rf"'{fn}': items\[{index}\] has "):
        run_action("data.group", items=values, aggregates=[{"fn": fn}])


def test_floats_and_decimals_are_not_mixed_in_one_sum() -> None:
    with pytest.raises(ActionError, match="decimals and floats cannot be added exactly"):
        run_action("data.group", items=[0.5, Decimal("0.5")], aggregates=[{"fn": "sum"}])
