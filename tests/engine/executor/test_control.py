"""Steering runs that nobody works on (interfaces.md section 3, C7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch import Engine, FlatBuffersStore, UsageError, Wait


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


@pytest.mark.parametrize("live", [True, False])
async def test_what_no_journal_can_keep_is_refused_and_harms_no_run(live: bool, tmp_path: Path) -> None:
    """C6.2, C8: through the handle, the engine, and for a run that nobody works on."""
    kit = Kit(waits=waits_for_go, asks=asks)
    kit.store = FlatBuffersStore(tmp_path)  # type: ignore[assignment]
    async with kit.running(workflow({"s": {"action": "t.waits"}, "q": {"action": "t.asks"}})) as (engine, handle):
        assert (await handle.result()).status == "suspended"
        for telling in [engine, handle] if live else []:
            await _refuses(telling, () if telling is handle else ("r",))
        if live:
            await _answers(engine)
            assert (await handle.result()).status == "completed"
    if not live:
        async with kit.engine() as engine:
            await _refuses(engine, ("r",))
            await _answers(engine)
            assert (await (await engine.resume("r")).result()).status == "completed"


async def _refuses(telling: Any, run: tuple[str, ...]) -> None:
    deep: Any = 1
    for _ in range(257):
        deep = [deep]
    for payload in (float("nan"), object(), "\ud800", {1: 2}, deep):
        with pytest.raises(UsageError, match="payload of the signal 'go'"):
            await telling.signal(*run, "go", payload)
    for name in ("\ud800", "", "x" * 300):
        with pytest.raises(UsageError, match="name of a signal"):
            await telling.signal(*run, name)
    for way in (telling.approve, telling.reject):
        with pytest.raises(UsageError, match="surrogate"):
            await way(*run, "q", comment="\ud800")
        with pytest.raises(UsageError, match="surrogate"):
            await way(*run, "q", by="\ud800")


async def _answers(engine: Engine) -> None:
    deep: Any = 1
    for _ in range(256):
        deep = [deep]
    await engine.approve("r", "q")
    await engine.signal("r", "go", deep)  # the deepest that is allowed is also kept


async def test_cancelling_a_run_that_nobody_works_on_is_final() -> None:
    """C7.3"""
    kit = Kit(waits=waits_for_go)
    async with kit.running(chain("waits", "any")) as (_, handle):
        await handle.result()
    async with kit.engine() as engine:
        await engine.cancel("r")
        assert (await (await engine.resume("r")).result()).status == "cancelled"
    assert kit.story()[-1] == "run_cancelled"
