from __future__ import annotations

import asyncio

import pytest
from engine_kit import Door
from serve_kit import ServeKit, schedule

from floworch.errors import UsageError
from floworch.run.status import RunStatus
from floworch.serve.runs import Runs

TWO = {"t": schedule(), "a": {"action": "t.door"}}


def started(kit: ServeKit, engine: object, most: int = 10) -> Runs:
    return Runs(engine, kit.ledger, kit.say, most)  # type: ignore[arg-type]


async def test_the_same_event_begins_one_run() -> None:
    door = Door()
    kit = ServeKit(door=door)
    served = kit.plan(TWO, "t>a")
    async with kit.engine() as engine:
        runs = started(kit, engine)
        assert await runs.begin(served, "t", "r", {"due": "x"}) is not None
        assert await runs.begin(served, "t", "r", {"due": "x"}) is None
        assert runs.busy("w", "t")
        assert [own.run_id for own in kit.ledger.own()] == ["r"]
        door.open()
        await kit.until(lambda: not runs.live)
        assert await runs.begin(served, "t", "r", {"due": "x"}) is None
    assert (kit.told("started"), kit.told("ended"), kit.ledger.own()) == (["r"], ["r"], [])


async def test_further_runs_wait_for_a_place_and_a_suspended_run_takes_none() -> None:
    door = Door()
    kit = ServeKit(door=door)
    served = kit.plan(TWO, "t>a")
    waits = kit.plan({"t": schedule(), "s": {"action": "flow.signal", "params": {"name": "go"}}}, "t>s", name="waits")
    async with kit.engine() as engine:
        runs = started(kit, engine, most=1)
        handle = await runs.begin(waits, "t", "s", {})
        assert handle is not None
        await handle.result()
        await runs.begin(served, "t", "r1", {})
        assert runs.full
        second = asyncio.create_task(runs.begin(served, "t", "r2", {}))
        await asyncio.sleep(0)
        assert kit.told("started") == ["s", "r1"]
        door.open()
        await second
        await kit.until(lambda: runs.live == ["s"])


async def test_what_cannot_begin_leaves_nothing() -> None:
    kit = ServeKit(door=Door())
    async with kit.engine() as engine:
        with pytest.raises(UsageError):
            await started(kit, engine).begin(kit.plan(TWO, "t>a"), "t", "no/id", {})
    assert kit.ledger.own() == []


async def test_a_stop_pauses_what_is_under_way_and_the_next_service_goes_on_with_it() -> None:
    """(C7.3)"""
    door = Door()
    kit = ServeKit(door=door)
    served = kit.plan(TWO, "t>a")
    runs = started(kit, kit.engine())
    await runs.begin(served, "t", "r", {})
    await kit.until(lambda: bool(door.entered))
    assert await runs.close() == 1
    assert kit.store.load("r").status is RunStatus.PAUSED
    assert [own.left for own in kit.ledger.own()] == [True]
    async with kit.engine() as engine:
        again = started(kit, engine)
        await again.take_up()
        assert again.busy("w", "t")
        assert [own.left for own in kit.ledger.own()] == [False]
        door.open()
        await kit.until(lambda: not again.live)
    assert kit.told("resumed") == ["r"]
    assert kit.store.load("r").status is RunStatus.COMPLETED


async def test_a_pause_that_a_person_asked_for_is_left_to_that_person() -> None:
    door = Door()
    kit = ServeKit(door=door)
    async with kit.engine() as engine:
        runs = started(kit, engine)
        handle = await runs.begin(kit.plan(TWO, "t>a"), "t", "r", {})
        assert handle is not None
        await handle.pause(now=True)
        await kit.until(lambda: not runs.live)
    assert kit.told("paused") == ["r"]
    async with kit.engine() as engine:
        await started(kit, engine).take_up()
        assert engine.live("r") is None
    assert kit.ledger.own() == []


async def test_a_run_that_never_began_or_has_ended_is_forgotten() -> None:
    kit = ServeKit()
    for run in ("never", "done"):
        kit.ledger.add(run, "w", "t")
    async with kit.engine() as engine:
        await (await engine.start(kit.plan({"t": schedule()}).workflow, run_id="done")).result()
        await started(kit, engine).take_up()
    assert kit.ledger.own() == []


async def test_a_drain_waits_for_runs_at_work_and_no_longer_than_it_may() -> None:
    door = Door()
    kit = ServeKit(door=door)
    async with kit.engine() as engine:
        runs = started(kit, engine)
        await runs.begin(kit.plan(TWO, "t>a"), "t", "r", {})
        await runs.drain(0.01)
        assert runs.live == ["r"]
        door.open()
        await runs.drain(20)
        await kit.until(lambda: not runs.live)
