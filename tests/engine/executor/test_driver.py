"""The shell around one run (C2.5, C4.6)."""

from __future__ import annotations

import pytest
from engine_kit import Kit, chain, door
from run_dialogue import workflow

from floworch import StoreError


async def test_no_more_attempts_run_than_there_are_slots() -> None:
    """C2.5"""
    it, through = door()
    kit = Kit(through=through)
    definition = workflow({name: {"action": "t.through"} for name in "abcdef"}, settings={"max_concurrency": 2})
    async with kit.running(definition) as (_, handle):
        await it.wait_for(2)
        assert handle.running == 2
        it.open()
        assert (await handle.result()).status == "completed"


async def test_a_bug_of_the_engine_ends_the_run_here_with_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not hang, and what was confirmed can be resumed."""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(chain("through")) as (engine, handle):
        await it.wait_for()
        with monkeypatch.context() as patch:

            def broken(*_: object) -> None:
                raise KeyError("a bug")

            patch.setattr(handle.working("test").scheduler, "completed", broken)
            it.open()
            with pytest.raises(StoreError, match="a bug"):
                await handle.result()
        assert kit.store.load("r").status == "paused"
        assert (await (await engine.resume("r")).result()).status == "completed"
