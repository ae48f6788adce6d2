"""Steering runs that nobody works on (interfaces.md section 3, C7)."""

from __future__ import annotations

import pytest
from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch import UsageError, Wait


async def waits_for_go() -> Wait:
    return Wait("signal", "go")


async def asks() -> Wait:
    return Wait("approval", details={"message": "ok?"})


async def test_signals_and_answers_reach_runs_that_nobody_works_on() -> None:
    """interfaces.md section 3: control verbs with no owner append and do not continue the run."""
    kit = Kit(waits=waits_for_go, asks=asks)
    async with kit.running(workflow({"s": {"action": "t.waits"}, "q": {"action": "t.asks"}})) as (_, handle):
        assert (await handle.result()).status == "suspended"
    async with kit.engine() as engine:
        await engine.signal("r", "go", {"n": 1})
        await engine.approve("r", "q", by="me")
        with pytest.raises(UsageError):
            await engine.reject("r", "s")
        assert kit.store.load("r").status_of("s") == "waiting"
        result = await (await engine.resume("r")).result()
    assert result.status == "completed"
    assert result.nodes["s"].output == {"n": 1}
    assert result.nodes["q"].output == {"approved": True, "by": "me", "comment": ""}


async def test_cancelling_a_run_that_nobody_works_on_is_final() -> None:
    """C7.3"""
    kit = Kit(waits=waits_for_go)
    async with kit.running(chain("waits", "any")) as (_, handle):
        await handle.result()
    async with kit.engine() as engine:
        await engine.cancel("r")
        assert (await (await engine.resume("r")).result()).status == "cancelled"
    assert kit.story()[-1] == "run_cancelled"
