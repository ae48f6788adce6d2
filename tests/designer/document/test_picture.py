"""Two versions of a definition in one picture."""

from __future__ import annotations

import pytest

from floworch.model.workflow import Edge, Input, Node, Workflow
from floworch_designer.document import edits
from floworch_designer.document.decor import add_group, add_note, set_decor
from floworch_designer.document.picture import picture, text_of
from floworch_designer.document.positions import positions


def flow() -> Workflow:
    nodes = {
        "a": Node(action="data.set", params={"fields": {"x": 1}}, title="First"),
        "b": Node(action="util.log", params={"message": "hi"}),
        "c": Node(action="util.log", params={"message": "bye"}),
    }
    edges = (Edge(source="a", target="b"), Edge(source="b", target="c"))
    return Workflow(id="w", nodes=nodes, edges=edges, view={"nodes": {"a": [0, 0], "b": [300, 0], "c": [600, 0]}})


def test_what_is_alike_has_no_items():
    found = picture(flow(), flow().replace(nodes={**flow().nodes, "a": flow().nodes["a"].replace(disabled=False)}))
    assert found.same
    assert found.headline() == "Both are alike."


def test_added_removed_changed_and_moved_are_told_apart_and_all_are_in_the_picture():
    old, new = flow(), edits.remove(flow(), ["c"])
    new = edits.set_param(new, "a", "fields", {"x": 2})
    new = edits.move(new, {"b": (300.0, 240.0)})
    new, added = edits.add_node(new, "util.log", None, (900.0, 0.0))
    new = edits.connect(new, "b", "error", added)
    found = picture(old, new)
    assert {key: word.partition("|")[0] for key, (word, _) in found.words.items()} == {
        "a": "changed", "b": "moved", "c": "removed", added: "added",
    }  # fmt: skip
    assert set(found.workflow.nodes) == {"a", "b", "c", added}
    assert found.came_from == {"b": (300.0, 0.0)}
    assert found.edges == {("b", "error", added): "added", ("b", "out", "c"): "removed"}
    assert len(found.workflow.edges) == 3
    change = next(item for item in found.items if item.where == "a")
    assert (change.title, change.what, change.before, change.after) == ("First", "params.fields.x", "1", "2")
    assert found.headline() == (
        "1 node added · 1 node removed · 1 node changed · 1 node moved · 1 edge added · 1 edge removed"
    )


def test_the_card_names_two_fields_and_counts_the_rest():
    new = flow().replace(nodes={**flow().nodes, "b": Node(action="util.log", params={"message": "x"}, title="T",
                                                          disabled=True)})  # fmt: skip
    word, reason = picture(flow(), edits.move(new, {"b": (1.0, 1.0)})).words["b"]
    assert word.startswith("changed|changed: ")
    assert word.endswith(" +1 · moved")
    assert "params.message: hi → x" in reason


def test_a_removed_node_is_drawn_where_it_stood_but_not_upon_its_successor():
    new = edits.remove(flow(), ["b"])
    assert positions(picture(flow(), new).workflow)["b"] == (300, 0)
    new, _ = edits.add_node(new, "util.log", None, (310.0, 10.0))
    x, y = positions(picture(flow(), new).workflow)["b"]
    assert (x, y) == (300, 120)


def test_only_stored_places_count_as_moves():
    assert picture(flow().replace(view={}), flow()).same


def test_what_runs_alike_is_said():
    found = picture(flow(), edits.set_field(flow(), "a", "title", "Other"))
    assert found.headline() == "1 node changed · it runs alike"
    assert not found.items[0].runs


def test_inputs_notes_and_frames_are_listed():
    old, note = add_note(flow(), "Read me", (0.0, 0.0))
    new = set_decor(old, note, text="Read this")
    new, frame = add_group(new, ["a"], "Box")
    new = edits.set_meta(new, inputs={"n": Input(type="integer")})
    found = picture(old, new)
    assert {(item.kind, item.where, item.what) for item in found.items} == {
        ("changed", note, "text"), ("added", frame, ""), ("changed", "", "inputs.n"),
    }  # fmt: skip
    assert found.headline() == "3 changes beside the nodes"
    assert [item.kind for item in picture(new, old).items if item.where == frame] == ["removed"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), ("a\nb", "a ⏎ b"), ({"é": 1}, '{"é": 1}'), ("x" * 200, "x" * 89 + "…")],
)
def test_values_are_one_line(value, text):
    assert text_of(value) == text
