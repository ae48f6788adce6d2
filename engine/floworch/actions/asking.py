"""Asking a coroutine to stop that may swallow the first request, and giving it up (contract C4.5, C7.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

#: Seconds after which a coroutine that goes on although it was asked to stop is asked again.
PATIENCE = 15.0
#: After so many requests to stop a coroutine is given up.
MOST_ASKED = 5


class Reminder:
    """Asks the current task to stop again and again once its time is over.

    Args:
        limit: The bound of its time, whose end is the first request.
        after: Seconds until then, about.
        give_up: Called once, when it goes on after ``MOST_ASKED`` requests; None asks for ever.
    """

    __slots__ = ("_asked", "_give_up", "_handle", "_limit", "_loop", "_task")

    def __init__(self, limit: asyncio.Timeout, after: float, give_up: Callable[[], None] | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._give_up = give_up
        self._task = asyncio.current_task()
        self._asked = 0
        self._handle = self._loop.call_later(after + PATIENCE, self._ask)

    def _ask(self) -> None:
        if self._task is not None and self._limit.expired():  # else the time stood still
            self._asked += 1
            self._task.cancel()
            if self._asked == MOST_ASKED - 1 and self._give_up is not None:
                self._give_up()
        self._handle = self._loop.call_later(PATIENCE, self._ask)

    def end(self) -> None:
        """The body has ended; what counts as the task's cancellation is the timeout's own request."""
        self._handle.cancel()
        for _ in range(self._asked):
            self._task.uncancel()  # type: ignore[union-attr]


def ask_again(task: asyncio.Task[Any], still: Callable[[], bool], give_up: Callable[[], None]) -> None:
    """Ask a task that was asked to stop once again and again, as long as ``still()``; then call ``give_up``."""
    loop = asyncio.get_running_loop()

    def ask(asked: int) -> None:
        if not still() or task.done():
            return
        task.cancel()
        if asked == MOST_ASKED:
            give_up()
        else:
            loop.call_later(PATIENCE, ask, asked + 1)

    loop.call_later(PATIENCE, ask, 2)
