"""Lines of designer.md about the canvas that are gestures, from the event to what is shown."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from floworch_designer.canvas.minimap import Minimap
from floworch_designer.document import edits
from floworch_designer.document.nodes import may_connect


@pytest.mark.parametrize(("value", "factor"), [(0.25, 1.25), (-0.2, 0.8)])
def test_a_pinch_zooms_and_the_point_between_the_fingers_stays(view: Any, value: float, factor: float) -> None:
    """designer.md 4, zoom."""
    spot, zoom = QPointF(300, 200), view.zoom
    before = view.scene_point(spot)
    shown = QPointF(view.viewport().mapToGlobal(spot.toPoint()))
    kind, pad = Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice()
    event = QNativeGestureEvent(kind, pad, 2, spot, spot, shown, value, QPointF())
    QApplication.sendEvent(view.viewport(), event)
    assert view.zoom == pytest.approx(zoom * factor)
    after = view.scene_point(spot)
    assert (after[0], after[1]) == pytest.approx((before[0], before[1]), abs=1.0)


def reason_of(view: Any, source: str, target: str) -> str:
    return may_connect(view.document.workflow, source, target, "out")


@pytest.mark.parametrize(("source", "target"), [("c", "a"), ("a", "x"), ("a", "b")])
def test_what_cannot_take_the_wire_says_why_under_the_mouse(
    view: Any, hand: Any, qtbot: Any, source: str, target: str
) -> None:
    """designer.md 3, ports: incompatible ones have a tooltip with the reason."""
    hand.press(hand.port(source))
    hand.move((hand.port(source)[0] + 20, hand.port(source)[1] + 20))
    hand.move(hand.card(target))
    assert target not in view.overlay.targets
    told = QToolTip.text()
    assert told
    assert told == reason_of(view, source, target)
    hand.move((1000, 640))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())  # over nothing there is nothing to explain
    hand.key(Qt.Key.Key_Escape)


def test_a_duplicate_with_inputs_follows_what_the_original_follows(view: Any, hand: Any) -> None:
    """designer.md 4, duplicate / with inputs."""
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    hand.click(hand.card("b"))
    hand.key(Qt.Key.Key_D, control)
    assert not [edge for edge in view.document.workflow.edges if "b_2" in (edge.source, edge.target)]
    hand.click(hand.card("b"))
    hand.key(Qt.Key.Key_D, control | shift)
    assert [(edge.source, edge.target) for edge in view.document.workflow.edges if "b_3" in (edge.source, edge.target)
            ] == [("a", "b_3")]  # fmt: skip
    assert view.selection.nodes == {"b_3"}
    assert view.document.undo_stack.count() == 2


def test_a_wire_between_ports_at_different_heights_is_pulled_level(view: Any, hand: Any) -> None:
    """designer.md 1, straight-link snapping: where no side of a card aligns with another's."""
    view.document.apply(edits.connect(view.document.workflow, "d", "true", "u"), "Wire")
    start, end = view.port_point("d", "true"), view.port_point("u", None)
    gap = start.y() - end.y()
    assert abs(gap) > 8, "their sides are level, so that the ports are not"
    x, y = hand.card("u")
    hand.drag((x, y), (x + 75, y + gap + 4))
    assert view.port_point("u", None).y() == pytest.approx(start.y(), abs=0.5)


def test_a_drag_in_the_minimap_takes_the_view_along(view: Any) -> None:
    minimap = Minimap(view)
    minimap.set_shown(True)

    def spot(x: float, y: float) -> QPoint:
        return minimap._rect((x, y, x, y)).topLeft().toPoint()

    left = Qt.MouseButton.LeftButton
    QTest.mousePress(minimap, left, pos=spot(100, 100))
    pressed = view.centre()
    QTest.mouseMove(minimap, spot(600, 400))
    QTest.mouseRelease(minimap, left, pos=spot(600, 400))
    assert view.centre()[0] - pressed[0] == pytest.approx(500, abs=60)
    assert view.centre()[1] - pressed[1] == pytest.approx(300, abs=60)


def test_alt_click_clears_one_port_of_several(view: Any, hand: Any) -> None:
    """designer.md 4, cut links."""
    made = edits.connect(edits.connect(view.document.workflow, "d", "true", "u"), "d", "false", "n")
    view.document.apply(made, "Wire")
    hand.click(hand.port("d", "true"), Qt.KeyboardModifier.AltModifier)
    assert [edge.target for edge in view.document.workflow.edges if edge.source == "d"] == ["n"]


def test_the_way_of_a_replaced_wire_is_painted_and_not_only_its_offer(view: Any, hand: Any, picture: Any) -> None:
    """designer.md 4: the old wire is offered back as a ghost for 2 s."""
    hand.drag(hand.port("u"), hand.card("b"), Qt.KeyboardModifier.ShiftModifier)
    assert view.overlay.former
    view.offer.hide()
    hand.move((1000, 640))
    with_ghost = picture(view)
    view.overlay.former = ()
    without = picture(view)
    way = [view.camera().point(x, y).toPoint() for x in range(230, 310, 4) for y in range(30, 44)]
    assert any(with_ghost.pixel(spot) != without.pixel(spot) for spot in way), "between a and b"
