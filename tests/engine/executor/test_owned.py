"""Which runs an engine works on, and how it lets go of them (interfaces.md section 2, C7.3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine_kit import FailingStore, Kit, chain, door, until

from floworch import FlatBuffersStore, RunLocked, StoreError, UsageError, Wait
from floworch.executor.handle import RunHandle
from floworch.store.journal.reader import Reader


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


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs whose newest snapshot is looked for, once for every pass over a journal."""
    seen: list[str] = []
    search = Reader.snapshot

    def snapshot(reader: Reader) -> Any:
        seen.append(reader._run_id)
        return search(reader)

    monkeypatch.setattr(Reader, "snapshot", snapshot)
    return seen


GO_ON: dict[str, Callable[[Any], Any]] = {
    "resume": lambda engine: engine.resume("r"),
    "migrate": lambda engine: engine.resume("r", workflow=chain("waits", "any")),
    "signal": lambda engine: engine.signal("r", "go"),
}


@pytest.mark.parametrize(("way", "times"), [("resume", 1), ("migrate", 2), ("signal", 1)])
async def test_whoever_takes_a_run_reads_its_journal_once(
    tmp_path: Path, passes: list[str], way: str, times: int
) -> None:
    """C7.4: what is gone on with is what was read under the lock. Going over to another definition takes it twice."""
    kit = Kit(waits=waits_for_go)
    store = FlatBuffersStore(tmp_path)
    async with kit.engine(store=store) as engine:
        await (await engine.start(chain("waits"), run_id="r")).result()
    passes.clear()
    async with kit.engine(store=store) as engine:
        await GO_ON[way](engine)
        assert passes == ["r"] * times
        handle = await engine.resume("r")
        if way != "signal":
            await handle.signal("go")
        assert (await handle.result()).status == "completed"
    store.close()


async def test_a_run_that_has_ended_is_shown_whoever_has_its_lock(tmp_path: Path, passes: list[str]) -> None:
    """C7.4: there is nothing to go on with, so nobody has to own it; one that has not ended names its owner."""
    kit = Kit(waits=waits_for_go)
    store = FlatBuffersStore(tmp_path)
    async with kit.engine(store=store) as engine:
        await (await engine.start(chain("any"), run_id="ended")).result()
        await (await engine.start(chain("waits"), run_id="waits")).result()
    passes.clear()
    async with kit.engine(store=store) as engine:
        shown: RunHandle = await engine.resume("ended")
        assert passes == ["ended"]
        assert not shown.live
        logs = [FlatBuffersStore(tmp_path).acquire(run_id) for run_id in ("ended", "waits")]
        for ask in (engine.resume, engine.step):
            assert (await (await ask("ended")).result()).status == "completed"
            with pytest.raises(RunLocked):
                await ask("waits")
        for log in logs:
            log.close()
    assert store.owner("ended") is None
    store.close()
