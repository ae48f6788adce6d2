"""What lies under the mouse."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.canvas.hits import EDGE_REACH, Hit, frame_at, free_spot, hit, hit_edge, inside
from floworch_designer.document import decor
from floworch_designer.document.nodes import make_edge


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((100, 20), Hit("node", "a")),
        ((216, 36), Hit("port", "a", "out")),
        ((227, 60), Hit("port", "a", "error")),
        ((214, 14), Hit("port", "a", "done")),
        ((316, 30), Hit("input", "b")),
        ((268, 40), Hit("edge", edge=0)),
        ((60, 355), Hit("node", "e")),
        ((280, 400), Hit("frame", "e")),
        ((1000, 600), Hit("void")),
    ],
)
def test_ports_before_cards_before_edges_before_frames(view: Any, at: Any, expected: Hit) -> None:
    assert hit(view.graph, at, 1.0) == expected


def test_far_away_only_cards_and_edges_are_hit_but_from_farther(view: Any) -> None:
    assert hit(view.graph, (214, 36), 0.2) == Hit("node", "a")
    assert hit(view.graph, (268, 60), 0.2) == Hit("edge", edge=0)


@pytest.mark.parametrize("zoom", [0.5, 0.75, 1.0, 2.0])
@pytest.mark.parametrize("away", [(-11.5, 0.0), (11.5, 0.0), (0.0, -11.5), (11.5, -11.5)])
def test_a_port_is_hit_in_24_px_however_small_it_is_drawn(view: Any, zoom: float, away: tuple[float, float]) -> None:
    """(designer.md section 4)"""
    box = view.graph.boxes["c"]
    x, y = box.port_point("done")
    at = (x + away[0] / zoom, y + away[1] / zoom)
    assert hit(view.graph, at, zoom) == Hit("port", "c", "done")


def test_of_ports_that_are_near_the_nearest_is_hit(view: Any) -> None:
    """Their squares overlap, more so from afar."""
    box = view.graph.boxes["a"]
    for zoom in (0.5, 1.0):
        for name, y in (("done", 18.0), ("out", 30.0), ("error", 49.0)):
            assert hit(view.graph, (box.x + box.shape.width + 3.0, box.y + y), zoom).port == name


@pytest.fixture(params=["note", "frame"])
def area(request: Any, view: Any) -> Any:
    """Something that can be resized, 400 x 200."""
    document = view.document
    if request.param == "note":
        made, key = decor.add_note(document.workflow, "", (640.0, 320.0), (400.0, 200.0))
    else:
        made, key = decor.add_group(document.workflow, [])
        made = decor.set_decor(made, key, at=[640, 320], size=[400, 200])
    document.apply(made, "Add")
    return view.graph.decor.area(key)


@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(
    ("side", "at", "out"),
    [("e", (1.0, 0.5), (1, 0)), ("w", (0.0, 0.5), (-1, 0)), ("s", (0.5, 1.0), (0, 1)), ("n", (0.5, 0.0), (0, -1))],
)
def test_a_border_is_taken_eight_px_to_either_side(
    view: Any, area: Any, zoom: float, side: str, at: tuple[float, float], out: tuple[int, int]
) -> None:
    left, top, right, bottom = area.rect
    x, y = left + at[0] * (right - left), top + at[1] * (bottom - top)
    for px in (-7.5, 0.0, 7.5):
        found = hit(view.graph, (x + out[0] * px / zoom, y + out[1] * px / zoom), zoom)
        assert (found.decor, found.part) == (area.key, side)
    for px in (-9.0, 9.0):
        assert not hit(view.graph, (x + out[0] * px / zoom, y + out[1] * px / zoom), zoom).part


def test_a_corner_is_taken_from_outside_as_well(view: Any, area: Any) -> None:
    _, _, right, bottom = area.rect
    for away in (-15.0, -4.0, 7.0):
        assert hit(view.graph, (right + 7.0, bottom + away), 1.0).part == "se"
        assert hit(view.graph, (right + away, bottom + 7.0), 1.0).part == "se"


def test_a_small_note_keeps_an_inside_to_be_moved_by(view: Any) -> None:
    made, key = decor.add_note(view.document.workflow, "", (900.0, 320.0), (96.0, 48.0))
    view.document.apply(made, "Add")
    for zoom in (1.0, 0.3):
        assert hit(view.graph, (948.0, 344.0), zoom) == Hit("note", decor=key)


def test_a_label_is_hit_everywhere_as_long_as_it_is_shown(view: Any, picture: Any) -> None:
    """It stands out on both sides of a wire that runs steeply."""
    drawn = view.document.workflow
    node = drawn.nodes["d"].replace(params={"condition": "{{ inputs.n > 5 }}"})
    made = drawn.replace(nodes={**drawn.nodes, "d": node}, edges=(*drawn.edges, make_edge("d", "true", "u")))
    view.document.reset(made)
    picture(view)
    wire = view.graph.wires[-1]
    left, top, right, bottom = wire.label
    for at in ((left + 1, top + 1), (right - 1, bottom - 1)):
        assert hit_edge(view.graph, at, EDGE_REACH) is None
        assert hit(view.graph, at, 1.0) == Hit("edge", edge=wire.index)
    node = node.replace(params={})
    view.document.apply(drawn.replace(nodes={**drawn.nodes, "d": node}, edges=made.edges), "No condition")
    picture(view)
    assert hit(view.graph, (left + 1, top + 1), 1.0) == Hit("void")


def test_a_band_takes_cards_it_touches_and_frames_it_holds(view: Any) -> None:
    assert set(inside(view.graph, (-10, -10, 340, 80))[0]) == {"a", "b"}
    assert set(inside(view.graph, (20, 390, 60, 420))[0]) == {"x"}
    assert set(inside(view.graph, (-50, 300, 700, 700))[0]) == {"e", "x", "y"}
    assert inside(view.graph, (240, 20, 300, 60)) == ([], [0])


def test_the_innermost_frame_is_found_unless_it_is_left_out(view: Any) -> None:
    assert frame_at(view.graph, (280, 400)) == "e"
    assert frame_at(view.graph, (280, 400), {"e"}) is None
    assert frame_at(view.graph, (280, 100)) is None


def test_a_free_spot_is_beside_or_below_other_cards(view: Any) -> None:
    assert free_spot(view.graph, (900, 0)) == (900, 0)
    x, y = free_spot(view.graph, (10, 10))
    assert x == 10
    assert y >= 84
