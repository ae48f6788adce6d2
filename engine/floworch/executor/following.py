"""Confirmed events for one reader at its own pace: what it has not read yet is in the store, not in memory (C12)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from floworch.executor.publisher import RECENT, Publisher
from floworch.run.events import Event

#: Events held for a reader that the run is ahead of; more are read from the store when it comes to them.
MOST = 2 * RECENT
#: Stored events that are read before the loop gets a turn.
_TURN = 256


class Follower:
    """Reads the confirmed events of a run that goes on in this process, which it never holds up.

    Args:
        publisher: Of the run.
        past: Reads stored events from a number on; it may give some that are not confirmed yet.
        from_seq: First number wanted.
    """

    def __init__(self, publisher: Publisher, past: Callable[[int], Iterator[Event]], from_seq: int) -> None:
        self._publisher = publisher
        self._past = past
        self._next = from_seq
        self._held: deque[Event] = deque()
        self._news = asyncio.Event()
        self._until: int | None = None
        self._stop: Callable[[], None] | None = None
        self._reading: Iterator[Event] | None = None

    @property
    def held(self) -> int:
        """Events in memory that the reader has not had yet."""
        return len(self._held)

    def end(self) -> None:
        """The run does nothing more here: what is confirmed now is all that the reader gets."""
        if self._until is None:
            self._until = self._publisher.next_seq
            self._news.set()

    def close(self) -> None:
        """Take no more events."""
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    async def batch(self) -> list[Event]:
        """Wait for the next events, each in order and once; an empty list at the end."""
        while self._until is None or self._next < self._until:
            if self._held:
                found = list(self._held)
                self._held.clear()
                return self._given(found)
            if self._stop is not None:
                if self._until is not None:
                    break
                self._news.clear()
                await self._news.wait()
            elif found := self._stored():
                await asyncio.sleep(0)
                return self._given(found)
            else:
                self._stop = self._publisher.subscribe(self._take, self._past, self._next)
        return []

    def _given(self, found: list[Event]) -> list[Event]:
        if self._until is not None:
            found = [event for event in found if event.seq < self._until]
        if found:
            self._next = found[-1].seq + 1
        return found

    def _stored(self) -> list[Event]:
        """Some confirmed events from the store; none when the publisher has the next one at hand, or the store not."""
        for _ in range(2):  # what was opened for an earlier batch may be at its end
            if self._next >= self._publisher.at_hand:
                break
            if self._reading is None:
                self._reading = self._past(self._next)
            read = list(islice(self._reading, _TURN))
            found = [event for event in read if event.seq < self._publisher.next_seq]
            if len(found) < _TURN:
                self._reading = None
            if found:
                return found
        self._reading = None
        return []

    def _take(self, batch: list[Event]) -> None:
        if len(self._held) + len(batch) > MOST:
            self.close()  # the store has it
        else:
            self._held.extend(event for event in batch if event.seq >= self._next)
        self._news.set()
