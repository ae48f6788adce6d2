"""What becomes of a call when its child stands differently or has ended (C10.3)."""

from __future__ import annotations

import pytest
from run_dialogue import NEVER, Dialogue, fails, waits, workflow

CALL = waits("call", "r.c")
FAILED = {"error": {"kind": "connection_error", "message": "the child run r.c failed at 'x': gone", "child": "r.c"}}


def called(*edges: str, **nodes: object) -> Dialogue:
    nodes.setdefault("c", {"effect": "idempotent"})
    return Dialogue(workflow(nodes, *edges)).start().play({"c": CALL})


def test_the_outputs_of_the_child_are_the_output_of_the_call() -> None:
    """(C10.3)"""
    run = called("c>z", z={})
    run.tell(run.scheduler.child, 0, (), "completed", {"outputs": {"n": 1}}, 0.5)
    run.play()
    assert run.state.output[0] == {"n": 1}
    assert run.story()[3:7] == ["node_waiting c", "node_resumed c", "node_completed c", "node_started z"]
    assert run.state.status == "completed"


def test_a_failed_child_fails_the_call_which_can_be_handled() -> None:
    """(C4.2, C10.3)"""
    run = called("c:error>h", h={})
    run.tell(run.scheduler.child, 0, (), "failed", FAILED, 0.5)
    run.play()
    assert run.statuses() == {"c": "failed", "h": "completed"}
    assert run.state.errors[0] == FAILED["error"]


def test_a_retry_policy_counts_ends_of_children_as_attempts() -> None:
    """(C4.4, C10.3)"""
    run = called(c={"retry": {"max_attempts": 2, "delay": 5}})
    run.tell(run.scheduler.child, 0, (), "failed", FAILED, 0.5)
    assert run.statuses() == {"c": "retrying"}
    run.fire()
    run.play({"c": CALL})
    assert (run.statuses(), run.state.attempts[0]) == ({"c": "waiting"}, 2)
    run.tell(run.scheduler.child, 0, (), "failed", FAILED, 0.5)
    assert run.statuses() == {"c": "failed"}


def test_a_suspended_child_suspends_the_run_and_wakes_it_again() -> None:
    """(C8.3)"""
    run = called()
    run.tell(run.scheduler.child, 0, (), "suspended", {}, 0.5)
    assert run.state.status == "suspended"
    run.tell(run.scheduler.child, 0, (), "active", {}, 0.5)
    assert run.state.status == "running"


def test_a_child_that_ends_while_the_run_pauses_is_recorded_and_starts_nothing() -> None:
    """(C7.1)"""
    run = called("c>z", z={})
    run.tell(run.scheduler.pause, False, None)
    run.tell(run.scheduler.child, 0, (), "completed", {"outputs": {}}, 0.5)
    assert run.state.status == "paused"
    assert run.statuses() == {"c": "completed", "z": "pending"}


def test_a_child_that_completed_before_the_cancel_reached_it_has_completed_and_is_undone() -> None:
    """Else what it did would stay, and no saga knew of it (C7.3, C9, C10.3)."""
    run = called("c>z", z={}, c={"action": "flow.call", "effect": "idempotent"})
    run.tell(run.scheduler.cancel, "somebody")
    run.tell(run.scheduler.child, 0, (), "completed", {"outputs": {}, "undo": True}, 0.5)
    assert [command.node for command in run.undoing] == [0]
    run.play()
    assert run.statuses() == {"c": "compensated", "z": "skipped"}
    assert run.state.status == "cancelled"


@pytest.mark.parametrize("resumed", [False, True])
def test_a_stop_from_before_a_cancel_is_no_answer_to_it(resumed: bool) -> None:
    """The child hears of the cancel later, and tells its end (C7.3, C10.3)."""
    run = called()
    run.tell(run.scheduler.pause, False, None)
    if resumed:
        run.tell(run.scheduler.resume)
    run.tell(run.scheduler.cancel, "somebody")
    assert [command.value[0] for command in run.other] == ["go", "pause", *["go"] * resumed, "cancel"]
    run.tell(run.scheduler.child, 0, (), "stopped", {"turn": 1, "reason": "paused"}, 0.5)
    assert (run.statuses(), run.state.status) == ({"c": "waiting"}, "cancelling")
    run.tell(run.scheduler.child, 0, (), "stopped", {"turn": 1, "reason": "its disk is full", "cancel": True}, 0.5)
    assert (run.statuses(), run.state.status) == ({"c": "cancelled"}, "cancelled")


def test_what_is_said_of_a_call_that_does_not_wait_is_not_heard() -> None:
    run = called()
    run.tell(run.scheduler.child, 0, (), "completed", {"outputs": {}}, 0.5)
    before = len(run.events)
    run.tell(run.scheduler.child, 0, (), "failed", FAILED, 0.5)
    assert len(run.events) == before


def test_after_a_crash_at_every_event_the_child_is_asked_for_again_and_the_run_ends_alike() -> None:
    """(C7.4)"""
    whole = called("c>z", z={"effect": "idempotent"})
    whole.tell(whole.scheduler.child, 0, (), "completed", {"outputs": {"n": 1}}, 0.5)
    whole.play()
    for after in range(2, len(whole.events)):
        run = whole.crash(after)
        run.tell(run.scheduler.go_on, "its process died", None)
        run.play({"c": CALL})
        if run.statuses()["c"] == "waiting":
            assert [command.value for command in run.other] == [("go", (None, 1))]
            run.tell(run.scheduler.child, 0, (), "completed", {"outputs": {"n": 1}}, 0.5)
            run.play()
        assert run.statuses() == whole.statuses(), after
        assert run.state.output == whole.state.output, after


UNDONE = {"outputs": {"n": 1}, "undo": True}
FLOW_CALL = {"action": "flow.call", "effect": "idempotent"}


@pytest.mark.parametrize("when", ["cancelling", "running", "in doubt"])
def test_a_crash_between_the_two_events_of_an_ended_call_does_not_lose_that_its_child_completed(when: str) -> None:
    """Whenever the cancel comes, the child is asked once more, and its work undone (C7.3, C7.4, C9)."""
    effect = "unsafe" if when == "in doubt" else "idempotent"
    whole = called("c>z", z={}, c={**FLOW_CALL, "effect": effect})
    if when == "cancelling":
        whole.tell(whole.scheduler.cancel, "somebody")
    whole.tell(whole.scheduler.child, 0, (), "completed", UNDONE, 0.5)
    run = whole.crash(whole.story().index("node_resumed c") + 1)
    if when == "cancelling":
        run.tell(run.scheduler.go_on, "its process died", None)
    else:
        run.tell(run.scheduler.cancel_idle, "somebody")
    assert (run.statuses()["c"], run.state.status) == ("waiting", "cancelling")
    assert [command.value[0] for command in run.other if command.node == 0] == ["cancel"]
    run.tell(run.scheduler.child, 0, (), "completed", UNDONE, 0.5)
    if when != "cancelling":  # the rollback is left to whoever resumes the run
        run = run.crash(len(run.events))
        run.tell(run.scheduler.go_on, "resumed", None)
    assert [command.node for command in run.undoing] == [0]
    run.play()
    assert (run.statuses(), run.state.status) == ({"c": "compensated", "z": "skipped"}, "cancelled")


def test_a_lost_call_that_a_failure_elsewhere_keeps_from_going_on_asks_its_child_once_more() -> None:
    """(C4.3, C9)"""
    whole = Dialogue(workflow({"a": {"effect": "idempotent"}, "c": FLOW_CALL})).start().play({"c": CALL, "a": NEVER})
    whole.tell(whole.scheduler.child, 1, (), "completed", UNDONE, 0.5)
    run = whole.crash(whole.story().index("node_resumed c") + 1)
    run.scheduler.core.limit = 1
    run.tell(run.scheduler.go_on, "its process died", None)
    run.play({"a": fails()})
    assert [command.value[0] for command in run.other] == ["cancel"]
    run.tell(run.scheduler.child, 1, (), "completed", UNDONE, 0.5)
    run.play()
    assert run.statuses() == {"a": "failed", "c": "compensated"}


def test_a_call_that_never_had_a_child_is_cancelled_at_once() -> None:
    """(C7.3)"""
    whole = Dialogue(workflow({"c": FLOW_CALL})).start()
    run = whole.crash(len(whole.events))
    run.tell(run.scheduler.cancel_idle, "somebody")
    assert (run.statuses(), run.state.status) == ({"c": "cancelled"}, "cancelled")


def test_a_child_that_completed_after_its_calls_timeout_is_undone_before_the_call_fails() -> None:
    """A late result is no success (C4.5), and after a timely cancel nothing would have stayed either (C7.3, C9)."""
    run = Dialogue(workflow({"c": FLOW_CALL})).start().play({"c": waits("call", "r.c", due=5.0)})
    run.other.clear()
    run.tell(run.scheduler.child, 0, (), "completed", UNDONE, 0.5)
    assert [command.value[0] for command in run.other] == ["undo"]
    assert run.statuses() == {"c": "waiting"}
    run.tell(run.scheduler.child, 0, (), "cancelled", FAILED, 0.5)
    assert run.statuses() == {"c": "failed"}
    assert run.state.errors[0]["kind"] == "timeout_error"
