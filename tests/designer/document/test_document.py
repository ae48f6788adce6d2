"""The document: one undo step per edit, merging, changes by id, problems a moment later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from floworch.model.problem import Problem
from floworch.model.workflow import Node, Workflow
from floworch_designer.document import edits
from floworch_designer.document.changes import ChangeSet
from floworch_designer.document.document import Document


def make(validate: Any = lambda _: ()) -> Document:
    return Document(validate=validate)


@pytest.mark.usefixtures("qapp")
def test_a_change_names_what_differs() -> None:
    document, seen = make(), []
    document.changed.connect(seen.append)
    first, a = edits.add_node(document.workflow, "data.set", {}, (0, 0))
    document.apply(first, "Add")
    second, b = edits.add_node(first, "data.set", {}, (0, 0))
    document.apply(edits.connect(second, a, "out", b), "Connect")
    document.apply(edits.move(document.workflow, {a: (5, 5)}), "Move")
    document.apply(edits.set_meta(document.workflow, name="N"), "Rename")
    document.apply(edits.remove(document.workflow, {a}), "Delete")
    assert seen == [
        ChangeSet(nodes=frozenset({a}), moved=frozenset({a})),
        ChangeSet(nodes=frozenset({b}), moved=frozenset({b}), edges=True),
        ChangeSet(moved=frozenset({a})),
        ChangeSet(meta=True),
        ChangeSet(removed=frozenset({a}), edges=True),
    ]


@pytest.mark.usefixtures("qapp")
def test_keystrokes_with_one_key_are_one_step() -> None:
    document = make()
    document.apply(edits.add_node(document.workflow, "data.set", {}, (0, 0))[0], "Add")
    for text in ("h", "he", "hel"):
        document.apply(edits.set_field(document.workflow, "set", "title", text), "Title", merge="title:set")
    document.apply(edits.set_param(document.workflow, "set", "v", 1), "Value", merge="v:set")
    assert document.undo_stack.count() == 3
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.workflow.nodes["set"].title == ""


@pytest.mark.usefixtures("qapp")
def test_an_edit_that_changes_nothing_is_no_step() -> None:
    document = make()
    document.apply(document.workflow, "Nothing")
    document.apply(document.workflow.replace(), "Nothing either")
    assert document.undo_stack.count() == 0


@pytest.mark.usefixtures("qapp")
def test_dirty_follows_the_saved_state(tmp_path: Path) -> None:
    document, seen = make(), []
    document.dirty_changed.connect(seen.append)
    document.apply(edits.add_node(document.workflow, "data.set", {}, (0, 0))[0], "Add")
    assert document.dirty
    document.save(tmp_path / "a.flow.json")
    assert not document.dirty
    document.undo_stack.undo()
    assert document.dirty
    assert seen == [True, False, True]


@pytest.mark.usefixtures("qapp")
def test_a_saved_document_loads_as_the_same_value(tmp_path: Path) -> None:
    document, other = make(), make()
    document.apply(edits.add_node(document.workflow, "data.set", {"v": "ü"}, (4, 5))[0], "Add")
    document.save(tmp_path / "a.flow.json")
    other.load(tmp_path / "a.flow.json")
    assert other.workflow == document.workflow
    assert other.path == tmp_path / "a.flow.json"
    assert other.undo_stack.count() == 0


@pytest.mark.usefixtures("qapp")
def test_saving_without_a_file_says_so() -> None:
    with pytest.raises(ValueError, match="no file"):
        make().save()


def test_problems_arrive_after_a_pause_and_once(qtbot: QtBot) -> None:
    calls: list[int] = []

    def validate(workflow: Workflow) -> list[Problem]:
        calls.append(len(workflow.nodes))
        return [Problem("x", "error", "", "Bad")]

    document = make(validate)
    with qtbot.waitSignal(document.problems_changed, timeout=3000):
        for _ in range(5):
            document.apply(edits.add_node(document.workflow, "data.set", {}, (0, 0))[0], "Add")
    assert calls == [5]
    assert document.problems[0].message == "Bad"


def test_a_large_workflow_is_validated_without_holding_up_the_window(qtbot: QtBot) -> None:
    import threading

    threads: list[str] = []

    def validate(workflow: Workflow) -> list[Problem]:
        threads.append(threading.current_thread().name)
        return [Problem("n", "warning", "", str(len(workflow.nodes)))]

    document = make(validate)
    with qtbot.waitSignal(document.problems_changed, timeout=5000, check_params_cb=bool):
        document.reset(Workflow(id="w", nodes={f"n{i}": Node(action="data.set") for i in range(2500)}))
    assert threads == ["problems"]
    assert document.problems[0].message == "2500"


@pytest.mark.usefixtures("qapp")
def test_checking_now_gives_the_problems_at_once() -> None:
    document = make(lambda _: [Problem("x", "error", "", "Bad")])
    assert [problem.code for problem in document.check_now()] == ["x"]


def test_the_first_save_names_a_workflow_that_nobody_named(qapp, tmp_path) -> None:
    document = Document(validate=lambda _workflow: [])
    document.save(tmp_path / "My Drawn.flow.json")
    assert document.workflow.id == "my_drawn"
    assert not document.dirty
    document.save(tmp_path / "other.flow.json")
    assert document.workflow.id == "my_drawn"  # it has a name of its own by now


def test_the_first_save_adds_no_step_and_undo_keeps_the_id(tmp_path):
    from floworch.model import codec
    from floworch_designer.document import edits
    from floworch_designer.document.document import Document

    document = Document()
    document.apply(edits.add_node(document.workflow, "data.set", None, (0, 0))[0], "Add")
    document.apply(edits.add_node(document.workflow, "util.log", None, (300, 0))[0], "Add")
    document.save(tmp_path / "mine.flow.json")
    assert document.undo_stack.count() == 2
    assert not document.dirty
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.workflow.id == "mine"
    document.save()
    assert codec.load(tmp_path / "mine.flow.json").id == "mine"
    document.undo_stack.redo()
    assert document.workflow.id == "mine"
