"""Nodes become a file of their own by a key: saved, called, and taken back by undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch.model import codec
from floworch_designer.app import dialogs
from floworch_designer.document.decor import add_group

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


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


def press(window):
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_E, CTRL_SHIFT)


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
