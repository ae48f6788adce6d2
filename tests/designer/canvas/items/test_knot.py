"""Knots are discs in the colour of their wire; a selected one has a ring."""

from __future__ import annotations

from typing import Any

from floworch_designer.document import wires as stored


def test_a_selected_knot_looks_otherwise_and_one_that_cannot_be_seen_has_no_ring(view: Any, picture: Any) -> None:
    made, key = stored.add_knot(view.document.workflow, ("a", "out", "b"), (270.0, -60.0), 0)
    view.document.apply(made, "Bend")
    plain = picture(view)
    view.selection.set(decor=[key])
    assert picture(view) != plain
    view.document.apply(stored.add_portal(view.document.workflow, ("a", "out", "b"), "P"), "Portals")
    view.selection.clear()
    bare = picture(view)
    view.selection.set(decor=[key])
    assert picture(view) == bare


def test_what_a_layout_laid_has_no_disc_until_its_wire_is_selected(view: Any, hand: Any, picture: Any) -> None:
    ends, at = ("a", "out", "b"), (270.0, -60.0)
    before = view.document.workflow
    view.document.apply(stored.add_knot(before, ends, at, 0)[0], "Bend")
    by_hand = picture(view)
    view.document.apply(stored.lay_knots(before, {ends: [at]}, "ab"), "Lay")
    spot = hand.at(at[0], at[1] + 4)  # beside the line, on the disc
    color = by_hand.pixelColor(spot)
    rest = picture(view).pixelColor(spot)
    assert rest != color
    (knot,) = view.graph.decor.knots.values()
    view.selection.set([], [knot.wire.index])
    assert picture(view).pixelColor(spot).lightness() > rest.lightness() + 100
