"""Rings, hovering and the wire in hand are painted above the graph and leave it as it was."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.canvas.items.labels import label_on
from floworch_designer.document.nodes import make_edge


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


@pytest.fixture
def decided(view: Any) -> Any:
    """The wire that is taken when ``d`` says yes, with a label."""
    drawn = view.document.workflow
    node = drawn.nodes["d"].replace(params={"condition": "{{ inputs.n > 5 }}"})
    made = drawn.replace(nodes={**drawn.nodes, "d": node}, edges=(*drawn.edges, make_edge("d", "true", "u")))
    view.document.reset(made)
    return next(wire for wire in view.graph.wires if wire.ends == ("d", "true", "u"))


def test_the_stroke_of_a_selected_wire_does_not_run_over_its_label(view: Any, picture: Any, decided: Any) -> None:
    found = label_on(decided, view.graph.arriving)
    assert found is not None
    left, top, right, bottom = found[1]
    inside = view.camera().rect((left + 4, top + 4, right - 4, bottom - 4)).toRect()
    before = picture(view)
    view.selection.set([], [decided.index])
    after = picture(view)
    assert after != before
    assert after.copy(inside) == before.copy(inside)


def test_a_selected_wire_names_the_ports_at_both_ends(view: Any, picture: Any) -> None:
    """Not those that are named on the card."""
    wire = next(wire for wire in view.graph.wires if wire.ends == ("a", "out", "b"))
    view.selection.set([], [wire.index])
    shown = picture(view)
    raised = view.theme.color("raised")
    for (x, y), away in ((wire.points[0], 15.0), (wire.points[-1], -15.0)):
        point = view.camera().point(x + away, y - 7.0)
        assert shown.pixelColor(round(point.x()), round(point.y())) == raised
