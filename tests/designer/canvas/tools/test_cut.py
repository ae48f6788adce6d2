"""Edges are cut by a line, and ports cleared by a click."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
RIGHT, LEFT = Qt.MouseButton.RightButton, Qt.MouseButton.LeftButton


def ends(view: Any) -> list[str]:
    return [f"{edge.source}>{edge.target}" for edge in view.document.workflow.edges]


@pytest.mark.parametrize(("button", "modifiers"), [(LEFT, ALT | SHIFT), (RIGHT, CTRL)])
def test_a_line_cuts_what_it_crosses_as_one_step(view: Any, hand: Any, button: Any, modifiers: Any) -> None:
    hand.press((270, -60), modifiers, button)
    hand.move((270, 20), modifiers)
    assert view.overlay.cut_edges == frozenset()
    hand.move((270, 90), modifiers)
    hand.move((590, 120), modifiers)
    hand.move((590, -20), modifiers)
    assert view.overlay.cut_edges == {0, 1}
    view.viewport().repaint()
    hand.release((590, -20), modifiers, button)
    assert ends(view) == ["x>y"]
    assert view.overlay.cut == ()
    assert view.document.undo_stack.undo_text() == "Cut 2 edges"
    view.document.undo_stack.undo()
    assert len(ends(view)) == 3


def test_escape_and_a_line_through_nothing_cut_nothing(view: Any, hand: Any) -> None:
    hand.press((270, -60), ALT | SHIFT)
    hand.move((270, 90), ALT | SHIFT)
    hand.key(Qt.Key.Key_Escape)
    hand.release((270, 90), ALT | SHIFT)
    hand.drag((270, 110), (290, 150), ALT | SHIFT)
    hand.click((270, 110), ALT | SHIFT)
    assert len(ends(view)) == 3
    assert view.document.undo_stack.count() == 0


def test_alt_click_clears_a_port(view: Any, hand: Any) -> None:
    hand.click(hand.port("b", None), ALT)
    assert ends(view) == ["b>c", "x>y"]
    hand.click(hand.port("b"), ALT)
    assert ends(view) == ["x>y"]
    assert view.document.undo_stack.count() == 2
    hand.click(hand.port("b"), ALT)
    assert view.document.undo_stack.count() == 2
