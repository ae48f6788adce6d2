"""Journal first, then act (architecture decision 1)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from engine_kit import FailingStore, Kit, chain, door, story, until
from run_dialogue import Dialogue, workflow

from floworch import StoreError
from floworch.executor.gate import DurableGate
from floworch.run.events import EventKind


class Log:
    """A log that is durable when told to."""

    snapshot_due = False

    def __init__(self) -> None:
        self.batches: list[tuple[int, bool]] = []
        self.durable = 0
        self.error: Exception | None = None

    def on_durable(self, callback: Any) -> None:
        self.callback = callback

    def append(self, events: Any, sync: bool = True) -> int:
        if self.error is not None:
            raise self.error
        self.batches.append((len(events), sync))
        return len(self.batches)


class Bench:
    def __init__(self) -> None:
        self.run = Dialogue(workflow({"a": {}, "b": {}}, "a>b"))
        self.log = Log()
        self.performed: list[int] = []
        self.failed: list[StoreError] = []
        self.gate = DurableGate(
            self.run.scheduler,
            self.log,
            lambda events, commands: self.performed.append(len(events)),
            self.failed.append,
        )  # type: ignore[arg-type]


async def test_nothing_is_performed_before_it_is_durable_and_then_in_order() -> None:
    bench = Bench()
    bench.run.scheduler.start(1.0)
    bench.gate.flush()
    bench.run.scheduler.completed(0, (), 1, None, 2.0)
    bench.gate.flush()
    assert bench.performed == []
    bench.log.callback(1, None)
    await until(lambda: bench.performed)
    assert len(bench.performed) == 1
    bench.log.callback(2, None)
    await until(lambda: len(bench.performed) == 2)


async def test_notes_alone_ask_for_no_sync() -> None:
    """C15: however many they are."""
    bench = Bench()
    bench.run.scheduler.start(1.0)
    bench.gate.flush()
    for _ in range(3):
        bench.run.scheduler.note(EventKind.NODE_LOGGED, 0, (), {"message": "x"}, 2.0)
    bench.gate.flush_soon()
    bench.gate.flush_soon()
    await asyncio.sleep(0)
    assert bench.log.batches[1] == (3, False)
    bench.run.scheduler.note(EventKind.NODE_LOGGED, 0, (), {"message": "x"}, 2.0)
    bench.run.scheduler.completed(0, (), 1, None, 2.0)
    bench.gate.flush()
    assert bench.log.batches[2][1] is True


@pytest.mark.parametrize("error", [StoreError("full"), TypeError("no value")])
async def test_an_append_that_fails_is_reported_and_nothing_is_performed(error: Exception) -> None:
    bench = Bench()
    bench.log.error = error
    bench.run.scheduler.start(1.0)
    bench.gate.flush()
    assert bench.performed == []
    assert isinstance(bench.failed[0], StoreError)


async def test_a_closed_gate_records_nothing() -> None:
    """C7.2: what ends after the run was left runs again later."""
    bench = Bench()
    bench.run.scheduler.start(1.0)
    bench.gate.flush()
    bench.gate.close()
    bench.run.scheduler.completed(0, (), 1, None, 2.0)
    bench.gate.flush()
    bench.log.callback(1, None)
    await asyncio.sleep(0)
    assert (len(bench.log.batches), bench.performed) == (1, [])


@pytest.mark.parametrize("batches", range(5))
async def test_a_run_whose_store_fails_says_so_and_lets_go(batches: int) -> None:
    """journal.md section 4: whenever it happens, the run stops, confirms nothing more and can be resumed."""
    kit = Kit()
    it, through = door()
    kit.add("through", through)
    store = FailingStore(batches)
    async with kit.engine(store=store) as engine:

        async def whole() -> None:
            handle = await engine.start(chain("any", "through", "any"), run_id="r")
            await until(lambda: it.entered or handle.stopping)
            it.open()
            await handle.result()

        with pytest.raises(StoreError, match="full"):
            await whole()
        await until(lambda: store.owner("r") is None)
        assert story(store)[-1] == "run_paused"
        store.batches = 10**6
        if batches:
            assert (await (await engine.resume("r")).result()).status == "completed"
