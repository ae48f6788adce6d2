"""What a layer is, and how one wraps an action (C5.2)."""

from __future__ import annotations

import inspect
from typing import Any

from floworch.actions.context import Context
from floworch.middleware.layer import Layer, call_spec, wrap
from floworch.testing import FakeHost, run_action


async def around(call_next: Any, ctx: Any) -> Any:
    return [ctx.params, await call_next(ctx.replace(params={"n": 2}))]


def sync_with_context(ctx: Context, n: int) -> str:
    return f"{ctx.node} {n}"


def sync(n: int) -> int:
    return n


async def test_a_wrapped_action_keeps_its_parameters() -> None:
    wrapped = wrap(around, sync)
    assert list(inspect.signature(wrapped).parameters) == ["ctx", "n"]
    assert await run_action(wrapped, n=1) == [{"n": 1}, 2]
    assert await run_action(wrap(around, sync_with_context), n=1) == [{"n": 1}, "node 2"]


async def test_a_layer_runs_around_or_wraps() -> None:
    layer = Layer("mine", around)

    async def inner(ctx: Any) -> str:
        return "in"

    assert await layer(inner, FakeHost().context(params={"n": 1})) == [{"n": 1}, "in"]
    assert await run_action(layer(sync), n=5) == [{"n": 5}, 2]


async def test_plain_functions_are_called_in_a_thread() -> None:
    from floworch.actions.functions import spec_of

    assert await call_spec(spec_of(sync), FakeHost().context(params={"n": 3})) == 3
