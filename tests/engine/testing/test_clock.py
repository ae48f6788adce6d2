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


async def test_who_comes_to_its_moment_acts_on_it_before_the_next_jump() -> None:
    """Also when another sleeper began long before it, so that its rounds of quiet are nearly over."""
    clock = FakeClock(0.0)
    seen: list[float] = []

    async def soon() -> None:
        for _ in range(clock.QUIET_ROUNDS - 2):
            await asyncio.sleep(0)
        await clock.sleep_until(10.0)
        for _ in range(5):
            await asyncio.sleep(0)
        seen.append(clock.now())

    await asyncio.gather(clock.sleep_until(20.0), soon())
    assert seen == [10.0]
