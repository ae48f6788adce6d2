"""Frames tint the area of a body and say what an empty one is for."""

from __future__ import annotations

from typing import Any


def test_the_area_of_a_frame_differs_from_the_canvas_near_and_far(view: Any, picture: Any) -> None:
    for zoom in (1.0, 0.3, 0.1):
        view.zoom_to(zoom)
        view.frame_selection()
        view.zoom_to(zoom)
        image = picture(view)
        spot = view.camera().point(285, 480).toPoint()
        if image.rect().contains(spot):
            assert image.pixelColor(spot) != view.theme.color("canvas")
