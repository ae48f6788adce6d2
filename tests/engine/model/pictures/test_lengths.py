"""Lengths of ways: their half is where labels stand and where knots are tied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model.pictures.lengths import flatten, halfway, length, pieces

POINTS = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))


def test_a_way_is_flattened_from_its_start_through_the_end_of_every_cubic() -> None:
    way = [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.0), (30.0, 10.0), (30.0, 20.0), (30.0, 30.0)]
    line = flatten(way, 4)
    assert (line[0], line[4], line[8], len(line)) == ((0.0, 0.0), (30.0, 0.0), (30.0, 30.0), 9)
    assert flatten([(5.0, 5.0)]) == [(5.0, 5.0)]


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ([(0.0, 0.0), (10.0, 0.0)], (5.0, 0.0)),
        ([(0.0, 0.0), (2.0, 0.0), (2.0, 8.0)], (2.0, 3.0)),  # between two points, not at the nearest of them
        ([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0)], (4.0, 0.0)),
        ([(1.0, 1.0), (1.0, 1.0)], (1.0, 1.0)),
        ([(3.0, 4.0)], (3.0, 4.0)),
    ],
)  # fmt: skip
def test_half_the_length(line: list[tuple[float, float]], at: tuple[float, float]) -> None:
    """(designer.md section 3: a conditional label stands at 50 %)"""
    assert halfway(line) == pytest.approx(at)


@given(st.lists(POINTS, min_size=2, max_size=12))
def test_half_the_length_is_as_far_from_either_end(line: list[tuple[float, float]]) -> None:
    assert halfway(line) == pytest.approx(halfway(line[::-1]), abs=1e-6 * (1.0 + length(line)))


def test_pieces_meet_in_the_knots() -> None:
    line = [(0.0, 0.0), (5.0, 0.0), (10.0, 0.0), (20.0, 0.0)]
    assert pieces(line, [(10.0, 0.0)]) == [[(0.0, 0.0), (5.0, 0.0), (10.0, 0.0)], [(10.0, 0.0), (20.0, 0.0)]]
    assert pieces(line, []) == [line]
    assert length(line) == 20.0
