"""Durable retry anywhere among the layers (C4.4, C5.4, C15)."""

from __future__ import annotations

from typing import Any

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch import ActionError, UsageError, WorkflowBuilder, retry
from floworch.actions.context import Context
from floworch.middleware.retry import chip


async def play(error: BaseException, **options: Any) -> tuple[Any, list[float], Kit]:
    async def bad() -> None:
        raise error

    kit = Kit(bad=bad)
    layer = {"use": "retry", "with": {"jitter": 0, "delay": 1, **options}}
    result = await kit.run(workflow({"a": {"action": "t.bad", "middleware": [layer]}}))
    delays = [event.payload["delay"] for event in kit.store.events("r") if event.payload and "delay" in event.payload]
    return result.nodes["a"], delays, kit


async def test_delays_grow_up_to_their_most() -> None:
    view, delays, _ = await play(ValueError("x"), max_attempts=5, backoff=3, max_delay=5, on=["all"])
    assert (view.attempts, delays) == (5, [1, 3, 5, 5])


async def test_retry_after_overrides_the_computed_delay() -> None:
    """C4.4"""
    _, delays, _ = await play(ActionError("x", "rate_limit_error", retry_after=42), max_attempts=2)
    assert delays == [42.0]


@pytest.mark.parametrize(("options", "attempts"), [
    ({"on": ["timeout_error"]}, 1), ({"on": ["validation_error"]}, 3),
    ({"on": ["all"], "give_up_on": ["validation_error"]}, 1),
    ({"on": ["transient"]}, 1),
])  # fmt: skip
async def test_only_the_listed_kinds_are_retried(options: dict[str, Any], attempts: int) -> None:
    """C4.4"""
    assert (await play(ValueError("x"), max_attempts=3, **options))[0].attempts == attempts


async def test_a_layer_around_the_retry_sees_one_call_and_layers_inside_see_each() -> None:
    """C15"""
    from floworch import middleware

    async def bad(ctx: Context) -> int:
        if ctx.attempt < 3:
            raise ConnectionError("no")
        return ctx.attempt

    kit = Kit(bad=bad)
    calls: list[str] = []

    @middleware("count", target=kit.registry)
    async def count(call_next: Any, ctx: Any, *, name: str) -> Any:
        calls.append(f"{name}{ctx.attempt}")
        return await call_next(ctx.replace(params=ctx.params))

    layers = [{"use": "count", "with": {"name": "out"}}, {"use": "retry", "with": {"delay": 1}},
              {"use": "count", "with": {"name": "in"}}]  # fmt: skip
    result = await kit.run(workflow({"a": {"action": "t.bad", "middleware": layers}}))
    assert result.nodes["a"].output == 3
    assert calls == ["out1", "in1", "in2", "in3"]
    completed = [event for event in kit.store.events("r") if event.kind == 21]
    assert completed[0].attempt == 3


def test_options_are_checked() -> None:
    with pytest.raises(UsageError):
        retry(max_attempts=0)
    assert (chip({"max_attempts": 5}), chip({})) == ("×5", "×3")


@pytest.mark.parametrize("awaited", [False, True])
async def test_a_predicate_decides_what_is_tried_again(awaited: bool) -> None:
    """C5.4: as durable as any retry, and asked with the error itself."""

    async def asynchronous(error: Exception) -> bool:
        return "lost" in str(error)

    def plain(error: Exception) -> bool:
        return "lost" in str(error)

    async def bad(ctx: Context) -> None:
        raise RuntimeError("lost" if ctx.attempt < 3 else "broken")

    kit = Kit()
    layer = retry(5, delay=1, jitter=0, predicate=asynchronous if awaited else plain)
    result = await kit.run(WorkflowBuilder("w").node("a", layer(bad)).build())
    assert (result.nodes["a"].attempts, result.error["message"]) == (3, "RuntimeError: broken")
    delays = [event.payload["delay"] for event in kit.store.events("r") if event.payload and "delay" in event.payload]
    assert delays == [1, 2]


def test_a_function_in_the_place_of_kinds_is_told_where_it_goes() -> None:
    with pytest.raises(UsageError, match="predicate="):
        retry(3, on=lambda error: True)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match="'predicate' is a function of the error"):
        retry(3, predicate="lost")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
