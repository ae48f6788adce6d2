"""Stacks of layers around one action, and layers under a condition (C5.1, C5.2)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch import compose, conditional, retry
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
