"""Cards, frames and curves as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch_designer.canvas import geometry as g

COORD = st.floats(-5000, 5000)


def test_a_card_with_one_port_is_216_by_72_and_its_ports_are_22_apart() -> None:
    shape = g.card_shape(("out",))
    assert (shape.width, shape.height) == (216, 72)
    assert [(port.name, port.y) for port in shape.ports] == [("done", 14), ("out", 36), ("error", 58)]


def test_more_ports_get_labelled_rows_and_the_card_grows_by_them() -> None:
    two, three = g.card_shape(("true", "false")), g.card_shape(("a", "b", "c"))
    assert three.height - two.height == g.ROW
    assert [port.name for port in two.ports if port.labelled] == ["true", "false", "error"]
    assert all(port.y < two.height for port in two.ports)


def test_ports_that_only_edges_know_are_shown_too() -> None:
    assert g.card_shape(("out",), ("legacy",)).port("legacy") is not None
    assert g.card_shape((), ()).port("error") is not None


@pytest.mark.parametrize(("length", "width"), [(1, 216), (17, 216), (18, 240), (200, 312)])
def test_cards_widen_for_long_titles_in_grid_steps(length: int, width: float) -> None:
    assert g.card_width("x" * length) == width
    assert g.card_width("x" * length) % 24 == 0


def test_a_frame_hugs_its_body_and_has_a_least_size() -> None:
    assert g.frame_around([], (10, 20)) == (10, 20, 10 + g.FRAME_WIDTH, 20 + g.FRAME_HEIGHT)
    left, top, right, bottom = g.frame_around([(100, 100, 316, 172), (400, 300, 616, 372)], (0, 0))
    assert (left, top) == (100 - 24, 100 - 24 - 36)
    assert (right, bottom) == (640, 396)


@given(COORD, COORD, COORD, COORD)
def test_curves_start_and_end_at_the_ports_and_stay_inside_their_bounds(
    x1: float, y1: float, x2: float, y2: float
) -> None:
    points = g.curve((x1, y1), (x2, y2))
    assert points[0] == (x1, y1)
    assert points[-1] == (x2, y2)
    assert len(points) % 3 == 1
    box = g.grown(g.bounds(points), 1e-6)
    assert all(g.contains(box, point) for point in g.flatten(points))


@given(COORD, COORD, COORD, COORD)
def test_curves_leave_and_arrive_horizontally(x1: float, y1: float, x2: float, y2: float) -> None:
    points = g.curve((x1, y1), (x2, y2))
    assert points[1][1] == y1
    assert points[-2][1] == y2
    assert points[1][0] >= x1
    assert points[-2][0] <= x2


def test_a_backward_edge_between_neighbours_passes_below_them() -> None:
    assert max(y for _, y in g.curve((216, 36), (0, 36))) >= 72 + 24


def test_distance_to_a_straight_edge() -> None:
    assert g.distance((50, 7), g.curve((0, 0), (100, 0))) == pytest.approx(7)
    assert g.crosses((40, -5, 60, 5), g.curve((0, 0), (100, 0)))
    assert not g.crosses((40, 5, 60, 9), g.curve((0, 0), (100, 0)))


def test_rectangles() -> None:
    assert g.union([]) is None
    assert g.union([(0, 0, 1, 1), (5, -2, 6, 0)]) == (0, -2, 6, 1)
    assert g.overlaps((0, 0, 1, 1), (1, 1, 2, 2))
    assert not g.overlaps((0, 0, 1, 1), (2, 0, 3, 1))
