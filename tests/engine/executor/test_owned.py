"""Which runs an engine works on, and how it lets go of them (interfaces.md section 2, C7.3)."""

from __future__ import annotations

import pytest
from engine_kit import FailingStore, Kit, chain, door, until

from floworch import StoreError, UsageError, Wait


async def waits_for_go() -> Wait:
    return Wait("signal", "go")


async def test_close_pauses_live_runs_and_leaves_suspended_ones() -> None:
    """C7.3: a process that stops in order pauses its runs and releases its locks."""
    it, through = door()
    kit = Kit(through=through, waits=waits_for_go)
    engine = kit.engine()
    live = await engine.start(chain("through"), run_id="live")
    idle = await engine.start(chain("waits"), run_id="idle")
    await it.wait_for()
    await idle.result()
    assert {handle.run_id for handle in engine.handles()} == {"live", "idle"}
    await engine.close()
    await engine.close()
    assert (kit.store.load("live").status, kit.store.load("idle").status) == ("paused", "suspended")
    assert kit.store.owner("live") is None
    assert it.stopped == 1
    assert not live.live
    with pytest.raises(UsageError):
        await engine.start(chain("any"))


async def test_close_goes_on_when_one_store_fails() -> None:
    kit = Kit()
    it, through = door()
    kit.add("through", through)
    store = FailingStore(1)
    async with kit.engine(store=store) as engine:
        first = await engine.start(chain("through"), run_id="one")
        store.batches = 10**6
        second = await engine.start(chain("through"), run_id="two")
        await it.wait_for(2)
    assert first.stopping
    with pytest.raises(StoreError):
        await first.result()
    assert (await second.result()).status == "paused"


async def test_close_waits_for_a_cancel() -> None:
    """C7.3: cancel wins."""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(chain("through")) as (_, handle):
        await it.wait_for()
        await handle.cancel()
    assert kit.store.load("r").status == "cancelled"


async def test_owners_are_told_of_runs_taken_and_let_go() -> None:
    kit = Kit()
    told: list[str] = []
    async with kit.engine() as engine:
        engine.on_owned.append(lambda handle: told.append(f"owned {handle.run_id}"))
        engine.on_released.append(lambda handle: told.append(f"released {handle.run_id}"))
        await (await engine.start(chain("any"), run_id="r")).result()
        await until(lambda: len(told) == 2)
        assert engine.live("r") is None
    assert told == ["owned r", "released r"]
