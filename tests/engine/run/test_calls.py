"""What a scheduler asks of the children of its calls (C10.3)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import Dialogue, fails, waits, workflow

from floworch.run.commands import Op

CALL = waits("call", "r.c")


def asked(run: Dialogue) -> list[tuple[str, Any]]:
    """What was asked of the child since the last look."""
    found = [command.value for command in run.other if command.op == Op.CHILD]
    run.other.clear()
    return found


def called(*edges: str, **more: Any) -> Dialogue:
    """A run whose node ``c`` has just called."""
    nodes = {"c": {}, **more}
    return Dialogue(workflow(nodes, *edges)).start()


def test_a_call_waits_begins_its_child_once_that_is_journaled_and_holds_no_slot() -> None:
    """(C10.3, C15)"""
    run = called().play({"c": CALL})
    assert run.story()[-1] == "node_waiting c"
    assert asked(run) == [("go", (None, 1))]
    assert run.scheduler.busy == 0
    assert run.state.status == "running"
    assert run.state.children == {(0, ()): "r.c"}


def test_a_pause_reaches_the_child_and_the_run_is_paused_once_the_child_is() -> None:
    """(C7.1)"""
    run = called().play({"c": CALL})
    run.tell(run.scheduler.pause, True, None)
    assert asked(run) == [("go", (None, 1)), ("pause", True)]
    assert run.state.status == "pausing"
    run.tell(run.scheduler.child, 0, (), "stopped", {"reason": "paused"}, 0.5)
    assert run.state.status == "paused"


def test_a_call_that_is_made_while_the_run_pauses_begins_nothing_before_resume() -> None:
    """(C7.1): from then no attempt starts."""
    run = called()
    run.tell(run.scheduler.pause, False, None)
    run.play({"c": CALL})
    assert run.state.status == "paused"
    assert asked(run)[:-1] == []
    again = run.crash(len(run.events))
    again.tell(again.scheduler.go_on, "resumed", "rerun")
    assert asked(again) == [("go", ("rerun", 1))]


def test_a_stop_from_before_the_child_was_let_go_on_is_out_of_date() -> None:
    """(C7.1) Else the next pause would be complete while the child works."""
    run = called().play({"c": CALL})
    run.tell(run.scheduler.pause, False, None)
    run.tell(run.scheduler.resume)
    run.tell(run.scheduler.child, 0, (), "stopped", {"reason": "paused", "turn": 1}, 0.5)
    assert run.state.status == "running"
    run.tell(run.scheduler.pause, False, None)
    assert run.state.status == "pausing"
    run.tell(run.scheduler.child, 0, (), "stopped", {"reason": "paused", "turn": 2}, 0.5)
    assert run.state.status == "paused"


def test_resume_while_the_child_still_pauses_lets_it_go_on() -> None:
    run = called().play({"c": CALL})
    run.tell(run.scheduler.pause, False, None)
    run.tell(run.scheduler.resume)
    assert asked(run) == [("go", (None, 1)), ("pause", False), ("go", (None, 2))]


def test_a_cancelled_run_ends_once_its_child_has() -> None:
    """(C7.3)"""
    run = called().play({"c": CALL})
    run.tell(run.scheduler.cancel, "no more")
    assert asked(run)[-1][0] == "cancel"
    assert (run.state.status, run.statuses()) == ("cancelling", {"c": "waiting"})
    run.tell(run.scheduler.child, 0, (), "cancelled", {"error": {"kind": "cancelled", "message": "so"}}, 0.5)
    assert (run.state.status, run.statuses()) == ("cancelled", {"c": "cancelled"})


def test_a_failure_elsewhere_cancels_the_child_and_the_run_fails_after_it() -> None:
    """(C4.3)"""
    run = called(b={}).play({"c": CALL, "b": fails()})
    assert run.state.status == "running"
    assert asked(run)[-1][0] == "cancel"
    run.tell(run.scheduler.child, 1, (), "cancelled", {}, 0.5)
    assert (run.state.status, run.statuses()) == ("failed", {"b": "failed", "c": "cancelled"})


@pytest.mark.parametrize("crash", [False, True])
def test_a_cancel_goes_on_in_another_process(crash: bool) -> None:
    """(C7.4)"""
    run = called().play({"c": CALL})
    run.tell(run.scheduler.cancel, "no more")
    run = run.crash(len(run.events))
    run.tell(run.scheduler.go_on, "its process died", None)
    assert [what for what, _ in asked(run)] == ["cancel"]


def test_a_timeout_ends_the_child_and_fails_the_call_whatever_the_child_says() -> None:
    """(C4.5): a late result is never a success."""
    run = called()
    run.answer(waits("call", "r.c", due=2_000.0))
    run.fire()
    assert asked(run)[-1][0] == "cancel"
    assert run.statuses() == {"c": "waiting"}
    run.tell(run.scheduler.child, 0, (), "completed", {"outputs": {}}, 0.5)
    assert run.statuses() == {"c": "failed"}
    assert run.state.errors[0]["kind"] == "timeout_error"


def test_a_due_timeout_while_the_run_is_cancelled_changes_nothing() -> None:
    run = called()
    run.answer(waits("call", "r.c", due=2_000.0))
    run.tell(run.scheduler.cancel, "no more")
    run.fire()
    run.tell(run.scheduler.child, 0, (), "cancelled", {}, 0.5)
    assert run.statuses() == {"c": "cancelled"}


def test_what_waits_outside_besides_a_doubtful_child_is_paused_with_it() -> None:
    """(C7.1): a child that waits for a person pauses before its parent is paused."""
    run = called(d={}).play({"c": CALL, "d": waits("call", "r.d")})
    run.tell(run.scheduler.child, 0, (), "suspended", {}, 0.5)
    run.tell(run.scheduler.child, 1, (), "stopped", {"reason": "paused: in doubt"}, 0.5)
    assert asked(run)[-1] == ("pause", False)
    assert run.state.status == "pausing"
    run.tell(run.scheduler.child, 0, (), "stopped", {"reason": "paused"}, 0.5)
    assert run.state.status == "paused"
    assert run.state.pause_reason == "d waits for run r.d, which is paused: in doubt"
