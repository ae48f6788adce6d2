"""The strip names keys that fit what is selected, and only what can be done."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch_designer.app.commands.actions import BY_ID
from floworch_designer.app.panels.hints import AREA, HELD, IDLE, NODE, NODES, WIRE


def test_every_hint_is_an_action_with_a_key_or_a_gesture_in_words():
    for hints in (IDLE, NODE, NODES, WIRE, AREA):
        assert all(BY_ID[what].keys if "." in what else what for what, _ in hints)


def test_it_follows_the_selection_and_the_keymap(window, flow):
    strip = window.status_strip.hint
    assert strip.text() == "", "the empty canvas says itself what to do"
    window.session.document.reset(flow())
    assert "Tab  add a node" in strip.text()
    window.selection.set(["first"])
    assert "Tab  add the next node" in strip.text()
    assert "F9  breakpoint" in strip.text()
    window.selection.set(["first", "second"])
    assert "Ctrl+G  frame" in strip.text()
    window.selection.set([], edges=[0])
    assert "K  bend" in strip.text()
    window.commands.use(window.commands.keymap.with_keys("wire.knot", ()))
    window.selection.set([])
    window.selection.set([], edges=[0])
    assert "bend" not in strip.text()


def test_the_enter_key_is_called_enter_as_in_the_documentation(window, flow):
    window.session.document.reset(flow())
    window.selection.set(["first"])
    assert "   Enter  parameters" in window.status_strip.hint.text()
    assert "Return" not in window.status_strip.hint.text()


@pytest.fixture
def held(window, flow):
    """A window with a wire in hand after a click on a port."""
    window.session.document.reset(flow())
    window.activateWindow()
    QApplication.processEvents()
    canvas = window.canvas
    canvas.setFocus()
    port = canvas.camera().point(*canvas.port_point("second", "out").toTuple()).toPoint()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=port)
    assert canvas.holds_wire
    return window


def test_a_wire_in_hand_is_told_of_until_it_is_let_go(held):
    assert held.status_strip.hint.text() == HELD
    QTest.keyClick(held.canvas, Qt.Key.Key_Escape)
    assert not held.canvas.holds_wire
    assert "Tab  add the next node" in held.status_strip.hint.text()


def test_a_wire_put_down_by_a_key_is_no_longer_told_of(held):
    QTest.keyClick(held.canvas, Qt.Key.Key_Return)
    assert held.status_strip.hint.text() != HELD


@pytest.mark.parametrize(
    ("row", "key", "modifiers"),
    [
        ("view.bottom", Qt.Key.Key_QuoteLeft, Qt.KeyboardModifier.ControlModifier),
        ("file.quit", Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier),
        ("help.keys", Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_keys_of_the_window_work_and_let_the_wire_go(held, row, key, modifiers):
    called = []
    held.commands[row].event = lambda event: called.append(event.type()) or True  # it comes, and does nothing here
    QTest.keyClick(held.canvas, key, modifiers)
    assert not held.canvas.holds_wire
    assert called


def test_undo_lets_the_wire_go_and_takes_back_nothing_else(held):
    held.canvas.commands.toggle_disabled()
    before, count = held.document.workflow, held.document.undo_stack.index()
    assert count
    held.canvas.start_wire("second")
    QTest.keyClick(held.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not held.canvas.holds_wire
    assert (held.document.workflow, held.document.undo_stack.index()) == (before, count)


@pytest.mark.parametrize("key", [Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt])
def test_a_key_that_is_only_held_keeps_the_wire(held, key):
    QTest.keyPress(held.canvas, key, Qt.KeyboardModifier.ControlModifier)
    assert held.canvas.holds_wire
