"""Containers: opening items and accounting for them (C10.1, C15)."""

from __future__ import annotations

from run_dialogue import Dialogue, expands, fails, output, workflow

LOOP = workflow({"l": {}, "x": {"parent": "l"}, "y": {"parent": "l"}})


def test_no_more_items_are_open_than_the_concurrency_and_results_keep_their_order() -> None:
    run = Dialogue(workflow({"l": {}, "x": {"parent": "l"}})).start()
    run.answer(expands(list(range(5)), 2))
    assert len(run.started) == 2
    run.answer(output("second"), run.started[1])
    run.play(lambda name, scope, attempt: output(scope[0]))
    assert run.state.node("l").output == [0, "second", 2, 3, 4]


def test_several_sinks_give_an_object_and_no_items_an_empty_list() -> None:
    """C15"""
    run = Dialogue(LOOP).start()
    run.answer(expands([1]))
    run.play({"x": output("a"), "y": output("b")})
    assert run.state.node("l").output == [{"x": "a", "y": "b"}]
    empty = Dialogue(LOOP).start()
    empty.answer(expands([]))
    assert (empty.state.status, empty.state.node("l").output) == ("completed", [])


def test_stop_fails_at_the_first_item_and_opens_no_more() -> None:
    run = Dialogue(workflow({"l": {}, "x": {"parent": "l"}})).start()
    run.answer(expands([1, 2, 3], 1))
    run.play({"x": fails()})
    assert run.state.status == "failed"
    assert run.story().count("node_started x[1]") == 0
    assert "item 0 of 3" in run.state.node("l").error["message"]
