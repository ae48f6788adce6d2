"""Copied nodes are JSON text that survives the way through other programs."""

from __future__ import annotations

import json

import pytest

from floworch.model.workflow import Layer, Node, Workflow
from floworch_designer.document.clipboard import Fragment, insert
from floworch_designer.document.decor import add_group, add_note, groups, notes
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import positions, with_positions


def source() -> Workflow:
    nodes = {
        "a": Node(action="data.set", params={"v": 1}, middleware=(Layer(use="log", options={"level": "info"}),)),  # type: ignore[call-arg]
        "b": Node(action="data.set", params={"x": "{{ nodes.a.output }}"}),
        "c": Node(action="data.set"),
    }
    workflow = Workflow(id="w", nodes=nodes, edges=(make_edge("a", "out", "b"), make_edge("b", "out", "c")))
    return with_positions(workflow, {"a": (100, 50), "b": (400, 80), "c": (700, 0)})


def test_text_brings_back_the_same_nodes_edges_and_places() -> None:
    fragment = Fragment.of(source(), ["a", "b"])
    back = Fragment.from_text(fragment.to_text())
    assert back is not None
    assert dict(back.nodes) == dict(fragment.nodes)
    assert back.edges == fragment.edges
    assert back.places == fragment.places


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", '{"nodes": 5}', '{"nodes": {"a": {}}}', '{"nodes": {}}', '"nodes"']
)
def test_other_text_is_refused_without_a_fuss(text: str) -> None:
    assert Fragment.from_text(text) is None


def test_inserting_renames_and_places_at_a_point() -> None:
    fragment = Fragment.of(source(), ["a", "b"])
    made, names = insert(source(), fragment, at=(0, 0))
    assert names == {"a": "a_2", "b": "b_2"}
    assert made.nodes["b_2"].params["x"] == "{{ nodes.a_2.output }}"
    assert positions(made)["a_2"] == (0, 0)
    assert positions(made)["b_2"] == (300, 30)
    assert make_edge("a_2", "out", "b_2") in made.edges


def test_inserting_into_another_workflow_and_a_container() -> None:
    target = Workflow(id="t", nodes={"box": Node(action="flow.foreach")})
    made, names = insert(target, Fragment.of(source(), ["a"]), parent="box")
    assert made.nodes[names["a"]].parent == "box"


def test_text_carries_notes_frames_and_the_links_into_the_nodes() -> None:
    made, note = add_note(source(), "**why**", (10, 20))
    made, frame = add_group(made, ["b"], "Set", "teal")
    fragment = Fragment.of(made, [], [note, frame])
    assert set(fragment.nodes) == {"b"}, "a frame brings its nodes"
    back = Fragment.from_text(fragment.to_text())
    assert back is not None
    assert (dict(back.areas), back.links) == (dict(fragment.areas), (make_edge("a", "out", "b"),))
    pasted, names = insert(made, back, at=(1000, 1000), linked=True)
    assert notes(pasted)[names[note]].at == (1000, 1000), "the note was the top left corner"
    assert positions(pasted)[names["b"]] == (1390, 1060)
    assert groups(pasted)[names[frame]].nodes == (names["b"],)
    assert make_edge("a", "out", names["b"]) in pasted.edges
    alone, names = insert(Workflow(id="t"), back, linked=True)
    assert alone.edges == (), "there is nothing here to connect with"
    assert names["b"] == "b"


@pytest.mark.parametrize(
    "view",
    [
        {"notes": "none", "frames": 5},
        {"notes": [1, {"text": "no place"}], "frames": [{"nodes": [["a"], None]}, {"nodes": 5, "at": [0, 0]}]},
    ],
)
def test_notes_and_frames_nobody_could_see_are_left_out(view: object) -> None:
    text = json.dumps({"nodes": {"a": {"action": "data.set"}}, "view": view})
    fragment = Fragment.from_text(text)
    assert fragment is not None
    made, names = insert(Workflow(id="t"), fragment)
    assert list(names) == ["a"]
    assert set(made.view) <= {"nodes"}
