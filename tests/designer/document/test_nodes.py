"""Reach along edges, and equality as the file sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch.model import codec
from floworch.model.graph import plan_of
from floworch.model.workflow import Node, Workflow
from floworch_designer.document import edits
from floworch_designer.document.nodes import descendants, downstream, make_edge, may_connect, place_of, same, upstream


def test_reach_goes_along_edges_and_stops_in_cycles() -> None:
    edges = tuple(make_edge(a, "out", b) for a, b in ("ab", "bc", "ca", "cd"))
    workflow = Workflow(id="w", nodes={key: Node(action="x") for key in "abcde"}, edges=edges)
    assert downstream(workflow, "b") == {"a", "b", "c", "d"}
    assert upstream(workflow, "d") == {"a", "b", "c", "d"}
    assert downstream(workflow, "e") == {"e"}


def test_bodies_are_descendants_at_any_depth() -> None:
    nodes = {"a": Node(action="x"), "b": Node(action="x", parent="a"), "c": Node(action="x", parent="b")}
    workflow = Workflow(id="w", nodes=nodes)
    assert descendants(workflow, ["a"]) == {"a", "b", "c"}
    assert place_of(workflow, "a") == (0.0, 0.0)


def test_same_tells_types_apart() -> None:
    assert same({"a": [1, "x"]}, {"a": [1, "x"]})
    assert not same(1, True)
    assert not same([1], [1.0])
    assert not same({"a": 1}, {"a": 1, "b": 2})


def test_what_nobody_set_is_not_written() -> None:
    """The file holds what a person chose, so that its diffs tell of choices only."""
    workflow, first = edits.add_node(Workflow(id="demo"), "data.set", None, (0.4, 1111.7))
    workflow, second = edits.add_node(workflow, "util.log", None, (300, 0))
    workflow = edits.connect(workflow, first, "out", second)
    workflow = edits.set_field(workflow, first, "title", "Named")
    workflow = edits.set_field(workflow, first, "title", "")
    workflow = edits.set_param(workflow, first, "fields", {})
    workflow = edits.set_param(workflow, first, "fields", edits.MISSING)
    workflow = edits.set_disabled(workflow, [first])
    workflow = edits.set_disabled(workflow, [first])
    workflow = edits.set_parent(workflow, [second], first)
    workflow = edits.connect(edits.set_parent(workflow, [second], None), first, "out", second)
    workflow = edits.set_meta(workflow, name="Demo", description="", outputs={"a": 1})
    workflow = edits.set_meta(workflow, name="", outputs={})
    data = codec.to_data(workflow)
    assert data["nodes"] == {"set": {"action": "data.set"}, "log": {"action": "util.log"}}
    assert data["edges"] == [{"from": "set", "to": "log"}]
    assert data["view"] == {"nodes": {"set": [0, 1112], "log": [300, 0]}}
    assert not {"name", "description", "outputs"} & data.keys()


@pytest.mark.parametrize(("version", "written"), [(1, None), (3, 3)])
def test_a_new_node_notes_the_version_of_its_action_when_it_is_not_the_first(version: int, written: int) -> None:
    made, node = edits.add_node(Workflow(id="x"), "demo.act", None, (0.0, 0.0), version=version)
    assert made.nodes[node].version == written


def test_what_a_workflow_remembers_is_no_difference():
    first, second = (Workflow(id="w", nodes={"a": Node(action="data.set")}) for _ in range(2))
    plan_of(first)
    assert same(first.at(Path("x.flow.json")), second)


def test_nothing_leads_to_a_trigger():
    nodes = {"log": Node(action="util.log"), "daily": Node(action="trigger.schedule")}
    made = Workflow(id="w", nodes=nodes)
    assert "nothing leads to it" in may_connect(made, "log", "daily")
    assert may_connect(made, "daily", "log") == ""
