"""Breakpoints pause a run before a node, a step runs one node (C7.7)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import OK, Dialogue, expands, fails, output, tries, waits, workflow

from floworch.run.events import EventKind
from floworch.run.status import NodeStatus

PURE: dict[str, Any] = {"effect": "pure"}
CHAIN = workflow(
    {"a": PURE, "b": {**PURE, "breakpoint": True}, "c": PURE, "d": {**PURE, "breakpoint": True}}, "a>b", "b>c", "c>d"
)
BODY = workflow({"loop": {}, "x": {"parent": "loop", "breakpoint": "{{ item > 1 }}"}, "y": {"parent": "loop"}}, "x>y")


def resumed(run: Dialogue) -> Dialogue:
    """The run as the next process finds it and goes on with it."""
    return run.crash(len(run.events)).go_on()


def stepped(run: Dialogue, node: str | None = None, *scope: int) -> Dialogue:
    """The run as the next process finds it, one step on, its node started and not answered yet."""
    other = run.crash(len(run.events))
    key = (other.plan.index[node], scope) if node is not None else None
    other.tell(other.scheduler.step, "resumed", key)
    return other


def last(run: Dialogue, kind: EventKind) -> dict[str, Any]:
    return next(event.payload or {} for event in reversed(run.events) if event.kind == kind)


def test_a_breakpoint_pauses_the_run_before_its_node_starts() -> None:
    """C7.7: the node stays pending, the reason names it."""
    run = Dialogue(CHAIN).start().play()
    assert run.statuses() == {"a": "completed", "b": "pending", "c": "pending", "d": "pending"}
    assert run.state.status == "paused"
    assert run.state.pause_reason == "at the breakpoint of 'b'"
    assert run.state.pause_cause == "breakpoint"
    assert last(run, EventKind.RUN_PAUSED)["breakpoint"] == {"node": "b", "item": None}
    assert run.story()[-3:] == ["breakpoint_hit b", "run_pausing", "run_paused"]


def test_resume_passes_it_once_and_goes_on_to_the_next() -> None:
    """C7.7"""
    run = resumed(Dialogue(CHAIN).start().play()).play()
    assert run.state.pause_reason == "at the breakpoint of 'd'"
    assert run.statuses()["c"] == "completed"
    assert resumed(run).play().state.status == "completed"


def test_other_running_attempts_end_first_and_nothing_else_starts() -> None:
    """C7.7, C7.1"""
    definition = workflow({"a": {}, "b": {"breakpoint": True}, "slow": {}, "z": {}}, "a>b", "slow>z")
    run = Dialogue(definition).start()
    run.answer(OK)
    assert (run.state.status, run.scheduler.busy) == ("pausing", 1)
    run.answer(OK)
    assert (run.state.status, run.statuses()["z"]) == ("paused", "pending")
    assert not run.started


def test_a_breakpoint_asks_only_when_a_slot_is_free() -> None:
    """C2.5, C7.7"""
    run = Dialogue(workflow({"a": {}, "b": {"breakpoint": True}}), limit=1).start()
    assert "breakpoint_hit b" not in run.story()
    run.answer(OK)
    assert run.state.status == "paused"


@pytest.mark.parametrize("mode", ["disabled", "skipped", "bypassed"])
def test_a_node_that_does_not_run_has_no_breakpoint(mode: str) -> None:
    """C7.7, C2.6"""
    stop: dict[str, Any] = {"breakpoint": True, **({"disabled": True} if mode == "disabled" else {})}
    edge = "a:error>b" if mode == "bypassed" else "a>b"
    run = Dialogue(workflow({"a": {}, "b": stop}, edge)).start()
    run.play({"a": fails()} if mode == "skipped" else None)
    assert run.state.status.final
    assert "breakpoint_hit b" not in run.story()


def test_a_retry_of_the_node_is_not_asked_again() -> None:
    """C7.7: this instance has passed."""
    definition = workflow({"a": {"breakpoint": True, "retry": {"max_attempts": 3}}})
    run = resumed(Dialogue(definition).start())
    run.answer(fails())
    run.fire()
    run.answer(fails())
    run.fire()
    assert run.play().state.status == "completed"
    assert run.story().count("breakpoint_hit a") == 1


def test_a_condition_that_does_not_hold_lets_the_node_start() -> None:
    """C7.7: and that it was asked is journaled."""
    run = Dialogue(BODY)
    run.stops = lambda name, scope: False
    run.start().play({"loop": expands([1, 2])})
    assert run.state.status == "completed"
    assert run.story().count("breakpoint_passed x[0]") == 1
    assert run.state.breaks == {}


def test_breakpoints_of_a_body_are_asked_for_each_item() -> None:
    """C7.7, C10.1"""
    run = Dialogue(BODY)
    run.stops = lambda name, scope: scope[0] == 1
    run.start()
    run.answer(expands([1, 2, 3], 1))
    run.play()
    assert run.state.pause_reason == "at the breakpoint of 'x' in item 1: {{ item > 1 }}"
    assert last(run, EventKind.BREAKPOINT_HIT) == {"condition": "{{ item > 1 }}"}
    assert (run.state.node("loop").items or {})["completed"] == 1
    assert resumed(run).play().state.status == "completed"


def test_a_condition_that_cannot_be_evaluated_fails_the_node() -> None:
    """C7.7, C15: by the way every failure goes; written retries do not help a condition."""
    definition = workflow({"a": {"breakpoint": "data.x", "retry": {"max_attempts": 3}}, "help": {}}, "a:error>help")
    run = Dialogue(definition)
    run.stops = lambda name, scope: {"kind": "validation_error", "message": "gave null"}
    run.start().play()
    assert run.statuses() == {"a": "failed", "help": "completed"}
    error = run.state.node("a").error
    assert error is not None
    assert error["message"] == "the condition of its breakpoint cannot be evaluated: gave null"
    assert run.state.status == "completed"


def test_a_failure_meanwhile_skips_a_node_whose_condition_is_asked() -> None:
    """C4.3: nothing new starts after it."""
    run = Dialogue(workflow({"bad": {}, "a": {}, "b": {"breakpoint": "data.x"}}, "a>b")).start()
    commands = list(run.started)
    run.started.clear()
    run.scheduler.completed(commands[0].node, (), 1, None, run.now)
    run.scheduler.failed(commands[1].node, (), {"kind": "processing_error", "message": "x"}, None, 0.5, run.now)
    run.absorb()
    assert run.statuses() == {"a": "completed", "bad": "failed", "b": "skipped"}
    assert run.state.status == "failed"


def test_a_cancel_ends_what_waits_at_a_breakpoint() -> None:
    """C7.3"""
    run = Dialogue(CHAIN).start().play().crash(100)
    run.tell(run.scheduler.cancel_idle, "enough")
    assert run.state.status == "cancelled"
    assert run.statuses()["b"] == "skipped"


def test_a_retried_run_stops_at_the_breakpoint_again() -> None:
    """C7.9: the node goes again as if it had never run."""
    run = resumed(Dialogue(CHAIN).start().play()).play({"b": fails()})
    assert run.state.status == "failed"
    run.tell(run.scheduler.retry)
    assert run.state.pause_reason == "at the breakpoint of 'b'"


def test_resume_in_place_passes_the_breakpoint_that_is_being_paused_for() -> None:
    """C7.2, C7.7"""
    run = Dialogue(workflow({"a": {}, "b": {"breakpoint": True}, "slow": {}}, "a>b")).start()
    run.answer(OK)
    run.tell(run.scheduler.resume)
    assert run.play().state.status == "completed"
    assert run.story().count("breakpoint_hit b") == 1


def test_after_every_crash_each_instance_is_stopped_at_before_it_starts_and_never_after() -> None:
    """C7.4, C7.7: a passed breakpoint is passed, one that had not paused the run yet is asked again."""
    whole = Dialogue(CHAIN).start().play()
    while not whole.state.status.final:
        whole = resumed(whole).play()
    assert whole.state.status == "completed"
    for cut in range(2, len(whole.events)):
        before = whole.story()[:cut]
        run = whole.crash(cut)
        if run.state.status.final:
            continue
        run.go_on().play()
        later = run.story()[cut:]
        for name in ("b", "d"):
            asked = f"breakpoint_hit {name}" in later
            paused = f"breakpoint_hit {name}" in before and before[before.index(f"breakpoint_hit {name}") :].count(
                "run_paused"
            )
            assert not (asked and f"breakpoint_passed {name}" in before), (cut, name)
            assert not (asked and paused and before[-1] == "run_paused"), (cut, name)
            assert not (asked and f"node_started {name}" in before), (cut, name)
            if f"node_started {name}" in later and f"node_started {name}" not in before:
                assert f"breakpoint_passed {name}" in run.story(), (cut, name)
        for _ in range(3):
            if not run.state.status.final:
                run = resumed(run).play()
        assert run.state.status == "completed", cut


def test_a_snapshot_keeps_what_was_hit_and_passed() -> None:
    """journal.md section 3"""
    run = resumed(Dialogue(CHAIN).start().play()).play()
    packed = run.state.pack()
    again = run.crash(0).state
    again.unpack(packed)
    assert again.breaks == run.state.breaks == {(1, ()): True, (3, ()): False}
    assert again.pause_cause == "breakpoint"
    for name in ("breaks", "pause_cause"):
        del packed[name]
    run.crash(0).state.unpack(packed)


def test_a_run_without_breakpoints_watches_nothing() -> None:
    """The hot path is the one it was."""
    run = Dialogue(workflow({"a": {}}))
    assert run.scheduler.core.watch is None
    assert Dialogue(CHAIN).scheduler.core.watch is not None


# steps


def test_a_step_runs_one_node_and_pauses_again() -> None:
    """C7.7"""
    run = Dialogue(workflow({"a": {}, "b": {}, "c": {}}, "a>b", "a>c"))
    run.tell(run.scheduler.start_halted)
    assert (run.state.status, run.state.pause_reason) == ("paused", "before its first step")
    ended = []
    for _ in range(3):
        run = stepped(run)
        assert len(run.started) == 1
        ended.append(run.plan.ids[run.started[0].node])
        run.answer(OK)
        if not run.state.status.final:
            assert run.state.status == "paused"
            assert run.state.pause_reason == f"after a step: {ended[-1]!r}"
            assert run.state.pause_cause == "step"
    assert ended == ["a", "b", "c"]
    assert run.state.status == "completed"


def test_a_chosen_node_is_stepped_and_its_breakpoint_with_it() -> None:
    """C7.7"""
    run = Dialogue(CHAIN).start().play()
    run = stepped(run, "b")
    assert [run.plan.ids[command.node] for command in run.started] == ["b"]
    run.answer(OK)
    assert run.state.status == "paused"
    assert last(run, EventKind.BREAKPOINT_PASSED) == {"by": "step"}
    assert resumed(run).play().state.pause_reason == "at the breakpoint of 'd'"


def test_a_step_beside_a_breakpoint_leaves_it_hit() -> None:
    """C7.7: stepping another node is no answer to it."""
    run = Dialogue(workflow({"a": {"breakpoint": True}, "b": {}}), limit=1).start()
    assert run.state.pause_reason == "at the breakpoint of 'a'"
    run = stepped(run, "b")
    run.answer(OK)
    assert run.state.breaks == {(0, ()): False}
    assert run.statuses()["a"] == "pending"


def test_a_step_goes_on_over_the_retries_of_its_node() -> None:
    """C7.7, C4.4: exactly one node, to its end."""
    run = Dialogue(workflow({"a": {"retry": {"max_attempts": 2}}, "b": {}}))
    run.tell(run.scheduler.start_halted)
    run = stepped(run, "a")
    run.answer(fails())
    assert run.state.status == "running"
    run.fire()
    assert [run.plan.ids[command.node] for command in run.started] == ["a"]
    run.answer(OK)
    assert (run.state.status, run.statuses()["b"]) == ("paused", "pending")


def test_a_step_of_a_node_that_waits_leaves_it_waiting() -> None:
    """C7.7, C8.3"""
    run = Dialogue(workflow({"a": {}, "b": {}}))
    run.tell(run.scheduler.start_halted)
    run = stepped(run, "a")
    run.answer(waits("signal", "go"))
    assert (run.state.status, run.statuses()["a"]) == ("paused", "waiting")
    run = stepped(run)
    assert [run.plan.ids[command.node] for command in run.started] == ["b"]


def test_a_step_of_a_container_lists_its_items_and_then_goes_into_them() -> None:
    """C7.7: per item."""
    run = Dialogue(BODY)
    run.stops = lambda name, scope: True
    run.tell(run.scheduler.start_halted)
    run = stepped(run)
    run.answer(expands([1, 2], 2))
    assert run.state.status == "paused"
    order = []
    while not run.state.status.final:
        run = stepped(run)
        order.append((run.plan.ids[run.started[0].node], run.started[0].scope))
        run.answer(output(1))
    assert order == [("x", (0,)), ("y", (0,)), ("x", (1,)), ("y", (1,))]
    assert run.state.status == "completed"


def test_a_step_whose_node_fails_the_run_ends_it() -> None:
    """C7.7, C4.3"""
    run = Dialogue(workflow({"a": {}, "b": {}}, "a>b"))
    run.tell(run.scheduler.start_halted)
    run = stepped(run)
    run.answer(fails())
    assert run.state.status == "failed"


def test_a_step_may_be_resumed_in_place() -> None:
    """C7.2: a pause that was asked for during the step, taken back."""
    run = Dialogue(workflow({"a": {}, "b": {}}, "a>b"))
    run.tell(run.scheduler.start_halted)
    run = stepped(run)
    run.tell(run.scheduler.pause, False, None)
    run.tell(run.scheduler.resume)
    assert run.play().state.status == "completed"


def test_a_step_goes_through_a_try() -> None:
    """C7.7, C10.2"""
    run = Dialogue(workflow({"t": {}, "x": {"parent": "t"}, "z": {}}, "t:error>z"))
    run.tell(run.scheduler.start_halted)
    run = stepped(run)
    run.answer(tries())
    run = stepped(run)
    run.answer(fails())
    assert run.state.status == "paused"
    assert run.state.status_of("t") is NodeStatus.FAILED
    run = stepped(run)
    assert [run.plan.ids[command.node] for command in run.started] == ["z"]


def test_after_every_crash_a_stepped_run_ends_as_ever() -> None:
    """C7.4"""
    run = Dialogue(CHAIN)
    run.tell(run.scheduler.start_halted)
    while not run.state.status.final:
        run = stepped(run)
        run.answer(output(run.plan.ids[0]))
    for cut in range(2, len(run.events)):
        other = run.crash(cut)
        while not other.state.status.final:
            other = stepped(other) if cut % 2 else resumed(other)
            other.play(lambda name, scope, attempt: output("a"))
        assert other.state.status == "completed"
        assert other.state.output == run.state.output
