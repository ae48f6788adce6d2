"""Moments a run waits for (C7.1, C8.1)."""

from __future__ import annotations

from engine_kit import until

from floworch.executor.timers import Timers
from floworch.testing import FakeClock


async def test_moments_come_in_order_of_time_not_of_asking() -> None:
    clock = FakeClock(0.0)
    fired: list[tuple[int, float]] = []
    timers = Timers(clock, lambda node, scope: fired.append((node, clock.now())))
    for node, at in ((1, 30.0), (2, 10.0), (3, 20.0), (4, 10.0), (5, -5.0)):
        timers.add(at, node, ())
    assert timers.next_due == -5.0
    await until(lambda: len(fired) == 5)
    assert fired == [(5, 0.0), (2, 10.0), (4, 10.0), (3, 20.0), (1, 30.0)]
    assert timers.next_due is None


async def test_a_moment_may_ask_for_an_earlier_or_a_later_one() -> None:
    clock = FakeClock(0.0)
    fired: list[int] = []

    def fire(node: int, scope: tuple[int, ...]) -> None:
        fired.append(node)
        if node == 1:
            timers.add(clock.now() - 1, 2, ())
            timers.add(clock.now() + 1, 3, ())

    timers = Timers(clock, fire)
    timers.add(5.0, 1, ())
    await until(lambda: len(fired) == 3)
    assert fired == [1, 2, 3]


async def test_closed_timers_never_fire() -> None:
    fired: list[int] = []
    timers = Timers(FakeClock(0.0), lambda node, scope: fired.append(node))
    timers.add(1.0, 1, ())
    timers.close()
    timers.close()
    assert (fired, timers.next_due) == ([], None)
