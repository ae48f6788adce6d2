"""Time behind one small interface, so that tests can skip it."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the engine asks of time. All values are seconds."""

    def now(self) -> float:
        """Wall-clock seconds since the Unix epoch; what events carry as ``at``."""
        ...

    async def sleep_until(self, at: float) -> None:
        """Return once ``now() >= at``; never earlier, also when the system clock jumps."""
        ...


class SystemClock:
    """The computer's own clock."""

    #: Wall-clock seconds since the Unix epoch. The function itself, because the engine asks for every node.
    now = staticmethod(time.time)

    async def sleep_until(self, at: float) -> None:
        """Return once the wall clock has reached ``at`` (checked again at least every minute)."""
        while (left := at - time.time()) > 0:  # noqa: ASYNC110 - a jump of the system clock sets no event
            await asyncio.sleep(min(left, 60.0))
