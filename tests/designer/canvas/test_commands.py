"""Commands on the selection, by their keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from floworch_designer.canvas import CanvasView

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def arrows(view: CanvasView) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in view.document.workflow.edges}


def test_delete_and_delete_with_reconnect(view: Any, hand: Any) -> None:
    hand.click(hand.card("b"))
    hand.key(Qt.Key.Key_Delete, CTRL)
    assert "a.out>c" in arrows(view)
    assert "b" not in view.graph.boxes
    view.document.undo_stack.undo()
    hand.click(hand.card("b"))
    hand.key(Qt.Key.Key_Delete)
    assert "a.out>c" not in arrows(view)


def test_arrows_walk_and_ctrl_arrows_nudge_as_one_step(view: Any, hand: Any) -> None:
    hand.click(hand.card("a"))
    hand.key(Qt.Key.Key_Right)
    assert view.selection.primary == "b"
    hand.key(Qt.Key.Key_Down)
    assert view.selection.primary == "u"
    for _ in range(3):
        hand.key(Qt.Key.Key_Left, CTRL)
    assert view.node_rect("u").x() == 320 - 36
    hand.key(Qt.Key.Key_Down, CTRL | SHIFT)
    assert view.node_rect("u").y() == 160 + 96
    assert view.document.undo_stack.count() == 1


def test_d_disables_and_shift_right_selects_downstream(view: Any, hand: Any) -> None:
    hand.click(hand.card("a"))
    hand.key(Qt.Key.Key_D)
    assert view.document.workflow.nodes["a"].disabled
    hand.key(Qt.Key.Key_Right, SHIFT)
    assert view.selection.nodes == {"a", "b", "c"}
    assert view.selection.primary == "a"


def test_copy_and_paste_through_the_clipboard(view: Any, hand: Any) -> None:
    view.selection.set(["a", "b"])
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert view.selection.nodes == {"a_2", "b_2"}
    assert "a_2.out>b_2" in arrows(view)
    hand.key(Qt.Key.Key_D, CTRL | SHIFT)
    assert "a_2.out>b_3" not in arrows(view)
