from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.actions.library.data_sort_limit import kind_of
from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action
from floworch.testing.actions import call_action

ROWS = [{"n": 2, "t": "b"}, {"n": None, "t": "a"}, {"n": 3, "t": "a"}, {"t": "c"}, {"n": 2, "t": "a"}]


def test_several_keys_each_with_its_direction_and_nulls_last() -> None:
    by = [{"key": "n", "desc": True}, "t"]
    output = run_action("data.sort_limit", items=ROWS, by=by)
    assert output == [ROWS[2], ROWS[4], ROWS[0], ROWS[1], ROWS[3]]
    assert run_action("data.sort_limit", items=ROWS, by="n") == [ROWS[0], ROWS[4], ROWS[2], ROWS[1], ROWS[3]]


def test_only_the_first_are_kept() -> None:
    assert run_action("data.sort_limit", items=[3, 1, 2], by=[{"key": ""}], limit=2) == [1, 2]
    assert run_action("data.sort_limit", items=[3, 1, 2], limit=2) == [3, 1]
    assert run_action("data.sort_limit", items=[3, 1, 2], by=[{"key": "{{ -item }}"}], skip=1) == [2, 1]
    assert run_action("data.sort_limit", items=[3, 1, 2], limit=5, skip=5) == []


@given(st.lists(st.fixed_dictionaries({"a": st.none() | st.integers(-3, 3), "b": st.integers(0, 2)})))
def test_the_order_is_that_of_a_sort_by_tuples(rows: list[dict[str, Any]]) -> None:
    rows = [{**row, "place": place} for place, row in enumerate(rows)]
    output = run_action("data.sort_limit", items=rows, by=["a", {"key": "b", "desc": True}])
    assert output == sorted(rows, key=lambda row: (row["a"] is None, row["a"] or 0, -row["b"], row["place"]))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"items": [{"a": 1}, {"a": "x"}], "by": "a"},
         "'a' is a number in items[0] but text in items[1]: they have no order."),
        ({"items": [{"a": [1]}], "by": "a"}, "items[0] cannot be sorted by 'a': it has a list of 1."),
        ({"items": [1, True], "by": [{}]}, "the items is a number in items[0] but true or false in items[1]"),
        ({"items": [{"a": 1}], "by": "b"}, "No item has a field 'b'."),
        ({"items": [1], "limit": -1}, "'limit' must be at least 0, not -1."),
        ({"items": [1], "by": [{"field": "x"}]}, "There is no parameter 'by[0].field'."),
    ],
)  # fmt: skip
def test_wrong_input_is_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.sort_limit", **params)
    assert caught.value.message.startswith(message)


def test_what_is_compared_with_what() -> None:
    values = [
        True,
        1,
        1.5,
        Decimal(1),
        "x",
        b"x",
        datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        datetime(2026, 1, 1, tzinfo=UTC),
        [],
        {},
    ]
    numbers = ["a number"] * 3
    assert [kind_of(value) for value in values] == [
        "true or false", *numbers, "text", "bytes", "a time", "a time with a zone", "", "",
    ]  # fmt: skip


async def test_a_cancel_ends_it_between_slices() -> None:  # (C4.5)
    host = FakeHost()
    params = {"items": [{"k": i} for i in range(200_000)], "by": ["{{ item.k }}"]}
    task = asyncio.create_task(call_action("data.sort_limit", params, host))
    while not host.progressed:  # noqa: ASYNC110 - the host is a plain recorder
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_large_list_is_fine() -> None:
    items = [{"k": (i * 7919) % 100_003} for i in range(100_000)]
    output = run_action("data.sort_limit", items=items, by="k", limit=3)
    assert output == sorted(items, key=lambda row: row["k"])[:3]


def test_an_expression_that_fails_is_said_with_its_parameter_first() -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.sort_limit", items=[{"a": 1}], by=["{{ item.b.c }}"])
    assert caught.value.message.startswith("'by' cannot be evaluated for items[0]: ")
