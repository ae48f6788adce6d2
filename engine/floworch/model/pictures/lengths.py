"""How long ways of edges are: points along them, their half, their pieces between knots. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from math import hypot

Point = tuple[float, float]

#: A point of a way that is nearer to a knot than this is the knot's.
_NEAR = 0.5


def flatten(points: Sequence[Point], steps: int = 16) -> list[Point]:
    """Points along a way of cubics (see ``routes``), ``steps`` per cubic."""
    made = [points[0]]
    for index in range(0, len(points) - 3, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[index : index + 4]
        for step in range(1, steps + 1):
            t = step / steps
            u = 1.0 - t
            p, q, r, s = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            made.append((p * ax + q * bx + r * cx + s * dx, p * ay + q * by + r * cy + s * dy))
    return made


def length(line: Sequence[Point]) -> float:
    """The length of a line through points."""
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line))


def halfway(line: Sequence[Point]) -> Point:
    """The point at half the length of a line through points."""
    rest = length(line) / 2
    for a, b in pairwise(line):
        away = hypot(b[0] - a[0], b[1] - a[1])
        if away >= rest:
            share = rest / away if away else 0.0
            return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
        rest -= away
    return line[-1]


def pieces(line: Sequence[Point], knots: Collection[Point]) -> list[list[Point]]:
    """A line cut at the knots that it passes; each piece has the knots at its ends."""
    found: list[list[Point]] = [[]]
    for point in line:
        found[-1].append(point)
        if any(hypot(point[0] - x, point[1] - y) < _NEAR for x, y in knots):
            found.append([point])
    return found
