"""Notes and frames by the shortcuts of the window, on the real canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch_designer.app.session import make_canvas as real_canvas
from floworch_designer.document.decor import groups, notes

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def make_canvas():
    return real_canvas


@pytest.fixture
def drawn(window, flow):
    window.document.apply(flow(), "Make")
    window.activateWindow()
    window.canvas.setFocus()
    return window


def test_every_key_of_notes_and_frames(drawn):
    canvas = drawn.canvas
    QTest.keyClick(canvas, Qt.Key.Key_S, SHIFT)
    QTest.keyClicks(canvas.areas._editor, "hello")
    QTest.keyClick(canvas.areas._editor, Qt.Key.Key_Escape)
    (note,) = notes(drawn.document.workflow).values()
    assert (note.text, note.color) == ("hello", "yellow")
    QTest.keyClick(canvas, Qt.Key.Key_C)
    assert next(iter(notes(drawn.document.workflow).values())).color == "blue"
    drawn.selection.set(["first", "second"])
    QTest.keyClick(canvas, Qt.Key.Key_G, CTRL)
    QTest.keyClicks(canvas._title, "Both")
    QTest.keyClick(canvas._title, Qt.Key.Key_Return)
    (key,) = groups(drawn.document.workflow)
    assert groups(drawn.document.workflow)[key].title == "Both"
    QTest.keyClick(canvas, Qt.Key.Key_H)
    assert canvas.graph.decor.groups[key].folded
    QTest.keyClick(canvas, Qt.Key.Key_G, ALT | SHIFT)
    assert not canvas.graph.decor.groups[key].folded
    QTest.keyClick(canvas, Qt.Key.Key_G, ALT)
    assert canvas.graph.decor.groups[key].folded
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert not canvas.graph.decor.groups[key].folded, "Enter opens"
    drawn.parts["areas"].refit()
    QTest.keyClick(canvas, Qt.Key.Key_G, CTRL | SHIFT)
    assert not groups(drawn.document.workflow)
    while drawn.document.undo_stack.can_undo():
        drawn.document.undo_stack.undo()
    assert not drawn.document.workflow.view.get("notes")


def test_the_menu_of_a_note_colours_it(drawn):
    canvas = drawn.canvas
    key = canvas.areas.add_note((0, 300))
    QTest.keyClicks(canvas.areas._editor, "Why")
    canvas.areas._editor.keep()
    canvas.look_at((-100, -100, 500, 600))
    at = canvas.camera().point(60, 380).toPoint()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.RightButton, pos=at)
    colors = next(action.menu() for action in drawn.menus.menu.actions() if action.text() == "Colour")
    next(action for action in colors.actions() if action.text() == "Pink").trigger()
    assert canvas.graph.decor.notes[key].note.color == "pink"
    drawn.menus.menu.close()


def test_the_menu_of_the_canvas_adds_a_note_where_it_was_clicked(drawn):
    canvas = drawn.canvas
    drawn.parts["areas"].note_at((40, 400))
    QTest.keyClicks(canvas.areas._editor, "Why")
    QTest.keyClick(canvas.areas._editor, Qt.Key.Key_Escape)
    assert [box.rect[:2] for box in canvas.graph.decor.notes.values()] == [(40, 400)]


def test_a_note_is_resized_by_keys(drawn):
    """designer.md section 1: what the mouse does works from the keyboard, with undo."""
    canvas = drawn.canvas
    key = canvas.areas.add_note((0, 300))
    QTest.keyClicks(canvas.areas._editor, "Why")
    canvas.areas._editor.keep()
    canvas.setFocus()
    for pressed, size in (
        (Qt.Key.Key_Right, (252, 144)),
        (Qt.Key.Key_Down, (252, 156)),
        (Qt.Key.Key_Left, (240, 156)),
        (Qt.Key.Key_Up, (240, 144)),
        (Qt.Key.Key_Right, (252, 144)),
    ):
        QTest.keyClick(canvas, pressed, SHIFT | ALT)
        assert notes(drawn.document.workflow)[key].size == size
    assert drawn.document.undo_stack.undo_text() == "Resize note"
    drawn.document.undo_stack.undo()
    assert notes(drawn.document.workflow)[key].size == (240, 144), "all steps at once"
    drawn.selection.set(["first"])
    drawn.refresh_actions()
    assert not drawn.commands.actions["frame.wider"].isEnabled()
