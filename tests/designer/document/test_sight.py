"""Wires and cards in columns: which wire runs under a card, and the way around."""

from __future__ import annotations

import pytest

from floworch_designer.document.outlines import CARD
from floworch_designer.document.sight import CLEAR, Link, Sight


def sight(middle: float, lane: float = -60.0) -> Sight:
    """Three cards in a row; the one in the middle stands at that height. Vertex 3 stands for the wire from 0 to 2."""
    return Sight([CARD] * 3, [0, 1, 2, 1], [0.0, 312.0, 624.0], [0.0, middle, 0.0, lane])


LONG = Link(0, 2, 36.0, 36.0, (3,))


@pytest.mark.parametrize(("middle", "clear"), [(0.0, False), (36.0, False), (36.0 + CLEAR + 1, True), (-36.0, False),
                                               (-36.0 - CLEAR - 1, True)])  # fmt: skip
def test_a_level_wire_is_clear_of_a_card_above_or_below_it(middle: float, clear: bool) -> None:
    assert sight(middle).clear(LONG, ()) is clear
    assert bool(sight(middle).around(LONG)) is not clear


def test_a_wire_goes_around_a_card_on_its_lane() -> None:
    seen = sight(0.0)
    stops = seen.around(LONG)
    assert stops == [(312.0, -60.0), (528.0, -60.0)]
    assert seen.clear(LONG, stops)


def test_no_knot_lies_amid_what_is_level_anyhow() -> None:
    seen = Sight([CARD] * 4, [0, 1, 3, 2, 1, 2], [0.0, 312.0, 624.0, 936.0], [0.0, -60.0, 0.0, 0.0, 36.0, -40.0])
    assert seen.around(Link(0, 2, 36.0, 36.0, (4, 5))) == [(528.0, 36.0), (624.0, -40.0), (840.0, -40.0)]


def test_a_wire_without_a_lane_stays_straight() -> None:
    assert sight(0.0).around(Link(0, 2, 36.0, 36.0)) == []


def test_a_wire_under_a_card_costs_more_than_one_that_is_not_level_and_that_more_than_a_level_one() -> None:
    level, bent, under = sight(100.0), sight(100.0), sight(0.0)
    bent.tops = [0.0, 100.0, -20.0, -60.0]
    assert level.cost([LONG]) < bent.cost([LONG]) < under.cost([LONG])


def test_neighbours_have_nothing_between_them() -> None:
    assert sight(0.0).clear(Link(0, 1, 36.0, 36.0), ())
