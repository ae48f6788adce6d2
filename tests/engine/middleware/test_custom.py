"""Layers of your own (C5.2, C5.4)."""

from __future__ import annotations

from typing import Any

import pytest
from engine_kit import Kit
from run_dialogue import workflow

import floworch
from floworch import DefinitionError
from floworch.middleware.custom import middleware


async def test_keyword_parameters_become_checked_options() -> None:
    kit = Kit()

    @middleware("times", target=kit.registry)
    async def times(call_next: Any, ctx: Any, *, n: int = 2) -> Any:
        """Repeats. And more."""
        await call_next(ctx)
        return n

    spec = kit.registry.find_layer("times")
    assert spec is not None
    assert (spec.title, spec.summary) == ("Times", "Repeats. And more.")
    result = await kit.run(workflow({"a": {"action": "t.any", "middleware": [{"use": "times", "with": {"n": 3}}]}}))
    assert result.nodes["a"].output == 3
    async with kit.engine() as engine:
        with pytest.raises(DefinitionError):
            await engine.start(
                workflow({"a": {"action": "t.any", "middleware": [{"use": "times", "with": {"n": "many"}}]}})
            )


def test_a_plain_function_is_refused() -> None:
    with pytest.raises(TypeError, match="async def"):
        middleware("x", target=Kit().registry)(lambda call_next, ctx: None)


def test_the_package_is_the_decorator() -> None:
    assert callable(floworch.middleware)
