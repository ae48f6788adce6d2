"""Runs that nobody works on (interfaces.md section 3)."""

from __future__ import annotations

import pytest
from engine_kit import Kit, chain

from floworch import UsageError, Wait
from floworch.executor.stored import read_stored


async def waits() -> Wait:
    return Wait("signal", "go")


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
