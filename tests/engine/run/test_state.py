"""The fold's questions (interfaces.md section 4)."""

from __future__ import annotations

import pytest
from run_dialogue import Dialogue, expands, fails, output, workflow


def test_body_nodes_are_shown_as_counts_with_one_word() -> None:
    """C15"""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}, "e": {}}, "loop>e")).start()
    run.answer(expands([1, 2, 3], 3, "collect"))
    assert run.state.status_of("x") == "running"
    assert run.state.counted_running() == 3
    run.play(lambda name, scope, attempt: fails() if scope == (1,) else output(0))
    shown = run.state.to_json()["nodes"]
    assert shown["x"]["counts"] == {"completed": 2, "failed": 1}
    assert shown["loop"]["items"] == {"total": 3, "completed": 2, "failed": 1}
    assert shown["loop"]["output"] == [0, None, 0]
    assert shown["loop"]["errors"][0]["index"] == 1
    with pytest.raises(KeyError):
        run.state.node("nobody")


def test_questions_about_instances_that_never_were_make_no_record() -> None:
    """C10.1"""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}})).start()
    assert run.state.status_of("x", (4,)) == "pending"
    assert run.state.attempt_of(run.state.index["x"], (4,)) == (0, 0)
    assert run.state.bodies == {}


def test_a_body_that_never_came_to_be_shows_what_became_of_its_container() -> None:
    """C2.4"""
    nodes = {"bad": {}, "loop": {}, "x": {"parent": "loop"}, "other": {}, "y": {"parent": "other"}, "if": {}}
    run = Dialogue(workflow(nodes, "bad>loop", "if:yes>other", settings={"fail_fast": False})).start()
    run.play({"bad": fails()})
    assert run.statuses()["x"] == "skipped"
    assert run.statuses()["y"] == "bypassed"


def test_the_body_of_an_empty_loop_is_bypassed_and_that_of_a_loop_in_it_too() -> None:
    """C2.4: in a completed run nothing is pending."""
    nodes = {"loop": {}, "x": {"parent": "loop"}, "inner": {"parent": "loop"}, "y": {"parent": "inner"}}
    run = Dialogue(workflow(nodes)).start()
    assert run.statuses()["y"] == "pending"
    run.play({"loop": expands([], 1, "stop")})
    assert run.state.status == "completed"
    assert run.statuses() == {"loop": "completed", "x": "bypassed", "inner": "bypassed", "y": "bypassed"}
    assert run.state.to_json()["nodes"]["y"]["status"] == "bypassed"


def test_the_body_of_a_loop_that_failed_before_it_listed_its_items_is_skipped_until_a_retry() -> None:
    """C2.4, C7.9"""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}})).start().play({"loop": fails()})
    assert run.statuses() == {"loop": "failed", "x": "skipped"}
    run.tell(run.scheduler.retry)
    assert run.statuses()["x"] == "pending"


def test_nodes_are_read_by_id() -> None:
    state = Dialogue(workflow({"a": {}, "b": {}})).start().play({"a": output(5)}).state
    assert (list(state.nodes), state.nodes["a"].output, str(state.nodes["b"].status)) == (["a", "b"], 5, "completed")
    with pytest.raises(KeyError):
        state.nodes["c"]


def test_a_state_prints_which_run_it_is_of() -> None:
    state = Dialogue(workflow({"a": {}})).start().play().state
    assert repr(state) == f"<RunState {state.run_id} completed, {state.seq} events>"
