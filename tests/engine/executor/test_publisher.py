"""Confirmed events reach watchers gapless and in order, and watching harms no run (C12, C4.6)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from floworch.executor import publisher
from floworch.executor.publisher import Publisher
from floworch.run.events import Event, EventKind


def events(start: int, stop: int) -> list[Event]:
    return [Event(seq, 0.0, EventKind.NODE_LOGGED) for seq in range(start, stop)]


@pytest.mark.parametrize("from_seq", [0, 3, 10, 12, 14, 99])
@pytest.mark.parametrize("recent", [1, 4, 4096])
def test_a_late_subscriber_misses_nothing_and_sees_nothing_twice(
    from_seq: int, recent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "RECENT", recent)
    it = Publisher(0)
    seen: list[int] = []
    for start in range(0, 12, 3):
        it.publish(events(start, start + 3))

    def past(seq: int) -> Iterator[Event]:
        return iter(events(seq, 20))  # the store may already hold what is not confirmed yet

    stop = it.subscribe(lambda batch: seen.extend(e.seq for e in batch), past, from_seq)
    it.publish(events(12, 15))
    stop()
    stop()
    it.publish(events(15, 16))
    assert seen == list(range(from_seq, 15))


def test_a_watcher_that_raises_is_dropped() -> None:
    it = Publisher(0)
    good: list[int] = []

    def bad(batch: list[Event]) -> None:
        raise ValueError("mine")

    it.subscribe(bad, lambda seq: iter(()))
    it.subscribe(lambda batch: good.append(len(batch)), lambda seq: iter(()))
    it.publish(events(0, 1))
    it.publish(events(1, 2))
    it.publish([])
    assert (good, len(it.failed)) == ([1, 1], 1)


async def test_reached_returns_at_the_event_or_at_the_end() -> None:
    it = Publisher(0)
    waits = [asyncio.ensure_future(it.reached(n)) for n in (0, 2, 5)]
    await asyncio.sleep(0)
    it.publish(events(0, 2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [wait.done() for wait in waits] == [True, True, False]
    it.close()
    await asyncio.wait_for(waits[2], 5)
    await it.reached(9)
    it.reopen()
    assert not it.closed
