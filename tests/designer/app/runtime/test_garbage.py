"""Cyclic garbage is collected in the window's thread only."""

from __future__ import annotations

import asyncio
import gc
import threading
import time

import pytest

from floworch_designer.app.runtime.garbage import (
    GROWN,
    LONG,
    LOOK,
    MANY,
    OLD,
    SHARE_OLD,
    SOON,
    YOUNG,
    WindowGarbage,
)


class Odd:
    """Garbage that only the collector finds; tells in which thread it went."""

    def __init__(self, went):
        self.itself, self.went = self, went

    def __del__(self):
        self.went.append(threading.get_ident())


@pytest.fixture
def few():
    """The collector looks after a few objects."""
    limits, running = gc.get_threshold(), gc.isenabled()
    gc.set_threshold(50, 2, 2)
    gc.enable()
    yield
    gc.set_threshold(*limits)
    assert gc.isenabled()
    if not running:
        gc.disable()


def busy(went):
    """Leave garbage, and make what would have it collected."""
    for _ in range(20):
        Odd(went)
    return [[number] for number in range(20_000)]


def test_what_a_thread_makes_never_collects_in_that_thread(loop, few):
    went = []

    async def main():
        await asyncio.to_thread(busy, went)
        async with asyncio.timeout(60):
            while len(went) < 20:  # noqa: ASYNC110 - nothing tells of a collection
                await asyncio.sleep(0.01)

    loop.run_until_complete(main())
    assert set(went) == {threading.get_ident()}


@pytest.mark.parametrize(
    ("counts", "collected"),
    [((10, 0, 0), []), ((51, 0, 0), [0]), ((51, 3, 0), [1]), ((51, 3, 3), [2]), ((10, 3, 3), [])],
)
def test_it_goes_by_the_thresholds_of_python(monkeypatch, few, counts, collected):
    seen = []
    monkeypatch.setattr(gc, "get_count", lambda: counts)
    monkeypatch.setattr(gc, "collect", lambda generation=2: seen.append(generation) or 0)
    garbage = WindowGarbage()
    garbage.start()
    garbage.look()
    garbage.stop()
    assert seen == collected


def test_going_through_everything_takes_a_small_share_of_the_time(monkeypatch, few):
    seen, now = [], [1000.0]

    def collect(generation=2):
        seen.append(generation)
        now[0] += 1.0 if generation == 2 else 0.0
        return 0

    monkeypatch.setattr("floworch_designer.app.runtime.garbage.time.monotonic", lambda: now[0])
    monkeypatch.setattr(gc, "get_count", lambda: (51, 3, 3))
    monkeypatch.setattr(gc, "collect", collect)
    garbage = WindowGarbage()
    garbage.start()
    for wait in (0, 50, 49, 2):
        now[0] += wait
        garbage.look()
    garbage.stop()
    assert seen == [2, 1, 1, 2]


@pytest.fixture
def sight(monkeypatch, few):
    """A collector that says what is done with it, at a clock of its own: full collections only, of a given length."""
    told, now, frozen, lasts, seen = [], [1000.0], [0], [0.0], [0]

    def collect(generation=2):
        told.append("collect")
        now[0] += lasts[0]
        return 0

    monkeypatch.setattr("floworch_designer.app.runtime.garbage.time.monotonic", lambda: now[0])
    monkeypatch.setattr(gc, "get_count", lambda: (51, 3, 3))
    monkeypatch.setattr(gc, "collect", collect)
    monkeypatch.setattr(gc, "freeze", lambda: told.append("freeze"))
    monkeypatch.setattr(gc, "unfreeze", lambda: told.append("unfreeze"))
    monkeypatch.setattr(gc, "get_freeze_count", lambda: frozen[0])
    monkeypatch.setattr(gc, "get_objects", lambda: range(seen[0]))
    garbage = WindowGarbage()

    def look(objects=0, seconds=0.0, in_sight=MANY + 1):
        told.clear()
        seen[0] = in_sight
        now[0] += 1000
        frozen[0], lasts[0] = objects, seconds
        garbage.look()
        return list(told)

    yield look
    gc.enable()


LARGE = MANY + 1


def test_what_outlives_a_long_collection_of_many_objects_is_not_gone_through_again(sight):
    """(designer.md: no frame over 100 ms) after 25 minutes of work a collection of everything took 257 ms"""
    assert sight(LARGE, LONG / 2) == ["collect"]
    assert sight(LARGE, LONG * 2) == ["collect", "freeze"]


def test_what_few_objects_leave_is_given_back_soon(sight):
    """Put out of sight it stayed for as long as the window was open: half an hour of editing left 170 MB."""
    assert sight(LARGE, LONG * 2, MANY) == ["collect"]
    assert sight(LARGE, LONG * 2, MANY + 1) == ["collect", "freeze"]


def test_what_is_out_of_sight_is_gone_through_when_it_has_doubled(sight):
    """Else a closed tab would be kept for as long as the window is open."""
    new, whole = ["collect", "freeze"], ["unfreeze", "collect", "freeze"]
    assert [sight(LARGE, LONG * 2) for _ in range(2)] == [new, new]
    assert [sight(GROWN * LARGE, LONG * 2) for _ in range(2)] == [new, new]
    assert [sight(GROWN * LARGE + 1, LONG * 2) for _ in range(3)] == [new, whole, new]
    assert [sight(GROWN * (GROWN * LARGE + 1), LONG * 2) for _ in range(2)] == [new, new]


def test_what_is_out_of_sight_is_gone_through_in_a_frame_of_its_own(sight, monkeypatch):
    """(designer.md: no frame over 100 ms) right after another long collection the two took 144 ms together"""
    sight(LARGE, LONG * 2)
    assert "unfreeze" not in sight(GROWN * LARGE + 1, LONG * 2)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 0))
    assert sight(GROWN * LARGE + 1, LONG * 2) == ["unfreeze", "collect", "freeze"], "however little is new"
    assert sight(GROWN * LARGE + 1, LONG * 2) == []


def test_what_was_gone_through_just_now_is_not_gone_through_at_once_again(sight):
    """(designer.md: no frame over 100 ms) the first long collection of a large window was followed by a second one"""
    new = ["collect", "freeze"]
    assert [sight(5 * MANY, LONG * 2) for _ in range(2)] == [new, new]
    assert [sight(5 * GROWN * MANY, LONG * 2) for _ in range(2)] == [new, new]
    assert [sight(5 * GROWN * MANY + 1, LONG * 2) for _ in range(2)] == [new, ["unfreeze", *new]]


def test_it_stays_off_where_it_was_off(few):
    garbage = WindowGarbage()
    gc.disable()
    garbage.start()
    garbage.stop()
    assert not gc.isenabled()
    gc.enable()


def test_many_new_objects_are_gone_through_before_they_are_more_than_a_frame_takes(monkeypatch, few):
    """(designer.md: nothing blocks the window; of a live run of 10 000 nodes no frame takes over 50 ms)"""
    seen, counts = [], [0, 0, 0]

    def collect(generation=2):
        seen.append(generation)
        if generation < 2:
            counts[generation + 1] += 1
        for younger in range(generation + 1):
            counts[younger] = 0
        return YOUNG if generation == 1 else 0  # nothing outlives them

    monkeypatch.setattr(gc, "get_count", lambda: tuple(counts))
    monkeypatch.setattr(gc, "collect", collect)
    garbage = WindowGarbage()
    garbage.start()
    for _ in range(12):
        counts[0] = YOUNG // 2
        garbage.look()
    assert seen == [0, 1] * 6, "never more than so many at once, and everything no sooner for that"
    seen.clear()
    for _ in range(14):
        counts[0] = 51
        garbage.look()
    garbage.stop()
    assert seen == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]


@pytest.mark.parametrize(("garbage", "rounds"), [(0, -(-OLD // YOUNG)), (YOUNG // 2, -(-2 * OLD // YOUNG))])
def test_what_outlived_the_younger_ones_is_gone_through_before_it_is_too_much(monkeypatch, few, garbage, rounds):
    """(designer.md: no frame over 100 ms) what a minute of work left took up to 400 ms to take away"""
    seen, now = [], [1000.0]

    def collect(generation=2):
        seen.append(generation)
        now[0] += 1.0 if generation == 2 else 0.0
        return garbage

    monkeypatch.setattr("floworch_designer.app.runtime.garbage.time.monotonic", lambda: now[0])
    monkeypatch.setattr(gc, "get_count", lambda: (YOUNG, 0, 0))
    monkeypatch.setattr(gc, "collect", collect)
    collector = WindowGarbage()
    collector.start()
    for _ in range(rounds):
        collector.look()
    assert 2 not in seen
    collector.look()
    assert seen[-1] == 2
    for _ in range(rounds + 3):
        collector.look()
    assert seen.count(2) == 1, "not at once again: it would take all of the time"
    now[0] += SHARE_OLD + 0.1
    collector.look()
    collector.stop()
    assert seen.count(2) == 2


def test_it_looks_more_often_while_there_is_much_to_go_through(monkeypatch, few):
    """(performance.md: no frame of a live run over 50 ms) with 20 000 events a second a look took 8 ms"""
    made, paces = [0], []
    monkeypatch.setattr(gc, "get_count", lambda: (made[0], 0, 0))
    monkeypatch.setattr(gc, "collect", lambda generation=2: 0)
    garbage = WindowGarbage()
    garbage.start()
    for made[0] in (60, YOUNG, YOUNG, 60):
        garbage.look()
        paces.append(garbage._timer.interval())
    garbage.stop()
    assert paces == [LOOK, SOON, SOON, LOOK]


def test_a_loop_that_is_started_again_and_again_does_not_put_a_look_off(monkeypatch, few):
    """(designer.md: no frame over 100 ms) a window driven in short runs never looked, and then took 367 ms at once"""
    now, waits = [1000.0], []
    monkeypatch.setattr("floworch_designer.app.runtime.garbage.time.monotonic", lambda: now[0])
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 0))
    garbage = WindowGarbage()
    for _ in range(4):
        garbage.start()
        waits.append(garbage._timer.interval())
        garbage.stop()
        now[0] += LOOK / 2500
    assert waits == [LOOK, LOOK * 3 // 5, LOOK // 5, 0]
    garbage.start()
    garbage.look()
    assert garbage._timer.interval() == LOOK, "the next one is not due at once"
    garbage.stop()


def test_short_runs_of_the_loop_collect_as_a_long_one_does(loop, few):
    went = []
    until = time.monotonic() + 60
    Odd(went)
    while not went and time.monotonic() < until:
        gc.disable()  # the test itself is not what collects
        busy([])
        loop.run_until_complete(asyncio.sleep(0.001))
    gc.enable()
    assert went
