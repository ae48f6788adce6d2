"""A uniform grid that finds what lies in a rectangle without looking at everything."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from floworch_designer.canvas.geometry import Rect

K = TypeVar("K", bound=Hashable)

#: Side of a cell, scene units.
CELL = 1024.0
#: Things over more cells than this are kept in one list and looked at every time.
MANY = 64

_Span = tuple[int, int, int, int]


class SpatialGrid(Generic[K]):
    """Keys with rectangles; ``near`` returns keys whose cells touch a rectangle, a superset of what overlaps it."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], dict[K, None]] = {}
        self._spans: dict[K, _Span] = {}
        self._large: dict[K, None] = {}

    def __len__(self) -> int:
        """How many keys there are."""
        return len(self._spans)

    def put(self, key: K, rect: Rect) -> None:
        """Add a key or move it to another rectangle."""
        span = _span(rect)
        old = self._spans.get(key)
        if old == span:
            return
        if old is not None:
            self.remove(key)
        self._spans[key] = span
        if (span[2] - span[0] + 1) * (span[3] - span[1] + 1) > MANY:
            self._large[key] = None
            return
        for column in range(span[0], span[2] + 1):
            for row in range(span[1], span[3] + 1):
                cell = self._cells.get((column, row))
                if cell is None:
                    cell = self._cells[column, row] = {}
                cell[key] = None

    def remove(self, key: K) -> None:
        """Take a key out; nothing happens when it is not there."""
        span = self._spans.pop(key, None)
        if span is None:
            return
        if key in self._large:
            del self._large[key]
            return
        for column in range(span[0], span[2] + 1):
            for row in range(span[1], span[3] + 1):
                cell = self._cells[column, row]
                del cell[key]
                if not cell:
                    del self._cells[column, row]

    def near(self, rect: Rect) -> dict[K, None]:
        """Keys around a rectangle, in no promised order."""
        found: dict[K, None] = dict(self._large)
        left, top, right, bottom = _span(rect)
        if (right - left + 1) * (bottom - top + 1) > len(self._cells):
            for (column, row), cell in self._cells.items():
                if left <= column <= right and top <= row <= bottom:
                    found.update(cell)
            return found
        for column in range(left, right + 1):
            for row in range(top, bottom + 1):
                cell_found = self._cells.get((column, row))
                if cell_found:
                    found.update(cell_found)
        return found


def _span(rect: Rect) -> _Span:
    return int(rect[0] // CELL), int(rect[1] // CELL), int(rect[2] // CELL), int(rect[3] // CELL)
