from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from engine_kit import Door
from serve_kit import ServeKit, schedule, webhook

from floworch.errors import UsageError
from floworch.run.status import RunStatus
from floworch.serve.served import Served


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


class Edited:
    """Definitions that are what a test says; ``changed`` hears of every edit."""

    def __init__(self, *served: Served) -> None:
        self.folders = ["."]
        self.next: list[Served] | None = None
        self.now = list(served)
        self.changed: list[asyncio.Event] = []

    def look(self) -> list[Served] | None:
        found, self.next = self.next, None
        return found

    async def hear(self, path: str, deep: bool, changed: asyncio.Event) -> None:
        self.changed.append(changed)
        changed.set()  # it listens
        await asyncio.Event().wait()

    def edit(self, *served: Served) -> None:
        self.next = list(served)
        for event in self.changed:
            event.set()


async def test_an_edited_definition_is_served_and_its_runs_go_on_as_they_began() -> None:
    """C7.5: a run keeps the definition it started with."""
    door = Door()
    kit = ServeKit(door=door)
    old = kit.plan({"hook": webhook(path="/old"), "a": {"action": "t.door"}}, "hook>a")
    other = kit.plan({"t": schedule()}, name="other")
    new = kit.plan({"hook": webhook(path="/new"), "b": {"action": "t.any"}}, "hook>b")
    edited = Edited(old, other)
    async with kit.serving(old, other, real=True, reading=edited, hear=edited.hear) as service:
        await service.runs.begin(old, "hook", "r1", {})
        await kit.until(lambda: bool(door.entered) and bool(edited.changed))
        edited.edit(new, other)
        await kit.until(lambda: kit.told("reloaded", "workflow") == ["w"])
        base = service.hooks.address("127.0.0.1")
        async with aiohttp.ClientSession(base, headers={"Authorization": "Bearer secret"}) as client:
            await kit.until(lambda: kit.told("serving", "workflow") == ["w", "other", "w"])
            async with client.post("/old") as answer:
                assert answer.status == 404
            async with client.post("/new") as answer:
                assert answer.status == 202
        door.open()
        await kit.until(lambda: len(kit.told("ended")) == 2)
        edited.edit(new)
        await kit.until(lambda: kit.told("removed", "workflow") == ["other"])
        edited.edit(new, other)
        await kit.until(lambda: kit.told("added", "workflow") == ["other"])
    assert kit.store.load("r1").node("a").status == "completed"


async def test_what_cannot_be_served_together_is_reported_and_the_old_goes_on() -> None:
    kit = ServeKit()
    old = kit.plan({"hook": webhook()})
    edited = Edited(old)
    async with kit.serving(old, real=True, reading=edited, hear=edited.hear) as service:
        await kit.until(lambda: bool(edited.changed))
        edited.edit(old, kit.plan({"hook": webhook()}, name="twin"))
        await kit.until(lambda: len(kit.told("error", "message")) == 1)
        edited.edit(old, kit.plan({"hook": webhook(bind="192.0.2.1", path="/y")}, name="far"))
        await kit.until(lambda: len(kit.told("error", "message")) == 2)
        url = f"{service.hooks.address('127.0.0.1')}/x"
        async with (
            aiohttp.ClientSession(headers={"Authorization": "Bearer secret"}) as client,
            client.post(url) as said,
        ):
            assert said.status == 202
    messages = kit.told("error", "message")
    assert "starts both" in messages[0]
    assert "cannot be listened at" in messages[1]
    assert all(message.endswith("What was served before is served on.") for message in messages)


async def test_a_taken_port_is_one_error_and_nothing_is_begun_or_said() -> None:
    kit = ServeKit()
    one = kit.plan({"hook": webhook(), "folder": webhook(bind="127.0.0.2", path="/y")})
    opened: list[bool] = []
    async with kit.serving(kit.plan({"hook": webhook()}), real=True) as service:
        port = int(service.hooks.address("127.0.0.1").rpartition(":")[2])
        kit.said.clear()
        other = kit.service(kit.engine(), one, port=port)
        with pytest.raises(UsageError, match="another program does"):
            await other.run(asyncio.Event(), opened=lambda: opened.append(True))
        assert (kit.said, opened) == ([], [])
        async with await asyncio.start_server(lambda reader, writer: None, "127.0.0.2", port):
            pass  # the address that it had is free again
