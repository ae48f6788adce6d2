"""A clock for tests: time stands still while something happens and jumps to the next moment when nothing does."""

from __future__ import annotations

import asyncio


class FakeClock:
    """A Clock that skips waiting.

    ``sleep_until`` lets the loop run until it has been quiet for some rounds, then jumps to the earliest moment
    anybody waits for. Real input and output (threads, processes) is not waited for.

    Args:
        start: Epoch seconds at the beginning.
    """

    QUIET_ROUNDS = 50

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._waits: list[float] = []
        self.jumps: list[float] = []

    def now(self) -> float:
        """Epoch seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move time on by hand."""
        self._now += seconds

    async def sleep_until(self, at: float) -> None:
        """Return once ``now() >= at``, jumping there when everything else is quiet."""
        self._waits.append(at)
        try:
            while (began := self._now) < at:
                for _ in range(self.QUIET_ROUNDS):
                    await asyncio.sleep(0)
                if began == self._now and at <= min(self._waits):  # who has just come to its moment acts on it first
                    self.jumps.append(at - self._now)
                    self._now = at
        finally:
            self._waits.remove(at)
