"""Panning with Space and with the middle button."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


def test_space_drag_pans_and_so_does_the_middle_button(view: Any, hand: Any) -> None:
    before = view.camera().dx
    QTest.keyPress(view, Qt.Key.Key_Space)
    hand.drag((300, 300), (250, 300))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert view.camera().dx < before
    assert view.document.undo_stack.count() == 0
    before = view.camera().dx
    hand.press((300, 300), button=Qt.MouseButton.MiddleButton)
    hand.move((350, 300))
    hand.release((350, 300), button=Qt.MouseButton.MiddleButton)
    assert view.camera().dx > before
