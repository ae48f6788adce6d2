"""Durations are of what ran: not of lost attempts, pauses and the time after a crash (C7.1, C7.2, C7.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from run_dialogue import Dialogue, expands, fails, output, workflow

from floworch.run.state import RunState
from floworch.run.view import work_time
from floworch.store.summary import RunFacts

#: Seconds that the runs here stand still: far more than anything takes.
LONG = 5000.0
ONE = workflow({"a": {"effect": "idempotent"}})
LOOP = workflow({"loop": {}, "x": {"parent": "loop", "effect": "idempotent"}, "b": {}}, "loop>b")


def away(run: Dialogue, events: int | None = None) -> Dialogue:
    """The run as another process goes on with it, long after."""
    other = run.crash(len(run.events) if events is None else events)
    other.now += LONG
    return other.go_on()


def test_an_attempt_that_was_lost_to_a_crash_does_not_count() -> None:
    run = away(Dialogue(ONE).start())
    run.answer(output(1))
    assert run.state.node("a").duration == 1.0
    assert run.state.node("a").started_at > LONG


def test_nor_does_one_that_pause_now_interrupted() -> None:
    run = Dialogue(ONE).start()
    command = run.started.popleft()
    run.tell(run.scheduler.pause, True, "")
    run.tell(run.scheduler.ended_otherwise, "interrupted", command.node, command.scope, "pause")
    assert run.state.node("a").started_at is None
    run.now += LONG
    run.tell(run.scheduler.resume)
    run.answer(output(1))
    assert run.state.node("a").duration == 1.0


def test_a_retry_of_a_failed_run_begins_anew() -> None:
    """(C7.9)"""
    run = Dialogue(ONE).start().play({"a": fails()})
    assert run.state.node("a").duration == 1.0
    again = run.crash(len(run.events))
    again.now += LONG
    again.tell(again.scheduler.retry)
    assert (again.state.node("a").ended_at, again.state.node("a").duration) == (None, None)
    again.answer(output(1))
    assert again.state.node("a").duration == 1.0


def test_retries_of_a_policy_and_their_delays_do_count() -> None:
    """(C4.4)"""
    run = Dialogue(workflow({"a": {"retry": {"max_attempts": 2, "delay": 4, "jitter": 0}}})).start()
    run.answer(fails())
    run.fire()
    run.answer(output(1))
    assert run.state.node("a").duration == 6.0


def test_a_pause_within_a_retry_delay_does_not() -> None:
    run = Dialogue(workflow({"a": {"retry": {"max_attempts": 2, "delay": 4, "jitter": 0}}})).start()
    run.answer(fails())
    run.tell(run.scheduler.pause, False, "")
    run.now += LONG
    run.tell(run.scheduler.resume)
    run.timers = run.timers[-1:]
    run.fire()
    run.answer(output(1))
    assert 1.0 <= run.state.node("a").duration < 20.0


def _looped(stop: Any) -> Dialogue:
    """A loop over two items, one after the other, that stops after the first."""
    run = Dialogue(LOOP).start()
    run.answer(expands([1, 2], concurrency=1))
    run.answer(output(1))
    return stop(run)  # type: ignore[no-any-return]


def test_a_container_does_not_count_the_pause_in_its_middle() -> None:
    def paused(run: Dialogue) -> Dialogue:
        run.tell(run.scheduler.pause, False, "")
        run.answer(output(2))
        run.now += LONG
        run.tell(run.scheduler.resume)
        return run

    run = _looped(paused)
    run.play()
    assert run.state.status == "completed"
    assert 2.0 <= run.state.node("loop").duration < 20.0


def test_a_container_does_not_count_the_time_after_a_crash() -> None:
    run = _looped(away)
    run.play()
    assert run.state.status == "completed"
    assert 2.0 <= run.state.node("loop").duration < 20.0
    assert run.state.node("loop").started_at < LONG  # it began once, and went on


def test_two_stops_add_up_and_a_snapshot_keeps_them() -> None:
    run = away(_looped(away))
    copy = RunState("r", "t", run.plan.ids, {}, 0.0, dict(run.plan.parents))
    copy.unpack(run.state.pack())
    assert (copy.idle, copy.stopped_at) == (run.state.idle, run.state.stopped_at)
    assert copy.rested == run.state.rested > 2 * LONG
    assert run.state.idle[run.state.index["loop"]] >= 2 * LONG
    run.play()
    assert run.state.node("loop").duration < 20.0


def test_a_snapshot_of_before_opens() -> None:
    run = Dialogue(ONE).start()
    packed = run.state.pack()
    del packed["idle"], packed["stopped_at"], packed["rested"]
    copy = RunState("r", "t", run.plan.ids, {}, 0.0)
    copy.unpack(packed)
    assert (copy.idle, copy.stopped_at, copy.rested) == ({}, None, 0.0)


def test_a_step_in_doubt_that_was_done_counts_to_its_crash_at_most() -> None:
    """(C7.8)"""
    run = Dialogue(workflow({"a": {"effect": "unsafe"}})).start().crash(2)
    run.now += LONG
    run.tell(run.scheduler.go_on, "crash", None)
    run.now += LONG
    other = run.crash(len(run.events))
    other.tell(other.scheduler.go_on, "crash", "done")
    assert other.state.node("a").status == "completed"
    assert (other.state.node("a").duration or 0.0) < LONG + 20.0


def paused_and_resumed() -> Dialogue:
    run = Dialogue(ONE).start()
    run.tell(run.scheduler.pause, False, "")
    run.answer(output(1))
    run.now += LONG
    run.tell(run.scheduler.resume)
    return run


def crashed() -> Dialogue:
    run = away(Dialogue(ONE).start())
    run.answer(output(1))
    return run


def retried() -> Dialogue:
    run = Dialogue(ONE).start().play({"a": fails()})
    again = run.crash(len(run.events))
    again.now += LONG
    again.tell(again.scheduler.retry)
    again.answer(output(1))
    return again


def cancelled_while_paused() -> Dialogue:
    run = Dialogue(ONE).start()
    run.tell(run.scheduler.pause, False, "")
    run.answer(output(1))
    run.now += LONG
    run.tell(run.scheduler.cancel, "")
    return run


@pytest.mark.parametrize("story", [paused_and_resumed, crashed, retried, cancelled_while_paused])
def test_a_run_knows_how_long_it_rested_and_so_does_the_list(story: Callable[[], Dialogue]) -> None:
    run = story()
    state = run.state
    assert state.status.final
    assert LONG <= state.rested < LONG + 5
    took = work_time(state.started_at, state.ended_at, state.rested)
    assert took is not None
    assert took < 10.0
    facts = RunFacts()
    facts.apply_all(run.events)
    assert abs(facts.rested - state.rested) <= 2.0


def test_waiting_for_a_person_is_no_rest() -> None:
    """(C8.3) A suspended run waits; that is what it does."""
    run = Dialogue(ONE).start()
    run.answer({"wait": {"kind": "approval"}})
    run.now += LONG
    run.tell(run.scheduler.answer, 0, (), True, "", "")
    assert run.state.status == "completed"
    assert run.state.rested == 0.0
    assert work_time(run.state.started_at, run.state.ended_at, run.state.rested) > LONG  # type: ignore[operator]
