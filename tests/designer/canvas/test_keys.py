"""The canvas's keys do not collide and ignore what they do not know."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from floworch_designer.canvas.keys import BINDINGS, press


def test_unknown_keys_are_left_to_the_window(view: Any) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Q, Qt.KeyboardModifier.NoModifier)
    assert not press(view, event)
    assert (Qt.KeyboardModifier.NoModifier, Qt.Key.Key_Space) not in BINDINGS


def test_every_key_works_on_an_empty_document(view: Any) -> None:
    QGuiApplication.clipboard().clear()
    view.document.new()
    for modifiers, key in BINDINGS:
        assert press(view, QKeyEvent(QEvent.Type.KeyPress, key, modifiers))
    assert view.document.undo_stack.count() == 0
