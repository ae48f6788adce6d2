"""Starting what is ready and noticing the end (C2.5, C7, C8.3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_dialogue import OK, Dialogue, expands, fails, output, waits, workflow

from floworch.run.commands import Op
from floworch.run.progress import in_doubt

PURE = {"effect": "pure"}
SLOW = {"retry": {"max_attempts": 2, "delay": 50, "jitter": 0}}


def test_a_waiting_node_frees_its_slot_in_the_same_batch() -> None:
    """C2.5"""
    run = Dialogue(workflow({"a": {}, "b": {}}), limit=1).start()
    run.answer(waits())
    assert run.story()[-2:] == ["node_waiting a", "node_started b"]


def test_a_retry_that_is_due_waits_for_a_free_slot() -> None:
    """C2.5, C4.4"""
    run = Dialogue(workflow({"a": SLOW, "b": {}}), limit=1).start()
    run.answer(fails())
    run.fire()
    assert run.statuses() == {"a": "retrying", "b": "running"}
    run.answer(OK)
    assert run.story()[-2:] == ["node_completed b", "node_started a"]
    assert run.play().state.status == "completed"


def test_a_retry_that_is_due_twice_starts_once() -> None:
    run = Dialogue(workflow({"a": SLOW, "b": {}}), limit=1).start()
    run.answer(fails())
    moment = run.timers[0].value
    for _ in range(2):
        run.scheduler.due(0, (), moment)
        run.absorb()
    run.play()
    assert run.story().count("node_started a") == 2
    assert run.state.status == "completed"


def test_a_timer_that_comes_early_starts_nothing() -> None:
    """C4.4"""
    run = Dialogue(workflow({"a": SLOW})).start()
    run.answer(fails())
    run.scheduler.due(0, (), run.timers[0].value - 0.001)
    run.absorb()
    assert run.statuses() == {"a": "retrying"}


def test_a_run_with_a_retry_to_come_is_not_suspended() -> None:
    """C8.3: only when everything alive waits."""
    run = Dialogue(workflow({"a": SLOW, "w": {}})).start()
    run.answer(fails())
    run.answer(waits())
    assert run.state.status == "running"
    run.fire()
    run.answer(OK)
    assert run.state.status == "suspended"


def test_a_suspended_run_is_suspended_once_and_wakes_by_an_event() -> None:
    """C8.3"""
    run = Dialogue(workflow({"p": {}, "q": {}, "after": {}}, "p>after")).start()
    run.play({"p": waits("signal", "p"), "q": waits("signal", "q")})
    run.tell(run.scheduler.signal, "nobody", 1)
    assert run.story().count("run_suspended") == 1
    run.tell(run.scheduler.signal, "p", 1)
    assert run.story()[-5:] == [
        "signal_received", "run_resumed", "node_resumed p", "node_completed p", "node_started after",
    ]  # fmt: skip
    run.play()
    assert run.state.status == "suspended"
    run.tell(run.scheduler.signal, "q", 1)
    assert run.state.status == "completed"


def test_a_suspended_run_is_paused_and_goes_back_to_waiting() -> None:
    """C7.1, C8.3"""
    run = Dialogue(workflow({"a": {}})).start().play({"a": waits("signal", "n")})
    run.tell(run.scheduler.pause, False, None)
    assert run.state.status == "paused"
    run.tell(run.scheduler.resume)
    assert run.state.status == "suspended"


@pytest.mark.parametrize("before", ["running", "pausing", "paused", "suspended", "retrying", "in doubt"])
def test_a_cancel_is_final_in_every_state(before: str) -> None:
    """C7.3"""
    run = Dialogue(workflow({"a": SLOW if before == "retrying" else {}, "b": {}}, "a>b")).start()
    if before == "in doubt":
        run = run.crash(len(run.events)).go_on()
        assert run.state.status == "paused"
        run.tell(run.scheduler.resume)
    elif before == "suspended":
        run.answer(waits())
    elif before == "retrying":
        run.answer(fails())
    if before in ("pausing", "paused"):
        run.tell(run.scheduler.pause, True, None)
    if before == "paused":
        command = run.started.popleft()
        run.tell(run.scheduler.ended_otherwise, "interrupted", command.node, (), "pause")
    run.tell(run.scheduler.cancel, "stop")
    for command in list(run.started):
        assert run.state.status == "cancelling"
        run.tell(run.scheduler.ended_otherwise, "cancelled", command.node, command.scope, "stop")
    assert run.state.status == "cancelled"
    assert run.statuses()["b"] == "skipped"
    count = len(run.events)
    run.tell(run.scheduler.pause, True, None)
    run.tell(run.scheduler.cancel, "again")
    run.tell(run.scheduler.due, 0, ())
    assert len(run.events) == count


@pytest.mark.parametrize("late", ["completed", "failed"])
def test_an_outcome_that_arrives_after_a_cancel_is_recorded(late: str) -> None:
    """C7.1, C7.3: it never changes the run's status by itself."""
    run = Dialogue(workflow({"a": SLOW, "b": {}}, "a>b")).start()
    run.tell(run.scheduler.cancel, "stop")
    run.answer(OK if late == "completed" else fails())
    assert run.statuses() == {"a": late, "b": "skipped"}
    assert run.state.status == "cancelled"


def test_names_in_doubt_are_given_once() -> None:
    """C7.8"""
    run = Dialogue(workflow({"loop": PURE, "x": {"parent": "loop"}, "u": {}})).start()
    run.answer(expands([1, 2, 3], 3))
    other = run.crash(len(run.events)).go_on()
    assert in_doubt(other.scheduler.core) == ["u", "x"]
    assert other.events[-1].payload is not None
    assert other.events[-1].payload["in_doubt"] == ["u", "x"]
    assert Op.STOPPED in [command.op for command in other.other]


@pytest.mark.parametrize("how", ["rerun", "done", "fail"])
def test_doubts_inside_items_are_settled_as_told(how: str) -> None:
    """C7.8, C10.1"""
    run = Dialogue(workflow({"loop": PURE, "x": {"parent": "loop"}})).start()
    run.answer(expands("ab", 2, "collect"))
    other = run.crash(len(run.events))
    other.tell(other.scheduler.go_on, "crash", how)
    assert len(other.started) == (2 if how == "rerun" else 0)
    other.play(lambda name, scope, attempt: output([scope[0], attempt]))
    assert other.state.status == "completed"
    expected = {"rerun": [[0, 2], [1, 2]], "done": [None, None], "fail": [None, None]}
    assert other.state.node("loop").output == expected[how]
    assert len(other.state.node("loop").errors) == (2 if how == "fail" else 0)


def wild(nodes: int) -> Any:
    """Answers to one attempt: it ends well, fails, waits for time, or waits for a signal."""
    return st.lists(st.sampled_from(["ok", "fail", "timer", "signal"]), min_size=nodes, max_size=nodes)


def answers_of(plans: list[str]) -> Any:
    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        return {
            "ok": output(name),
            "fail": fails(),
            "timer": waits("timer", due=1_500.0, on_timeout="complete"),
            "signal": waits("signal", name),
        }[plans["abcde".index(name)]]

    return answers


def to_the_end(run: Dialogue, answers: Any) -> Dialogue:
    """Play; when nothing else happens, let a timer come and send every signal that is waited for."""
    for _ in range(20):
        run.play(answers)
        if run.state.status.final:
            return run
        if run.timers:
            run.fire()
        for wait in [wait for wait in run.state.waits.values() if wait["kind"] == "signal"]:
            run.tell(run.scheduler.signal, wait["name"], wait["name"])
    raise AssertionError(f"the run does not end: {run.statuses()}")


def pause_now(run: Dialogue) -> None:
    run.tell(run.scheduler.pause, True, None)
    for command in list(run.started):
        run.tell(run.scheduler.ended_otherwise, "interrupted", command.node, (), "pause")
    assert run.state.status == "paused"


@given(wild(5), st.integers(1, 3), st.booleans(), st.data())
@settings(max_examples=120, deadline=None)
def test_pauses_and_crashes_anywhere_change_nothing_of_the_end(
    plans: list[str], limit: int, paused: bool, data: st.DataObject
) -> None:
    """C7.1, C7.2, C7.4: with retries and waits in flight, in an orderly pause or a crash."""
    node = {"effect": "pure", "retry": {"max_attempts": 2, "delay": 3, "jitter": 0}, "on_error": "continue"}
    definition = workflow(dict.fromkeys("abcde", node), "a>c", "b>c", "c>d", settings={"fail_fast": False})

    answers = answers_of(plans)
    whole = to_the_end(Dialogue(definition, limit).start(), answers)
    run = Dialogue(definition, limit).start()
    for _ in range(data.draw(st.integers(0, 6))):
        if run.started:
            command = run.started[0]
            run.answer(answers(run.plan.ids[command.node], (), command.attempt), command)
    if paused and not run.state.status.final:
        pause_now(run)
    other = run.crash(len(run.events) if paused else data.draw(st.integers(1, len(run.events))))
    if not other.state.status.final:
        to_the_end(other.go_on(), answers)
    assert other.statuses() == whole.statuses()
    assert other.state.status == whole.state.status
    kept = [i for i, plan in enumerate(plans) if plan != "timer"]
    assert [other.state.output[i] for i in kept] == [whole.state.output[i] for i in kept]
