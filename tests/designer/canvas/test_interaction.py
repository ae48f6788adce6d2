"""Gestures: a second button breaks one off, and the view scrolls when a gesture nears its border."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from floworch_designer.document import edits

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
)  # fmt: skip
MIDDLE = Qt.MouseButton.MiddleButton


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


def test_a_release_that_somebody_else_got_breaks_the_gesture_off(view: Any, hand: Any) -> None:
    """A question of a run, or another window, came up while the button was held: the card does not stick to the mouse.

    designer.md 4: gestures.
    """
    x, y = hand.card("a")
    hand.press((x, y))
    hand.move((x + 80, y + 60))
    hand.hover((x + 300, y + 300))
    assert view._interaction.tool is None
    hand.press((x, y))
    hand.release((x, y))
    assert view.node_rect("a").x() == 0
    assert view.document.undo_stack.count() == 0


def test_a_wire_in_hand_scrolls_no_further_once_the_mouse_has_left(view: Any, hand: Any, qtbot: QtBot) -> None:
    """designer.md 4, wiring by two clicks: on the way to the palette the mouse crosses the border that scrolls."""
    hand.click(hand.port("a"))
    right = view.scene_point(view.viewport().rect().bottomRight().toPointF())[0]
    hand.hover((right - 300, 100))
    hand.hover((right - 4, 100))
    assert view._interaction._timer.isActive()
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert not view._interaction._timer.isActive()
    assert view._interaction.busy, "it stays in hand"


def test_the_view_is_moved_with_a_wire_in_hand(view: Any, hand: Any) -> None:
    """designer.md 4, wiring by two clicks: its other end may be out of sight."""
    hand.click(hand.port("a"))
    before, spot = view.camera().dx, hand.at(600, 600)
    QTest.mousePress(view.viewport(), MIDDLE, Qt.KeyboardModifier.NoModifier, spot)
    hand.move((500, 600))
    hand.release((500, 600), button=MIDDLE)
    assert view.camera().dx == before - 100
    hand.click(hand.card("n"))
    assert [(edge.source, edge.target) for edge in view.document.workflow.edges][-1] == ("a", "n")


def test_escape_while_the_view_is_moved_lets_the_wire_go_as_well(view: Any, hand: Any) -> None:
    hand.click(hand.port("a"))
    before = view.camera().dx
    hand.press((600, 600), button=MIDDLE)
    hand.move((500, 600))
    hand.key(Qt.Key.Key_Escape)
    assert (view.camera().dx, view.overlay.wire, view._interaction.busy) == (before, None, False)


def test_what_is_dragged_stays_under_the_mouse_when_the_wheel_scrolls(view: Any, hand: Any) -> None:
    x, y = hand.card("a")
    hand.press((x, y))
    hand.move((x + 100, y + 80), CTRL)
    hand.wheel((x + 100, y + 80), -120, CTRL)  # zooms
    hand.wheel((x + 100, y + 80), -120)
    away = view._drag.offset
    assert away[1] > 120
    hand.release((x + away[0], y + away[1]))
    assert view.node_rect("a").y() == pytest.approx(away[1], abs=1)


def test_the_mouse_is_over_what_is_below_it_also_when_only_the_view_has_moved(view: Any, hand: Any) -> None:
    hand.hover(hand.card("a"))
    assert view.overlay.hover == "a"
    hand.wheel(hand.card("a"), -1200)
    assert view.overlay.hover is None
    hand.wheel((0, 600), 1200)
    hand.hover(hand.card("b"))
    hand.key(Qt.Key.Key_0)
    assert view.overlay.hover == "b"
    hand.key(Qt.Key.Key_Minus)
    hand.key(Qt.Key.Key_Minus)
    assert view.overlay.hover != "b", "zoomed about the middle of the view"


def test_the_wire_under_the_mouse_stays_the_one_that_is_marked_when_another_goes(view: Any, hand: Any) -> None:
    """The places of wires in the list shift when one before them is removed."""
    hand.hover((590, 36))
    assert view.overlay.hover_edge == 1
    view.document.apply(edits.disconnect(view.document.workflow, [0]), "Disconnect")
    assert view.overlay.hover_edge == 0


def test_nothing_is_marked_under_the_mouse_that_has_gone(view: Any, hand: Any) -> None:
    hand.hover(hand.card("a"))
    view.selection.set(["a"])
    hand.key(Qt.Key.Key_Delete)
    assert view.overlay.hover is None


@pytest.mark.parametrize("held", [CTRL, SHIFT])
def test_two_fast_clicks_with_a_key_held_choose_twice_and_open_nothing(view: Any, hand: Any, held: Any) -> None:
    opened: list[str] = []
    view.node_activated.connect(opened.append)
    hand.click(hand.card("a"), held)
    assert view.selection.nodes == {"a"}
    hand.again(hand.card("a"), held)
    hand.release(hand.card("a"), held)
    assert (view.selection.nodes, opened) == (set(), [])


def test_the_middle_button_moves_the_view_however_fast_it_is_pressed_again(view: Any, hand: Any) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda *given: asked.append(given))
    hand.press((900, 300), button=MIDDLE)
    hand.release((900, 300), button=MIDDLE)
    before = view.camera().dx
    hand.again((900, 300), button=MIDDLE)
    hand.move((850, 300))
    hand.release((850, 300), button=MIDDLE)
    assert (view.camera().dx, asked) == (before - 50, [])


def test_cutting_twice_in_the_same_place_adds_nothing(view: Any, hand: Any) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda *given: asked.append(given))
    hand.click((900, 300), ALT | SHIFT)
    hand.again((900, 300), ALT | SHIFT)
    hand.release((900, 300), ALT | SHIFT)
    assert asked == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_D, Qt.Key.Key_L, Qt.Key.Key_Right, Qt.Key.Key_Tab])
def test_keys_do_nothing_to_what_is_being_dragged(view: Any, hand: Any, key: Any) -> None:
    """A letter that slips while a card is moved neither deletes it nor opens a box over it."""
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda *given: asked.append(given))
    x, y = hand.card("a")
    hand.press((x, y))
    hand.move((x + 80, y + 60), CTRL)
    hand.key(key)
    assert view._interaction.moving
    hand.release((x + 80, y + 60), CTRL)
    assert view.node_rect("a").x() == 80
    assert (view.document.undo_stack.count(), asked) == (1, [])


def test_undo_while_something_is_dragged_takes_that_back_and_nothing_else(view: Any, hand: Any) -> None:
    view.document.apply(edits.move(view.document.workflow, {"b": (300.0, 10.0)}), "Move")
    x, y = hand.card("a")
    hand.press((x, y))
    hand.move((x + 80, y + 60))
    hand.key(Qt.Key.Key_Z, CTRL)
    hand.release((x + 80, y + 60))
    assert (view.node_rect("a").x(), view.node_rect("b").x()) == (0, 300)
    assert view.document.undo_stack.count() == 1


def test_zooming_by_keys_goes_on_while_something_is_dragged(view: Any, hand: Any) -> None:
    x, y = hand.card("a")
    hand.press((x, y))
    hand.move((x + 80, y + 60), CTRL)
    hand.key(Qt.Key.Key_Minus)
    assert view.zoom < 1.0
    assert view._interaction.moving


def test_a_key_that_changes_a_gesture_does_before_the_mouse_moves_on(view: Any, hand: Any) -> None:
    """Ctrl switches snapping off: where the card will be is seen at once."""
    x, y = hand.card("c")
    hand.press((x, y))
    hand.move((x + 60, y + 4))
    assert view._drag.offset[1] == 0
    QTest.keyPress(view, Qt.Key.Key_Control)
    assert view._drag.offset[1] == 4
    QTest.keyRelease(view, Qt.Key.Key_Control)
    assert view._drag.offset[1] == 0
