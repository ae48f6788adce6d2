"""Renaming a card in its place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Node, Workflow


@pytest.fixture
def editing(view):
    view.document.reset(Workflow(id="w", nodes={"a": Node(action="data.set", title="Old")}))
    view.show()
    view.selection.set(["a"])
    view.edit_title()
    return view


def title(view):
    return view.document.workflow.nodes["a"].title


def test_enter_keeps_the_title_as_one_undo_step(editing, qtbot):
    assert editing._title.text() == "Old"
    qtbot.keyClicks(editing._title, "New name")
    qtbot.keyClick(editing._title, Qt.Key.Key_Return)
    assert title(editing) == "New name"
    assert not editing._title.isVisible()
    editing.document.undo_stack.undo()
    assert title(editing) == "Old"


def test_escape_keeps_the_old_one(editing, qtbot):
    qtbot.keyClicks(editing._title, "New")
    qtbot.keyClick(editing._title, Qt.Key.Key_Escape)
    assert title(editing) == "Old"
    assert not editing.document.dirty


def test_zooming_keeps_what_was_typed(editing, qtbot):
    qtbot.keyClicks(editing._title, "Zoomed")
    editing.zoom_to(editing.zoom * 0.8)
    assert title(editing) == "Zoomed"


def test_the_id_as_title_is_no_title(editing, qtbot):
    qtbot.keyClicks(editing._title, "a")
    qtbot.keyClick(editing._title, Qt.Key.Key_Return)
    assert title(editing) == ""


def test_its_keys_are_no_shortcuts_of_the_canvas(editing, qtbot):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    editing._title.event(event)
    assert event.isAccepted()
