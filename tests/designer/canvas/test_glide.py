"""What is shown while the view glides to another place."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from floworch_designer.canvas.glide import LASTS, between
from floworch_designer.canvas.painting import Camera

VIEW = QRectF(0, 0, 1200, 800)


def shown(view: Any, at: float | None = None) -> QImage:
    """The viewport, at a moment of the glide (0 to 1)."""
    if at is not None:
        view.glide.motion.setCurrentTime(round(at * LASTS))
        view.glide.motion.pause()
    return view.viewport().grab().toImage()


@pytest.fixture
def near(view: Any, picture: Any) -> Any:
    """The canvas close to one card, painted in full."""
    view.look_at(view.graph.boxes["a"].rect)
    picture(view)
    return view


def test_it_takes_200_ms_and_begins_with_the_old_picture_and_ends_with_the_new_one(near: Any, picture: Any) -> None:
    """(designer.md section 3: "200 ms for layout/zoom-to-fit")"""
    old = picture(near)
    near.glide.to(near.fit)
    assert near.glide.motion.duration() == 200
    assert near.glide.isVisible()
    assert shown(near, 0.0) == old
    half = shown(near, 0.5)
    near.glide.motion.resume()
    near.glide.motion.setCurrentTime(LASTS)
    assert not near.glide.isVisible()
    new = picture(near)
    assert old != half != new


def test_the_view_itself_is_where_it_goes_at_once(near: Any, hand: Any) -> None:
    near.glide.to(near.fit)
    where = near.zoom
    near.fit()
    assert near.zoom == where
    near.glide.to(near.fit)
    hand.click(hand.card("b"))
    assert near.selection.nodes == {"b"}, "and takes the mouse"


def test_nothing_glides_where_nothing_moves_or_motion_is_reduced(near: Any) -> None:
    near.fit()
    near.glide.to(near.fit)
    assert not near.glide.isVisible()
    near.set_still(True)
    near.glide.to(lambda: near.zoom_to(0.8))
    assert not near.glide.isVisible()
    assert near.zoom == 0.8


@pytest.mark.parametrize(
    "move", [lambda view: view.pan(30, 0), lambda view: view.zoom_to(0.9), lambda view: view.set_still(True)]
)
def test_whatever_moves_the_view_next_ends_it(near: Any, move: Any) -> None:
    near.glide.to(near.fit)
    assert near.glide.isVisible()
    move(near)
    assert not near.glide.isVisible()


def test_cards_that_are_arranged_glide_to_their_places(view: Any, qtbot: Any, picture: Any) -> None:
    view.selection.set(["a", "b", "d"])
    before = picture(view)
    view.commands.arrange()
    qtbot.waitUntil(lambda: view.document.undo_stack.undo_text() == "Arrange")
    assert view.glide.isVisible()
    assert shown(view, 0.0) == before
    view.glide.end()
    assert picture(view) != before


def test_a_glide_inside_of_another_is_one(near: Any) -> None:
    with near.glide.over():
        near.glide.to(near.fit)
        assert not near.glide.isVisible()
    assert near.glide.isVisible()


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_zoom_grows_evenly_and_the_middle_goes_straight(share: float) -> None:
    old, new = Camera(0.5, 600.0, 400.0), Camera(2.0, -600.0, 0.0)
    found = between(old, new, share, VIEW)
    assert found.zoom == pytest.approx(0.5 * 4.0**share)
    middle = found.scene(QRectF(600, 400, 0, 0))[:2]
    assert middle == pytest.approx((600.0 * share, 200.0 * share))
