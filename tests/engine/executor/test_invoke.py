"""One attempt from outside to inside: layers, retry field, timeout, action (C5.1, C5.2, C15)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from engine_kit import Kit, until
from run_dialogue import workflow

from floworch import middleware
from floworch.actions import asking
from floworch.clock import SystemClock


@pytest.fixture
def kit() -> Kit:
    kit = Kit()
    kit.said = []  # type: ignore[attr-defined]

    @middleware("mark", target=kit.registry)
    async def mark(call_next: Any, ctx: Any, *, name: str) -> Any:
        kit.said.append(f"in {name}")  # type: ignore[attr-defined]
        output = await call_next(ctx)
        kit.said.append(f"out {name}")  # type: ignore[attr-defined]
        return output

    @middleware("instead", target=kit.registry)
    async def instead(call_next: Any, ctx: Any) -> Any:
        return "instead"

    @middleware("twice", target=kit.registry)
    async def twice(call_next: Any, ctx: Any) -> Any:
        return [await call_next(ctx), await call_next(ctx)]

    @middleware("other", target=kit.registry)
    async def other(call_next: Any, ctx: Any) -> Any:
        return {"was": await call_next(ctx.replace(params={"n": 7}))}

    @middleware("nan", target=kit.registry)
    async def nan(call_next: Any, ctx: Any) -> Any:
        return float("nan")

    async def same(n: int = 1) -> int:
        kit.said.append("action")  # type: ignore[attr-defined]
        return n

    kit.add("same", same)
    return kit


def node(*layers: Any, **fields: Any) -> dict[str, Any]:
    return {"action": "t.same", "middleware": [{"use": u} if isinstance(u, str) else u for u in layers], **fields}


def mark(name: str, **fields: Any) -> dict[str, Any]:
    return {"use": "mark", "with": {"name": name}, **fields}


async def test_the_first_layer_is_outermost_and_the_workflows_lie_around_the_nodes(kit: Kit) -> None:
    """C5.1"""
    await kit.run(workflow({"a": node(mark("n1"), mark("n2"))}, middleware=[mark("w1"), mark("w2")]))
    names = ["w1", "w2", "n1", "n2"]
    assert kit.said == [*(f"in {n}" for n in names), "action", *(f"out {n}" for n in reversed(names))]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("when", "applies"), [("{{ inputs.on }}", True), ("{{ not inputs.on }}", False), (False, False), ("true", True)]
)
async def test_a_layer_whose_condition_is_false_is_left_out(kit: Kit, when: Any, applies: bool) -> None:
    """C5.1"""
    await kit.run(workflow({"a": node(mark("x", when=when))}, inputs={"on": {"type": "boolean", "default": True}}))
    assert ("in x" in kit.said) is applies  # type: ignore[attr-defined]


@pytest.mark.parametrize(("layer", "output"), [("instead", "instead"), ("twice", [1, 1]), ("other", {"was": 7})])
async def test_a_layer_may_do_what_it_likes_with_the_call(kit: Kit, layer: str, output: Any) -> None:
    """C5.2"""
    assert (await kit.run(workflow({"a": node(layer)}))).nodes["a"].output == output


async def test_a_layers_output_is_checked_like_an_actions(kit: Kit) -> None:
    """C6.2"""
    result = await kit.run(workflow({"a": node("nan")}))
    assert result.nodes["a"].error
    assert result.nodes["a"].error["kind"] == "validation_error"


async def test_a_result_after_the_timeout_is_never_a_success(kit: Kit) -> None:
    """C4.5: also when the body swallows the request to stop."""

    async def swallows() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass
        return "late"

    async def says() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("my own error")

    kit.add("swallows", swallows)
    kit.add("says", says)
    layer = [{"use": "timeout", "with": {"after": 0.01}}]
    result = await kit.run(
        workflow(
            {
                "field": {"action": "t.swallows", "timeout": 0.01},
                "layer": {"action": "t.swallows", "middleware": layer},
                "own": {"action": "t.says", "timeout": 0.01},
            },
            settings={"fail_fast": False},
        )
    )
    kinds = {name: (view.error or {})["kind"] for name, view in result.nodes.items()}
    assert kinds == {"field": "timeout_error", "layer": "timeout_error", "own": "validation_error"}


async def test_only_the_innermost_retry_counts(kit: Kit) -> None:
    """C15"""
    tried: list[int] = []

    async def bad(ctx: Any) -> None:
        tried.append(ctx.attempt)
        raise ConnectionError("no")

    kit.add("bad", bad)
    outer = {"use": "retry", "with": {"max_attempts": 5, "delay": 0}}
    inner = {"use": "retry", "with": {"max_attempts": 2, "delay": 0}}
    await kit.run(workflow({"a": {"action": "t.bad", "middleware": [inner]}}, middleware=[outer]))
    assert tried == [1, 2]


async def test_the_last_error_is_kept_when_a_timeout_ends_the_back_off(kit: Kit) -> None:
    """C4.5, C15: a timeout layer outside retry bounds the whole."""

    async def bad() -> None:
        raise ConnectionError("refused")

    kit.add("bad", bad)
    layers = [{"use": "timeout", "with": {"after": 0.05}}, {"use": "retry", "with": {"max_attempts": 9, "delay": "1h"}}]
    async with kit.engine(clock=SystemClock()) as engine:
        definition = workflow({"a": {"action": "t.bad", "middleware": layers}})
        result = await (await engine.start(definition, run_id="r")).result()
    error = result.nodes["a"].error
    assert error is not None
    assert error["kind"] == "timeout_error"
    assert "the error before that: refused (connection_error)" in error["message"]
    assert result.nodes["a"].attempts == 1


async def test_what_an_attempt_cleans_up_after_is_told_by_its_timeout(kit: Kit) -> None:
    """C4.5: its own error came first."""

    async def bad() -> None:
        try:
            raise PermissionError("no entry")
        except PermissionError:
            await asyncio.Event().wait()

    kit.add("bad", bad)
    result = await kit.run(workflow({"a": {"action": "t.bad", "timeout": 0.01}}))
    error = result.nodes["a"].error
    assert error is not None
    assert (error["kind"], "no entry (permission_error)" in error["message"]) == ("timeout_error", True)
    assert "PermissionError" in store_error(kit)["traceback"]


def store_error(kit: Kit) -> dict[str, Any]:
    """The error of the only node, as it is journaled."""
    state = kit.store.load("r")
    return dict(state.errors[0])


async def test_a_body_that_swallows_its_timeout_once_is_asked_again(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """C4.5: a timeout bounds each attempt; a bare except must not hold it for ever."""
    monkeypatch.setattr(asking, "PATIENCE", 0.01)
    asked: list[str] = []

    async def deaf() -> str:
        for _ in range(2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                asked.append("to stop")
        return "late"

    kit.add("deaf", deaf)
    once = {"max_attempts": 1}
    flow = workflow({"a": {"action": "t.deaf", "timeout": 0.01, "retry": once}})
    async with asyncio.timeout(30):
        result = await kit.run(flow)
        assert result.nodes["a"].error
        assert result.nodes["a"].error["kind"] == "timeout_error"
        assert asked == ["to stop"] * 2
        task = asyncio.current_task()
        assert task is not None
        assert not task.cancelling()


@pytest.mark.parametrize(
    ("verb", "status", "left"), [("cancel", "cancelled", "cancelled"), ("pause", "paused", "pending")]
)
async def test_a_body_that_swallows_a_stop_once_is_asked_again(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, verb: str, status: str, left: str
) -> None:
    """C7.1, C7.3: after a grace time what can be ended is ended."""
    monkeypatch.setattr(asking, "PATIENCE", 0.01)
    asked: list[str] = []
    entered: list[bool] = []

    async def deaf() -> None:
        entered.append(True)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            asked.append("to stop")
        await asyncio.Event().wait()

    kit.add("deaf", deaf)
    async with asyncio.timeout(30), kit.running(workflow({"a": {"action": "t.deaf"}})) as (_, handle):
        await until(lambda: entered)
        await (handle.cancel() if verb == "cancel" else handle.pause(now=True))
        result = await handle.result()
    assert (result.status, result.nodes["a"].status, asked) == (status, left, ["to stop"])
