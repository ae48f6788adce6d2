"""Notes and frames in ``view``: read tolerantly, edited purely, nothing of what a person wrote there lost."""

from __future__ import annotations

import pytest

from floworch.model import codec
from floworch.model.workflow import Node, Workflow
from floworch_designer.document import decor, edits
from floworch_designer.document.changes import ChangeSet, diff


def flow(**view: object) -> Workflow:
    nodes = {name: Node(action="data.set") for name in "abc"}
    return Workflow.model_validate({"id": "w", "nodes": nodes, "view": view})


@pytest.mark.parametrize(
    "notes", [None, 3, {"a": 1}, [None, "x", {"text": "no place"}, {"at": "here"}, {"at": [1]}, {"at": [True, 2]}]]
)
def test_what_is_no_note_is_left_out_and_stays_in_the_file(notes: object) -> None:
    workflow = flow(notes=notes, frames=notes)
    assert decor.notes(workflow) == {} == decor.groups(workflow)
    made, key = decor.add_note(workflow, "hi", (1.4, 2.6))
    assert list(decor.notes(made)) == [key]
    if isinstance(notes, list):
        assert [entry for entry in made.view["notes"] if not isinstance(entry, dict)] == [None, "x"]


def test_imported_notes_without_ids_are_read_and_keep_unknown_keys() -> None:
    workflow = flow(
        notes=[{"text": "one", "at": [0, 0], "size": [300, 160], "by": "n8n"}, {"at": [5, 5], "color": "no"}]
    )
    first, second = decor.notes(workflow).values()
    assert (first.id, first.text, first.size, first.color) == ("n1", "one", (300.0, 160.0), "yellow")
    assert (second.size, second.color) == (decor.NOTE_SIZE, "yellow")
    made = decor.set_decor(workflow, decor.note_key("n2"), text="two", color="pink")
    assert made.view["notes"][0] == {"id": "n1", "text": "one", "at": [0, 0], "size": [300, 160], "by": "n8n"}
    assert decor.notes(made)["note:n2"].text == "two"
    assert decor.set_decor(made, "note:gone", text="x") is made


def test_two_entries_of_one_id_are_told_apart() -> None:
    workflow = flow(notes=[{"id": "n1", "at": [0, 0]}, {"id": "n1", "at": [9, 9]}, {"id": 7, "at": [1, 1]}])
    assert len(decor.notes(workflow)) == 3
    assert len(decor.notes(decor.remove_decor(workflow, {"note:n1"}))) == 2


def test_a_frame_needs_nodes_that_exist_or_a_size() -> None:
    workflow = flow(frames=[
        {"id": "f1", "nodes": ["a", "gone"]}, {"id": "f2", "nodes": ["gone"]},
        {"id": "f3", "at": [0, 0], "size": [1, 900000]}, {"id": "f4", "title": "lost"},
    ])  # fmt: skip
    found = decor.groups(workflow)
    assert found["frame:f1"].nodes == ("a",)
    assert (found["frame:f1"].at, found["frame:f1"].size) == (None, None)
    assert found["frame:f3"].size == (decor.LEAST[0], 20_000)
    assert set(found) == {"frame:f1", "frame:f3"}


def test_frames_follow_renames_and_removals_of_their_nodes() -> None:
    made, key = decor.add_group(flow(), ["c", "a"], "Title")
    assert decor.groups(made)[key] == decor.Group("f1", "Title", "blue", ("a", "c"))
    made = edits.rename(made, "a", "z")
    assert decor.groups(made)[key].nodes == ("z", "c")
    made = edits.remove(made, ["z"])
    assert decor.groups(made)[key].nodes == ("c",)
    assert decor.groups(edits.remove(made, ["c"])) == {}
    sized = decor.set_decor(made, key, at=[0, 0], size=[300, 200])
    assert decor.groups(edits.remove(sized, ["c"]))[key].nodes == ()


def test_nodes_enter_and_leave_frames() -> None:
    made, first = decor.add_group(flow(), ["a", "b"])
    made, second = decor.add_group(made, ["c"])
    assert second == "frame:f2"
    moved = decor.put_into(made, ["b"], [second])
    assert {key: group.nodes for key, group in decor.groups(moved).items()} == {first: ("a",), second: ("c", "b")}
    assert decor.put_into(made, ["b"], [first]) is made
    kept = decor.put_into(made, ["a", "b"], [second], keep=[first])
    assert decor.groups(kept)[first].nodes == ("a", "b")


def test_an_edit_of_a_note_is_a_change_of_the_view_alone() -> None:
    before = flow()
    after, key = decor.add_note(before, "# Title", (10, 20))
    assert diff(before, after) == ChangeSet(decor=True)
    assert codec.logic_hash(before) == codec.logic_hash(after)
    moved = decor.move_decor(after, {key}, (5.2, -5))
    assert decor.notes(moved)[key].at == (15, 15)
    assert decor.move_decor(after, set(), (5, 5)) is after
    assert decor.remove_decor(moved, {key}) == before
    assert codec.loads(codec.dumps(after)).view == after.view
