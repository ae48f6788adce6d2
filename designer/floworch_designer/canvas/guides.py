"""Alignment guides: what is dragged snaps to the edges and middles of what stands around it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from floworch_designer.canvas.geometry import Point, Rect

#: A guide: from one point to another, scene units; level or upright.
Line = tuple[float, float, float, float]
#: More things around than this are not aligned with: their guides would be noise.
MOST = 400


class Guides:
    """The lines that things at rest offer to what is dragged past them."""

    def __init__(self, rects: Iterable[Rect]) -> None:
        found = list(rects)[:MOST]
        self._across = sorted((value, rect) for rect in found for value in _thirds(rect[0], rect[2]))
        self._along = sorted((value, rect) for rect in found for value in _thirds(rect[1], rect[3]))

    def snap(self, rect: Rect, within: float, fixed: bool = False) -> tuple[Point, list[Line]]:
        """The small correction that aligns a rectangle, and the lines to show for it.

        Args:
            rect: What is dragged, where it would be.
            within: The greatest correction, scene units.
            fixed: Its height is decided already: correct sideways only.
        """
        dx, x = _nearest(self._across, _thirds(rect[0], rect[2]), within)
        dy, y = (0.0, None) if fixed else _nearest(self._along, _thirds(rect[1], rect[3]), within)
        moved = (rect[0] + dx, rect[1] + dy, rect[2] + dx, rect[3] + dy)
        lines: list[Line] = []
        if x is not None:
            tops = [moved, *(other for value, other in _at(self._across, x))]
            lines.append((x, min(part[1] for part in tops), x, max(part[3] for part in tops)))
        if y is not None:
            sides = [moved, *(other for value, other in _at(self._along, y))]
            lines.append((min(part[0] for part in sides), y, max(part[2] for part in sides), y))
        return (dx, dy), lines


def _thirds(low: float, high: float) -> tuple[float, float, float]:
    return low, (low + high) / 2, high


def _nearest(offered: list[tuple[float, Rect]], wanted: Iterable[float], within: float) -> tuple[float, float | None]:
    """The least correction that brings one of ``wanted`` onto an offered value, and that value."""
    best: tuple[float, float | None] = (within + 1e-6, None)
    for value in wanted:
        at = bisect_left(offered, (value, ()))
        for near in offered[max(at - 1, 0) : at + 1]:
            if abs(near[0] - value) < abs(best[0]):
                best = (near[0] - value, near[0])
    return best if best[1] is not None else (0.0, None)


def _at(offered: list[tuple[float, Rect]], value: float) -> list[tuple[float, Rect]]:
    start, found = bisect_left(offered, (value - 0.5, ())), []
    while start < len(offered) and offered[start][0] <= value + 0.5:
        found.append(offered[start])
        start += 1
    return found
