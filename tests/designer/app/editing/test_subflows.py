"""Nodes become a file of their own by a key: saved, called, and taken back by undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.model import codec
from floworch_designer.app.widgets import dialogs
from floworch_designer.document import edits
from floworch_designer.document.decor import add_group, groups

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def saved(window, flow, tmp_path):
    """The workflow of two nodes in a file, with the focus on the canvas."""
    window.session.document.reset(flow())
    window.session.document.save(tmp_path / "main.flow.json")
    return window


def answers(monkeypatch, path):
    asked = []

    async def ask(_parent, folder, name):
        asked.append((folder, name))
        return path

    monkeypatch.setattr(dialogs, "ask_save", ask)
    return asked


def press(window, key=Qt.Key.Key_E, modifiers=CTRL_SHIFT):
    window.activateWindow()
    QApplication.processEvents()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, key, modifiers)


def test_the_selection_is_saved_beside_the_workflow_and_called(saved, monkeypatch, until, tmp_path):
    asked = answers(monkeypatch, tmp_path / "parts" / "tell.flow.json")
    (tmp_path / "parts").mkdir()
    made, frame = add_group(saved.document.workflow, ["second"], "Tell it")
    saved.document.apply(made, "Frame")
    saved.selection.set(decor=[frame])
    before = saved.document.workflow
    press(saved)
    until(lambda: "tell" in saved.document.workflow.nodes)
    assert asked == [(str(tmp_path), "tell-it")], "the frame's title is the name that is offered"
    assert saved.document.workflow.nodes["tell"].params["workflow"] == "parts/tell.flow.json"
    assert saved.selection.nodes == {"tell"}
    assert set(codec.load(tmp_path / "parts" / "tell.flow.json").nodes) == {"second"}
    saved.document.undo_stack.undo()
    assert saved.document.workflow is before


def test_undo_takes_back_what_the_foot_of_the_window_says_of_it(saved, monkeypatch, until, tmp_path):
    answers(monkeypatch, tmp_path / "tell.flow.json")
    saved.selection.set(["second"])
    press(saved)
    until(lambda: "is saved and called here" in saved.statusBar().currentMessage())
    press(saved, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "second" in saved.document.workflow.nodes
    assert saved.statusBar().currentMessage() == "tell.flow.json is removed: its nodes are here again."


def test_what_cannot_be_is_said_before_a_name_is_asked_for(saved, monkeypatch, until):
    asked = answers(monkeypatch, None)
    made = saved.document.workflow.nodes["first"].replace(params={"target": "data"})
    saved.document.apply(
        saved.document.workflow.replace(nodes={**saved.document.workflow.nodes, "first": made}), "Edit"
    )
    saved.selection.set(["first"])
    press(saved)
    until(lambda: "message" in saved.banners.shown)
    assert "does not share" in saved.banners.shown["message"].text.text()
    assert asked == []


@pytest.mark.parametrize("name", ["main.flow.json", "missing/part.flow.json"])
def test_a_file_that_cannot_be_it_changes_nothing(saved, monkeypatch, until, tmp_path, name):
    answers(monkeypatch, tmp_path / name)
    saved.selection.set(["second"])
    before = saved.document.workflow
    press(saved)
    until(lambda: "message" in saved.banners.shown)
    assert saved.document.workflow is before
    assert set(codec.load(tmp_path / "main.flow.json").nodes) == {"first", "second"}


def test_a_frame_becomes_a_file_and_comes_back_as_a_frame(saved, monkeypatch, until, tmp_path):
    answers(monkeypatch, tmp_path / "tell.flow.json")
    made, frame = add_group(saved.document.workflow, ["second"], "Tell it")
    saved.document.apply(made, "Frame")
    before = saved.document.workflow
    saved.selection.set(decor=[frame])
    press(saved)
    until(lambda: "tell" in saved.document.workflow.nodes)
    until(lambda: saved.document.workflow.nodes["tell"].action == "flow.call" and saved.selection.primary == "tell")
    promoted = saved.document.workflow
    press(saved, Qt.Key.Key_B, CTRL_ALT)
    until(lambda: "tell" not in saved.document.workflow.nodes)
    back = saved.document.workflow
    assert back.nodes == before.nodes
    assert {(edge.source, edge.target) for edge in back.edges} == {("first", "second")}
    assert [(group.title, group.nodes) for group in groups(back).values()] == [("Tell it", ("second",))]
    assert saved.selection.nodes == {"second"}
    assert set(codec.load(tmp_path / "tell.flow.json").nodes) == {"second"}, "its file stays"
    saved.document.undo_stack.undo()
    assert saved.document.workflow is promoted, "one step"


def test_a_call_that_cannot_be_put_back_says_why(saved, monkeypatch, until, tmp_path):
    answers(monkeypatch, tmp_path / "tell.flow.json")
    saved.selection.set(["second"])
    press(saved)
    until(lambda: "tell" in saved.document.workflow.nodes)
    saved.document.apply(edits.set_field(saved.document.workflow, "tell", "timeout", 5), "Timeout")
    before = saved.document.workflow
    saved.selection.set(["tell"])
    saved.commands["node.put_back"].trigger()
    until(lambda: "message" in saved.banners.shown)
    assert "has a timeout" in saved.banners.shown["message"].text.text()
    assert saved.document.workflow is before


def test_a_called_file_that_cannot_be_read_is_said(saved, monkeypatch, until, tmp_path):
    answers(monkeypatch, tmp_path / "tell.flow.json")
    saved.selection.set(["second"])
    press(saved)
    until(lambda: "tell" in saved.document.workflow.nodes)
    (tmp_path / "tell.flow.json").write_text("{")
    before = saved.document.workflow
    saved.commands["node.put_back"].trigger()
    until(lambda: "message" in saved.banners.shown)
    assert saved.document.workflow is before
