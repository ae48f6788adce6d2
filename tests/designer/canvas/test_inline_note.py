"""A note's text is edited in its place."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch_designer.document import decor as stored


@pytest.fixture
def note(view: Any) -> str:
    made, key = stored.add_note(view.document.workflow, "old", (320, 500))
    view.document.apply(made, "Add note")
    view.document.undo_stack.clear()
    view.areas.edit_note(key)
    return key


def finish(view: Any, how: str) -> None:
    if how == "ctrl+enter":
        QTest.keyClick(view.areas._editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    elif how == "escape":
        QTest.keyClick(view.areas._editor, Qt.Key.Key_Escape)
    else:
        view.zoom_to(0.8)


@pytest.mark.parametrize("how", ["ctrl+enter", "escape", "zoom"])
def test_what_was_written_is_kept_however_one_leaves(view: Any, note: str, how: str) -> None:
    QTest.keyClicks(view.areas._editor, "new")
    finish(view, how)
    assert view.graph.decor.notes[note].note.text == "new"
    assert view.document.undo_stack.count() == 1
    assert not view.areas._editor.isVisible()


def test_nothing_changed_is_no_step(view: Any, note: str) -> None:
    finish(view, "escape")
    assert view.document.undo_stack.count() == 0


def test_a_note_grows_with_its_text(view: Any, note: str) -> None:
    view.areas._editor.setPlainText("\n\n".join(f"line {number}" for number in range(30)))
    finish(view, "escape")
    assert view.graph.decor.notes[note].note.size[1] > 500


def test_letters_typed_in_a_note_are_no_commands_of_the_canvas(view: Any, note: str) -> None:
    view.selection.set(["a"])
    QTest.keyClicks(view.areas._editor, "dfh1")
    assert not view.document.workflow.nodes["a"].disabled
    view.document.undo_stack.undo()
    assert view.areas._editor.toPlainText() == "dfh1"


def test_an_edit_elsewhere_closes_the_editor(view: Any, note: str) -> None:
    view.document.apply(stored.remove_decor(view.document.workflow, {note}), "Delete")
    assert not view.areas._editor.isVisible()
    assert not view.graph.decor.notes
