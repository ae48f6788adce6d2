"""The clock that skips time."""

from __future__ import annotations

import asyncio

from floworch.testing import FakeClock


async def test_sleepers_wake_in_order_without_waiting() -> None:
    clock = FakeClock(0.0)
    woken: list[tuple[str, float]] = []

    async def sleep(name: str, at: float) -> None:
        await clock.sleep_until(at)
        woken.append((name, clock.now()))

    await asyncio.gather(sleep("late", 1e6), sleep("soon", 10.0), sleep("past", -1.0))
    assert woken == [("past", 0.0), ("soon", 10.0), ("late", 1e6)]
    clock.advance(5)
    assert clock.now() == 1e6 + 5
    assert sum(clock.jumps) == 1e6
