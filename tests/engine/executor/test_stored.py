"""Runs that nobody works on (interfaces.md section 3)."""

from __future__ import annotations

from typing import Any

import pytest
from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch import Engine, UsageError, Wait, WorkflowBuilder
from floworch.actions import functions
from floworch.actions.registry import Registry
from floworch.executor.stored import read_stored
from floworch.middleware.custom import middleware


async def waits() -> Wait:
    return Wait("signal", "go")


async def rests() -> Wait:
    return Wait("signal", "go")


def gives(value: str):
    return lambda: value


async def test_a_stimulus_is_kept_and_the_lock_is_free_again() -> None:
    kit = Kit(waits=waits)
    async with kit.running(chain("waits")) as (_, handle):
        await handle.result()
    async with kit.engine() as engine:
        await engine.signal("r", "go")
        await engine.pause("r")
        assert kit.store.owner("r") is None
        await engine.cancel("r")
        with pytest.raises(UsageError, match="nothing to signal"):
            await engine.signal("r", "go")
    assert kit.store.owner("r") is None
    header, prepared, state = read_stored(kit.store, "r", kit.registry)
    assert (header.run_id, prepared.plan.ids, state.status) == ("r", ("a",), "cancelled")


async def test_a_run_whose_action_is_not_known_here_is_refused_and_stays_as_it_is() -> None:
    kit = Kit(waits=waits)
    async with kit.running(chain("waits")) as (_, handle):
        await handle.result()
    before = kit.store.load("r").seq
    async with Engine(kit.store, clock=kit.clock, actions=Registry()) as engine:
        with pytest.raises(
            UsageError, match=r"Run 'r' needs the action '.*waits' \(node 'a'\).*Nothing was changed"
        ) as caught:
            await engine.resume("r")
        assert "program that defines the action" in caught.value.hint
        await engine.signal("r", "go")  # what needs no action is still possible
    assert kit.store.owner("r") is None
    assert kit.store.load("r").seq == before + 1
    async with kit.engine() as engine:
        assert (await (await engine.resume("r")).result()).status == "completed"


async def test_a_run_whose_layer_is_not_known_here_is_refused_too() -> None:
    """C5.4: else the node would fail where the right program can finish the run."""
    kit = Kit(waits=waits)

    @middleware("stamp", target=kit.registry)
    async def stamp(call_next: Any, ctx: Any) -> Any:
        return await call_next(ctx)

    flow = workflow({"a": {"action": "t.waits"}, "b": {"action": "util.log", "middleware": [{"use": "stamp"}],
                                                       "params": {"message": "x"}}}, "a>b")  # fmt: skip
    async with kit.running(flow) as (_, handle):
        await handle.result()
    other = kit.registry.copy()
    del other._layers["stamp"]
    async with Engine(kit.store, clock=kit.clock, actions=other) as engine:
        with pytest.raises(UsageError, match=r"needs the middleware 'stamp' \(node 'b'\).*Nothing was changed"):
            await engine.resume("r")
        await engine.signal("r", "go")
    async with kit.engine() as engine:
        assert (await (await engine.resume("r")).result()).status == "completed"


async def test_a_local_function_is_found_again_or_refused_never_another_one(monkeypatch) -> None:
    kit = Kit()
    flow = WorkflowBuilder("w").node("a", rests).node("b", gives("B")).edge("a", "b").build()
    async with kit.engine() as engine:
        await (await engine.start(flow, run_id="r")).result()
        await engine.signal("r", "go")
    monkeypatch.setattr(functions, "FUNCTIONS", {})  # another process,
    monkeypatch.setattr(functions, "_BY_FUNCTION", {})
    functions.spec_of(gives("WRONG"))  # which has made another one before
    async with kit.engine() as engine:
        with pytest.raises(UsageError, match="a lambda or a local function"):
            await engine.resume("r")
        functions.spec_of(gives("B"))  # and now the same
        assert (await (await engine.resume("r")).result()).nodes["b"].output == "B"
