"""Words for events, waits and durations."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.cli.render.wording import (
    NODE_SIGNS,
    RUN_COLOURS,
    answer_text,
    event_text,
    resume_text,
    took_text,
    wait_text,
)
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.run.status import NodeStatus, RunStatus


def test_every_status_has_a_sign_and_a_colour() -> None:
    assert set(NODE_SIGNS) == set(NodeStatus)
    assert set(RUN_COLOURS) == set(RunStatus)


def text(kind: EventKind, payload: dict[str, Any] | None = None, attempt: int = 1, scope: tuple[int, ...] = ()) -> Any:
    return event_text(Event(0, 0.0, int(kind), 0, attempt, scope, payload), "pay")


def test_lines_say_what_matters() -> None:
    assert text(EventKind.NODE_STARTED) == "pay started"
    assert text(EventKind.NODE_STARTED, attempt=3) == "pay started: attempt 3"
    error = {"kind": "timeout_error", "message": "Too slow."}
    assert text(EventKind.NODE_FAILED, {"error": error}) == "pay failed: Too slow. (timeout_error)"
    assert text(EventKind.NODE_RETRYING, {"error": error, "delay": 2.0}).endswith("again in 2.00 s")
    assert text(EventKind.NODE_LOGGED, {"level": "info", "message": "m"}) == "pay logged: [info] m"
    assert text(EventKind.ITEMS_LISTED, {"items": [1, 2]}) == "pay listed: 2 items"
    assert text(EventKind.APPROVAL_GIVEN, {"approved": False}) == "pay given: rejected"
    assert event_text(Event(0, 0.0, int(EventKind.RUN_PAUSED), payload={"reason": "why"}), None) == "run paused: why"
    assert event_text(Event(0, 0.0, int(EventKind.NODE_COMPLETED), 0), "pay", 0.5) == "pay completed (0.50 s)"


def test_a_step_that_is_called_run_is_not_taken_for_the_run() -> None:
    """The first step of the tutorial, a command, has the id ``run``."""
    completed = Event(0, 0.0, int(EventKind.NODE_COMPLETED), 0)
    assert event_text(completed, "run", 0.5) == "step run completed (0.50 s)"
    assert event_text(Event(0, 0.0, int(EventKind.RUN_COMPLETED)), None) == "run completed"


def test_items_of_loops_are_not_worth_a_line_unless_they_fail() -> None:
    assert text(EventKind.NODE_STARTED, scope=(3,)) is None
    assert text(EventKind.ITEM_COMPLETED) is None
    failed = text(EventKind.NODE_FAILED, {"error": {"kind": "k", "message": "m"}}, scope=(3,))
    assert failed == "pay[3] failed: m (k)"


def test_every_kind_of_event_can_be_told() -> None:
    for kind in EventKind:
        event_text(Event(0, 0.0, int(kind), 0, 1, (), {}), "n")
        event_text(Event(0, 0.0, int(kind)), None)


@pytest.mark.usefixtures("vienna")
def test_waits_and_how_to_answer_them() -> None:
    approval = {"kind": "approval", "due": 0.0, "details": {"message": "Ship?"}}
    assert wait_text(approval) == "for an approval until 1970-01-01 01:00:00 +01:00: Ship?"
    assert wait_text({"kind": "signal", "name": "paid"}) == "for the signal 'paid'"
    assert wait_text({"kind": "timer", "due": 1.0}).startswith("for the time until")
    assert wait_text({"kind": "form"}) == "for a form"
    answer = answer_text(approval, "r", "n", " --store s")
    assert answer == "floworch approve r n --store s   or   floworch reject r n --store s"
    inside = answer_text({"kind": "approval"}, "r", "n", " --store s", (0, 2))
    assert inside == "floworch approve r n --item 0,2 --store s   or   floworch reject r n --item 0,2 --store s"
    assert answer_text({"kind": "signal", "name": "paid"}, "r", "n", scope=(1,)) == "floworch signal r paid"
    assert answer_text({"kind": "timer"}, "r", "n") is None


def test_a_run_with_steps_in_doubt_asks_for_a_decision() -> None:
    """(C7.8)"""
    state = RunState("r", "w", ("a", "b"))
    assert resume_text(state, " --store s") == "Resume with: floworch resume r --store s"
    state.node_status[1] = NodeStatus.IN_DOUBT.code
    assert resume_text(state) == "Resume with: floworch resume r --in-doubt rerun|done|fail"


def test_what_a_run_of_a_part_takes_over_and_leaves_out() -> None:
    """(C7.6)"""
    assert text(EventKind.NODE_REUSED, {"reused_from": "one"}) == "pay reused: from one"
    assert text(EventKind.NODE_REUSED, {"pinned": True, "reused_from": None}) == "pay reused: pinned"
    assert text(EventKind.NODE_BYPASSED, {"out": True}) == "pay bypassed: left out"


def test_how_long_a_run_took_and_how_long_it_was_paused() -> None:
    assert took_text(10.0, 13.2, 0.0) == "3.20 s"
    assert took_text(10.0, 13.2, 0.4) == "2.80 s"
    assert took_text(10.0, 7213.2, 7200.0) == "3.20 s, paused 2 h 00 min"
    assert took_text(10.0, None, 0.0) == ""
