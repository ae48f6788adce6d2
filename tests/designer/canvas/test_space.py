"""The grid finds at least everything that overlaps, whatever is moved or removed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from floworch_designer.canvas.geometry import Rect, overlaps
from floworch_designer.canvas.space import SpatialGrid

SIDE = st.integers(-9000, 9000)
RECT = st.tuples(SIDE, SIDE, st.integers(0, 20_000), st.integers(0, 3000)).map(
    lambda r: (float(r[0]), float(r[1]), float(r[0] + r[2]), float(r[1] + r[3]))
)


@given(st.lists(st.tuples(st.integers(0, 8), RECT, st.booleans()), max_size=40), RECT)
def test_nothing_that_overlaps_is_missed(steps: list[tuple[int, Rect, bool]], asked: Rect) -> None:
    grid: SpatialGrid[int] = SpatialGrid()
    truth: dict[int, Rect] = {}
    for key, rect, keep in steps:
        if keep:
            grid.put(key, rect)
            truth[key] = rect
        else:
            grid.remove(key)
            truth.pop(key, None)
    found = grid.near(asked)
    assert found.keys() <= truth.keys()
    assert {key for key, rect in truth.items() if overlaps(rect, asked)} <= found.keys()
    assert len(grid) == len(truth)
