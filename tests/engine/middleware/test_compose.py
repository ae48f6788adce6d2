"""Stacks of layers around one action, and layers under a condition (C5.1, C5.2)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch import ActionError, UsageError, WorkflowBuilder, compose, conditional, retry
from floworch.testing import FakeHost, run_action


def adds(text: str) -> Any:
    async def layer(call_next: Any, ctx: Any) -> Any:
        return text + await call_next(ctx)

    return layer


async def greet(name: str) -> str:
    return name


def plain(name: str) -> str:
    return name.upper()


async def test_the_first_layer_is_outermost() -> None:
    assert await run_action(compose([adds("1"), adds("2")], greet), name="x") == "12x"
    assert await run_action(compose([], plain), name="x") == "X"


@pytest.mark.parametrize(("condition", "expected"), [
    (lambda ctx: True, "!x"), (lambda ctx: False, "x"), ("{{ inputs.on }}", "!x"), ("not inputs.on", "x"),
])  # fmt: skip
async def test_a_conditional_layer(condition: Any, expected: str) -> None:
    layered = compose([conditional(condition, adds("!"))], greet)
    assert await run_action(layered, FakeHost(inputs={"on": True}), name="x") == expected


async def test_a_layer_called_with_an_action_wraps_it() -> None:
    assert await run_action(retry(3)(greet), name="x") == "x"
    assert repr(retry(3)) == "<layer retry>"


@pytest.mark.parametrize("holds", [True, False])
async def test_a_condition_may_be_asynchronous(holds: bool) -> None:
    """A coroutine is no yes."""

    async def condition(ctx: Any) -> bool:
        return holds

    layered = compose([conditional(condition, adds("!"))], greet)
    assert await run_action(layered, name="x") == ("!x" if holds else "x")


@pytest.mark.parametrize(("make", "told"), [
    (lambda: compose(greet, [adds("!")]), "takes a list of layers, then one action"),
    (lambda: compose(retry(3), greet), "takes a list of layers, then one action"),
    (lambda: compose([lambda action: action], greet), "must take (call_next, ctx)"),
    (lambda: compose(["retry"], greet), "A layer is a function, or made by one such as retry(3), not 'retry'"),
    (lambda: conditional("inputs.on", [retry(3)]), "A layer is a function, or made by one"),
    (lambda: conditional(True, retry(3)), "A condition is an expression or a function of the context, not True"),
])  # fmt: skip
def test_what_is_no_layer_is_told_where_it_is_written(make: Any, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert told in caught.value.message


async def test_a_plain_function_is_a_layer_while_it_returns_what_is_inside() -> None:
    def passes(call_next: Any, ctx: Any) -> Any:
        return call_next(ctx)

    def forgets(call_next: Any, ctx: Any) -> Any:
        return 5

    assert await run_action(compose([passes], greet), name="x") == "x"
    with pytest.raises(ActionError, match="'forgets' is no 'async def' function, and returned int"):
        await run_action(compose([forgets], greet), name="x")


def test_a_layer_with_a_function_in_it_cannot_stand_in_a_definition() -> None:
    """C5.1: a list of layers is part of the file."""
    for layer in (conditional(lambda ctx: True, retry(3)), retry(3, predicate=lambda error: True)):
        with pytest.raises(UsageError, match="A definition cannot hold") as caught:
            WorkflowBuilder("f").node("a", greet, middleware=[layer], name="x")
        assert "compose([layer], action)" in caught.value.hint


@pytest.mark.parametrize(("on", "expected"), [(True, "x"), (False, None)])
async def test_an_action_under_a_condition(on: bool, expected: str | None) -> None:
    """interfaces.md section 2: the factories wrap one action."""
    for condition in ("inputs.on", lambda ctx: on):
        assert await run_action(conditional(condition)(greet), FakeHost(inputs={"on": on}), name="x") == expected
