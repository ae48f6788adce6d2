"""Timers, signals and approvals (C8)."""

from __future__ import annotations

import pytest
from run_dialogue import OK, Dialogue, output, waits, workflow

from floworch.run import waiting

APPROVAL = waits("approval", due=9_000.0, on_timeout="reject")


def test_a_run_in_which_everything_alive_waits_is_suspended() -> None:
    """C8.3"""
    run = Dialogue(workflow({"s": {}, "b": {}}, "s>b")).start().play({"s": waits("signal", "paid")})
    assert run.state.status == "suspended"


def test_a_signal_completes_the_node_that_waits_for_its_name() -> None:
    """C8.1"""
    run = Dialogue(workflow({"s": {}, "b": {}}, "s>b")).start().play({"s": waits("signal", "paid")})
    run.tell(run.scheduler.signal, "other", 1)
    assert run.state.status == "suspended"
    run.tell(run.scheduler.signal, "paid", {"ok": True})
    assert run.state.output[run.state.index["s"]] == {"ok": True}
    run.play()
    assert run.state.status == "completed"


def test_an_early_signal_is_kept_and_consumed_once() -> None:
    """C8.2"""
    run = Dialogue(workflow({"a": {}, "s": {}, "t": {}}, "a>s", "s>t")).start()
    run.tell(run.scheduler.signal, "paid", 1)
    run.play({"s": waits("signal", "paid"), "t": waits("signal", "paid")})
    assert run.statuses() == {"a": "completed", "s": "completed", "t": "waiting"}
    assert run.state.signals == []


def test_what_is_kept_is_not_gone_through_for_a_signal_that_nobody_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """C8.2: ten thousand signals of another name cost the same each."""
    run = Dialogue(workflow({"s": {}})).start().play({"s": waits("signal", "paid")})
    offered: list[int] = []
    monkeypatch.setattr(waiting, "deliver", lambda core: offered.append(len(core.state.signals)))
    run.tell(run.scheduler.signal, "other", 1)
    run.tell(run.scheduler.signal, "other", 2)
    assert offered == []
    run.tell(run.scheduler.signal, "paid", 3)
    assert (offered, len(run.state.signals)) == ([3], 3)


def test_signals_of_one_name_go_to_nodes_in_the_order_in_which_they_wait() -> None:
    run = Dialogue(workflow({"p": {}, "q": {}})).start()
    run.play({"p": waits("signal", "n"), "q": waits("signal", "n")})
    run.tell(run.scheduler.signal, "n", 1)
    run.tell(run.scheduler.signal, "n", 2)
    assert run.state.output == [1, 2]


def test_a_due_timer_completes_a_wait_and_an_expired_signal_fails_it() -> None:
    """C8.1, C15"""
    waiting = {"t": waits("timer", due=2_000.0, on_timeout="complete"), "s": waits("signal", "x", due=2_500.0)}
    run = Dialogue(workflow({"t": {}, "s": {"on_error": "continue"}})).start().play(waiting)
    assert run.state.status == "suspended"
    run.fire()
    assert run.statuses() == {"s": "waiting", "t": "completed"}
    run.fire()
    assert run.statuses() == {"s": "failed", "t": "completed"}
    assert run.state.errors[run.state.index["s"]]["kind"] == "timeout_error"


def test_an_approval_fires_approved_and_out_a_rejection_fires_rejected() -> None:
    """C15: a rejected approval completes its node."""
    edges = ("a:approved>yes", "a>out", "a:rejected>no")
    for approved, expected in ((True, ("completed", "bypassed")), (False, ("bypassed", "completed"))):
        run = Dialogue(workflow({"a": {}, "yes": {}, "no": {}, "out": {}}, *edges)).start().play({"a": APPROVAL})
        run.tell(run.scheduler.answer, run.state.index["a"], (), approved, "ann", "fine")
        run.play()
        words = run.statuses()
        assert (words["yes"], words["no"], words["out"]) == (*expected, expected[0])
        assert run.state.node("a").output == {"approved": approved, "by": "ann", "comment": "fine"}


def test_an_answer_given_while_paused_is_used_at_resume() -> None:
    """C7.1: signals and approvals are accepted and kept."""
    run = Dialogue(workflow({"a": {}, "b": {}}, "a>b")).start().play({"a": APPROVAL})
    run.tell(run.scheduler.pause, False, None)
    assert run.state.status == "paused"
    run.tell(run.scheduler.answer, 0, (), True, "", "")
    assert run.statuses()["a"] == "waiting"
    run.tell(run.scheduler.resume)
    assert run.play().state.status == "completed"


def test_a_timer_that_no_longer_fits_is_ignored() -> None:
    run = Dialogue(workflow({"a": {}})).start()
    run.answer(OK)
    before = len(run.events)
    run.tell(run.scheduler.due, 0, ())
    assert len(run.events) == before


def test_a_waiting_node_survives_a_crash_and_its_timer_is_armed_again() -> None:
    """C8.1"""
    timer = waits("timer", due=2_000.0, on_timeout="complete")
    run = Dialogue(workflow({"t": {}, "b": {}}, "t>b")).start().play({"t": timer})
    other = run.crash(len(run.events)).go_on()
    assert other.statuses()["t"] == "waiting"
    other.fire()
    assert other.play({"b": output(1)}).state.status == "completed"
