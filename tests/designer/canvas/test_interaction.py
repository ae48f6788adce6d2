"""Gestures: a second button breaks one off, and the view scrolls when a gesture nears its border."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot


def test_a_second_button_breaks_the_gesture_off(view: Any, hand: Any) -> None:
    x, y = hand.card("u")
    hand.press((x, y))
    hand.move((x + 80, y + 80))
    hand.press((x + 80, y + 80), button=Qt.MouseButton.RightButton)
    hand.release((x + 80, y + 80))
    assert view.document.undo_stack.count() == 0
    assert view.node_rect("u").x() == 320


def test_dragging_to_the_border_scrolls_and_the_node_stays_under_the_mouse(view: Any, hand: Any, qtbot: QtBot) -> None:
    x, y = hand.card("u")
    hand.press((x, y))
    spot = view.scene_point(view.viewport().rect().bottomRight().toPointF())
    hand.move((spot[0] - 4, 200))
    before = view.camera().dx
    qtbot.waitUntil(lambda: view.camera().dx < before - 40, timeout=3000)
    end = view.scene_point(view.viewport().rect().bottomRight().toPointF())
    hand.release((end[0] - 4, 200))
    assert abs(view.node_rect("u").x() - 320 - (end[0] - 4 - x)) < 40


def test_a_wire_dragged_to_the_border_scrolls_the_view(view: Any, hand: Any, qtbot: QtBot) -> None:
    start = view.graph.boxes["c"].port_point("out")
    hand.press(start)
    corner = view.scene_point(view.viewport().rect().bottomRight().toPointF())
    hand.move((corner[0] - 4, 200))
    before = view.camera().dx
    qtbot.waitUntil(lambda: view.camera().dx < before - 40, timeout=3000)
    assert view.overlay.wire[1][0] > corner[0] + 20, "its end stays under the mouse"
    hand.key(Qt.Key.Key_Escape)
    assert view.overlay.wire is None


def test_the_right_button_selects_and_asks_for_a_menu(view: Any, hand: Any, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.context_requested) as signal:
        hand.press(hand.card("b"), button=Qt.MouseButton.RightButton)
        hand.release(hand.card("b"), button=Qt.MouseButton.RightButton)
    assert view.selection.nodes == {"b"}
    assert signal.args is not None
    assert signal.args[2].node == "b"
