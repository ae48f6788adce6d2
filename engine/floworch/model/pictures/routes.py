"""Ways of edges: through knots, in right angles, and as a pair of portals, read from ``view``. Pure arithmetic.

A way is a list of 3n + 1 points: the start, then two handles and an end for each cubic; a straight stretch is a cubic
too, so that everything that paints, hits or measures an edge handles all ways alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import Any

Point = tuple[float, float]
#: What tells one edge from another: source, port and target.
Ends = tuple[str, str, str]

#: How far a right-angled edge runs level from a port at least, the radius of its corners, and the way down below two
#: cards side by side.
STUB, CORNER, BELOW = 24.0, 10.0, 80.0


def ends_of(entry: Any) -> Ends | None:
    """The edge that a stored knot or portal belongs to; None for an entry that names none."""
    if not isinstance(entry, Mapping):
        return None
    source, port, target = entry.get("from"), entry.get("port", "out"), entry.get("to")
    named = isinstance(source, str) and isinstance(port, str) and isinstance(target, str)
    return (str(source), str(port), str(target)) if named else None


def knots_of(view: Mapping[str, Any]) -> dict[Ends, list[Point]]:
    """The knots of every edge in the order in which it passes them."""
    found: dict[Ends, list[Point]] = {}
    for ends, entry in _entries(view, "knots"):
        at = entry.get("at")
        numbers = isinstance(at, list) and len(at) == 2 and all(type(each) in (int, float) for each in at)
        if numbers and abs(at[0]) <= 1e6 and abs(at[1]) <= 1e6:
            found.setdefault(ends, []).append((float(at[0]), float(at[1])))
    return found


def laid_of(view: Mapping[str, Any]) -> set[Ends]:
    """The edges all of whose knots are of the automatic layout."""
    laid = {ends for ends, entry in _entries(view, "knots") if entry.get("laid") is True}
    return laid - {ends for ends, entry in _entries(view, "knots") if entry.get("laid") is not True}


def portals_of(view: Mapping[str, Any]) -> dict[Ends, str]:
    """The name of the portals of every edge that is shown as a pair of them."""
    return {ends: str(entry.get("name") or "") for ends, entry in _entries(view, "portals")}


def _entries(view: Mapping[str, Any], kind: str) -> Iterator[tuple[Ends, Any]]:
    stored = view.get(kind)
    for entry in stored if isinstance(stored, list) else ():
        ends = ends_of(entry)
        if ends is not None:
            yield ends, entry


def through(start: Point, stops: Sequence[Point], end: Point) -> list[Point]:
    """A smooth way through ``stops``: it leaves and arrives level, as an edge without any does.

    It passes a knot level where it goes on in the same direction, else along the line between its neighbours.
    """
    points = [start, *stops, end]
    slopes = [(1.0, 0.0), *(_slope(*points[at - 1 : at + 2]) for at in range(1, len(points) - 1)), (1.0, 0.0)]
    made = [start]
    for (a, b), (p, q) in zip(pairwise(points), pairwise(slopes), strict=True):
        reach = _handle(a, b)
        made += [(a[0] + p[0] * reach, a[1] + p[1] * reach), (b[0] - q[0] * reach, b[1] - q[1] * reach), b]
    return made


def _slope(before: Point, at: Point, after: Point) -> Point:
    arriving, leaving = at[0] - before[0], after[0] - at[0]
    if min(abs(arriving), abs(leaving)) >= STUB and arriving * leaving > 0:
        return (1.0, 0.0) if arriving > 0 else (-1.0, 0.0)
    dx, dy = after[0] - before[0], after[1] - before[1]
    length = hypot(dx, dy)
    return (dx / length, dy / length) if length else (1.0, 0.0)


def _handle(a: Point, b: Point) -> float:
    away = hypot(b[0] - a[0], b[1] - a[1])
    return min(max(0.5 * abs(b[0] - a[0]), 0.35 * away, min(40.0, 0.5 * away)), 180.0)


def square(start: Point, stops: Sequence[Point], end: Point) -> list[Point]:
    """A way in right angles through ``stops``; its corners are rounded, but not where it turns upon a stop."""
    return rounded(corners(start, stops, end), stops)


def corners(start: Point, stops: Sequence[Point], end: Point) -> list[Point]:
    """Where a right-angled way turns, with its two ends."""
    points = [start, *stops, end]
    last = len(points) - 2
    made = [start]
    for at, (a, b) in enumerate(pairwise(points)):
        # A way that turns back at a stop meets it upright: level, it would run over itself.
        back = (at < last and points[at + 2][0] <= b[0], at > 0 and points[at - 1][0] >= a[0])
        made += [*_turns(a, b, (at == 0, at == last), back), b]
    return _merged(made)


def _turns(a: Point, b: Point, ports: tuple[bool, bool], back: tuple[bool, bool]) -> list[Point]:
    """The corners between two points.

    ``ports`` says whether the first is a port that is left to the right and the second one that is entered from the
    left; ``back`` whether the way goes on to the left of the second, or came from the right of the first.
    """
    (x1, y1), (x2, y2), (out, into) = a, b, ports
    if abs(y2 - y1) < 1.0 and (x2 >= x1 or not (out or into)):
        return []
    if x2 - x1 >= STUB and out != into and (back[0] if out else back[1]):
        return [(x2, y1)] if out else [(x1, y2)]
    if x2 - x1 >= 2 * STUB or not (out or into):
        middle = (x1 + x2) / 2
        return [(middle, y1), (middle, y2)]
    if x2 - x1 >= STUB and not (out and into):
        return [(x2, y1)] if out else [(x1, y2)]
    right, left = (x1 + STUB if out else x1), (x2 - STUB if into else x2)
    if out and into:
        middle = (y1 + y2) / 2 if abs(y2 - y1) >= 120.0 else max(y1, y2) + BELOW
        return [(right, y1), (right, middle), (left, middle), (left, y2)]
    return [(right, y1), (right, y2)] if out else [(left, y1), (left, y2)]


def _merged(points: list[Point]) -> list[Point]:
    """Without points that are twice in a row or lie on the way between their neighbours."""
    made: list[Point] = []
    for point in points:
        if made and point == made[-1]:
            continue
        while len(made) > 1 and _between(made[-2], made[-1], point):
            made.pop()
        made.append(point)
    return made if len(made) > 1 else [points[0], points[-1]]


def _between(a: Point, b: Point, c: Point) -> bool:
    level, upright = a[1] == b[1] == c[1], a[0] == b[0] == c[0]
    return (level and (b[0] - a[0]) * (c[0] - b[0]) >= 0) or (upright and (b[1] - a[1]) * (c[1] - b[1]) >= 0)


def rounded(points: Sequence[Point], sharp: Sequence[Point] = ()) -> list[Point]:
    """A way along straight lines whose corners are rounded, but for ``sharp`` ones."""
    made = [points[0]]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        if at in sharp:
            made += _line(made[-1], at)
            continue
        radius = min(CORNER, _apart(before, at) / 2, _apart(at, after) / 2)
        enter, leave = _toward(at, before, radius), _toward(at, after, radius)
        made += _line(made[-1], enter)
        made += [_toward(enter, at, radius * 0.55), _toward(leave, at, radius * 0.55), leave]
    return made + _line(made[-1], points[-1])


def _apart(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])


def _toward(a: Point, b: Point, by: float) -> Point:
    away = _apart(a, b)
    share = by / away if away else 0.0
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _line(a: Point, b: Point) -> list[Point]:
    third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
    return [(a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b]


def path_data(points: Sequence[Point]) -> str:
    """A way as the ``d`` of an SVG path."""
    made = f"M{points[0][0]:g} {points[0][1]:g}"
    for at in range(1, len(points) - 2, 3):
        made += "C" + " ".join(f"{round(x, 1):g} {round(y, 1):g}" for x, y in points[at : at + 3])
    return made
