from __future__ import annotations

import asyncio
from typing import Any

import pytest

from floworch import Engine, MemoryStore, WorkflowBuilder
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action
from floworch.testing.actions import call_action

ORDERS = [{"id": 1, "amount": 50}, {"id": 2, "amount": 150}, {"id": 3, "amount": 250}]


def test_items_are_parted_in_their_order() -> None:
    host = FakeHost(inputs={"least": 100})
    for where in ("item.amount > inputs.least", "{{ item.amount > inputs.least }}"):
        output = run_action("data.filter", host, items=ORDERS, where=where)
        assert output == {"kept": ORDERS[1:], "dropped": ORDERS[:1]}
    assert host.logs[-1] == ("info", "Kept 2 of 3 items.")


@pytest.mark.parametrize(
    ("items", "ports"),
    [
        ([], set()),
        ([1], {"dropped"}),
        ([9], {"kept"}),
        ([1, 9], {"kept", "dropped"}),
    ],
)
async def test_the_ports_fire_that_have_items(items: list[int], ports: set[str]) -> None:  # (C2.2)
    found = await call_action("data.filter", {"items": items, "where": "item > 5"})
    assert found.port == "out"
    assert set(found.also) == ports


async def test_in_a_run_a_branch_without_items_is_not_taken() -> None:  # (C2.4)
    flow = (
        WorkflowBuilder("demo")
        .node("f", "data.filter", items="{{ inputs.rows }}", where="item.amount > 10")
        .node("some", "util.log", after="f:kept", message="{{ nodes.f.output.kept | length }} kept")
        .node("none", "util.log", after="f:dropped", message="dropped")
        .input("rows", "array")
        .build()
    )
    async with Engine(store=MemoryStore()) as engine:
        result = await (await engine.start(flow, inputs={"rows": ORDERS})).result()
    assert result.status == "completed"
    assert result.nodes["some"].output == "3 kept"
    assert result.nodes["none"].status == "bypassed"


async def test_inside_a_foreach_the_item_of_that_is_outer_item() -> None:  # (C15)
    flow = (
        WorkflowBuilder("demo")
        .node("each", "flow.foreach", items=[100, 200])
        .node("f", "data.filter", parent="each", items=ORDERS, where="item.amount > outer.item")
        .build()
    )
    async with Engine(store=MemoryStore()) as engine:
        result = await (await engine.start(flow)).result()
    assert [len(found["kept"]) for found in result.nodes["each"].output] == [2, 1]


@pytest.mark.parametrize(
    ("params", "message", "hint"),
    [
        ({"items": [3], "where": "item"}, "'where' must give true or false, but for items[0] it gives 3.", "Write"),
        ({"items": [{}], "where": "item.a.b > 1"}, "'where' cannot be evaluated for items[0]: ", ""),
        ({"items": [1], "where": " "}, "'where' is empty.", "Write a condition"),
        ({"items": [1]}, "'where' is missing.", ""),
        ({"items": 1, "where": "true"}, "'items' must be a list, not 1.", ""),
    ],
)
def test_wrong_input_is_named(params: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.filter", **params)
    assert caught.value.message.startswith(message)
    assert caught.value.hint.startswith(hint)
    assert caught.value.kind is ErrorKind.VALIDATION


async def test_a_cancel_ends_it_between_slices() -> None:  # (C4.5)
    host = FakeHost()
    params = {"items": list(range(200_000)), "where": "item > 5"}
    task = asyncio.create_task(call_action("data.filter", params, host))
    while not host.progressed:  # noqa: ASYNC110 - the host is a plain recorder
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert host.logs == []  # it had not come to its end


def test_it_declares_what_it_is() -> None:
    spec = registry.resolve("data.filter")
    assert (spec.effect, spec.ports, spec.raw_params) == ("idempotent", ("out", "kept", "dropped"), {"where"})
