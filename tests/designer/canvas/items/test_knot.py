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
