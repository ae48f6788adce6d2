"""Every edit is one undo step, dirty follows the file, and the file is never lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import DefinitionError, FlowError
from floworch.model import codec
from floworch.model.workflow import Compensation, Input, Layer, Node, RetryPolicy, Settings, Workflow
from floworch_designer.document import Document, edits
from floworch_designer.document.changes import ChangeSet, diff
from floworch_designer.document.clipboard import Fragment
from floworch_designer.document.layout import arrange
from floworch_designer.document.nodes import MISSING, make_edge

pytestmark = pytest.mark.usefixtures("qapp")

Edit = Callable[[Workflow], Workflow]


def start() -> Workflow:
    nodes = {
        "a": Node(action="data.set", params={"v": 1, "text": "x"}, title="A"),
        "b": Node(action="x.y", params={"x": "{{ nodes.a.output }}"}, middleware=(Layer(use="log"), Layer(use="q"))),
        "c": Node(action="data.set", disabled=True),
        "box": Node(action="flow.foreach"),
        "in": Node(action="data.set", parent="box"),
    }  # fmt: skip
    edges = (make_edge("a", "out", "b"), make_edge("b", "out", "c"))
    places = {"a": [0, 0], "b": [300, 0], "c": [600, 0], "box": [0, 200], "in": [24, 260]}
    return Workflow(id="w", nodes=nodes, edges=edges, view={"nodes": places}, middleware=(Layer(use="log"),))


def make(workflow: Workflow | None = None) -> Document:
    document = Document(validate=lambda _: ())
    document.reset(workflow if workflow is not None else start())
    return document


EDITS: dict[str, Edit] = {
    "add": lambda wf: edits.add_node(wf, "data.set", {"v": 1}, (5, 5))[0],
    "add into a container": lambda wf: edits.add_node(wf, "data.set", {}, (5, 5), "box")[0],
    "remove": lambda wf: edits.remove(wf, {"b"}),
    "remove and reconnect": lambda wf: edits.remove(wf, {"b"}, reconnect=True),
    "remove a container": lambda wf: edits.remove(wf, {"box"}),
    "remove an edge": lambda wf: edits.remove(wf, (), [1]),
    "connect": lambda wf: edits.connect(wf, "a", "error", "c"),
    "disconnect": lambda wf: edits.disconnect(wf, [0]),
    "move": lambda wf: edits.move(wf, {"a": (7, 8), "b": (9.5, 1)}),
    "into a container": lambda wf: edits.set_parent(wf, {"c"}, "box"),
    "out of a container": lambda wf: edits.set_parent(wf, {"in"}, None),
    "set a parameter": lambda wf: edits.set_param(wf, "a", "v", 2),
    "add a parameter": lambda wf: edits.set_param(wf, "a", "fresh", None),
    "remove a parameter": lambda wf: edits.set_param(wf, "a", "v", MISSING),
    "title": lambda wf: edits.set_field(wf, "a", "title", "B"),
    "no title": lambda wf: edits.set_field(wf, "a", "title", MISSING),
    "retry": lambda wf: edits.set_field(wf, "a", "retry", RetryPolicy(max_attempts=5)),
    "timeout": lambda wf: edits.set_field(wf, "a", "timeout", "3s"),
    "notes": lambda wf: edits.set_field(wf, "a", "notes", "Hm"),
    "pin": lambda wf: edits.set_field(wf, "a", "pin", {"output": 1}),
    "breakpoint": lambda wf: edits.set_field(wf, "a", "breakpoint", True),
    "join": lambda wf: edits.set_field(wf, "b", "join", "any"),
    "compensate": lambda wf: edits.set_field(wf, "a", "compensate", Compensation(action="data.set")),
    "disable": lambda wf: edits.set_disabled(wf, ["a", "b"], True),
    "enable": lambda wf: edits.set_disabled(wf, ["c"]),
    "rename": lambda wf: edits.rename(wf, "a", "first"),
    "add a layer": lambda wf: edits.add_layer(wf, "a", "cache"),
    "add a layer first": lambda wf: edits.add_layer(wf, "b", "cache", 0),
    "move a layer": lambda wf: edits.move_layer(wf, "b", 0, 1),
    "remove a layer": lambda wf: edits.remove_layer(wf, "b", 0),
    "change a layer": lambda wf: edits.set_layer(wf, "b", 0, options={"level": "info"}),
    "layer of the workflow": lambda wf: edits.add_layer(wf, None, "cache"),
    "no layer of the workflow": lambda wf: edits.remove_layer(wf, None, 0),
    "duplicate": lambda wf: edits.duplicate(wf, ["a", "b"])[0],
    "duplicate with inputs": lambda wf: edits.duplicate(wf, ["b"], inputs=True)[0],
    "paste": lambda wf: edits.insert(wf, Fragment.of(start(), ["a", "box"]), at=(0, 900))[0],
    "arrange": lambda wf: edits.move(wf, arrange(wf)),
    "name": lambda wf: edits.set_meta(wf, name="Name"),
    "inputs": lambda wf: edits.set_meta(wf, inputs={"order": Input(type="object", required=True)}),
    "outputs": lambda wf: edits.set_meta(wf, outputs={"r": "{{ nodes.a.output }}"}),
    "settings": lambda wf: edits.set_meta(wf, settings=Settings(fail_fast=False)),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_can_be_undone_and_done_again(name: str) -> None:
    document = make()
    before = document.workflow
    after = EDITS[name](before)
    seen: list[ChangeSet] = []
    document.changed.connect(seen.append)
    document.apply(after, name)
    assert document.workflow is after
    assert after != before
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undo_text() == name
    document.undo_stack.undo()
    assert document.workflow is before
    assert document.undo_stack.redo_text() == name
    document.undo_stack.redo()
    assert document.workflow is after
    assert seen == [diff(before, after), diff(after, before), diff(before, after)]
    assert all(seen)


@pytest.mark.parametrize("name", EDITS)
def test_no_edit_changes_the_definition_it_was_given(name: str) -> None:
    before = start()
    text = codec.dumps(before)
    EDITS[name](before)
    assert codec.dumps(before) == text
    assert before == start()


@pytest.mark.parametrize("name", EDITS)
def test_every_edited_definition_survives_its_file(name: str) -> None:
    after = EDITS[name](start())
    back = codec.loads(codec.dumps(after))
    assert not diff(after, back.replace(view=after.view))
    assert set(back.nodes) == set(after.nodes)
    assert codec.dumps(back) == codec.dumps(after)


NOTHING: dict[str, Edit] = {
    "remove nothing": lambda wf: edits.remove(wf, ()),
    "remove a stranger": lambda wf: edits.remove(wf, {"nobody"}, [99]),
    "connect again": lambda wf: edits.connect(wf, "a", "out", "b"),
    "connect a stranger": lambda wf: edits.connect(wf, "a", "out", "nobody"),
    "move nothing": lambda wf: edits.move(wf, {}),
    "move to the same place": lambda wf: edits.move(wf, {"a": (0, 0), "b": (300.0, 0.0)}),
    "move a stranger": lambda wf: edits.move(wf, {"nobody": (1, 1)}),
    "same parent": lambda wf: edits.set_parent(wf, {"a", "b"}, None),
    "unknown parent": lambda wf: edits.set_parent(wf, {"a"}, "nobody"),
    "into itself": lambda wf: edits.set_parent(wf, {"box"}, "box"),
    "into its own body": lambda wf: edits.set_parent(wf, {"box"}, "in"),
    "same parameter": lambda wf: edits.set_param(wf, "a", "v", 1),
    "remove no parameter": lambda wf: edits.set_param(wf, "a", "nothing", MISSING),
    "same title": lambda wf: edits.set_field(wf, "a", "title", "A"),
    "default of a default": lambda wf: edits.set_field(wf, "a", "notes", MISSING),
    "disable again": lambda wf: edits.set_disabled(wf, ["c"], True),
    "disable nothing": lambda wf: edits.set_disabled(wf, []),
    "rename to itself": lambda wf: edits.rename(wf, "a", "a"),
    "move no layer": lambda wf: edits.move_layer(wf, "b", 1, 1),
    "remove no layer": lambda wf: edits.remove_layer(wf, "b", -1),
    "duplicate nothing": lambda wf: edits.duplicate(wf, [])[0],
    "duplicate a stranger": lambda wf: edits.duplicate(wf, ["nobody"])[0],
    "same name": lambda wf: edits.set_meta(wf, name="", inputs={}),
}


@pytest.mark.parametrize("name", NOTHING)
def test_an_edit_that_changes_nothing_is_the_same_definition_and_no_step(name: str) -> None:
    document = make()
    after = NOTHING[name](document.workflow)
    assert after is document.workflow
    document.apply(after, name)
    assert document.undo_stack.count() == 0
    assert not document.dirty


@pytest.mark.parametrize(
    ("before", "after"),
    [(1, True), (True, 1), (1, 1.0), (1.0, 1), (0, False), ([1], [True]), ({"k": [0]}, {"k": [0.0]})],
)
def test_a_change_of_type_alone_is_a_change_because_the_file_tells_them_apart(before: Any, after: Any) -> None:
    document = make(edits.set_param(start(), "a", "v", before))
    document.apply(edits.set_param(document.workflow, "a", "v", after), "Type")
    assert document.undo_stack.count() == 1
    stored = document.workflow.nodes["a"].params["v"]
    assert codec.dumps(document.workflow) != codec.dumps(edits.set_param(start(), "a", "v", before))
    assert type(stored) is type(after)
    document.undo_stack.undo()
    assert edits.same(document.workflow.nodes["a"].params["v"], before)


def test_a_change_of_type_in_inputs_and_layers_counts_too() -> None:
    document = make(edits.set_meta(start(), inputs={"n": Input(default=1)}, outputs={"x": 1}))
    seen: list[ChangeSet] = []
    document.changed.connect(seen.append)
    document.apply(edits.set_meta(document.workflow, inputs={"n": Input(default=True)}), "Default")
    document.apply(edits.set_meta(document.workflow, outputs={"x": 1.0}), "Output")
    document.apply(edits.set_layer(document.workflow, "b", 0, options={"n": 1}), "Layer")
    document.apply(edits.set_layer(document.workflow, "b", 0, options={"n": True}), "Layer")
    assert [change.meta for change in seen] == [True, True, False, False]
    assert document.workflow.nodes["b"].middleware[0].options == {"n": True}
    assert document.undo_stack.count() == 4


# merging


def test_steps_of_one_key_in_a_row_are_one_and_another_key_or_none_starts_afresh() -> None:
    document = make()
    for value, key in [(1, "k"), (2, "k"), (3, "q"), (4, "q"), (5, None), (6, None), (7, "k")]:
        document.apply(edits.set_param(document.workflow, "c", "n", value), "Value", merge=key)
    assert document.undo_stack.count() == 5
    values = []
    while document.undo_stack.can_undo():
        document.undo_stack.undo()
        values.append(document.workflow.nodes["c"].params.get("n"))
    assert values == [6, 5, 4, 2, None]


def test_steps_of_different_keys_do_not_merge() -> None:
    document = make()
    document.apply(edits.set_param(document.workflow, "c", "n", 1), "One", merge="one")
    document.apply(edits.set_param(document.workflow, "c", "n", 2), "Two", merge="two")
    assert document.undo_stack.count() == 2


def test_after_saving_a_step_of_the_same_key_does_not_swallow_the_saved_state(tmp_path: Path) -> None:
    document = make()
    document.apply(edits.set_param(document.workflow, "c", "n", 1), "Value", merge="k")
    document.save(tmp_path / "w.flow.json")
    document.apply(edits.set_param(document.workflow, "c", "n", 2), "Value", merge="k")
    assert document.dirty
    document.undo_stack.undo()
    assert not document.dirty
    assert document.workflow.nodes["c"].params == {"n": 1}


def test_after_an_undo_the_next_step_replaces_what_was_undone() -> None:
    document = make()
    for value in (1, 2, 3):
        document.apply(edits.set_param(document.workflow, "c", "n", value), f"Set {value}")
    document.undo_stack.undo()
    document.undo_stack.undo()
    document.apply(edits.set_param(document.workflow, "c", "n", 9), "Set 9")
    assert [document.undo_stack.text(i) for i in range(document.undo_stack.count())] == ["Set 1", "Set 9"]
    assert not document.undo_stack.can_redo()


def test_typing_and_taking_it_back_in_one_merged_step_still_undoes_to_the_start() -> None:
    document = make()
    before = document.workflow
    for title in ("AB", "ABC", "AB", "A"):
        document.apply(edits.set_field(document.workflow, "a", "title", title), "Title", merge="title")
    assert document.workflow == before
    while document.undo_stack.can_undo():
        document.undo_stack.undo()
    assert document.workflow is before


# dirty, path, files


def test_dirty_is_announced_once_per_change_of_it(tmp_path: Path) -> None:
    document, seen = make(), []
    document.dirty_changed.connect(seen.append)
    document.apply(EDITS["title"](document.workflow), "one")
    document.apply(EDITS["add"](document.workflow), "two")
    document.save(tmp_path / "w.flow.json")
    document.undo_stack.undo()
    document.undo_stack.redo()
    document.reset(start())
    assert seen == [True, False, True, False]


def test_the_path_is_announced_only_when_it_differs(tmp_path: Path) -> None:
    document, seen = make(), []
    document.path_changed.connect(lambda: seen.append(document.path))
    first, second = tmp_path / "a.flow.json", tmp_path / "b.flow.json"
    document.save(first)
    document.save()
    document.save(second)
    document.load(second)
    document.new()
    assert seen == [first, second, None]
    assert codec.load(first) == codec.load(second)


def test_without_a_file_saving_asks_for_one_and_the_document_stays_dirty() -> None:
    document = make()
    document.apply(EDITS["title"](document.workflow), "one")
    with pytest.raises(ValueError, match="no file yet"):
        document.save()
    assert document.dirty


def unwritable(document: Document, where: Path) -> None:
    """Saving there fails with a sentence for the user, and nothing about the document changes."""
    path, dirty, count = document.path, document.dirty, document.undo_stack.count()
    seen: list[Any] = []
    document.path_changed.connect(lambda: seen.append("path"))
    document.dirty_changed.connect(seen.append)
    with pytest.raises(FlowError) as caught:
        document.save(where)
    assert str(where) in str(caught.value)
    assert (document.path, document.dirty, document.undo_stack.count()) == (path, dirty, count)
    assert seen == []


def test_saving_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    document = make()
    document.apply(EDITS["title"](document.workflow), "one")
    unwritable(document, tmp_path / "gone" / "w.flow.json")
    document.save(tmp_path / "w.flow.json")
    assert not document.dirty


def test_saving_upon_a_folder(tmp_path: Path) -> None:
    document = make()
    document.apply(EDITS["title"](document.workflow), "one")
    (tmp_path / "w.flow.json").mkdir()
    unwritable(document, tmp_path / "w.flow.json")
    assert list(tmp_path.iterdir()) == [tmp_path / "w.flow.json"]


def test_a_folder_that_vanished_after_loading_keeps_the_document_and_its_history(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    document = make()
    document.save(folder / "w.flow.json")
    document.apply(EDITS["title"](document.workflow), "one")
    (folder / "w.flow.json").unlink()
    folder.rmdir()
    unwritable(document, folder / "w.flow.json")
    folder.mkdir()
    document.save()
    assert codec.load(folder / "w.flow.json").nodes["a"].title == "B"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_saving_into_a_folder_without_permission(tmp_path: Path) -> None:
    document = make()
    document.apply(EDITS["title"](document.workflow), "one")
    tmp_path.chmod(0o500)
    try:
        unwritable(document, tmp_path / "w.flow.json")
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document, path = make(), tmp_path / "w.flow.json"
    document.save(path)
    before = path.read_bytes()
    document.apply(EDITS["title"](document.workflow), "one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("floworch.model.files.os.fsync", full)
    unwritable(document, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"id": 5}', '{"id": "x", "nodes": []}', "\x00\x01"])
def test_a_file_that_is_no_definition_leaves_the_document_as_it_was(tmp_path: Path, text: str) -> None:
    document, path = make(), tmp_path / "bad.flow.json"
    document.apply(EDITS["title"](document.workflow), "one")
    before = document.workflow
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError):
        document.load(path)
    with pytest.raises(DefinitionError):
        document.load(tmp_path / "missing.flow.json")
    assert document.workflow is before
    assert document.path is None
    assert document.undo_stack.count() == 1


def test_a_loaded_file_is_clean_has_no_history_and_announces_everything(tmp_path: Path) -> None:
    path = tmp_path / "w.flow.json"
    codec.save(start(), path)
    document, seen = make(Workflow(id="other")), []
    document.apply(edits.add_node(document.workflow, "data.set", {}, (0, 0))[0], "Add")
    document.changed.connect(seen.append)
    document.load(str(path))
    assert [change.everything for change in seen] == [True]
    assert document.workflow == codec.load(path)
    assert not document.undo_stack.can_undo()
    assert not document.dirty
    assert document.path == path


def test_unknown_keys_are_kept_and_a_change_of_one_is_an_edit() -> None:
    document = make(Workflow.model_validate({"id": "w", "x-tool": {"n": 1}, "nodes": {"a": {"action": "x", "x-y": 2}}}))
    document.apply(edits.set_field(document.workflow, "a", "title", "T"), "Title")
    assert document.workflow.model_extra == {"x-tool": {"n": 1}}
    assert document.workflow.nodes["a"].model_extra == {"x-y": 2}
    changed = document.workflow.replace(**{"x-tool": {"n": 2}})
    document.apply(changed, "Tool")
    assert document.undo_stack.undo_text() == "Tool"
