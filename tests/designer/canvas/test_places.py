"""Back and forward between the places of a view."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF

from floworch_designer.canvas.places import MOST, Place, Places


def place(x: float) -> Place:
    return Place(1.0, (x, 0.0))


def test_back_and_forward_and_a_new_jump_forgets_the_way_forward() -> None:
    places = Places()
    assert places.back(place(0)) is None
    places.leave(place(0))
    places.leave(place(1))
    assert places.back(place(2)) == place(1)
    assert places.back(place(1)) == place(0)
    assert places.forward(place(0)) == place(1)
    places.leave(place(1))
    assert places.forward(place(5)) is None


def test_a_place_is_left_once_and_only_so_many_are_kept() -> None:
    places = Places()
    for number in range(3 * MOST):
        places.leave(place(number // 2))
    assert places.back(place(-1)) == place((3 * MOST - 1) // 2)
    assert len(places._past) < MOST
    places.clear()
    assert places.back(place(0)) is None


def test_the_canvas_goes_back_to_where_it_was(view: Any) -> None:
    before = view.camera()
    view.look_at((5000, 5000, 5400, 5300))
    far = view.camera()
    view.go()
    assert (view.camera().zoom, round(view.camera().dx), round(view.camera().dy)) == (
        before.zoom, round(before.dx), round(before.dy))  # fmt: skip
    view.go(forward=True)
    assert view.camera().zoom == far.zoom
    assert abs(view.camera().dx - far.dx) <= 2


def test_what_is_revealed_far_away_can_be_left_again(view: Any) -> None:
    view.pan(9000, 0)
    spot = QPointF(*view.centre()).toPoint()
    view.reveal("a")
    assert QPointF(*view.centre()).toPoint() != spot
    view.go()
    assert (QPointF(*view.centre()).toPoint() - spot).manhattanLength() <= 2


def test_another_document_has_no_past(view: Any) -> None:
    view.look_at((5000, 5000, 5400, 5300))
    view.document.new()
    here = view.camera()
    view.go()
    assert view.camera() == here
