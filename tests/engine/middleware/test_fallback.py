from __future__ import annotations

import asyncio
from typing import Any

import pytest
from layer_kit import Inner, foreach_with, kit_of, logged, nodes_with, through, use

from floworch import ActionError, Outcome, UsageError, WorkflowBuilder, fallback
from floworch.actions.context import Context
from floworch.middleware.fallback import chip
from floworch.testing import FakeHost


def plan_c(text: str = "") -> str:
    return text.upper()


async def test_a_value_stands_in_for_a_failure_and_the_log_says_so() -> None:
    """(C5.3)"""
    host = FakeHost()
    assert await through(fallback({"rate": 1}), Inner(ConnectionError("down")), host) == {"rate": 1}
    assert host.logs == [("warning", "connection_error: down; using the fallback value")]
    assert await through(fallback(0), Inner(5), host) == 5


async def test_the_value_may_see_the_error_and_the_parameters() -> None:
    layer = fallback({"why": "{{ error.kind }}", "id": "{{ params.id }}"})
    assert await through(layer, Inner(ValueError("no")), params={"id": 7}) == {"why": "validation_error", "id": 7}


async def test_cancelling_is_no_failure() -> None:
    with pytest.raises(asyncio.CancelledError):
        await through(fallback(0), Inner(asyncio.CancelledError()))


async def test_an_action_stands_in_its_port_is_not_passed_on() -> None:
    layer = fallback(action="flow.if", params={"condition": "{{ error.kind == 'timeout_error' }}"})
    assert not isinstance(await through(layer, Inner(TimeoutError())), Outcome)
    layer = fallback(action="util.log", params={"message": "{{ error.message }}", "value": 3})
    assert await through(layer, Inner(TimeoutError("late"))) == 3


async def test_a_function_stands_in_as_its_action_does() -> None:
    """(C5.3) A definition holds its place: what is built is what can be saved."""

    async def local(text: str = "") -> str:
        return text.upper()

    for function in (plan_c, local):
        layer = fallback(action=function, params={"text": "{{ error.message }}"})
        assert await through(layer, Inner(TimeoutError("late"))) == "LATE"
    flow = WorkflowBuilder("w").node("a", fallback(action=plan_c)(plan_c)).build()
    assert flow.nodes["a"].middleware[0].options["action"] == f"py:{__name__}:plan_c"


async def test_a_fallback_that_fails_is_the_failure_with_the_first_as_its_cause() -> None:
    first = ConnectionError("down")
    with pytest.raises(ActionError, match="still no") as caught:
        await through(fallback(action="flow.fail", params={"message": "still no"}), Inner(first))
    assert caught.value.__cause__ is first
    with pytest.raises(UsageError, match=r"no action 'no\.such'"):
        await through(fallback(action="no.such"), Inner(first))


async def test_an_action_that_waits_cannot_stand_in() -> None:
    with pytest.raises(ActionError, match="cannot be a fallback"):
        await through(fallback(action="human.approve", params={"message": "?"}), Inner(ValueError("no")))


async def test_in_a_real_run_it_comes_after_the_last_attempt_and_actions_of_the_engines_registry_serve() -> None:
    async def act(ctx: Context) -> None:
        raise ConnectionError(f"attempt {ctx.attempt}")

    def plan_b(text: str) -> str:
        return text.upper()

    kit = kit_of(act)
    kit.add("plan_b", plan_b)
    layers = [use("fallback", action="t.plan_b", params={"text": "{{ error.message }} of {{ item }}"})]
    retry = {"max_attempts": 2, "delay": 1}
    result = await kit.run(foreach_with(layers, ["x", "y"], retry=retry))
    assert result.nodes["loop"].output == ["ATTEMPT 2 OF x".upper(), "ATTEMPT 2 OF Y"]
    assert len(logged(kit)) == 2


async def test_order_of_layers_decides_what_stands_in_for_what() -> None:
    """(C5.1) First is outermost: the inner value is what the outer layer sees."""

    async def act(ctx: Context) -> None:
        raise ValueError("no")

    layers = [use("fallback", value="outer"), use("fallback", value="inner")]
    assert (await kit_of(act).run(nodes_with(layers))).nodes["a"].output == "inner"
    layers = [use("fallback", value="outer"), use("fallback", value="inner", when="{{ false }}")]
    assert (await kit_of(act).run(nodes_with(layers))).nodes["a"].output == "outer"


@pytest.mark.parametrize("wrong", [{"value": 1, "action": "x"}, {"params": {"a": 1}}, {"action": ""}])
def test_contradicting_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        fallback(**wrong)


def test_chip() -> None:
    assert [chip({"value": 0}), chip({"action": "util.log"}), chip({})] == ["→ 0", "→ util.log", "→ null"]
