"""What lies under the mouse."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.canvas.hits import EDGE_REACH, Hit, frame_at, free_spot, hit, hit_edge, inside
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
