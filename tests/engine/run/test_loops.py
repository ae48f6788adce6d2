"""Containers: opening items, accounting for ended ones, ending (C10.1, C4.3, C7.9)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_dialogue import OK, Dialogue, expands, fails, output, waits, workflow

from floworch.run.events import EventKind

PURE = {"effect": "pure"}
LOOP = workflow({"loop": PURE, "x": {"parent": "loop", **PURE}})
PAIR = workflow({"loop": PURE, "x": {"parent": "loop", **PURE}, "y": {"parent": "loop", **PURE}}, "x>y")
NESTED = workflow(
    {
        "outer": PURE,
        "inner": {"parent": "outer", **PURE},
        "x": {"parent": "inner", **PURE},
        "tail": {"parent": "outer", **PURE},
    },
    "inner>tail",
)


def again(run: Dialogue) -> Dialogue:
    """The failed run, retried in another process."""
    other = run.crash(len(run.events))
    other.tell(other.scheduler.retry)
    return other


@given(st.integers(0, 12), st.integers(1, 5), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_no_more_items_are_open_than_allowed_and_results_keep_item_order(count: int, most: int, order: Any) -> None:
    """C10.1: whatever order the items end in."""
    run = Dialogue(LOOP).start()
    run.answer(expands(list(range(count)), most))
    while run.started:
        assert len(run.started) <= most
        command = order.choice(list(run.started))
        run.answer(output(f"r{command.scope[0]}"), command)
    assert run.state.node("loop").output == [f"r{i}" for i in range(count)]
    assert run.state.status == "completed"


def test_items_are_opened_in_order_as_soon_as_one_ends() -> None:
    """C10.1"""
    run = Dialogue(LOOP).start()
    run.answer(expands("abcde", 2))
    seen = [command.scope[0] for command in run.started]
    while run.started:
        run.answer(OK, run.started[-1])
        seen += [command.scope[0] for command in run.started if command.scope[0] not in seen]
    assert seen == [0, 1, 2, 3, 4]


def test_the_slots_of_the_run_bound_a_container_too() -> None:
    """C2.5: a container holds no slot, its attempts do."""
    run = Dialogue(LOOP, limit=2).start()
    run.answer(expands(list(range(9)), 9))
    assert run.scheduler.busy == 2
    run.play()
    assert run.most_busy == 2
    assert run.state.status == "completed"


def test_a_body_with_one_sink_gives_its_output_and_with_more_an_object() -> None:
    """C15"""
    one = Dialogue(PAIR).start().play(lambda n, s, a: expands([0], 1) if n == "loop" else output(n))
    assert one.state.node("loop").output == ["y"]
    nodes = {"loop": PURE, "x": {"parent": "loop"}, "y": {"parent": "loop"}}
    two = Dialogue(workflow(nodes)).start().play(lambda n, s, a: expands([0], 1) if n == "loop" else output(n))
    assert two.state.node("loop").output == [{"x": "x", "y": "y"}]


@pytest.mark.parametrize("count", [0, 1, 10_000])
def test_items_whose_body_is_all_disabled_end_without_recursion(count: int) -> None:
    """C2.6: nothing starts, everything passes through."""
    nodes = {"loop": PURE, "x": {"parent": "loop", "disabled": True}, "y": {"parent": "loop", "disabled": True}}
    run = Dialogue(workflow({**nodes, "after": PURE}, "x>y", "loop>after")).start()
    run.answer(expands([None] * count, 3))
    assert [run.plan.ids[command.node] for command in run.started] == ["after"]
    assert run.state.node("loop").items == {"total": count, "completed": count, "failed": 0}
    assert run.state.bodies == {}
    assert run.scheduler.core.frames.keys() == {(-1, ())}


@pytest.mark.parametrize("count", [0, 1, 5_000])
def test_a_container_without_a_body_ends_with_an_empty_result_for_each_item(count: int) -> None:
    """C10.1: it is only a warning, so it must run, and go on after a crash."""
    run = Dialogue(workflow({"loop": PURE, "after": PURE}, "loop>after")).start()
    run.answer(expands([None] * count, 4))
    assert run.state.node("loop").output == [{}] * count
    assert run.play().state.status == "completed"
    other = run.crash(min(6, len(run.events) - 3)).go_on().play(lambda n, s, a: expands([None] * count, 4))
    assert other.state.node("loop").output == [{}] * count


def test_stop_opens_no_further_item_and_lets_running_ones_finish() -> None:
    """C10.1, C4.3"""
    run = Dialogue(LOOP).start()
    run.answer(expands("abcd", 2))
    first, second = run.started
    run.answer(fails(), first)
    assert list(run.started) == [second]
    assert run.statuses()["loop"] == "running"
    run.answer(OK, second)
    assert run.statuses()["loop"] == "failed"
    assert run.state.status == "failed"


def test_an_item_that_a_stop_left_running_and_that_ended_well_never_runs_again() -> None:
    """C7.9, C10.1: completed ones stay, also those that finished after another item had failed."""
    run = Dialogue(LOOP).start()
    run.answer(expands("abc", 2))
    first, second = run.started
    run.answer(fails(), first)
    run.answer(output("kept"), second)
    assert run.state.node("loop").items == {"total": 3, "completed": 1, "failed": 1}
    other = again(run)
    assert {command.scope for command in other.started} == {(0,), (2,)}
    other.play(lambda name, scope, attempt: output(scope[0]))
    assert other.state.node("loop").output == [0, "kept", 2]


@pytest.mark.parametrize("cut_early", [False, True])
def test_an_item_that_a_stop_left_half_done_runs_again(cut_early: bool) -> None:
    """C7.9: also when the process died between the failure and the end of the item."""
    run = Dialogue(PAIR).start()
    run.answer(expands("ab", 2))
    first, second = run.started
    run.answer(fails(), first)
    if cut_early:
        run = run.crash(len(run.events)).go_on()
        run.play()
    else:
        run.answer(OK, second)
    assert run.state.node("loop").items == {"total": 2, "completed": 0, "failed": 1}
    other = again(run).play(lambda name, scope, attempt: output([name, *scope]))
    assert other.state.node("loop").output == [["y", 0], ["y", 1]]


def test_an_item_that_outlives_a_failure_outside_is_kept() -> None:
    """C4.3, C7.9: fail_fast lets running attempts finish, and what they finish has ended."""
    definition = workflow({"bad": PURE, "loop": PURE, "x": {"parent": "loop", **PURE}})
    run = Dialogue(definition).start()
    commands = {run.plan.ids[command.node]: command for command in run.started}
    run.answer(expands("ab", 1), commands["loop"])
    run.answer(fails(), commands["bad"])
    run.answer(output("kept"))
    assert run.statuses()["loop"] == "cancelled"
    other = again(run)
    other.play(lambda name, scope, attempt: output("again"))
    assert other.state.node("loop").output == ["kept", "again"]


def test_collected_failures_fire_out() -> None:
    """C10.1, C15: null results, the errors listed, the container completed."""
    definition = workflow({"loop": PURE, "x": {"parent": "loop"}, "after": PURE}, "loop>after")
    run = Dialogue(definition).start()
    run.play(lambda n, s, a: expands("abc", 3, "collect") if n == "loop" else fails() if s == (2,) else output(s))
    assert run.state.node("loop").output == [(0,), (1,), None]
    assert [error["index"] for error in run.state.node("loop").errors] == [2]
    assert run.state.status == "completed"


def test_an_error_edge_of_the_container_handles_a_failed_item() -> None:
    """C4.2"""
    definition = workflow({"loop": PURE, "x": {"parent": "loop"}, "h": PURE, "n": PURE}, "loop:error>h", "loop>n")
    run = Dialogue(definition).start().play(lambda n, s, a: expands("a") if n == "loop" else fails() if s else OK)
    assert run.statuses() == {"loop": "failed", "x": "failed", "h": "completed", "n": "skipped"}
    assert run.state.status == "completed"


def nested(inner_mode: str, outer_mode: str, bad: set[tuple[int, ...]]) -> Any:
    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        if name == "outer":
            return expands("ab", 2, outer_mode)
        if name == "inner":
            return expands("pqr", 2, inner_mode)
        return fails() if scope in bad else output([name, *scope])

    return answers


def test_a_failure_inside_a_nested_loop_travels_outwards_by_each_loops_mode() -> None:
    """C10.1: an inner stop fails the inner container, an outer collect keeps the run alive."""
    run = Dialogue(NESTED).start().play(nested("stop", "collect", {(0, 1)}))
    view = run.state.node("outer")
    assert view.output == [None, ["tail", 1]]
    assert view.errors[0]["node"] == "inner"
    assert "the item with index 1 (of 3) failed at 'x'" in view.errors[0]["message"]
    assert run.state.status == "completed"


def test_failures_at_both_levels_are_counted_where_they_happen() -> None:
    """C10.1: the inner one is collected, the outer one stops."""
    run = Dialogue(NESTED).start().play(nested("collect", "stop", {(0, 1), (1,)}))
    assert run.state.node("outer").items == {"total": 2, "completed": 1, "failed": 1}
    assert run.state.error is not None
    assert "the item with index 1 (of 2) failed at 'tail'" in run.state.error["message"]
    assert run.state.bodies == {}
    other = again(run)
    assert {command.scope for command in other.started} == {(1,)}
    other.play(nested("collect", "stop", set()))
    assert other.state.node("outer").output == [["tail", 0], ["tail", 1]]
    assert other.state.status == "completed"


@given(st.sets(st.sampled_from([(0,), (1,), (0, 0), (0, 2), (1, 1)])), st.booleans(), st.booleans(), st.data())
@settings(max_examples=60, deadline=None)
def test_nested_loops_end_alike_after_a_crash_anywhere(
    bad: set[tuple[int, ...]], stop_inner: bool, stop_outer: bool, data: st.DataObject
) -> None:
    """C7.4, C10.1: items that had ended never run again; a retry then completes the run (C7.9)."""
    answers = nested("stop" if stop_inner else "collect", "stop" if stop_outer else "collect", bad)
    whole = Dialogue(NESTED).start().play(answers)
    other = whole.crash(data.draw(st.integers(1, len(whole.events))))
    ended = {event.scope for event in other.events if event.kind in (EventKind.ITEM_COMPLETED, EventKind.ITEM_FAILED)}
    if not other.state.status.final:
        other.go_on()
        assert not {command.scope for command in other.started} & ended
        other.play(answers)
    assert other.state.status == whole.state.status
    if not stop_inner and not stop_outer:
        assert other.state.output == whole.state.output
    if other.state.status == "failed":
        other = again(other).play(nested("stop", "stop", set()))
        assert other.state.status == "completed"
        assert other.state.node("outer").items == {"total": 2, "completed": 2, "failed": 0}
    assert other.state.bodies == {}
    assert other.state.waits == other.state.retry_due == {}


def test_a_retry_and_a_wait_inside_an_item_hold_the_item_open() -> None:
    """C2.5, C4.4, C8.1: without a slot, and the container ends only after them."""
    nodes = {"loop": PURE, "x": {"parent": "loop", "retry": {"max_attempts": 2, "delay": 5, "jitter": 0}}}
    run = Dialogue(workflow(nodes)).start()
    run.answer(expands("ab", 2))
    first, second = run.started
    run.answer(fails(), first)
    run.answer(waits("timer", due=5_000.0, on_timeout="complete"), second)
    assert run.scheduler.busy == 0
    assert run.statuses() == {"loop": "running", "x": "retrying"}
    run.fire()
    run.answer(output("late"))
    run.fire()
    assert run.state.node("loop").output == ["late", {"due": 5_000.0, "resumed_at": 5_000.0}]
    assert run.state.status == "completed"


def test_the_failure_that_stopped_a_loop_is_named_after_a_crash_too() -> None:
    """C7.4: the first that failed, not the lowest index."""
    run = Dialogue(LOOP).start()
    run.answer(expands("abc", 3))
    first, second, third = run.started
    run.answer(fails(message="late one"), second)
    run.answer(fails(), first)
    other = run.crash(len(run.events)).go_on().play()
    run.answer(OK, third)
    assert run.state.error is not None
    assert other.state.error is not None
    assert run.state.error["message"] == other.state.error["message"]
    assert "index 1 (of 3)" in run.state.error["message"]
