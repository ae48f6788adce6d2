"""Panning with Space, with the middle button and with the right one."""

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


def test_a_right_drag_pans_without_a_menu_and_esc_puts_the_view_back(view: Any, hand: Any) -> None:
    asked: list[Any] = []
    view.context_requested.connect(lambda *args: asked.append(args))
    right, before = Qt.MouseButton.RightButton, view.camera().dx
    hand.press((300, 300), button=right)
    hand.move((380, 300))
    assert view.camera().dx > before
    hand.release((380, 300), button=right)
    assert view.camera().dx > before
    assert not asked, "a drag opens no menu"
    before = view.camera().dx
    hand.press((300, 300), button=right)
    hand.move((380, 300))
    hand.key(Qt.Key.Key_Escape)
    hand.release((380, 300), button=right)
    assert view.camera().dx == before
    assert not asked
