"""The time that a whole run may take: ``settings.timeout``."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import NEVER, OK, Dialogue, expands, fails, waits, workflow

from floworch.run.commands import Op

LIMITED: dict[str, Any] = {"settings": {"timeout": "10s"}}


def expire(run: Dialogue) -> None:
    """Let the run's time be over."""
    run.now = 2000.0
    run.scheduler.due(-1, (), run.now)
    run.absorb()


def stop(run: Dialogue) -> None:
    """Every attempt that was asked to stop does."""
    for command in [each for each in run.other if each.op == Op.CANCEL]:
        run.started = type(run.started)(each for each in run.started if each.node != command.node)
        run.tell(run.scheduler.ended_otherwise, "cancelled", command.node, command.scope, command.value)


def test_the_moment_is_journaled_with_the_start() -> None:
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start()
    assert run.events[1].payload == {"due": 1010.0}
    assert [(command.node, command.value) for command in run.timers] == [(-1, 1010.0)]
    assert Dialogue(workflow({"a": {}})).start().events[1].payload is None


def test_when_it_is_over_what_runs_is_stopped_and_the_run_fails() -> None:
    """C4.5: for real; the error names no node."""
    run = Dialogue(workflow({"a": {}, "b": {}, "w": {}, "r": {"retry": {"max_attempts": 2}}}, "a>b", **LIMITED)).start()
    names = {run.plan.ids[command.node]: command for command in list(run.started)}
    run.answer(waits(), names["w"])
    run.answer(fails(), names["r"])
    expire(run)
    assert [(run.plan.ids[c.node], c.value) for c in run.other if c.op == Op.CANCEL] == [
        ("a", "the run's time is over")
    ]
    assert run.state.status == "running"
    stop(run)
    assert run.state.status == "failed"
    assert run.state.error == {
        "kind": "timeout_error", "message": "the run took longer than its timeout of 10 s", "node": None,
    }  # fmt: skip
    assert run.statuses() == {"a": "cancelled", "b": "skipped", "r": "cancelled", "w": "cancelled"}


def test_a_late_success_is_no_success_of_the_run() -> None:
    """C4.5"""
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start()
    expire(run)
    run.answer(OK)
    assert (run.statuses()["a"], run.state.status) == ("completed", "failed")


def test_a_run_that_ends_in_time_is_not_touched() -> None:
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start().play()
    expire(run)
    assert run.state.status == "completed"


def test_an_early_timer_does_nothing() -> None:
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start()
    run.scheduler.due(-1, (), 1009.0)
    run.absorb()
    assert "run_timed_out" not in run.story()


def test_a_failure_that_came_first_stays_the_reason() -> None:
    """C4.5: a timeout never hides it."""
    run = Dialogue(workflow({"a": {}, "clean": {}}, "a:done>clean", **LIMITED)).start()
    run.answer(fails("connection_error"))
    expire(run)
    stop(run)
    assert run.statuses() == {"a": "failed", "clean": "cancelled"}
    assert run.state.error is not None
    assert (run.state.error["kind"], run.state.error["node"]) == ("connection_error", "a")


def test_a_suspended_run_wakes_to_fail() -> None:
    """C8.3"""
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start().play({"a": waits()})
    assert run.state.status == "suspended"
    expire(run)
    assert run.story()[-4:] == ["run_resumed", "run_timed_out", "node_cancelled a", "run_failed"]


def test_items_are_stopped_with_their_container() -> None:
    """C10.1"""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}, "end": {}}, "loop>end", **LIMITED)).start()
    run.answer(expands([1, 2, 3], 2))
    expire(run)
    stop(run)
    assert run.state.status == "failed"
    assert (run.statuses()["loop"], run.statuses()["end"]) == ("cancelled", "skipped")


def test_time_in_which_a_run_is_paused_counts() -> None:
    """C7.1: timers keep wall-clock time; the pause itself stays, whoever resumes meets the end."""
    run = Dialogue(workflow({"a": {}, "b": {}}, "a>b", **LIMITED)).start()
    run.tell(run.scheduler.pause, False, None)
    run.answer(OK)
    expire(run)
    assert run.state.status == "paused"
    later = run.crash(len(run.events))
    later.now = 1500.0
    later.go_on()
    assert later.story()[-4:] == ["run_resumed", "run_timed_out", "node_skipped b", "run_failed"]
    assert not later.started
    early = run.crash(len(run.events))
    early.now = 1003.0
    assert early.go_on().play().state.status == "completed"


def test_a_pause_that_is_under_way_ends_as_a_pause() -> None:
    """C7.1"""
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start()
    run.tell(run.scheduler.pause, False, None)
    expire(run)
    assert "run_timed_out" not in run.story()
    run.tell(run.scheduler.resume)
    assert run.timers[-1].value == 1010.0


def test_a_retry_of_the_run_has_its_time_anew() -> None:
    """C7.9"""
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start()
    expire(run)
    stop(run)
    run.tell(run.scheduler.retry)
    assert run.events[-3].payload == {"due": run.now + 10.0, "reset": ["a"]}
    assert run.state.timed_out is None
    assert run.play().state.status == "completed"


@pytest.mark.parametrize("doubt", [False, True])
def test_after_every_crash_a_run_whose_time_is_over_fails_for_it(doubt: bool) -> None:
    """C7.4"""
    effect = {} if doubt else {"effect": "pure"}
    definition = workflow({"a": effect, "b": effect, "w": effect}, "a>b", **LIMITED)
    run = Dialogue(definition).start()
    names = {run.plan.ids[command.node]: command for command in list(run.started)}
    run.answer(waits(), names["w"])
    expire(run)
    stop(run)
    for cut in range(2, len(run.events)):
        other = run.crash(cut)
        other.now = 2000.0
        other.go_on().play({"a": NEVER})
        assert other.state.status == "failed", cut
        assert other.state.error is not None
        assert other.state.error["kind"] == "timeout_error"
        assert all(status in ("cancelled", "skipped", "failed") for status in other.statuses().values()), cut


def test_control_of_a_run_that_was_failing_when_its_owner_died() -> None:
    """C7.3: a pause does not undo it, a cancel may still win."""
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start()
    expire(run)
    other = run.crash(len(run.events))
    other.tell(other.scheduler.pause_idle)
    assert "run_pausing" not in other.story()
    other.tell(other.scheduler.cancel_idle, "enough")
    assert other.state.status == "cancelled"


def test_a_snapshot_keeps_it() -> None:
    run = Dialogue(workflow({"a": {}}, **LIMITED)).start()
    expire(run)
    again = run.crash(0).state
    again.unpack(run.state.pack())
    assert (again.deadline, again.timed_out) == (1010.0, run.state.timed_out)
