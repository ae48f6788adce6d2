"""Event streams: past then live, gapless, ended by the run, never a burden for the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from floworch.errors import RunNotFound
from floworch.host.feed import feed
from floworch.model.workflow import Workflow
from floworch.run.events import Event, EventKind

LOG = (EventKind.NODE_LOGGED, 0, {"level": "info", "message": "x"})


async def rest(stream: AsyncIterator[list[Event]]) -> list[int]:
    seqs: list[int] = []
    async for batch in stream:
        assert batch
        seqs += [event.seq for event in batch]
    return seqs


async def test_past_and_live_join_without_gap_or_repeat(engine: Any, workflow: Workflow) -> None:
    """(C12) seq is gapless."""
    run = await engine.start(workflow)
    run.emit(*[LOG] * 1500)
    reader = asyncio.create_task(rest(feed(engine.store, engine.live, "r-1")))
    for _ in range(200):
        run.emit(LOG, LOG)
        await asyncio.sleep(0)
    run.emit(EventKind.RUN_COMPLETED)
    run.release()
    assert await reader == list(range(2 + 1500 + 400 + 1))
    assert run.subscribers == 0


async def test_from_a_sequence_number(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    run.emit(LOG, LOG, LOG)
    reader = asyncio.create_task(rest(feed(engine.store, engine.live, "r-1", 3)))
    await asyncio.sleep(0)
    run.emit(EventKind.RUN_COMPLETED)
    run.release()
    assert await reader == [3, 4, 5]


async def test_ends_at_a_final_status_even_while_the_engine_holds_the_run(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    run.emit(EventKind.RUN_PAUSING, EventKind.RUN_PAUSED)
    assert await asyncio.wait_for(rest(feed(engine.store, engine.live, "r-1")), 5) == [0, 1, 2, 3]


async def test_a_suspended_run_that_is_still_waited_for_stays_open(engine: Any, workflow: Workflow) -> None:
    """(C8.3)"""
    run = await engine.start(workflow)
    run.emit((EventKind.NODE_STARTED, 0, None), (EventKind.NODE_WAITING, 0, {"wait": {"kind": "signal", "name": "n"}}))
    run.emit(EventKind.RUN_SUSPENDED)
    stream = feed(engine.store, engine.live, "r-1")
    seen = [e.seq for e in await anext(stream)]
    assert seen == [0, 1, 2, 3, 4]
    later = asyncio.create_task(rest(stream))
    await asyncio.sleep(0)
    run.emit(EventKind.RUN_RESUMED, EventKind.RUN_COMPLETED)
    run.release()
    assert await later == [5, 6]


async def test_a_stored_run_that_nobody_works_on_ends_at_its_last_event(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    run.release()
    assert await rest(feed(engine.store, engine.live, "r-1")) == [0, 1]
    assert await rest(feed(engine.store, engine.live, "r-1", 99)) == []


async def test_a_run_that_stops_while_its_past_is_read_loses_nothing(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    stream = feed(engine.store, engine.live, "r-1")
    first = [e.seq for e in await anext(stream)]
    run.emit(LOG, EventKind.RUN_COMPLETED)
    run.release()
    assert first + await rest(stream) == [0, 1, 2, 3]


async def test_a_run_that_was_followed_to_its_end_is_not_read_again(
    engine: Any, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, read = await engine.start(workflow), []
    stream = feed(engine.store, engine.live, "r-1")
    await anext(stream)
    events = engine.store.events
    monkeypatch.setattr(engine.store, "events", lambda *given: (read.append(given), events(*given))[1])
    later = asyncio.create_task(rest(stream))
    await asyncio.sleep(0)
    run.emit(LOG, EventKind.RUN_COMPLETED)
    run.release()
    assert await later == [2, 3]
    assert not read, "a long journal would be read from its beginning to find nothing"


async def test_a_slow_reader_goes_back_to_the_store_and_misses_nothing(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    stream = feed(engine.store, engine.live, "r-1", limit=10)
    seen = [e.seq for e in await anext(stream)]
    later = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    run.emit(LOG)
    seen += [e.seq for e in await later]
    for _ in range(100):  # the reader does not read: the queue must not hold all this
        run.emit(LOG, LOG)
    run.emit(EventKind.RUN_COMPLETED)
    run.release()
    seen += await rest(stream)
    assert seen == list(range(2 + 1 + 200 + 1))


async def test_the_engine_is_never_held_up_by_a_reader_that_stopped(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    stream = feed(engine.store, engine.live, "r-1", limit=10)
    await anext(stream)
    later = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    run.emit(LOG)
    await later
    for _ in range(50):
        run.emit(LOG)  # returns at once, each time
    await stream.aclose()  # type: ignore[attr-defined]
    assert run.subscribers == 0


async def test_a_gap_in_what_the_engine_publishes_is_filled_from_the_store(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    stream = feed(engine.store, engine.live, "r-1")
    await anext(stream)
    later = asyncio.create_task(rest(stream))
    await asyncio.sleep(0)
    kept, run._subscribers = run._subscribers, []
    run.emit(LOG)
    run._subscribers = kept
    run.emit(LOG, EventKind.RUN_COMPLETED)
    run.release()
    assert await later == [2, 3, 4]


async def test_an_unknown_run_is_said_at_once(engine: Any) -> None:
    with pytest.raises(RunNotFound):
        await rest(feed(engine.store, engine.live, "nope"))
