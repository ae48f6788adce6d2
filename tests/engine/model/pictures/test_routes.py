"""Ways of edges through knots and in right angles."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model.pictures.routes import corners, knots_of, path_data, portals_of, square, through

POINTS = st.tuples(st.integers(-2000, 2000).map(float), st.integers(-2000, 2000).map(float))
STOPS = st.lists(POINTS, max_size=4)


def passes(points, at):
    return any(abs(x - at[0]) < 1e-6 and abs(y - at[1]) < 1e-6 for x, y in points[::3])


@given(POINTS, STOPS, POINTS)
def test_a_curve_passes_every_knot_without_a_corner_and_leaves_and_arrives_level(start, stops, end):
    points = through(start, stops, end)
    assert len(points) == 3 * (len(stops) + 1) + 1
    assert (points[0], points[-1]) == (start, end)
    assert points[1][1] == start[1]
    assert points[1][0] >= start[0]
    assert points[-2][1] == end[1]
    assert points[-2][0] <= end[0]
    for number, stop in enumerate(stops, 1):
        before, at, after = points[3 * number - 1 : 3 * number + 2]
        assert at == stop
        cross = (at[0] - before[0]) * (after[1] - at[1]) - (at[1] - before[1]) * (after[0] - at[0])
        assert abs(cross) < 1e-3 * (1 + abs(after[0] - before[0]) + abs(after[1] - before[1]))


@given(POINTS, STOPS, POINTS)
def test_a_right_angled_way_passes_every_knot_and_has_level_and_upright_stretches_only(start, stops, end):
    turns = corners(start, stops, end)
    assert (turns[0], turns[-1]) == (start, end)
    assert all(abs(a[0] - b[0]) < 1e-6 or abs(a[1] - b[1]) < 1.0 for a, b in pairwise(turns))
    points = square(start, stops, end)
    assert len(points) % 3 == 1
    for stop in stops:
        on = [(a, b) for a, b in pairwise(turns) if min(a[0], b[0]) <= stop[0] <= max(a[0], b[0])
              and min(a[1], b[1]) <= stop[1] <= max(a[1], b[1])]  # fmt: skip
        assert on, (stop, turns)
        assert stop not in turns or passes(points, stop)


@pytest.mark.parametrize(
    ("end", "turns"),
    [
        ((300.0, 0.0), [(0.0, 0.0), (300.0, 0.0)]),
        ((300.0, 90.0), [(0.0, 0.0), (150.0, 0.0), (150.0, 90.0), (300.0, 90.0)]),
        ((-200.0, 300.0), [(0.0, 0.0), (24.0, 0.0), (24.0, 150.0), (-224.0, 150.0), (-224.0, 300.0), (-200.0, 300.0)]),
        ((-200.0, 0.0), [(0.0, 0.0), (24.0, 0.0), (24.0, 80.0), (-224.0, 80.0), (-224.0, 0.0), (-200.0, 0.0)]),
    ],
)
def test_straight_ahead_in_steps_and_backward_around(end, turns):
    assert corners((0.0, 0.0), (), end) == turns


def test_a_way_that_turns_back_at_a_knot_does_not_run_over_itself():
    assert corners((0.0, 0.0), [(60.0, 100.0)], (-200.0, 200.0))[:3] == [(0.0, 0.0), (60.0, 0.0), (60.0, 100.0)]


def test_what_a_file_says_is_read_tolerantly():
    view = {
        "knots": [{"from": "a", "to": "b", "at": [1, 2]}, {"from": "a", "port": "error", "to": "b", "at": [3, 4]},
                  {"from": "a", "to": "b", "at": [5, 6]}, {"from": "a", "to": "b", "at": "x"}, {"to": "b"}, 7],
        "portals": [{"from": "a", "to": "b", "name": "Orders"}, {"from": "a", "to": "c"}, None],
    }  # fmt: skip
    assert knots_of(view) == {("a", "out", "b"): [(1.0, 2.0), (5.0, 6.0)], ("a", "error", "b"): [(3.0, 4.0)]}
    assert portals_of(view) == {("a", "out", "b"): "Orders", ("a", "out", "c"): ""}
    assert knots_of({"knots": {}}) == {} == portals_of({})


def test_the_words_of_svg():
    assert path_data([(0.0, 0.0), (1.25, 0.0), (2.0, 3.0), (4.0, 3.0)]) == "M0 0C1.2 0 2 3 4 3"
