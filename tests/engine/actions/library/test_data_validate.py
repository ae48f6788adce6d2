from __future__ import annotations

import asyncio
from typing import Any

import pytest

from floworch import Engine, MemoryStore, WorkflowBuilder
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action
from floworch.testing.actions import call_action

RULES = [{"field": "amount", "required": True, "min": 0.01}, {"field": "id", "check": "value != item.amount"}]
SCHEMA = {"type": "object", "required": ["id"], "properties": {"amount": {"type": "number", "exclusiveMinimum": 0}}}
GOOD, BAD = {"id": 1, "amount": 5}, {"id": 0, "amount": 0}


def test_one_value_and_lists_are_checked_by_rules_and_schema() -> None:
    assert run_action("data.validate", value=GOOD, rules=RULES) == {"valid": [GOOD], "invalid": []}
    output = run_action("data.validate", items=[BAD, GOOD], rules=RULES, schema=SCHEMA, on_bad="route")
    assert output["valid"] == [GOOD]
    (found,) = output["invalid"]
    assert (found["index"], found["item"]) == (0, BAD)
    assert found["problems"] == [
        "amount: 0 is less than or equal to the minimum of 0",
        "'amount' must be at least 0.01, not 0",
        "'id' must fulfil value != item.amount, not 0",
    ]


async def test_in_a_run_bad_items_take_their_own_branch() -> None:  # (C2.2)
    flow = (
        WorkflowBuilder("demo")
        .node("v", "data.validate", items=[BAD, BAD], rules=RULES, on_bad="route")
        .node("good", "util.log", after="v:valid", message="good")
        .node("letters", "util.log", after="v:invalid", message="{{ nodes.v.output.invalid | length }}")
        .build()
    )
    async with Engine(store=MemoryStore()) as engine:
        result = await (await engine.start(flow)).result()
    assert result.nodes["good"].status == "bypassed"
    assert result.nodes["letters"].output == 2


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"value": BAD, "rules": RULES[:1]}, "Not as wanted: 'amount' must be at least 0.01, not 0."),
        ({"items": [GOOD, BAD], "schema": SCHEMA}, "Not as wanted: items[1]: amount: 0 is less than"),
        ({"value": 1}, "'rules' is missing: nothing is checked."),
        ({"rules": RULES}, "'value' is missing."),
        ({"value": 1, "items": [], "rules": RULES}, "'value' and 'items' cannot both be given."),
        ({"value": 1, "schema": {"type": "nothing"}}, "'schema': this is not a JSON Schema: $.type: "),
        ({"value": 1, "rules": [{"pattern": "("}]}, "'rules[0].pattern'"),
    ],
)
def test_wrong_values_and_wrong_parameters_are_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.validate", **params)
    assert caught.value.message.startswith(message)
    assert caught.value.kind is ErrorKind.VALIDATION


def test_of_many_findings_the_first_are_told_and_the_others_counted() -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.validate", items=[BAD] * 50, rules=RULES[:1])
    assert caught.value.message.count("items[") == 20
    assert caught.value.message.endswith("; and 30 more.")


async def test_a_cancel_ends_it_between_slices() -> None:  # (C4.5)
    host = FakeHost()
    params = {"items": [GOOD] * 200_000, "rules": RULES[:1]}
    task = asyncio.create_task(call_action("data.validate", params, host))
    while not host.progressed:  # noqa: ASYNC110 - the host is a plain recorder
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert host.logs == []
