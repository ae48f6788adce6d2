"""What keeps painting cheap, whatever is added to the canvas: the rules of the design that can be looked up."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsView


def test_nothing_on_the_canvas_is_an_item_of_the_scene(view: Any, hand: Any) -> None:
    """Stricter than one item without children, effects and widgets for each node: ADR 10 says why."""
    assert not view.scene().items()
    hand.click(hand.card("a"))
    hand.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(view.document.workflow.nodes) == 10
    assert not view.scene().items()


def test_the_scene_never_grows(view: Any, hand: Any) -> None:
    before = view.sceneRect()
    assert before.width() > 100_000
    hand.click(hand.card("c"))
    for _ in range(40):
        hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert view.node_rect("c").x() > 4000
    assert view.sceneRect() == before
    assert view.viewportUpdateMode() is QGraphicsView.ViewportUpdateMode.SmartViewportUpdate
