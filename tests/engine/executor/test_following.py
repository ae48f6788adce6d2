"""A reader of events has its own pace: it misses nothing, holds up nothing and takes little memory (C12)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch.actions.outcome import Expand
from floworch.executor import following, publisher
from floworch.executor.following import Follower
from floworch.executor.publisher import Publisher
from floworch.run.events import Event, EventKind
from floworch.store.journal.store import FlatBuffersStore


def events(start: int, stop: int) -> list[Event]:
    return [Event(seq, 0.0, EventKind.NODE_LOGGED) for seq in range(start, stop)]


@pytest.fixture(autouse=True)
def little_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "RECENT", 4)
    monkeypatch.setattr(following, "MOST", 8)
    monkeypatch.setattr(following, "_TURN", 3)


class Run:
    """A publisher, and a store that may be ahead of it."""

    def __init__(self, ahead: int = 0) -> None:
        self.publisher = Publisher(0)
        self.ahead = ahead
        self.opened: list[int] = []

    def past(self, seq: int) -> Iterator[Event]:
        self.opened.append(seq)
        return iter(events(seq, self.publisher.next_seq + self.ahead))

    def goes_on(self, to: int, batch: int = 2) -> None:
        while self.publisher.next_seq < to:
            first = self.publisher.next_seq
            self.publisher.publish(events(first, min(first + batch, to)))

    def follower(self, from_seq: int = 0) -> Follower:
        return Follower(self.publisher, self.past, from_seq)


async def rest(follower: Follower) -> list[int]:
    found: list[int] = []
    while batch := await follower.batch():
        found += [event.seq for event in batch]
    return found


@pytest.mark.parametrize("from_seq", [0, 5, 29, 30, 99])
@pytest.mark.parametrize("before", [0, 3, 20])
@pytest.mark.parametrize("ahead", [0, 5])
async def test_whoever_comes_late_misses_nothing(from_seq: int, before: int, ahead: int) -> None:
    run = Run(ahead)
    run.goes_on(before)
    follower = run.follower(from_seq)
    reading = asyncio.ensure_future(rest(follower))
    await asyncio.sleep(0)
    run.goes_on(30)
    follower.end()
    assert await reading == list(range(from_seq, 30))


@pytest.mark.parametrize("ahead", [0, 5])
async def test_what_a_slow_reader_has_not_read_is_in_the_store(ahead: int) -> None:
    run = Run(ahead)
    follower = run.follower()
    run.goes_on(1)
    found = [event.seq for event in await follower.batch()]
    for stop in (30, 31, 100):
        run.goes_on(stop)
        assert follower.held <= following.MOST
        found += [event.seq for event in await follower.batch()]
    follower.end()
    assert found + await rest(follower) == list(range(100))


async def test_a_batch_too_large_to_be_held_is_read_from_the_store() -> None:
    run = Run()
    follower = run.follower()
    reading = asyncio.ensure_future(rest(follower))
    await asyncio.sleep(0)
    run.goes_on(50, batch=50)
    await asyncio.sleep(0)
    run.goes_on(52)
    follower.end()
    assert await reading == list(range(52))


async def test_nothing_comes_after_the_end_though_the_run_goes_on() -> None:
    """Whoever resumes it follows it anew."""
    run = Run()
    follower = run.follower()
    run.goes_on(20)
    follower.end()
    run.goes_on(40)
    assert await rest(follower) == list(range(20))


async def test_a_store_that_lacks_events_keeps_nobody_waiting() -> None:
    run = Run()
    follower = Follower(run.publisher, lambda _: iter(()), 0)
    run.goes_on(20)
    follower.end()
    assert await rest(follower) == [16, 17, 18, 19]


async def test_who_stops_reading_is_given_nothing_more() -> None:
    run = Run()
    follower = run.follower()
    run.goes_on(1)
    await follower.batch()
    follower.close()
    run.goes_on(5)
    assert follower.held == 0


@pytest.mark.parametrize("durability", ["none", "process", "power"])
async def test_a_reader_that_sleeps_through_a_run_gets_all_of_it(durability: str, tmp_path: Path) -> None:
    kit = Kit()
    kit.add("each", lambda: Expand(list(range(40)), 4), container=True)
    store = FlatBuffersStore(tmp_path / "store")
    nodes = {"loop": {"action": "t.each"}, "body": {"action": "t.any", "parent": "loop"}}
    async with kit.engine(store=store) as engine:
        handle = await engine.start(workflow(nodes), run_id="r", durability=durability)
        reading = handle.events()
        first = await anext(reading)
        assert (await handle.result()).status == "completed"
        seen = [first.seq, *[event.seq async for event in reading]]
    assert seen == list(range(store.load("r").seq))
    assert len(seen) > 100
