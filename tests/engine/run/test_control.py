"""Start, pause, resume, cancel, finish and retry of whole runs (C7)."""

from __future__ import annotations

import pytest
from run_dialogue import OK, Dialogue, expands, fails, output, waits, workflow

from floworch.run.commands import Op
from floworch.run.control import doubts, running_attempts
from floworch.run.events import Event, EventKind
from floworch.store.summary import RunFacts

LOOP = workflow({"loop": {}, "x": {"parent": "loop"}, "y": {"parent": "loop"}, "end": {}}, "x>y", "loop>end")


def ops(run: Dialogue) -> list[Op]:
    return [Op(command.op) for command in run.other]


def test_a_run_begins_with_its_creation_and_its_roots() -> None:
    """C2.7"""
    run = Dialogue(workflow({"a": {}, "b": {}, "c": {}}, "a>c")).start()
    assert run.story() == ["run_created", "run_started", "node_started a", "node_started b"]


def test_pause_lets_running_attempts_end_and_starts_nothing() -> None:
    """C7.1: the intent first, then the drain, paused only at zero."""
    run = Dialogue(workflow({"a": {}, "b": {}, "c": {}}, "a>c", "b>c")).start()
    run.tell(run.scheduler.pause, False, None)
    assert (run.state.status, run.scheduler.busy) == ("pausing", 2)
    run.answer(OK)
    assert (run.state.status, run.scheduler.busy) == ("pausing", 1)
    run.answer(OK)
    assert run.state.status == "paused"
    assert run.statuses()["c"] == "pending"
    assert ops(run)[-1] == Op.STOPPED


def test_no_retry_and_no_item_starts_while_pausing() -> None:
    """C7.1"""
    run = Dialogue(LOOP).start()
    run.answer(expands([1, 2, 3], 1))
    run.tell(run.scheduler.pause, False, None)
    run.answer(OK)
    assert run.state.status == "paused"
    assert not run.started
    retried = Dialogue(workflow({"a": {"retry": {"max_attempts": 2, "on": ["all"], "delay": 1}}})).start()
    retried.tell(retried.scheduler.pause, False, None)
    retried.answer(fails())
    assert (retried.state.status, retried.statuses()["a"]) == ("paused", "retrying")


def test_pause_now_interrupts_every_attempt_but_no_container() -> None:
    """C7.1"""
    run = Dialogue(LOOP).start()
    run.answer(expands([1, 2]))
    run.tell(run.scheduler.pause, True, "a person")
    assert [(c.op, c.scope) for c in run.other] == [(Op.INTERRUPT, (0,)), (Op.INTERRUPT, (1,))]
    for command in list(run.started):
        run.tell(run.scheduler.ended_otherwise, "interrupted", command.node, command.scope, "pause")
    run.started.clear()
    assert run.state.status == "paused"
    assert run.crash(len(run.events)).go_on().play().state.status == "completed"


def test_resume_while_pausing_goes_on_in_place() -> None:
    """C7.2"""
    run = Dialogue(workflow({"a": {}, "b": {}}, "a>b")).start()
    run.tell(run.scheduler.pause, False, None)
    run.tell(run.scheduler.resume)
    assert run.play().state.status == "completed"


def test_signals_and_timers_that_came_during_a_pause_count_at_resume() -> None:
    """C7.1"""
    run = Dialogue(workflow({"s": {}, "t": {}, "slow": {}})).start()
    held = list(run.started)
    names = {run.plan.ids[c.node]: c for c in held}
    run.answer(waits("signal", "go"), names["s"])
    run.answer(waits("timer", due=run.now + 5, on_timeout="complete"), names["t"])
    run.tell(run.scheduler.pause, False, None)
    run.tell(run.scheduler.signal, "go", {"n": 1})
    run.now += 100
    run.tell(run.scheduler.due, run.plan.index["t"], ())
    assert (run.statuses()["s"], run.statuses()["t"]) == ("waiting", "waiting")
    run.tell(run.scheduler.resume)
    assert run.statuses()["s"] == "completed"
    run.fire()
    assert run.statuses()["t"] == "completed"


def test_cancel_ends_everything_that_does_not_run_at_once() -> None:
    """C7.3"""
    run = Dialogue(
        workflow({"a": {}, "w": {}, "r": {"retry": {"max_attempts": 2, "on": ["all"]}}, "z": {}}, "a>z")
    ).start()
    names = {run.plan.ids[c.node]: c for c in list(run.started)}
    run.answer(waits(), names["w"])
    run.answer(fails(), names["r"])
    run.tell(run.scheduler.cancel, "stop it")
    assert run.statuses() == {"a": "running", "w": "cancelled", "r": "cancelled", "z": "pending"}
    assert run.state.status == "cancelling"
    run.tell(run.scheduler.ended_otherwise, "cancelled", run.plan.index["a"], (), "stop it")
    assert run.statuses()["z"] == "skipped"
    assert run.state.status == "cancelled"


def test_an_attempt_that_asks_to_wait_after_a_cancel_is_cancelled() -> None:
    """C7.3: nobody waits in a cancelled run, so it ends."""
    run = Dialogue(workflow({"a": {}})).start()
    run.tell(run.scheduler.cancel, "stop")
    run.answer(waits("approval"))
    assert (run.statuses()["a"], run.state.status) == ("cancelled", "cancelled")


def test_an_attempt_that_asks_to_wait_after_a_failure_is_cancelled() -> None:
    """C4.3: waiting nodes become cancelled, also when they begin to wait a moment later."""
    run = Dialogue(workflow({"a": {}, "b": {}})).start()
    run.answer(fails())
    run.answer(waits("approval"))
    assert (run.statuses()["b"], run.state.status) == ("cancelled", "failed")


@pytest.mark.parametrize("how", ["cancel", "failure"])
def test_a_container_that_lists_its_items_too_late_opens_none(how: str) -> None:
    """C4.3, C7.3: nothing new starts."""
    definition = workflow({"bad": {}, "loop": {}, "x": {"parent": "loop"}})
    run = Dialogue(definition).start()
    if how == "cancel":
        run.tell(run.scheduler.cancel, "stop")
        run.tell(run.scheduler.ended_otherwise, "cancelled", run.plan.index["bad"], (), "stop")
        run.started.popleft()
    else:
        run.answer(fails())
    run.answer(expands([1, 2, 3]))
    assert not run.started
    assert run.statuses()["loop"] == "cancelled"
    assert run.state.status == ("cancelled" if how == "cancel" else "failed")


def test_cancel_reaches_what_a_failure_had_spared() -> None:
    """C7.3: clean-up below a failed node's ``done`` goes on after the failure, and ends with a cancel."""
    definition = workflow({"loop": {}, "bad": {"parent": "loop"}, "cleanup": {"parent": "loop"}}, "bad:done>cleanup")
    run = Dialogue(definition).start()
    run.answer(expands([1]))
    run.answer(fails())
    run.answer(waits("approval"))
    assert run.state.status == "suspended"
    run.tell(run.scheduler.cancel, "stop")
    assert run.state.status == "cancelled"


def test_a_cancel_that_overtakes_the_end_wins() -> None:
    """C7.3, C12: nothing is recorded after the run was cancelled."""
    run = Dialogue(workflow({"a": {}})).start()
    command = run.started.popleft()
    run.scheduler.completed(command.node, (), 1, None, run.now)
    _, commands = run.scheduler.take()
    assert [c.op for c in commands] == [Op.FINISH]
    run.scheduler.cancel("stop", run.now)
    run.scheduler.finish({}, None, run.now)
    run.scheduler.take()
    assert run.state.status == "cancelled"


def test_cancelling_twice_is_cancelling_once() -> None:
    run = Dialogue(workflow({"a": {}})).start()
    run.tell(run.scheduler.cancel, "one")
    run.tell(run.scheduler.cancel, "two")
    assert run.story().count("run_cancelling") == 1


def test_a_paused_run_is_cancelled_at_once() -> None:
    """C7.3"""
    run = Dialogue(workflow({"a": {}, "b": {}}, "a>b")).start()
    run.tell(run.scheduler.pause, False, None)
    run.answer(OK)
    other = run.crash(len(run.events))
    other.tell(other.scheduler.cancel_idle, "stop")
    assert other.state.status == "cancelled"
    assert other.statuses() == {"a": "completed", "b": "skipped"}


def test_a_pause_does_not_undo_a_cancel_whose_owner_died() -> None:
    """C7.3: cancel wins over pause."""
    run = Dialogue(workflow({"a": {}})).start()
    run.tell(run.scheduler.cancel, "stop")
    other = run.crash(len(run.events))
    other.tell(other.scheduler.pause_idle)
    assert other.state.status == "cancelling"
    assert other.go_on().state.status == "cancelled"


def test_an_idle_pause_accounts_for_lost_attempts() -> None:
    """C7.3: a run whose owner died is not left running."""
    run = Dialogue(workflow({"p": {"effect": "pure"}, "u": {}})).start()
    other = run.crash(len(run.events))
    other.tell(other.scheduler.pause_idle)
    assert other.state.status == "paused"
    assert other.statuses() == {"p": "pending", "u": "in_doubt"}
    other.tell(other.scheduler.pause_idle)
    assert other.story().count("run_paused") == 1


def test_outputs_that_cannot_be_evaluated_fail_the_run_without_a_node() -> None:
    """C15"""
    run = Dialogue(workflow({"a": {}})).start()
    run.scheduler.core.mode = "finishing"
    run.tell(run.scheduler.finish, None, {"kind": "validation_error", "message": "no"})
    assert run.state.error == {"node": None, "kind": "validation_error", "message": "no"}


def test_retry_runs_failed_skipped_and_cancelled_nodes_again() -> None:
    """C7.9"""
    run = Dialogue(workflow({"a": {}, "b": {}, "c": {}, "w": {}}, "a>b", "b>c")).start()
    run.play({"b": fails(), "w": waits()})
    assert run.statuses() == {"a": "completed", "b": "failed", "c": "skipped", "w": "cancelled"}
    again = run.crash(len(run.events))
    again.tell(again.scheduler.retry)
    assert [again.plan.ids[c.node] for c in again.started] == ["b", "w"]
    again.play()
    assert again.state.status == "completed"
    assert again.state.node("b").attempts == 2


def test_retry_of_a_container_keeps_its_completed_items() -> None:
    """C7.9"""
    run = Dialogue(LOOP).start()
    run.answer(expands([10, 20, 30], 3, "collect"))
    run.play(
        lambda name, scope, attempt: fails() if (name, scope) == ("y", (1,)) else output(scope[0]) if scope else fails()
    )
    assert run.state.status == "failed"  # ``end`` failed; the container collected one failed item
    stopped = Dialogue(LOOP).start()
    stopped.answer(expands([10, 20, 30], 1))
    stopped.play(lambda name, scope, attempt: fails() if scope == (1,) else output("ok"))
    assert stopped.statuses()["loop"] == "failed"
    again = stopped.crash(len(stopped.events))
    again.tell(again.scheduler.retry)
    assert [c.scope for c in again.started] == [(1,)]
    again.play(lambda name, scope, attempt: output("again"))
    assert again.state.status == "completed"
    assert again.state.node("loop").output == ["ok", "again", "again"]
    assert again.state.node("loop").items == {"total": 3, "completed": 3, "failed": 0}


def test_the_policy_counts_anew_after_a_retry_of_the_run() -> None:
    """C7.9, C4.4"""
    definition = workflow({"a": {"retry": {"max_attempts": 2, "on": ["all"], "delay": 0, "jitter": 0}}})
    run = Dialogue(definition).start().play({"a": fails()})
    assert run.state.node("a").attempts == 2
    again = run.crash(len(run.events))
    again.tell(again.scheduler.retry)
    again.play({"a": fails()})
    assert again.state.node("a").attempts == 4


def test_doubts_and_running_attempts_are_found_in_bodies_too() -> None:
    run = Dialogue(LOOP).start()
    run.answer(expands([1, 2]))
    assert running_attempts(run.scheduler.core) == [(run.plan.index["x"], (0,)), (run.plan.index["x"], (1,))]
    other = run.crash(len(run.events)).go_on()
    assert doubts(other.scheduler.core) == [(run.plan.index["x"], (0,)), (run.plan.index["x"], (1,))]


def test_retry_leaves_a_handled_failure_alone() -> None:
    """C7.9: its error branch has run; running the other branch too would do both."""
    run = Dialogue(workflow({"pay": {}, "refund": {}, "ship": {}, "other": {}}, "pay:error>refund", "pay>ship"))
    run.start().play({"pay": fails(), "other": fails()})
    assert run.state.status == "failed"
    run.tell(run.scheduler.retry)
    run.play()
    assert run.statuses() == {"other": "completed", "pay": "failed", "refund": "completed", "ship": "skipped"}
    assert run.state.status == "completed"


def test_a_store_that_fails_does_not_take_a_cancel_back() -> None:
    """C7.3: cancel is final, and wins over the pause that a full disk forces."""
    run = Dialogue(workflow({"a": {"effect": "pure"}, "b": {}}, "a>b")).start()
    run.tell(run.scheduler.cancel, "enough")
    journal = [*run.events, Event(run.state.seq, run.now, EventKind.RUN_PAUSED, payload={"reason": "disk full"})]
    other = run.crash(0)
    facts = RunFacts()
    for event in journal:
        other.state.apply(event)
        facts.apply(event)
    assert (other.state.status, other.state.pause_reason, facts.status) == ("cancelling", "disk full", "cancelling")
    other.status = other.state.status
    other.tell(other.scheduler.go_on, "resumed", None)
    assert other.state.status == "cancelled"
    assert other.statuses() == {"a": "cancelled", "b": "skipped"}
