from __future__ import annotations

import asyncio
from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing.actions import FakeHost, call_action, run_action

FILES = [
    {"path": "b.py", "suffix": ".py", "size": 3, "owner": {"name": "ada"}},
    {"path": "a.txt", "suffix": ".txt", "size": 5, "owner": {"name": "bob"}},
    {"path": "c.py", "suffix": ".py", "size": 4, "owner": {"name": "ada"}},
]


def test_groups_come_in_the_order_of_their_first_item() -> None:
    output = run_action("data.group", items=FILES, by=["suffix"], aggregates=[
        {"fn": "count", "as": "files"}, {"fn": "sum", "key": "size"}, {"fn": "list", "key": "path", "as": "paths"},
    ])  # fmt: skip
    assert output == [
        {"suffix": ".py", "files": 2, "sum_size": 7, "paths": ["b.py", "c.py"]},
        {"suffix": ".txt", "files": 1, "sum_size": 5, "paths": ["a.txt"]},
    ]


def test_one_field_may_be_given_without_a_list_and_dots_lead_inside() -> None:
    assert run_action("data.group", items=FILES, by="owner.name") == [{"owner.name": "ada"}, {"owner.name": "bob"}]


def test_a_field_whose_name_has_a_dot_wins() -> None:
    assert run_action("data.group", items=[{"a.b": 1, "a": {"b": 2}}], by="a.b") == [{"a.b": 1}]


def test_several_fields_make_one_group_per_combination() -> None:
    items = [{"a": 1, "b": 1}, {"a": 1, "b": True}, {"a": 1, "b": 1}, {"a": None}]
    output = run_action("data.group", items=items, by=["a", "b"], aggregates=[{"fn": "count"}])
    assert output == [{"a": 1, "b": 1, "count": 2}, {"a": 1, "b": True, "count": 1}, {"a": None, "b": None, "count": 1}]


def test_without_fields_everything_is_one_group_also_nothing() -> None:
    aggregates = [{"fn": "sum", "key": "size", "as": "bytes"}, {"fn": "max", "key": "size", "as": "largest"}]
    assert run_action("data.group", items=FILES, aggregates=aggregates) == [{"bytes": 12, "largest": 5}]
    assert run_action("data.group", items=[], aggregates=aggregates) == [{"bytes": 0, "largest": None}]
    assert run_action("data.group", items=[], by=["suffix"], aggregates=aggregates) == []


def test_expressions_see_the_item() -> None:  # (C15)
    host = FakeHost(inputs={"step": 4})
    output = run_action(
        "data.group", host, items=FILES,
        by=[{"key": "{{ item.size // inputs.step }}", "as": "bucket"}],
        aggregates=[{"fn": "sum", "key": "{{ item.size * 2 }}", "as": "twice"}],
    )  # fmt: skip
    assert output == [{"bucket": 0, "twice": 6}, {"bucket": 1, "twice": 18}]


def test_items_may_be_plain_values() -> None:
    output = run_action("data.group", items=[3, 1, 3], by=[{"key": "{{ item }}", "as": "n"}], aggregates=[
        {"fn": "count"}, {"fn": "list"},
    ])  # fmt: skip
    assert output == [{"n": 3, "count": 2, "list": [3, 3]}, {"n": 1, "count": 1, "list": [1]}]


@pytest.mark.parametrize(
    ("params", "message", "hint"),
    [
        ({"items": FILES, "by": ["sufix"]}, "No item has a field 'sufix'.", "Did you mean 'suffix'?"),
        (
            {"items": FILES, "aggregates": [{"fn": "sum", "key": "sze"}]},
            "No item has a field 'sze'.",
            "Did you mean 'size'?",
        ),
        ({"items": [{"a": 1}, 7], "by": ["a"]}, "items[1] must be an object to have a field 'a', not 7.", ""),
        (
            {"items": FILES, "aggregates": [{"fn": "sum", "key": "path"}]},
            "'sum' of 'path': items[0] has 'b.py', but a number is needed.",
            "",
        ),
        (
            {"items": FILES, "by": ["size"], "aggregates": [{"fn": "sum", "key": "size", "as": "size"}]},
            "Two results are called 'size'.",
            "Give each entry",
        ),
        ({"items": {"a": 1}}, "'items' must be a list, not an object.", ""),
        ({"items": [], "aggregates": [{"fn": "median", "key": "x"}]}, "'aggregates[0].fn' must be one of", ""),
        ({"items": [], "aggregates": [{"key": "x"}]}, "'aggregates[0].fn' is missing.", ""),
        ({"items": [], "by": ["{{ item.a }}"]}, "'by[0]' needs a name for this expression.", '"as": "name"'),
        ({"items": [], "aggregates": [{"fn": "sum", "key": "{{ item.a }}"}]}, "'aggregates[0].as' is missing.", ""),
    ],
)
def test_wrong_input_is_named(params: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.group", **params)
    assert caught.value.message.startswith(message)
    assert hint in caught.value.hint
    assert caught.value.kind is ErrorKind.VALIDATION


def test_big_lists_are_fine_and_leave_room_for_others() -> None:
    items = [{"k": i % 1000, "v": i} for i in range(100_000)]
    rounds = 0

    async def others() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    async def both() -> Any:
        beside = asyncio.create_task(others())
        try:
            return await call_action("data.group", {
                "items": items, "by": ["k"], "aggregates": [{"fn": "sum", "key": "v", "as": "s"}, {"fn": "count"}],
            }, host)  # fmt: skip
        finally:
            beside.cancel()

    host = FakeHost()
    output = asyncio.run(both())
    assert len(output) == 1000
    assert output[7] == {"k": 7, "s": sum(range(7, 100_000, 1000)), "count": 100}
    assert rounds > 100
    assert [fraction for fraction, _ in host.progressed] == sorted(fraction or 0 for fraction, _ in host.progressed)


async def test_a_cancel_ends_it_between_slices() -> None:
    task = asyncio.create_task(call_action("data.group", {"items": [{"k": 1}] * 100_000, "by": ["k"]}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_the_key_expressions_reach_the_action_unevaluated() -> None:
    assert registry.resolve("data.group").raw_params == {"by", "aggregates"}
