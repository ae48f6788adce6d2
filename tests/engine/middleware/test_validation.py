from __future__ import annotations

from typing import Any

import pytest
from layer_kit import Inner, kit_of, nodes_with, through, use

from floworch import ActionError, Outcome, UsageError, Wait, validation
from floworch.actions.context import Context
from floworch.middleware.validation import chip

SCHEMA = {"properties": {"amount": {"type": "number", "minimum": 1}}, "required": ["amount"]}


async def test_everything_wrong_with_the_parameters_is_named_and_the_action_not_called() -> None:
    """(C5.3)"""
    inner = Inner(1)
    layer = validation(input=SCHEMA, rules=[{"field": "amount", "in": [5, 6]}, {"field": "id", "required": True}])
    with pytest.raises(ActionError) as caught:
        await through(layer, inner, params={"amount": 0})
    assert caught.value.kind == "validation_error"
    assert str(caught.value) == (
        "the parameters of 'node' are not as wanted: amount: 0 is less than the minimum of 1; "
        "'amount' must be one of 5, 6, not 0; 'id' is missing"
    )
    assert inner.calls == 0
    assert await through(layer, inner, params={"amount": 5, "id": 1}) == 1


async def test_the_output_is_checked_also_that_of_an_outcome() -> None:
    layer = validation(output={"type": "object"}, rules=[{"on": "output", "field": "n", "check": "value < output.max"}])
    assert await through(layer, Inner({"n": 1, "max": 2})) == {"n": 1, "max": 2}
    with pytest.raises(
        ActionError, match=r"the output of 'node' is not as wanted: 'n' must fulfil value < output\.max, not 3"
    ):
        await through(layer, Inner({"n": 3, "max": 2}))
    with pytest.raises(ActionError, match="not of type 'object'"):
        await through(layer, Inner(Outcome(1, port="x")))
    wait = Wait("signal", "s")
    assert await through(layer, Inner(wait)) is wait


async def test_a_check_sees_the_run_and_the_parameters() -> None:
    layer = validation(rules=[{"field": "b", "check": "{{ value == params.a + 1 }}"}])
    assert await through(layer, Inner(1), params={"a": 1, "b": 2}) == 1
    with pytest.raises(ActionError, match="must fulfil"):
        await through(layer, Inner(1), params={"a": 1, "b": 3})


async def test_in_a_real_run_the_node_fails_before_its_action_and_is_not_retried() -> None:
    async def act(ctx: Context, amount: int = 0) -> int:
        ran.append(amount)
        return amount

    ran: list[int] = []
    kit = kit_of(act)
    layers = [use("validation", input=SCHEMA, rules=[{"max": 3, "on": "output"}])]
    result = await kit.run(nodes_with(layers, params={"amount": 0}))
    assert (result.nodes["a"].error["kind"], result.nodes["a"].attempts, ran) == ("validation_error", 1, [])
    kit = kit_of(act)
    result = await kit.run(nodes_with(layers, params={"amount": 7}))
    assert "the value must be at most 3, not 7" in result.nodes["a"].error["message"]
    assert ran == [7]


@pytest.mark.parametrize("wrong", [{"input": {"type": 7}}, {"rules": [{"min": "x"}]}, {"output": []}])
def test_a_malformed_schema_or_rule_is_refused_when_the_definition_is_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        validation(**wrong)


def test_chip() -> None:
    assert chip({"input": {"a": 1}, "rules": [{}, {}]}) == "in, 2 rules"
    assert chip({"output": {"a": 1}, "rules": [{}]}) == "out, 1 rule"
    assert chip({}) == ""
