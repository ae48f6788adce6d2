"""Two runs side by side."""

from __future__ import annotations

from typing import Any

from part_kit import begin, earlier_of, plan
from run_dialogue import Dialogue, expands, fails, output, waits, workflow

from floworch.run.compare import RunDifference, compare_runs
from floworch.run.state import RunState


def played(definition: Any, answers: Any = None) -> RunState:
    return Dialogue(definition).start().play(answers).state


def nodes(found: RunDifference) -> dict[str, bool]:
    return {node.node: node.same for node in found.nodes}


CHAIN = workflow({"a": {}, "b": {}, "c": {}}, "a>b", "b>c")


def test_a_run_is_like_itself() -> None:
    state = played(CHAIN, {"a": output({"x": [1, {"y": 2}]})})
    found = compare_runs(state, state)
    assert found.same
    assert found.first is None
    assert nodes(found) == {"a": True, "b": True, "c": True}


def test_the_first_node_that_differs_is_the_first_in_the_order_of_the_run() -> None:
    definition = workflow({"z": {}, "m": {}, "a": {}}, "z>m", "m>a")
    one = played(definition, {"m": output({"k": [1, 2]}), "a": output(1)})
    two = played(definition, {"m": output({"k": [1, 3]}), "a": output(2)})
    found = compare_runs(one, two)
    assert [node.node for node in found.nodes] == ["z", "m", "a"]
    assert found.first == "m"
    change = found.nodes[1].output[0]
    assert (change.field, change.old, change.new) == ("output.k.1", 2, 3)
    assert found.to_json()["nodes"][1]["output"] == [{"field": "output.k.1", "old": 2, "new": 3}]


def test_true_is_not_one_and_a_missing_key_is_a_difference() -> None:
    one, two = played(CHAIN, {"a": output({"x": 1, "y": None})}), played(CHAIN, {"a": output({"x": True})})
    assert [change.field for change in compare_runs(one, two).nodes[0].output] == ["output.x", "output.y"]


def test_failures_and_what_they_stop() -> None:
    found = compare_runs(played(CHAIN), played(CHAIN, {"b": fails("timeout_error")}))
    assert (found.status, found.error) == (("completed", "failed"), (None, "timeout_error"))
    assert found.first == "b"
    assert found.nodes[1].error == (None, "timeout_error")
    assert found.nodes[2].status == ("completed", "skipped")


def test_runs_of_two_definitions_have_the_nodes_of_both() -> None:
    other = workflow({"a": {}, "b": {}, "n": {}}, "a>b", "b>n")
    found = compare_runs(played(CHAIN), played(other), ("a", "b", "c"))
    assert nodes(found) == {"a": True, "b": True, "c": False, "n": False}
    assert found.nodes[2].status == ("completed", None)
    assert found.first == "c"


def test_body_nodes_are_compared_by_their_counts() -> None:
    definition = workflow({"loop": {}, "x": {"parent": "loop"}})
    found = compare_runs(played(definition, {"loop": expands([1])}), played(definition, {"loop": expands([1, 2])}))
    assert found.nodes[1].counts == ({"completed": 1}, {"completed": 2})
    assert nodes(found) == {"loop": False, "x": False}


def test_body_nodes_have_the_time_that_is_given_for_them_and_others_their_own() -> None:
    definition = workflow({"loop": {}, "x": {"parent": "loop"}})
    one, two = (played(definition, {"loop": expands(items)}) for items in ([1], [1, 2]))
    found = compare_runs(one, two, (), ({one.index["x"]: 1.5}, {two.index["x"]: 4.0}))
    durations = {node.node: node.duration for node in found.nodes}
    assert durations["x"] == (1.5, 4.0)
    assert durations["loop"] == compare_runs(one, two).nodes[0].duration
    assert compare_runs(one, two).nodes[1].duration == (None, None)


def test_a_run_that_still_waits_has_no_duration() -> None:
    found = compare_runs(played(CHAIN), played(CHAIN, {"c": waits()}))
    assert found.duration[0] is not None
    assert found.duration[1] is None
    assert found.status == ("completed", "suspended")


def test_a_run_that_rested_took_the_time_in_which_it_was_worked_on() -> None:
    one, two = played(CHAIN), played(CHAIN)
    assert two.started_at is not None
    two.ended_at, two.rested = two.started_at + 76.0, 47.0
    assert compare_runs(one, two).duration[1] == 29.0


def test_a_result_that_was_taken_over_is_like_one_of_its_own_and_stands_where_the_other_run_had_it() -> None:
    """C7.6"""
    before = Dialogue(CHAIN).start().play()
    part = begin(CHAIN, plan(CHAIN, earlier_of(before), from_=("c",))).play()
    for pair in ((before.state, part.state), (part.state, before.state)):
        found = compare_runs(*pair)
        assert (found.same, nodes(found)) == (True, {"a": True, "b": True, "c": True})
    assert {each.status for each in found.nodes[:2]} == {("reused", "completed")}
    other = Dialogue(CHAIN).start().play({"a": output(7)})
    assert compare_runs(part.state, other.state).first == "a"
