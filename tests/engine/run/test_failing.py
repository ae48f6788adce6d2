"""Final failures and what they stop (C4.2, C4.3)."""

from __future__ import annotations

from run_dialogue import NEVER, OK, Dialogue, expands, fails, waits, workflow

from floworch.run.events import EventKind

SLOW = {"retry": {"max_attempts": 5, "delay": 100}}


def test_an_error_edge_handles_the_failure() -> None:
    """C4.2"""
    run = Dialogue(workflow({"a": {}, "h": {}, "b": {}}, "a:error>h", "a>b")).start().play({"a": fails()})
    assert run.state.status == "completed"
    assert run.statuses() == {"a": "failed", "b": "skipped", "h": "completed"}


def test_done_cleans_up_and_does_not_handle() -> None:
    """C4.2"""
    run = Dialogue(workflow({"a": {}, "clean": {}}, "a:done>clean")).start().play({"a": fails()})
    assert run.state.status == "failed"
    assert run.statuses() == {"a": "failed", "clean": "completed"}
    assert run.state.error == {"kind": "processing_error", "message": "processing_error", "node": "a"}


def test_on_error_continue_fires_out_as_well() -> None:
    """C4.2"""
    run = Dialogue(workflow({"a": {"on_error": "continue"}, "b": {}}, "a>b")).start().play({"a": fails()})
    assert run.state.status == "completed"
    assert run.statuses() == {"a": "failed", "b": "completed"}


def test_fail_fast_lets_running_attempts_finish_and_starts_nothing_new() -> None:
    """C4.3"""
    run = Dialogue(workflow({"a": {}, "b": {}, "after": {}, "other": {}}, "b>after"), limit=2).start()
    first, second = run.started
    run.answer(fails(), first)
    assert run.state.status == "running"
    run.answer(OK, second)
    assert run.state.status == "failed"
    assert run.statuses() == {"a": "failed", "after": "skipped", "b": "completed", "other": "skipped"}


def test_fail_fast_cancels_retrying_and_waiting_nodes() -> None:
    """C4.3"""
    run = Dialogue(workflow({"a": {}, "r": SLOW, "w": {}})).start()
    a, r, w = run.started
    run.answer(fails(), r)
    run.answer(waits(), w)
    run.answer(fails(), a)
    assert run.statuses() == {"a": "failed", "r": "cancelled", "w": "cancelled"}
    assert run.state.status == "failed"


def test_running_attempts_are_not_retried_after_an_unhandled_failure() -> None:
    """C4.3"""
    run = Dialogue(workflow({"a": {}, "r": SLOW})).start()
    a, r = run.started
    run.answer(fails(), a)
    run.answer(fails(), r)
    assert run.statuses() == {"a": "failed", "r": "failed"}


def test_what_lies_below_a_fired_error_port_still_runs_to_its_end() -> None:
    """C4.3: the exception of fail_fast covers the whole branch."""
    run = Dialogue(workflow({"a": {}, "b": {}, "h": {}, "i": {}}, "a:done>h", "h>i"))
    run.start().play({"a": fails(), "b": NEVER})
    assert run.statuses() == {"a": "failed", "b": "running", "h": "completed", "i": "completed"}
    run.answer(OK)
    assert run.state.status == "failed"


def test_without_fail_fast_independent_branches_go_on() -> None:
    """C4.3"""
    run = Dialogue(workflow({"a": {}, "b": {}, "c": {}}, "b>c", settings={"fail_fast": False}))
    run.start().play({"a": fails()})
    assert run.statuses() == {"a": "failed", "b": "completed", "c": "completed"}
    assert run.state.status == "failed"


def test_a_failed_item_stops_the_container_and_names_item_and_node() -> None:
    """C10.1"""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}, "after": {}}, "loop>after")).start()
    run.play(
        lambda name, scope, attempt: expands([1, 2, 3, 4], 1) if name == "loop" else fails() if scope == (1,) else OK
    )
    assert run.statuses()["loop"] == "failed"
    assert run.state.error is not None
    assert "the item with index 1 (of 4) failed at 'x'" in run.state.error["message"]
    assert run.state.node("loop").items == {"total": 4, "completed": 1, "failed": 1}


def test_collected_item_failures_are_null_results_with_their_errors() -> None:
    """C15"""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}})).start()
    run.play(
        lambda name, scope, attempt: (
            expands([1, 2, 3], 2, "collect")
            if name == "loop"
            else fails()
            if scope == (1,)
            else {"payload": {"output": scope[0]}}
        )
    )
    view = run.state.node("loop")
    assert view.output == [0, None, 2]
    assert view.errors == ({"index": 1, "kind": "processing_error", "message": "processing_error", "node": "x"},)
    assert run.state.status == "completed"


def test_what_lies_below_a_fired_done_port_still_runs_and_the_run_fails() -> None:
    """C4.3, C4.2"""
    run = Dialogue(workflow({"a": {}, "clean": {}, "up": {}, "next": {}}, "a:done>clean", "clean>up", "a>next")).start()
    run.play({"a": fails()})
    assert run.statuses() == {"a": "failed", "clean": "completed", "up": "completed", "next": "skipped"}
    assert run.state.status == "failed"


def test_an_error_branch_that_had_begun_goes_on_after_another_failure() -> None:
    """C4.3: what lies below *a* failed node's fired ports, not only of the one that stops the run."""
    run = Dialogue(workflow({"a": {}, "h": {}, "h2": {}, "bad": {}}, "a:error>h", "h>h2")).start()
    by_name = {run.plan.ids[command.node]: command for command in run.started}
    run.answer(fails(), by_name["a"])
    run.answer(fails(), by_name["bad"])
    run.play()
    assert run.statuses() == {"a": "failed", "bad": "failed", "h": "completed", "h2": "completed"}


def test_a_failure_of_the_error_branch_is_a_failure_like_any_other() -> None:
    """C4.2: handling one failure does not handle the next."""
    run = Dialogue(workflow({"a": {}, "h": {}}, "a:error>h")).start().play({"a": fails(), "h": fails("timeout_error")})
    assert run.state.status == "failed"
    assert run.state.error is not None
    assert (run.state.error["node"], run.state.error["kind"]) == ("h", "timeout_error")


def test_without_fail_fast_the_run_still_fails_and_retries_still_happen() -> None:
    """C4.3"""
    nodes = {"a": {}, "r": {"retry": {"max_attempts": 2}}, "z": {}}
    run = Dialogue(workflow(nodes, "r>z", settings={"fail_fast": False})).start()
    run.play(lambda name, scope, attempt: fails() if name == "a" or (name, attempt) == ("r", 1) else OK)
    assert run.statuses() == {"a": "failed", "r": "completed", "z": "completed"}
    assert run.state.status == "failed"


def test_a_crash_in_the_back_off_resumes_the_back_off() -> None:
    """C4.4: attempts and the due time are journaled."""
    definition = workflow({"a": {"retry": {"max_attempts": 3, "delay": "40s", "jitter": 0}}})
    run = Dialogue(definition).start()
    run.answer(fails())
    due = run.timers[-1].value
    other = run.crash(len(run.events))
    other.now += 30.0
    other.go_on()
    assert [command.value for command in other.timers] == [due]
    assert not other.started
    other.play({"a": fails()})
    assert other.state.node("a").attempts == 3
    delays = [(event.payload or {})["delay"] for event in other.events if event.kind == EventKind.NODE_RETRYING]
    assert delays == [40.0, 60.0]
