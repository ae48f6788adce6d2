from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action
from floworch.testing.actions import call_action

ROWS = [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 1, "v": "c"}]


def test_the_first_or_the_last_of_equal_items_stays() -> None:
    assert run_action("data.dedupe", items=ROWS, keys=["id"]) == {"items": ROWS[:2], "duplicates": ROWS[2:]}
    assert run_action("data.dedupe", items=ROWS, keys="id", keep="last") == {"items": ROWS[1:], "duplicates": ROWS[:1]}
    assert run_action("data.dedupe", items=ROWS) == {"items": ROWS, "duplicates": []}
    assert run_action("data.dedupe", items=ROWS, keys=["{{ item.id % 1 }}"])["items"] == ROWS[:1]


def test_types_count_and_objects_are_compared_by_content() -> None:
    items: list[Any] = [1, True, "1", 1.0, None, {"a": 1, "b": 2}, {"b": 2, "a": 1}, [1], [True], None]
    output = run_action("data.dedupe", items=items)
    assert [repr(item) for item in output["items"]] == [repr(items[i]) for i in (0, 1, 2, 4, 5, 7, 8)]
    assert [repr(item) for item in output["duplicates"]] == [repr(items[i]) for i in (3, 6, 9)]


@given(st.lists(st.integers(0, 5)))
def test_nothing_is_lost(items: list[int]) -> None:
    output = run_action("data.dedupe", items=items)
    assert output["items"] == list(dict.fromkeys(items))
    assert sorted(output["items"] + output["duplicates"]) == sorted(items)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"items": ROWS, "keys": ["idd"]}, "No item has a field 'idd'."),
        ({"items": [1], "keys": ["id"]}, "items[0] must be an object to have a field 'id', not 1."),
        ({"items": ROWS, "keep": "all"}, "'keep' must be one of 'first' or 'last', not 'all'."),
    ],
)
def test_wrong_input_is_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.dedupe", **params)
    assert caught.value.message == message


async def test_a_cancel_ends_it_between_slices() -> None:  # (C4.5)
    host = FakeHost()
    task = asyncio.create_task(call_action("data.dedupe", {"items": list(range(300_000))}, host))
    while not host.progressed:  # noqa: ASYNC110 - the host is a plain recorder
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert host.logs == []
