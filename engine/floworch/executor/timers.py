"""Moments a run waits for, earliest first, on the engine's clock."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch.clock import Clock
    from floworch.run.state import Scope


class Timers:
    """Calls ``fire(node, scope)`` once for every moment asked for, when the clock has reached it.

    Args:
        clock: The engine's clock.
        fire: Called on the loop.
    """

    def __init__(self, clock: Clock, fire: Callable[[int, Scope], None]) -> None:
        self._clock = clock
        self._fire = fire
        self._heap: list[tuple[float, int, int, Scope]] = []
        self._order = itertools.count()
        self._task: asyncio.Task[None] | None = None
        self._sleeping_until = 0.0

    def add(self, at: float, node: int, scope: Scope) -> None:
        """Ask for a moment (epoch seconds)."""
        heapq.heappush(self._heap, (at, next(self._order), node, scope))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="floworch-timers")
        elif at < self._sleeping_until:
            self._task.cancel()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="floworch-timers")

    @property
    def next_due(self) -> float | None:
        """The earliest moment asked for, or None."""
        return self._heap[0][0] if self._heap else None

    async def _run(self) -> None:
        while self._heap:
            self._sleeping_until = self._heap[0][0]
            await self._clock.sleep_until(self._sleeping_until)
            now = self._clock.now()
            while self._heap and self._heap[0][0] <= now:
                _, _, node, scope = heapq.heappop(self._heap)
                self._fire(node, scope)

    def close(self) -> None:
        """Forget every moment."""
        self._heap.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None
