"""Moments a run waits for (C7.1, C8.1)."""

from __future__ import annotations

from typing import Any

from engine_kit import Kit, until
from run_dialogue import workflow

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


async def test_a_clock_that_is_set_back_between_events_harms_no_run() -> None:
    """(C7.1, C12: times are told as they were, and nothing took less than no time)"""

    async def back(ctx: Any) -> None:
        kit.clock.advance(-3600.0)
        if ctx.attempt == 1:
            raise ConnectionError("once")

    kit = Kit(back=back)
    retry = {"max_attempts": 2, "delay": 5, "jitter": 0}
    definition = workflow(
        {"loop": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 1}},
         "a": {"action": "t.back", "parent": "loop", "retry": retry}, "b": {"action": "t.back", "retry": retry}},
        "loop>b",
    )  # fmt: skip
    result = await kit.run(definition)
    assert result.status == "completed"
    assert [event.seq for event in kit.store.events("r")] == list(range(len(kit.story())))
    assert all((node.duration or 0.0) >= 0.0 for node in result.nodes.values())
    assert result.duration is not None
    assert result.duration >= 0.0
    assert [run.duration for run in kit.store.list()] == [result.duration]


async def test_a_run_goes_on_with_a_clock_that_was_set_back_meanwhile() -> None:
    """(C7.2, C8.1: what it waits for keeps its wall-clock time)"""
    kit = Kit()
    definition = workflow({"w": {"action": "flow.wait", "params": {"for": "30s"}}, "a": {"action": "t.any"}}, "w>a")
    async with kit.running(definition) as (_, handle):
        await handle.pause()
        await handle.stopped()
    began, kit.clock = kit.clock.now(), FakeClock(kit.clock.now() - 7200.0)
    async with kit.engine() as engine:
        handle = await engine.resume("r")
        kit.clock.advance(7200.0)
        result = await handle.result()
    assert result.status == "completed"
    assert kit.clock.now() >= began + 30.0
    assert (result.duration, result.elapsed) == (30.0, 30.0)
    assert result.state.rested == 0.0  # by its clock the run went on before it was paused
