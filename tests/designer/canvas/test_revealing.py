"""A new card is in view as a whole, with its ports and room for the next wire (designer.md: drag port to void)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QAbstractAnimation, QPointF, QRectF

from floworch_designer.canvas.revealing import FOR_WIRE, MARGIN, reveal_whole


def put(view: Any, x: float, y: float) -> str:
    """Add a card where a wire ends in the view, at px from its upper left, or with less than zero from its end."""
    room = view.viewport().size()
    at = QPointF(x if x >= 0 else room.width() + x, y if y >= 0 else room.height() + y)
    return view.add_action("data.set", QPointF(*view.scene_point(at)), ("c", "out"))


@pytest.mark.parametrize("zoom", [0.6, 1.0])
@pytest.mark.parametrize(("x", "y"), [(-20, 300), (300, -4), (2, 300), (300, 2), (-5, -5)])
def test_a_card_at_an_edge_comes_into_view_with_its_ports_and_room_for_a_wire(
    view: Any, zoom: float, x: float, y: float
) -> None:
    view.bottom_room = 50.0
    view.jump(zoom, (400.0, 200.0))
    node = put(view, x, y)
    reveal_whole(view, node)
    shown = view.camera().rect(view.graph.boxes[node].rect)
    room = QRectF(view.viewport().rect()).adjusted(MARGIN - 1, MARGIN - 1, 1 - FOR_WIRE, 1 - MARGIN - 50)
    assert room.contains(shown)
    end = view.camera().point(*view.port_point(node, "out").toTuple())
    assert view.viewport().rect().right() - end.x() >= FOR_WIRE - 1


def test_nothing_moves_for_a_card_that_is_in_view(view: Any) -> None:
    view.jump(0.8, (400.0, 200.0))
    node = put(view, 500, 300)
    before = view.camera()
    reveal_whole(view, node)
    assert view.camera() == before


def test_it_moves_no_further_than_it_takes(view: Any) -> None:
    view.jump(1.0, (400.0, 200.0))
    node = put(view, -20, 300)
    before = view.camera()
    reveal_whole(view, node)
    assert view.camera().dy == before.dy
    right = view.camera().rect(view.graph.boxes[node].rect).right()
    assert right == pytest.approx(view.viewport().width() - FOR_WIRE, abs=1)


def test_what_is_wider_than_the_view_is_shown_from_its_left_on(view: Any) -> None:
    view.jump(4.0, (400.0, 200.0))
    reveal_whole(view, "e")
    assert view.camera().rect(view.graph.boxes["e"].rect).left() == pytest.approx(MARGIN, abs=1)


@pytest.mark.parametrize("still", [False, True])
def test_the_way_is_shown_unless_motion_is_reduced(view: Any, still: bool) -> None:
    view.set_still(still)
    view.jump(1.0, (400.0, 200.0))
    reveal_whole(view, put(view, -20, 300))
    running = view.glide.motion.state() is QAbstractAnimation.State.Running
    assert running is not still
