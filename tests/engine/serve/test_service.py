from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from engine_kit import Door
from serve_kit import ServeKit, schedule, webhook

from floworch.errors import UsageError
from floworch.run.status import RunStatus


async def test_several_workflows_are_served_and_each_says_what_it_waits_for(tmp_path: Path) -> None:
    kit = ServeKit()
    folder = {"action": "trigger.file", "params": {"path": "in", "pattern": "*.csv"}}
    one = kit.plan({"t": schedule(cron="30 9 * * 1-5", tz="Europe/Berlin"), "in": folder}, folder=tmp_path, name="one")
    two = kit.plan({"hook": webhook()}, name="two")
    said: list[tuple[str, dict[str, Any]]] = []
    async with kit.serving(one, two, port=0) as service:
        said = [line for line in kit.said if line[0] == "serving"]
        url = f"{service.hooks.address('127.0.0.1')}/x"
    facts = {facts["trigger"]: facts for _, facts in said}
    assert facts["t"]["next"] == "2026-01-02T08:30:00Z"
    assert "09:30" in facts["t"]["what"]
    assert facts["in"]["what"] == f"created files *.csv in {tmp_path / 'in'}"
    assert facts["hook"]["url"] == url
    assert kit.told("stopped", "paused") == [0]


async def test_a_stop_in_order_pauses_runs_and_the_next_service_ends_them() -> None:
    door = Door()
    kit = ServeKit(door=door)
    served = kit.plan({"hook": webhook(), "a": {"action": "t.door"}}, "hook>a")
    async with kit.serving(served, real=True) as service:
        await service.runs.begin(served, "hook", "r", {})
        await kit.until(lambda: bool(door.entered))
    assert (kit.left, kit.store.load("r").status) == (1, RunStatus.PAUSED)
    door.open()
    async with kit.serving(served, real=True):
        await kit.until(lambda: kit.told("ended") == ["r"])
    assert kit.left == 0
    assert kit.told("resumed") == ["r"]


async def test_a_drain_lets_runs_end_first() -> None:
    door = Door()
    kit = ServeKit(door=door)
    served = kit.plan({"hook": webhook(), "a": {"action": "t.door"}}, "hook>a")
    service = kit.service(kit.engine(), served)
    stop = asyncio.Event()
    task = asyncio.create_task(service.run(stop, drain=20))
    await kit.until(lambda: bool(kit.told("serving")), task)
    await service.runs.begin(served, "hook", "r", {})
    stop.set()
    await kit.until(lambda: bool(kit.told("stopping")), task)
    door.open()
    assert await task == 0
    assert kit.store.load("r").status is RunStatus.COMPLETED


async def test_two_workflows_of_one_id_are_refused() -> None:
    kit = ServeKit()
    with pytest.raises(UsageError, match="Two workflows have the id 'w'"):
        kit.service(kit.engine(), kit.plan({"t": schedule()}), kit.plan({"u": schedule()}))


async def test_an_error_that_nobody_expects_ends_the_service_in_order() -> None:
    kit = ServeKit()

    def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    kit.ledger.remember = broken  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="broken"):
        async with asyncio.timeout(20):
            await kit.service(kit.engine(), kit.plan({"t": schedule()})).run(asyncio.Event())
    assert kit.told("stopped", "paused") == [0]
