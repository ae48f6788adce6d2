"""Sizes of cards, places of ports and shapes of edges: pure arithmetic in scene units, no Qt.

A rectangle is ``(left, top, right, bottom)``; a curve is a list of 3n + 1 points: start, then two handles and an end
for each cubic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import hypot

from floworch.model.pictures.lengths import flatten
from floworch.model.pictures.routes import corners, rounded, through

Point = tuple[float, float]
Rect = tuple[float, float, float, float]

CARD_WIDTH = 216.0
CARD_HEIGHT = 72.0
HEADER = 56.0
ROW = 22.0
RADIUS = 10.0
#: Space right of the status glyph.
GLYPH_RIGHT = 12.0
#: What is painted outside a card: ports, badge, selection ring.
MARGIN = 12.0
#: Height kept under a card for duration, attempt and item count.
FOOTER = 20.0
#: What is painted below a card, outside it.
BELOW = max(MARGIN, FOOTER)
#: What a label on a wire, or the mark at its beginning, may stick out beside it.
LABEL = 12.0
#: How far a wire that leads back stays from the cards at its ends, and how it turns there.
TURN = 24.0
#: From this zoom on wires have labels.
LABELS = 0.6
#: Half the side of the square in which the mouse catches a port, px.
PORT_REACH = 12.0

FRAME_TITLE = 36.0
FRAME_PADDING = 24.0
FRAME_WIDTH = 264.0
FRAME_HEIGHT = 144.0


@dataclass(frozen=True, slots=True)
class Port:
    """An output port: its name and its height below the card's top edge; ``labelled`` when its name is on the card."""

    name: str
    y: float
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a card: size, height of the input port, output ports from top to bottom."""

    width: float
    height: float
    input_y: float
    ports: tuple[Port, ...]
    rows: int = 0
    header: float = CARD_HEIGHT

    def port(self, name: str) -> Port | None:
        """The output port of that name, or None."""
        return next((port for port in self.ports if port.name == name), None)


@lru_cache(maxsize=1024)
def card_shape(
    success: tuple[str, ...], extra: tuple[str, ...] = (), chips: bool = False, width: float = CARD_WIDTH
) -> Shape:
    """The card of a node.

    Args:
        success: The action's success ports. One keeps the card at 216 x 72; more get a row of 22 each.
        extra: Ports that edges use although the action does not declare them.
        chips: Whether a strip of middleware chips is shown.
        width: See ``card_width``.
    """
    named = [name for name in dict.fromkeys((*success, *extra)) if name not in {"error", "done"}]
    if len(named) <= 1:
        middle = (Port(named[0], 36.0),) if named else ()
        ports = (Port("done", 14.0), *middle, Port("error", 58.0))
        return Shape(width, CARD_HEIGHT, 36.0, ports)
    header = CARD_HEIGHT if chips else HEADER
    listed = [*named, "error"]
    rows = tuple(Port(name, header + ROW * index + 13.0, True) for index, name in enumerate(listed))
    height = header + ROW * len(listed) + 6.0
    return Shape(width, height, header / 2, (Port("done", header / 2), *rows), len(listed), header)


def card_width(title: str) -> float:
    """The width for a title: 216, for long titles up to 312 in steps of the grid.

    The length is estimated, so that sizes are the same on every machine; what does not fit is elided.
    """
    wanted = 56.0 + 7.4 * len(title) + 34.0
    return min(312.0, max(CARD_WIDTH, 24.0 * -(-wanted // 24.0)))


@lru_cache(maxsize=256)
def frame_shape(width: float, height: float, success: tuple[str, ...]) -> Shape:
    """The frame of a container of that size: its ports stand beside the title bar."""
    names = [*(success or ("out",)), "error"]
    ports = tuple(Port(name, 18.0 + ROW * index) for index, name in enumerate(names))
    return Shape(width, height, 18.0, (*ports, Port("done", 18.0 + ROW * len(names))), 0, FRAME_TITLE)


def frame_around(children: Iterable[Rect], at: Point) -> Rect:
    """The rectangle of a container: around its body, or of the least size at ``at`` when the body is empty."""
    box = union(children)
    if box is None:
        return at[0], at[1], at[0] + FRAME_WIDTH, at[1] + FRAME_HEIGHT
    left, top = box[0] - FRAME_PADDING, box[1] - FRAME_PADDING - FRAME_TITLE
    return (
        left,
        top,
        max(box[2] + FRAME_PADDING, left + FRAME_WIDTH),
        max(box[3] + FRAME_PADDING, top + FRAME_HEIGHT),
    )


def union(rects: Iterable[Rect]) -> Rect | None:
    """The smallest rectangle around all; None when there is none."""
    found = list(rects)
    if not found:
        return None
    return (
        min(rect[0] for rect in found),
        min(rect[1] for rect in found),
        max(rect[2] for rect in found),
        max(rect[3] for rect in found),
    )


def grown(rect: Rect, by: float) -> Rect:
    """The rectangle with ``by`` added on every side."""
    return rect[0] - by, rect[1] - by, rect[2] + by, rect[3] + by


def overlaps(first: Rect, second: Rect) -> bool:
    """Whether two rectangles have a point in common."""
    return first[0] <= second[2] and second[0] <= first[2] and first[1] <= second[3] and second[1] <= first[3]


def contains(rect: Rect, point: Point) -> bool:
    """Whether a point lies in a rectangle, its border included."""
    return rect[0] <= point[0] <= rect[2] and rect[1] <= point[1] <= rect[3]


def curve(start: Point, end: Point) -> list[Point]:
    """The edge from an output port to an input port.

    Forward: one cubic with horizontal ends and handles of half the distance, between 40 and 180. Backward between two
    rows: level half-way between them, with round turns of 24. Backward beside one another: a loop under the cards.
    """
    (x1, y1), (x2, y2) = start, end
    if x2 - x1 >= 24.0 or (abs(y2 - y1) < 1.0 and x2 > x1):
        handle = min(max(0.5 * (x2 - x1), min(40.0, x2 - x1)), 180.0)
        return [start, (x1 + handle, y1), (x2 - handle, y2), end]
    if abs(y2 - y1) >= 120.0:
        return _back(start, end)
    middle_y = max(y1, y2) + CARD_HEIGHT / 2 + 24.0 + 20.0
    middle = ((x1 + x2) / 2, middle_y)
    reach = min(max(0.12 * (x1 - x2), 56.0), 84.0)
    return [start, (x1 + reach, y1), (x1 + reach, middle_y), middle, (x2 - reach, middle_y), (x2 - reach, y2), end]


def _back(start: Point, end: Point) -> list[Point]:
    """Out to the right, level back half-way between the rows, and in from the left."""
    (x1, y1), (x2, y2) = start, end
    middle, turn = (y1 + y2) / 2, TURN if y2 > y1 else -TURN
    made = [start]
    if x2 > x1:  # a little to the right: the level part leads back all the same
        x1 = x2
        made += _straight(made[-1], (x1, y1))
    made += _quarter(made[-1], (x1 + TURN, y1), (x1 + TURN, y1 + turn))
    made += _straight(made[-1], (x1 + TURN, middle - turn))
    made += _quarter(made[-1], (x1 + TURN, middle), (x1, middle))
    made += _straight(made[-1], ((x1 + x2) / 2, middle))
    made += _straight(made[-1], (x2, middle))
    made += _quarter(made[-1], (x2 - TURN, middle), (x2 - TURN, middle + turn))
    made += _straight(made[-1], (x2 - TURN, y2 - turn))
    return made + _quarter(made[-1], (x2 - TURN, y2), end)


def _quarter(a: Point, corner: Point, b: Point) -> list[Point]:
    """A quarter of a circle around a corner."""
    near, far = ((corner[0] + 0.45 * (at[0] - corner[0]), corner[1] + 0.45 * (at[1] - corner[1])) for at in (a, b))
    return [near, far, b]


def _straight(a: Point, b: Point) -> list[Point]:
    third = (b[0] - a[0]) / 3, (b[1] - a[1]) / 3
    return [(a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b]


def curved(start: Point, stops: Sequence[Point], end: Point) -> tuple[list[Point], tuple[Point, ...]]:
    """The edge through ``stops``, and the points a hairline passes in its place."""
    return (through(start, stops, end) if stops else curve(start, end)), tuple(stops)


def squared(start: Point, stops: Sequence[Point], end: Point) -> tuple[list[Point], tuple[Point, ...]]:
    """As ``curved``, in right angles."""
    turns = corners(start, stops, end)
    return rounded(turns, stops), tuple(turns[1:-1])


#: How edges run: ``curved`` or ``squared``.
Router = Callable[[Point, Sequence[Point], Point], tuple[list[Point], tuple[Point, ...]]]


def bounds(points: Sequence[Point]) -> Rect:
    """A rectangle around a curve: around its handles, thus never too small."""
    xs = [point[0] for point in points]
    ys = [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def distance(point: Point, points: Sequence[Point]) -> float:
    """The distance of a point from a curve."""
    line = flatten(points, 20)
    return min(_to_segment(point, a, b) for a, b in pairwise(line))


def _to_segment(point: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length
    share = min(1.0, max(0.0, share))
    return hypot(point[0] - a[0] - share * dx, point[1] - a[1] - share * dy)


def crosses(rect: Rect, points: Sequence[Point]) -> bool:
    """Whether a curve touches a rectangle (seen at 16 points per cubic)."""
    return overlaps(rect, bounds(points)) and any(contains(rect, point) for point in flatten(points))
