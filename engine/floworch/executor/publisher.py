"""Confirmed events on their way to whoever watches a run."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from floworch.run.events import Event

Subscriber = Callable[[list[Event]], None]

#: Confirmed events kept at hand, for a reader that catches up while the run goes on.
RECENT = 4096


class Publisher:
    """Hands batches of confirmed events to subscribers, each gapless from the event it asked for.

    A subscriber that raises is dropped: watching must never harm a run (C4.6).
    """

    def __init__(self, next_seq: int) -> None:
        self.next_seq = next_seq
        self.closed = False
        self._recent: deque[Event] = deque(maxlen=RECENT)
        self._subscribers: list[Subscriber] = []
        self.failed: list[BaseException] = []
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []

    def publish(self, events: Sequence[Event]) -> None:
        """Hand out a confirmed batch."""
        if not events:
            return
        self.next_seq = events[-1].seq + 1
        self._recent.extend(events)
        if self._waiters:
            self._wake(self.next_seq)
        if self._subscribers:
            batch = list(events)
            for subscriber in list(self._subscribers):
                self._deliver(subscriber, batch)

    @property
    def at_hand(self) -> int:
        """Number of the first event that nobody has to read from the store."""
        return self._recent[0].seq if self._recent else self.next_seq

    async def reached(self, seq: int) -> None:
        """Return once every event before number ``seq`` is confirmed, or none will be any more."""
        if self.next_seq < seq and not self.closed:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append((seq, waiter))
            await waiter

    def _wake(self, seq: float) -> None:
        for wanted, waiter in self._waiters:
            if wanted <= seq and not waiter.done():
                waiter.set_result(None)
        self._waiters = [pair for pair in self._waiters if not pair[1].done()]

    def close(self) -> None:
        """Nothing will be published any more, until ``reopen``."""
        self.closed = True
        self._wake(float("inf"))

    def reopen(self) -> None:
        """Another driver goes on with the run."""
        self.closed = False

    def _deliver(self, subscriber: Subscriber, batch: list[Event]) -> None:
        try:
            subscriber(batch)
        except Exception as error:  # noqa: BLE001 - any watcher's bug ends its watching, not the run
            self.failed.append(error)
            self.remove(subscriber)

    def subscribe(
        self, subscriber: Subscriber, past: Callable[[int], Iterator[Event]], from_seq: int = 0
    ) -> Callable[[], None]:
        """Deliver everything confirmed from ``from_seq`` on, then each new batch; returns the way to stop.

        Args:
            subscriber: Called with non-empty lists in order.
            past: Reads stored events from a number on.
            from_seq: First number wanted.
        """
        if from_seq > self.next_seq:
            subscriber = _not_before(from_seq, subscriber)
        batch: list[Event] = []
        expected = from_seq
        first_recent = self.at_hand
        if expected < first_recent:
            for event in past(expected):
                if event.seq >= first_recent:
                    break
                batch.append(event)
        if batch:
            expected = batch[-1].seq + 1
        batch.extend(event for event in self._recent if event.seq >= expected)
        self._subscribers.append(subscriber)
        if batch:
            self._deliver(subscriber, batch)
        return lambda: self.remove(subscriber)

    def remove(self, subscriber: Subscriber) -> None:
        """Stop delivering to a subscriber; nothing happens when it is not one."""
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)


def _not_before(from_seq: int, subscriber: Subscriber) -> Subscriber:
    """A subscriber that asked for events which are still to come: what comes before them is not handed on."""

    def later(batch: list[Event]) -> None:
        if wanted := [event for event in batch if event.seq >= from_seq]:
            subscriber(wanted)

    return later
