"""Schedules at work: real engines, a clock that skips, stores that survive the service."""

from __future__ import annotations

from typing import Any

from engine_kit import Door
from serve_kit import NOON, ServeKit, schedule

HOUR = 3600.0


async def test_each_time_starts_one_run_that_says_when_it_was_due() -> None:
    kit = ServeKit()
    async with kit.serving(kit.plan({"t": schedule(), "a": {"action": "t.any"}}, "t>a")):
        await kit.until(lambda: len(kit.told("ended")) >= 3)
    assert kit.told("started")[:3] == ["w-t-20260101T120000Z", "w-t-20260101T130000Z", "w-t-20260101T140000Z"]
    state = kit.store.load("w-t-20260101T130000Z")
    assert state.node("t").output["due"] == "2026-01-01T13:00:00Z"
    assert kit.store.header("w-t-20260101T130000Z").options["tags"] == ["serve", "t"]
    assert kit.ledger.own() == []


async def test_a_time_that_came_while_nobody_served_is_run_once_and_one_that_had_begun_not_again() -> None:
    kit = ServeKit()
    served = kit.plan({"t": schedule(), "a": {"action": "t.any"}}, "t>a")
    async with kit.serving(served):
        await kit.until(lambda: bool(kit.told("ended")))
    before = kit.ledger.memory("w", "t")
    assert before is not None
    last = max(kit.told("started"))
    kit.clock._now = NOON + 50.5 * HOUR
    kit.said.clear()
    async with kit.serving(served):
        await kit.until(lambda: bool(kit.told("ended")))
    assert kit.told("started")[0] == "w-t-20260103T140000Z"
    # Killed after the run had begun and before that was remembered: the same due time is the same run.
    kit.ledger.remember("w", "t", before)
    kit.clock._now = NOON + 50.6 * HOUR
    kit.said.clear()
    async with kit.serving(served):
        await kit.until(lambda: bool(kit.told("ended")))
    assert "w-t-20260103T140000Z" not in kit.told("started")
    assert last != kit.told("started")[0]


async def test_missed_times_are_skipped_where_that_is_asked_for() -> None:
    kit = ServeKit()
    served = kit.plan({"t": schedule(missed="skip"), "a": {"action": "t.any"}}, "t>a")
    async with kit.serving(served):
        pass
    kit.clock._now = NOON + 50.5 * HOUR
    async with kit.serving(served):
        await kit.until(lambda: bool(kit.told("ended")))
    assert kit.told("started")[0] == "w-t-20260103T150000Z"
    assert ("skipped", {"workflow": "w", "trigger": "t", "due": "2026-01-03T14:00:00Z", "why": "missed"}) in kit.said


async def _two_times_while_one_run_is_under_way(overlap: str) -> tuple[ServeKit, Any]:
    door = Door()
    kit = ServeKit(door=door)
    async with kit.serving(kit.plan({"t": schedule(overlap=overlap), "a": {"action": "t.door"}}, "t>a")):

        def passed() -> int:
            memory = kit.ledger.memory("w", "t")
            return len(kit.told("skipped")) + len(memory.waiting if memory is not None else ())

        await kit.until(lambda: passed() >= 2)
        assert kit.told("started") == ["w-t-20260101T120000Z"]
        door.open()
        await kit.until(lambda: len(kit.told("ended")) >= 3)
    return kit, kit.told("started")


async def test_times_that_come_while_the_run_before_is_under_way_are_skipped_or_wait() -> None:
    kit, skipping = await _two_times_while_one_run_is_under_way("skip")
    assert kit.told("skipped", "due")[:2] == ["2026-01-01T13:00:00Z", "2026-01-01T14:00:00Z"]
    assert "w-t-20260101T130000Z" not in skipping
    kit, waiting = await _two_times_while_one_run_is_under_way("queue")
    assert waiting[:3] == ["w-t-20260101T120000Z", "w-t-20260101T130000Z", "w-t-20260101T140000Z"]
    assert kit.told("skipped") == []


async def test_a_run_that_cannot_begin_is_tried_again() -> None:
    kit = ServeKit()
    whole = kit.store.create
    failing = iter([True, True])

    def create(header: Any) -> Any:
        from floworch.errors import StoreError

        if next(failing, False):
            raise StoreError("The disk is full.")
        return whole(header)

    kit.store.create = create  # type: ignore[method-assign]
    async with kit.serving(kit.plan({"t": schedule(), "a": {"action": "t.any"}}, "t>a")):
        await kit.until(lambda: bool(kit.told("ended")))
    assert kit.told("error", "message") == ["The disk is full."] * 2
    assert kit.told("started")[0] == "w-t-20260101T120000Z"
