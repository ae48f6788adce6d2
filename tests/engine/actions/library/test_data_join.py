from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action
from floworch.testing.actions import call_action

ORDERS = [{"id": 1, "customer": "a"}, {"id": 2, "customer": "b"}, {"id": 3, "customer": None}]
CUSTOMERS = [{"customer": "a", "id": 10, "name": "Ada"}, {"customer": "c", "id": 12, "name": "Cy"}]
ADA = {"id": 1, "customer": "a", "id_right": 10, "name": "Ada"}
LONELY = [{**row, "id_right": None, "name": None} for row in ORDERS[1:]]
CY = {"id": None, "customer": "c", "id_right": 12, "name": "Cy"}


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("inner", [ADA]),
        ("left", [ADA, *LONELY]),
        ("outer", [ADA, *LONELY, CY]),
        ("append", [*ORDERS, *CUSTOMERS]),
    ],
)
def test_rows_are_put_together(how: str, wanted: list[dict[str, Any]]) -> None:
    on = {} if how == "append" else {"on": "customer"}
    assert run_action("data.join", left=ORDERS, right=CUSTOMERS, how=how, **on) == wanted


def test_keys_may_be_called_differently_or_be_expressions() -> None:
    right = [{"code": "A", "name": "Ada"}]
    output = run_action(
        "data.join", left=ORDERS, right=right, on=[{"left": "customer", "right": "{{ item.code | lower }}"}]
    )
    assert output == [{"id": 1, "customer": "a", "code": "A", "name": "Ada"}]


ROWS = st.lists(st.fixed_dictionaries({"k": st.sampled_from([None, 0, 1, True, "1", 1.0])}), max_size=8)


@given(ROWS, ROWS)
def test_the_pairs_are_those_of_nested_loops(left: list[dict[str, Any]], right: list[dict[str, Any]]) -> None:
    lefts = [{**row, "l": place} for place, row in enumerate(left)]
    rights = [{**row, "r": place} for place, row in enumerate(right)]

    def alike(one: Any, other: Any) -> bool:
        return one is not None and isinstance(one, bool) == isinstance(other, bool) and one == other

    output = run_action("data.join", left=lefts, right=rights, on="k", how="outer") if left or right else []
    pairs = [(a["l"], b["r"]) for a in lefts for b in rights if alike(a["k"], b["k"])]
    assert [(row["l"], row["r"]) for row in output if row.get("l") is not None and row.get("r") is not None] == pairs
    assert {row["l"] for row in output if row.get("l") is not None} == set(range(len(left)))
    assert {row["r"] for row in output if row.get("r") is not None} == set(range(len(right)))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"left": [], "right": []}, "'on' is missing: rows are put together by it."),
        ({"left": [1], "right": [], "on": "a"}, "left[0] must be an object, not 1."),
        ({"left": ORDERS, "right": CUSTOMERS, "on": "custmer"}, "No row of 'left' has a field 'custmer'."),
        ({"left": [], "right": [], "on": [{"left": "a"}]}, "'on[0].right' is missing."),
        ({"left": ORDERS, "right": ORDERS, "how": "append", "max_rows": 5}, "The result has more than 5 rows."),
        (
            {"left": [{"k": 1}] * 50, "right": [{"k": 1}] * 50, "on": "k", "max_rows": 100},
            "The result has more than 100 rows.",
        ),
    ],
)
def test_wrong_input_is_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.join", **params)
    assert caught.value.message == message


def test_many_rows_are_looked_up_and_not_searched() -> None:
    """Nested loops would take ten thousand million steps."""
    left = [{"k": i} for i in range(100_000)]
    right = [{"k": i, "v": -i} for i in reversed(range(100_000))]
    output = run_action("data.join", left=left, right=right, on="k")
    assert output[777] == {"k": 777, "v": -777}
    assert len(output) == 100_000


async def test_a_cancel_ends_it_between_slices() -> None:  # (C4.5)
    host = FakeHost()
    rows = [{"k": i} for i in range(200_000)]
    task = asyncio.create_task(call_action("data.join", {"left": rows, "right": rows, "on": "k"}, host))
    while not host.progressed:  # noqa: ASYNC110 - the host is a plain recorder
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
