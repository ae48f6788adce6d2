"""The computer's own clock."""

from __future__ import annotations

import asyncio
import time

from floworch.clock import SystemClock


async def test_it_never_wakes_too_early_and_the_past_at_once() -> None:
    clock = SystemClock()
    at = clock.now() + 0.01
    await clock.sleep_until(at)
    assert time.time() >= at
    await asyncio.wait_for(clock.sleep_until(at - 100), 5)
