"""What layers of the same name share within the process: a fair gate, a table of states by name, real time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from floworch.actions.context import Context
from floworch.clock import Clock

State = TypeVar("State")


class RealTime:
    """A Clock that no change of the system time disturbs: seconds since some moment of this process."""

    def now(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic()

    async def sleep_until(self, at: float) -> None:
        """Return once ``now() >= at``."""
        while (left := at - time.monotonic()) > 0:  # noqa: ASYNC110 - time itself sets no event
            await asyncio.sleep(left)


def engine_clock(ctx: Context) -> Clock | None:
    """The clock of the engine when it is not the computer's own, such as one that tests skip forward; else None."""
    asked = getattr(ctx._host, "clock", None)  # hosts in tests of single actions have none
    clock: Clock | None = asked(ctx) if asked is not None else None
    return clock


def _owner(ctx: Context) -> str:
    asked = getattr(ctx._host, "owner", None)  # as above
    return asked(ctx) if asked is not None else ""


class Shared(Generic[State]):
    """One state per name, made when the name is first used; safe from any thread."""

    def __init__(self, make: Callable[[], State]) -> None:
        self._make = make
        self._states: dict[str, State] = {}
        self._lock = threading.Lock()

    def get(self, name: str, ctx: Context, clock: Clock | None = None) -> State:
        """The state of that name. Without a name, it is the node's own, whichever run of its store it is in.

        Runs on a ``clock`` of their own share nothing with those on another: their times cannot be compared.
        """
        key = name or f"\0{ctx.workflow_id}\0{ctx.node}\0{_owner(ctx)}"
        if clock is not None:
            key += f"\0{id(clock)}"
        with self._lock:
            if key not in self._states:
                self._states[key] = self._make()
            return self._states[key]


class _Waiter:
    __slots__ = ("future", "granted", "limit", "loop")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[None] = self.loop.create_future()
        self.granted = False

    def wake(self) -> None:
        if not self.future.done():
            self.future.set_result(None)


class Gate:
    """Lets a number of holders in, first come, first served; also between event loops of several threads.

    Attributes:
        busy: Holders now. waiting: those in the queue.
    """

    def __init__(self) -> None:
        self.busy = 0
        self._queue: deque[_Waiter] = deque()
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    @asynccontextmanager
    async def place(self, limit: int = 1) -> AsyncIterator[None]:
        """Hold a place for the time of a block; see ``enter``."""
        await self.enter(limit)
        try:
            yield
        finally:
            self.leave()

    async def enter(self, limit: int = 1) -> None:
        """Take a place once fewer than ``limit`` are taken; a cancelled waiter leaves the queue."""
        with self._lock:
            if not self._queue and self.busy < limit:
                self.busy += 1
                return
            waiter = _Waiter(limit)
            self._queue.append(waiter)
        try:
            await waiter.future
        except BaseException:
            with self._lock:
                if not waiter.granted:
                    self._queue.remove(waiter)
                    self._admit()  # whoever stood behind a narrower limit may pass now
            if waiter.granted:
                self.leave()
            raise

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            self.busy -= 1
            self._admit()

    def _admit(self) -> None:
        while self._queue and self.busy < self._queue[0].limit:
            waiter = self._queue.popleft()
            waiter.granted = True
            try:
                waiter.loop.call_soon_threadsafe(waiter.wake)
            except RuntimeError:  # its loop was closed: nobody waits any more
                continue
            self.busy += 1
