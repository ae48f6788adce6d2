from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from serve_kit import ServeKit

from floworch.clock import SystemClock
from floworch.serve.folders import FolderKeeper, watch
from floworch.serve.runs import Runs
from floworch.serve.served import Folder


class Looks(ServeKit):
    """One file trigger on a folder, looked at by hand."""

    def __init__(self, folder: Path, **params: Any) -> None:
        super().__init__()
        trigger = {"action": "trigger.file", "params": {"path": str(folder), "settle": 2, **params}}
        self.served = self.plan({"in": trigger, "a": {"action": "t.any"}}, "in>a")

    def keeper(self) -> FolderKeeper:
        """As after a restart."""
        (trigger,) = self.served.triggers
        assert isinstance(trigger, Folder)
        self.service_engine = self.engine()
        runs = Runs(self.service_engine, self.ledger, self.say, 10)
        return FolderKeeper(self.served, trigger, runs, self.ledger, self.clock, self.say)

    async def looks(self, keeper: FolderKeeper, times: int = 2) -> list[str]:
        """Look several times, three seconds apart; the names of the files that started runs so far."""
        for _ in range(times):
            await keeper.look()
            self.clock.advance(3)
        return self.told("started", "path")


async def test_a_file_that_arrives_starts_one_run_and_those_that_were_there_none(tmp_path: Path) -> None:
    (tmp_path / "old").touch()
    kit = Looks(tmp_path)
    keeper = kit.keeper()
    assert await kit.looks(keeper) == []
    (tmp_path / "new").write_text("x")
    assert await kit.looks(keeper, 4) == ["new"]
    (run_id,) = kit.told("started")
    await kit.until(lambda: bool(kit.told("ended")))
    assert kit.store.load(run_id).node("in").output["paths"] == [str(tmp_path / "new")]


async def test_what_arrives_while_nobody_serves_gets_its_run_and_nothing_gets_two(tmp_path: Path) -> None:
    kit = Looks(tmp_path)
    first = kit.keeper()
    await kit.looks(first)
    (tmp_path / "a").write_text("a")
    await kit.looks(first)
    (tmp_path / "b").write_text("b")
    assert await kit.looks(kit.keeper(), 4) == ["a", "b"]
    # Killed after the run of "b" had begun and before that was remembered: the same state is the same run.
    kit.ledger.dealt_with("w", "in", str(tmp_path / "b"), None)
    assert await kit.looks(kit.keeper(), 4) == ["a", "b"]
    assert set(kit.ledger.known("w", "in", f"{tmp_path}\0*") or {}) == {str(tmp_path / "a"), str(tmp_path / "b")}


async def test_changed_and_deleted_files_count_where_they_are_asked_for(tmp_path: Path) -> None:
    kit = Looks(tmp_path, events=["modified", "deleted"], pattern="*.txt")
    keeper = kit.keeper()
    (tmp_path / "a.txt").write_text("1")
    (tmp_path / "b.csv").write_text("1")
    await kit.looks(keeper, 3)
    (tmp_path / "a.txt").write_text("22")
    await kit.looks(keeper, 3)
    (tmp_path / "a.txt").unlink()
    await kit.looks(keeper, 2)
    await kit.until(lambda: len(kit.told("ended")) == 2)
    outputs = [kit.store.load(run).node("in").output["event"] for run in kit.told("started")]
    assert outputs == ["modified", "deleted"]


async def test_a_folder_that_is_gone_has_not_lost_its_files(tmp_path: Path) -> None:
    place = tmp_path / "drive"
    place.mkdir()
    (place / "a").write_text("a")
    kit = Looks(place, events=["created", "deleted"])
    keeper = kit.keeper()
    await kit.looks(keeper)
    os.rename(place, tmp_path / "away")
    await kit.looks(keeper, 3)
    os.rename(tmp_path / "away", place)
    assert await kit.looks(keeper, 3) == []
    assert kit.told("error", "message") == [f"There is no folder {place}."]


async def test_files_of_a_folder_that_comes_later_count(tmp_path: Path) -> None:
    kit = Looks(tmp_path / "later")
    keeper = kit.keeper()
    await kit.looks(keeper)
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a").write_text("a")
    assert await kit.looks(keeper, 3) == ["a"]


async def test_a_change_wakes_the_keeper(tmp_path: Path) -> None:
    kit = Looks(tmp_path)
    news: list[asyncio.Event] = []

    async def hear(path: str, deep: bool, changed: asyncio.Event) -> None:
        assert (path, deep) == (str(tmp_path), False)
        news.append(changed)
        changed.set()
        await asyncio.Event().wait()

    keeper = kit.keeper()
    keeper._clock = SystemClock()  # so that nothing but the change wakes it
    task = asyncio.create_task(keeper.keep(hear))
    await kit.until(lambda: bool(news) and kit.ledger.known("w", "in", f"{tmp_path}\0*") == {})
    (tmp_path / "a").write_text("a")
    keeper._folder = Folder("in", str(tmp_path), "*", ("created",), 0.0)
    news[0].set()
    await kit.until(lambda: kit.told("started", "path") == ["a"])
    task.cancel()
    await asyncio.wait((task,))


async def test_what_arrives_before_it_listens_is_seen_when_it_does(tmp_path: Path) -> None:
    kit, listens, ready = Looks(tmp_path, settle=0), asyncio.Event(), asyncio.Event()

    async def hear(path: str, deep: bool, changed: asyncio.Event) -> None:
        await listens.wait()
        changed.set()
        await asyncio.Event().wait()

    await kit.looks(kit.keeper())
    (tmp_path / "early").touch()
    task = asyncio.create_task(kit.keeper().keep(hear, ready))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not ready.is_set()
    listens.set()
    await kit.until(ready.is_set, task)
    assert kit.told("started", "path") == ["early"]
    task.cancel()
    await asyncio.wait((task,))


async def test_the_operating_system_tells_of_every_change_once_it_has_said_that_it_listens(tmp_path: Path) -> None:
    changed = asyncio.Event()
    task = asyncio.create_task(watch(str(tmp_path), False, changed))
    async with asyncio.timeout(30):
        await changed.wait()
        changed.clear()
        (tmp_path / "a").touch()
        await changed.wait()
    task.cancel()
    await asyncio.wait((task,))
