"""Rings, hovering and the wire in hand are painted above the graph and leave it as it was."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_selection_ring_shows_and_goes(view: Any, picture: Any) -> None:
    before = picture(view)
    view.selection.set(["u"])
    ringed = picture(view)
    point = view.camera().point(*view.graph.boxes["u"].rect[:2])
    assert ringed.pixelColor(round(point.x()) + 100, round(point.y()) - 1) == view.theme.color("selection")
    view.selection.clear()
    assert picture(view) == before


@pytest.mark.parametrize("zoom", [1.0, 0.3, 0.1])
def test_everything_can_be_shown_at_every_zoom(view: Any, picture: Any, zoom: float) -> None:
    view.zoom_to(zoom)
    before = picture(view)
    overlay = view.overlay
    view.selection.set(view.graph.boxes, [0])
    overlay.wire, overlay.targets, overlay.aim = ((0.0, 0.0), (300.0, 300.0)), frozenset({"u"}), "u"
    overlay.wire_open, overlay.band, overlay.ghost, overlay.frame_aim = True, (0, 0, 90, 90), (0, 0, 216, 72), "e"
    assert picture(view) != before
    overlay.wire = overlay.targets = overlay.aim = overlay.band = overlay.ghost = overlay.frame_aim = None
    overlay.wire_open = False
    view.selection.clear()
    assert picture(view) == before


def test_hovering_shows_the_ports_name(view: Any, hand: Any, picture: Any) -> None:
    before = picture(view)
    hand.move(hand.port("a", "error"))
    assert view.overlay.hover_port == "error"
    assert picture(view) != before
    hand.move((1000, 600))
    assert picture(view) == before
