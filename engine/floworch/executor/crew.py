"""A few worker coroutines that take starts from a deque (architecture decision 4): a chain costs no task switches."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context

from floworch.run.commands import Command

#: Seconds a run may keep the loop to itself before others get a turn.
SLICE = 0.004


class Crew:
    """Runs starts with at most ``limit`` worker coroutines, plus one for each that is parked.

    Args:
        limit: Slots of the run.
        attempt: Runs one start to its end; it may call ``give`` itself while ``inline`` is set.
        parked: How many workers are held by attempts that wait for a retry.
        broke: Told what ``attempt`` raised, which is a bug of the engine.
        name: For the names of the tasks.
    """

    def __init__(
        self, limit: int, attempt: Callable[[Command], Awaitable[None]], parked: Callable[[], int],
        broke: Callable[[Exception], None], name: str,
    ) -> None:  # fmt: skip
        self._limit = limit
        self._attempt = attempt
        self._parked = parked
        self._broke = broke
        self._name = name
        self._loop = asyncio.get_running_loop()
        #: The context variables that every attempt begins with: those of whoever began the run.
        self._context = copy_context()
        #: Starts that no worker has taken yet.
        self.todo: deque[Command] = deque()
        self._sleepers: deque[asyncio.Future[None]] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._left: set[asyncio.Task[None]] = set()
        self._slice_end = 0.0
        self._slice_over = False
        self._wake_planned = False
        self._closed = False
        #: The worker that has just taken a start: what ``asyncio.current_task()`` says, without the call.
        self.current: asyncio.Task[None] | None = None
        #: 1 while a worker is between two attempts: it will take the next start itself.
        self.inline = 0

    def give(self, starts: list[Command]) -> None:
        """Queue starts and see that workers take them.

        The worker between two attempts takes them itself, one after the other, as long as it is not held up; others
        are woken when the loop gets its next turn and starts are left.
        """
        self.todo.extend(starts)
        if not self.inline:
            self._wake()
        elif not self._wake_planned and len(self.todo) > 1:
            self._wake_planned = True
            self._loop.call_soon(self._planned_wake)

    def _planned_wake(self) -> None:
        self._wake_planned = False
        self._wake()

    def _wake(self) -> None:
        """Wake or hire as many workers as there are starts."""
        wanted = len(self.todo)
        while wanted > 0 and not self._closed:
            wanted -= 1
            if self._sleepers:
                sleeper = self._sleepers.popleft()
                if not sleeper.done():
                    sleeper.set_result(None)
            elif len(self._workers) < self._limit + self._parked():
                worker = self._loop.create_task(self._work(), name=self._name, context=self._context.copy())
                self._workers.add(worker)
                worker.add_done_callback(self._workers.discard)
            else:
                return

    async def _work(self) -> None:
        try:
            await self._take()
        except Exception as error:  # noqa: BLE001 - a worker that dies in silence would leave the run hanging
            self._broke(error)

    async def _take(self) -> None:
        todo = self.todo
        me = asyncio.current_task()
        while not self._closed:
            if not todo:
                sleeper = self._loop.create_future()
                self._sleepers.append(sleeper)
                await sleeper
            elif time.perf_counter() > self._slice_end:
                await self._end_slice()
            else:
                self.current = me
                await self._attempt(todo.popleft())
                if self._left and me in self._left:
                    return
                if _differ(copy_context(), self._context):
                    assert me is not None
                    self.leave(me)  # what one attempt has set there, the next one must not see
                    return

    def leave(self, worker: asyncio.Task[None]) -> None:
        """Let another one take the place of a worker whose attempt goes on for ever; it ends with that."""
        self._workers.discard(worker)
        self._left.add(worker)
        worker.add_done_callback(self._left.discard)
        self._wake()

    async def _end_slice(self) -> None:
        """Give the loop a turn; the next slice begins with the loop's next round, for all workers together."""
        if not self._slice_over:
            self._slice_over = True
            self._loop.call_soon(self._new_slice)
        await asyncio.sleep(0)

    def _new_slice(self) -> None:
        self._slice_over = False
        self._slice_end = time.perf_counter() + SLICE

    async def close(self) -> None:
        """Stop every worker and return once all of them have ended, but for the one that calls this and those left."""
        self._closed = True
        self.todo.clear()
        for sleeper in self._sleepers:
            sleeper.cancel()
        current = asyncio.current_task()
        others = [worker for worker in self._workers if worker is not current]
        for worker in others:
            worker.cancel()
        if others:
            await asyncio.wait(others)


def _differ(one: Context, other: Context) -> bool:
    """Whether two contexts hold something else; costs nothing to speak of when nobody has set anything."""
    try:
        return one != other
    except Exception:  # noqa: BLE001 - values that cannot be compared were set anew
        return True
