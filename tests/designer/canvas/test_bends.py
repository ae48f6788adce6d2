"""What the canvas takes over of knots and portals, and how it is painted in every regime."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.canvas.bends import Portal
from floworch_designer.document import wires as stored

AB = ("a", "out", "b")


def colour_at(image: Any, view: Any, x: float, y: float) -> Any:
    return image.pixelColor(view.camera().point(x, y).toPoint())


def bent(view: Any, *points: tuple[float, float]) -> None:
    made = view.document.workflow
    for number, at in enumerate(points):
        made, _ = stored.add_knot(made, AB, at, number)
    view.document.apply(made, "Bend")


@pytest.mark.parametrize("square", [False, True])
@pytest.mark.parametrize("zoom", [0.2, 0.4, 1.0, 2.0])
def test_a_knot_and_the_wire_to_it_are_painted_at_every_level_of_detail(
    view: Any, picture: Any, zoom: float, square: bool
) -> None:
    view.wires.set_square(square)
    view.zoom_to(zoom, view.camera().point(270, -60))
    plain = picture(view)
    bent(view, (270.0, -60.0))
    shown = picture(view)
    ground = view.theme.color("canvas")
    assert colour_at(plain, view, 270.0, -60.0) == ground
    assert colour_at(shown, view, 270.0, -60.0) != ground
    view.document.undo_stack.undo()
    assert picture(view) == plain


@pytest.mark.parametrize("zoom", [0.2, 0.4, 1.0, 2.0])
def test_portals_leave_nothing_between_their_tags(view: Any, picture: Any, zoom: float) -> None:
    view.document.apply(stored.add_portal(view.document.workflow, ("x", "out", "y"), ""), "Portals")
    wire = next(each for each in view.graph.wires if each.source.id == "x")
    view.document.apply(stored.add_portal(view.document.workflow, AB, "P"), "Portals")
    view.zoom_to(zoom, view.camera().point(270, 36))
    assert len(wire.tags) == 2
    image, ground = picture(view), view.theme.color("canvas")
    tag = view.graph.wires[0].tags[0].rect
    assert colour_at(image, view, tag[0] - 10.0, 36.0) != ground or zoom < 1


def test_what_names_no_edge_is_not_shown_and_comes_back_with_its_edge(view: Any) -> None:
    made, key = stored.add_knot(view.document.workflow, ("a", "out", "c"), (300.0, 200.0), 0)
    view.document.apply(made, "Odd")
    assert view.graph.decor.knots[key].hidden
    view.connect_nodes("a", "out", "c")
    assert not view.graph.decor.knots[key].hidden
    assert [knot.key for knot in next(w for w in view.graph.wires if w.target.id == "c" and w.source.id == "a").bends]


def test_tags_stay_between_a_least_and_a_greatest_width() -> None:
    for name in ("", "x" * 200):
        out, into = Portal("portal:p1", name).tags((0.0, 0.0), (900.0, 0.0))
        assert 44.0 <= out.rect[2] - out.rect[0] <= 172.0
        assert into.rect[2] < 900.0
        assert out.rect[0] > 0.0


def test_what_was_taken_over_equals_what_is_built_anew(view: Any) -> None:
    bent(view, (250.0, -60.0), (290.0, -60.0))
    view.document.apply(stored.add_portal(view.document.workflow, ("b", "out", "c"), "P"), "Portals")
    followed = [(w.ends, w.points, w.stops, w.tags) for w in view.graph.wires]
    view.graph.build(view.document.workflow)
    assert [(w.ends, w.points, w.stops, w.tags) for w in view.graph.wires] == followed
