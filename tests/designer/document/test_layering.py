"""Spreading: order kept, distance kept, as near to the wishes as possible."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from floworch_designer.document.layering import acyclic, layers_of, spread


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=20))
def test_spread_keeps_order_and_distance(wishes: list[float]) -> None:
    made = spread(wishes, [10.0] * len(wishes), 5.0)
    assert all(b - a >= 15.0 - 1e-6 for a, b in pairwise(made))


def test_spread_leaves_what_fits_and_centres_what_does_not() -> None:
    assert spread([0.0, 100.0], [10.0, 10.0], 5.0) == [0.0, 100.0]
    assert spread([50.0, 50.0], [10.0, 10.0], 5.0) == [42.5, 57.5]


def test_cycles_are_broken_and_doubles_dropped() -> None:
    kept = acyclic(3, [(0, 1), (1, 2), (2, 0), (0, 1), (1, 1)])
    assert set(kept) == {(0, 1), (1, 2), (0, 2)}
    assert layers_of(3, kept) == [0, 1, 2]
