"""Selecting with clicks and the rubber band."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from floworch_designer.canvas import CanvasView

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def arrows(view: CanvasView) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in view.document.workflow.edges}


def test_a_click_selects_and_empty_canvas_deselects(view: Any, hand: Any) -> None:
    hand.click(hand.card("a"))
    assert view.selection.nodes == {"a"}
    hand.click(hand.card("b"), CTRL)
    assert view.selection.nodes == {"a", "b"}
    hand.click(hand.card("b"), CTRL)
    assert view.selection.nodes == {"a"}
    hand.click((900, 600))
    assert not view.selection


def test_a_rubber_band_selects_what_it_touches_and_shift_adds(view: Any, hand: Any) -> None:
    hand.drag((-40, -40), (560, 90))
    assert view.selection.nodes == {"a", "b"}
    hand.drag((600, -40), (900, 20), SHIFT)
    assert view.selection.nodes == {"a", "b", "c"}
    hand.drag((600, -40), (900, 20), CTRL)
    assert view.selection.nodes == {"a", "b"}


def test_esc_during_a_band_restores_the_selection(view: Any, hand: Any) -> None:
    hand.click(hand.card("c"))
    hand.press((-40, -40))
    hand.move((560, 90))
    assert view.selection.nodes == {"a", "b"}
    hand.key(Qt.Key.Key_Escape)
    assert view.selection.nodes == {"c"}
    hand.release((560, 90))
    assert view.selection.nodes == {"c"}


def test_an_edge_is_selected_by_clicking_near_its_curve_and_deleted(view: Any, hand: Any) -> None:
    hand.click((268, 38))
    assert view.selection.edges == {0}
    hand.key(Qt.Key.Key_Delete)
    assert "a.out>b" not in arrows(view)
