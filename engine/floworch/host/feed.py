"""The event stream of one run: first what is stored, then live, without a gap and without ever holding up the engine.

A reader that is slower than the run does not make a queue grow: past a limit the live subscription is dropped, and the
reader goes on from the store, where every confirmed event is, until it has caught up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from floworch.run.events import Event
from floworch.run.status import RunStatus

#: Events that wait for a slow reader before it is sent back to the store.
QUEUE_EVENTS = 20_000
#: Events in one batch: few enough to decode between two frames of a window.
SLICE_EVENTS = 512
#: Seconds to gather live events into one batch; shorter than a window's frame.
GATHER_SECONDS = 0.008

_STOPPED = frozenset({RunStatus.PAUSED, RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})


class LiveRun(Protocol):
    """The part of a RunHandle that the feed uses."""

    @property
    def run_id(self) -> str:
        """Id of the run."""
        ...

    @property
    def fold(self) -> Any:
        """The live fold, a RunState."""
        ...

    def subscribe(self, callback: Callable[[list[Event]], None], from_seq: int = 0) -> Callable[[], None]:
        """Deliver confirmed batches from a number on, first the past; returns the way to stop."""
        ...

    async def stopped(self) -> None:
        """Return when this process no longer works on the run."""
        ...


async def feed(
    store: Any, live: Callable[[str], LiveRun | None], run_id: str, from_seq: int = 0, limit: int = QUEUE_EVENTS
) -> AsyncIterator[list[Event]]:
    """Yield batches of a run's events from ``from_seq`` on, in order and gapless.

    It ends once the run has reached a final status, is paused, or is no longer worked on in this process, and
    everything was delivered. A suspended run that is still waited for here (a timer, a signal, a person) keeps the
    stream open, so that whoever watches sees it go on.

    Args:
        store: Where the run is kept.
        live: Says which handle works on a run in this process, until it has let go of the run; else None.
        run_id: The run.
        from_seq: First sequence number wanted.
        limit: Live events that may wait for the reader before it is sent back to the store.

    Raises:
        RunNotFound, CorruptJournal: As the store says.
    """
    position = from_seq
    while True:
        run = live(run_id)
        if run is None:
            before = position
            async for batch in _stored(store, run_id, position):
                position = batch[-1].seq + 1
                yield batch
            # Only a pass that found nothing, with nobody at work before and after it, proves the end.
            if position == before and live(run_id) is None:
                return
            continue
        following = _Live(run, position, limit)
        try:
            async for batch in following.batches(store):
                position = batch[-1].seq + 1
                yield batch
        finally:
            following.close()
        if following.ended:
            if position >= run.fold.seq:
                return  # everything it ever said was delivered: reading the journal to its end would find nothing
            async for batch in _stored(store, run_id, position):
                yield batch
            return


async def _stored(store: Any, run_id: str, from_seq: int, below: int | None = None) -> AsyncIterator[list[Event]]:
    batch: list[Event] = []
    for event in store.events(run_id, from_seq):
        if event.seq == below:
            break
        batch.append(event)
        if len(batch) >= SLICE_EVENTS:
            yield batch
            batch = []
            await asyncio.sleep(0)  # the loop is also the engine's: read in slices
    if batch:
        yield batch


class _Live:
    """One live subscription with a bounded queue."""

    def __init__(self, run: LiveRun, position: int, limit: int) -> None:
        self.ended = False
        self._run = run
        self._position = position
        # A long past is read from the store in slices; only the newest events are asked of the engine itself.
        self._first = max(position, run.fold.seq - SLICE_EVENTS)
        self._expected = self._first  # next number to take from the engine
        self._limit = limit
        self._queue: deque[list[Event]] = deque()
        self._queued = 0
        self._broken = False  # too slow, or a gap: go back to the store
        self._wake = asyncio.Event()
        self._stopped = asyncio.ensure_future(run.stopped())
        self._stopped.add_done_callback(lambda _: self._wake.set())
        self._unsubscribe = run.subscribe(self._push, from_seq=self._first)

    def close(self) -> None:
        """Let go of the run."""
        self._unsubscribe()
        self._stopped.cancel()

    def _push(self, events: list[Event]) -> None:
        """Take confirmed events from the engine; called on its loop, must be quick and never raise."""
        if self._broken or not events:
            return
        if events[0].seq != self._expected:
            if events[-1].seq < self._expected:
                return  # the past, already read from the store
            events = [event for event in events if event.seq >= self._expected]
        if events[0].seq > self._expected:
            self._broken = True
        else:
            self._queue.append(events)
            self._queued += len(events)
            self._expected = events[-1].seq + 1
            self._broken = self._queued > self._limit
        self._wake.set()

    async def batches(self, store: Any) -> AsyncIterator[list[Event]]:
        """Yield what arrives until the run stops (``ended``) or the reader must start over from the store."""
        if self._first > self._position:
            # The journal may hold events that are not durable yet. Once the engine has confirmed one, every earlier
            # one is, and may be reported.
            while not (self._queue or self._broken or self._stopped.done()):
                self._wake.clear()
                await self._wake.wait()
            async for batch in _stored(store, self._run.run_id, self._position, self._first):
                yield batch
        while True:
            if not self._queue:
                if self._stopped.done() or self._at_rest():
                    self.ended = not self._broken
                    return
                if self._broken:
                    return
                self._wake.clear()
                await self._wake.wait()
                if not self._stopped.done():
                    await asyncio.sleep(GATHER_SECONDS)
                continue
            yield self._take()

    def _at_rest(self) -> bool:
        state = self._run.fold
        return state.status in _STOPPED and self._expected >= state.seq

    def _take(self) -> list[Event]:
        batch = list(self._queue.popleft())
        while self._queue and len(batch) + len(self._queue[0]) <= SLICE_EVENTS * 4:
            batch.extend(self._queue.popleft())
        self._queued -= len(batch)
        return batch
