from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from floworch.actions.library.data_aggregates import AGGREGATES, hashable
from floworch.errors import ActionError, ErrorKind


def total(fn: str, values: list[Any], keyed: bool = True) -> Any:
    accumulator = AGGREGATES[fn](f"'{fn}' of 'x'", keyed)
    for index, value in enumerate(values):
        accumulator.add(value, index)
    return accumulator.result()


@pytest.mark.parametrize(
    ("fn", "values", "result"),
    [
        ("sum", [1, 2, None, 3], 6),
        ("sum", [], 0),
        ("sum", [10**30, 1], 10**30 + 1),
        ("sum", [0.1] * 10, 1.0),
        ("sum", [1, 0.5], 1.5),
        ("sum", [Decimal("0.10"), 1], Decimal("1.10")),
        ("avg", [1, 2, None], 1.5),
        ("avg", [None], None),
        ("count", [1, None, "x"], 2),
        ("min", [3, 1.5, None, 2], 1.5),
        ("max", ["a", "c", "b"], "c"),
        ("max", [None], None),
        ("min", [datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)], datetime(2026, 1, 1, tzinfo=UTC)),
        ("list", [1, None, 1], [1, None, 1]),
        ("first", [None, 2], None),
        ("first", [], None),
        ("last", [1, 2], 2),
        ("distinct", ["b", "a", None, "b", [1], [1]], ["b", "a", [1]]),
        ("count_distinct", [1, True, "1", None, 1], 3),
    ],
)
def test_totals(fn: str, values: list[Any], result: Any) -> None:
    assert total(fn, values) == result


def test_counting_items_counts_null_too() -> None:
    assert total("count", [None, None], keyed=False) == 2


@pytest.mark.parametrize(
    ("fn", "values", "message"),
    [
        ("sum", [1, "2"], "'sum' of 'x': items[1] has '2', but a number is needed."),
        ("avg", [True], "'avg' of 'x': items[0] has true, but a number is needed."),
        ("max", [1, "a"], "'max' of 'x': items[1] has 'a', but something to compare with 1 is needed."),
        ("min", [[1]], "'min' of 'x': items[0] has a list of 1, but a number, a text or a time is needed."),
        ("sum", [Decimal(1), 0.5], "'sum' of 'x': decimals and floats cannot be added exactly."),
        ("sum", [1e308, 1e308], "'sum' of 'x' is too large for a number with a fraction."),
        ("sum", [0.5, 10**400], "'sum' of 'x' is too large for a number with a fraction."),
        ("avg", [10**400, 1], "'avg' of 'x' is too large for a number with a fraction."),
    ],
)
def test_values_that_do_not_fit_are_named_with_their_item(fn: str, values: list[Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        total(fn, values)
    assert (caught.value.message, caught.value.kind) == (message, ErrorKind.VALIDATION)


def test_many_floats_are_added_with_flat_memory() -> None:
    assert total("sum", [0.25] * 20_000) == 5000.0


def test_equal_values_are_one_key_and_others_are_not() -> None:
    assert hashable(1) == hashable(1.0)
    assert hashable(1) != hashable(True)
    assert hashable("1") != hashable(1)
    assert hashable({"a": 1, "b": [2]}) == hashable({"b": [2], "a": 1})
    assert hashable([1]) != hashable("[1]")
