"""Where the nodes of a picture stand: as on the canvas, else in layers from left to right; bodies inside frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from floworch.model.graph import Plan

WIDTH, HEIGHT = 216.0, 64.0
#: Height of one port's row on a card with several.
ROW = 20.0
GAP_X, GAP_Y = 84.0, 28.0
#: Room inside a container's frame: at the sides, and above for its title.
PAD, HEAD = 24.0, 60.0
#: Height kept free for an edge that passes a column.
_LANE = 16.0
_SWEEPS = 6

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its upper left corner and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def moved(self, x: float, y: float) -> Box:
        """The same size, further to the right and down."""
        return Box(self.x + x, self.y + y, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Placed:
    """What ``place`` found.

    Attributes:
        boxes: The box of every node by its number; those of a container's body lie inside its own.
        lanes: By number of an edge in ``plan.links``: the points it must pass so that it crosses no card.
    """

    boxes: dict[int, Box]
    lanes: dict[int, list[Point]]

    def shifted(self, x: float, y: float) -> Placed:
        """The same picture, further to the right and down."""
        lanes = {link: [(left + x, top + y) for left, top in lane] for link, lane in self.lanes.items()}
        return Placed({number: box.moved(x, y) for number, box in self.boxes.items()}, lanes)


def card_height(rows: int) -> float:
    """The height of a card with that many named ports."""
    return HEIGHT + ROW * rows - (4.0 if rows else 0.0)


def place(
    plan: Plan,
    ports: Mapping[int, Sequence[str]],
    view: Mapping[str, Any] | None = None,
    gaps: Mapping[int, float] | None = None,
) -> Placed:
    """Place every node.

    Args:
        plan: The graph.
        ports: Output ports by node, which make a card as high as it must be.
        view: The positions of the canvas, ``{node id: [x, y]}``; used when it has one for every node.
        gaps: By number of an edge in ``plan.links``: how far apart the cards at its ends must be for what stands on it.
    """
    heights = [card_height(len(ports.get(number, ()))) for number in range(len(plan.ids))]
    positions = positions_of(plan, view or {})
    if positions is not None:
        boxes: dict[int, Box] = {}
        _place_as_drawn(plan, -1, positions, heights, boxes)
        left = min((box.x for box in boxes.values()), default=0.0)
        top = min((box.y for box in boxes.values()), default=0.0)
        return Placed(boxes, {}).shifted(-left, -top)
    placed = Placed({}, {})
    _place_body(plan, -1, heights, gaps or {}, placed)
    return placed


def positions_of(plan: Plan, view: Mapping[str, Any]) -> list[Point] | None:
    """The positions of the canvas by number; None unless every node but containers with a body has a good one."""
    found: list[Point] = []
    for number, name in enumerate(plan.ids):
        at = view.get(name)
        point = at if isinstance(at, list) and len(at) == 2 else ()
        if point and all(type(each) in (int, float) and abs(each) < 1e6 for each in point):
            found.append((float(point[0]), float(point[1])))
        elif number in plan.children:
            found.append((0.0, 0.0))
        else:
            return None
    return found


def _place_as_drawn(
    plan: Plan, container: int, positions: Sequence[Point], heights: Sequence[float], boxes: dict[int, Box]
) -> None:
    for number in plan.children.get(container, ()):
        if number not in plan.children:
            boxes[number] = Box(*positions[number], WIDTH, heights[number])
            continue
        _place_as_drawn(plan, number, positions, heights, boxes)
        inner = [boxes[child] for child in plan.children[number]]
        left, top = min(box.x for box in inner) - PAD, min(box.y for box in inner) - HEAD
        width = max(WIDTH + 2 * PAD, max(box.right for box in inner) + PAD - left)
        boxes[number] = Box(left, top, width, max(box.bottom for box in inner) + PAD - top)


@dataclass(slots=True, eq=False)
class _Cell:
    """A place in a column: a node, or an edge that passes (``node`` is then -1)."""

    node: int
    link: int
    width: float
    height: float
    above: list[_Cell]
    below: list[_Cell]
    order: float = 0.0
    y: float = 0.0


def _place_body(
    plan: Plan, container: int, heights: Sequence[float], gaps: Mapping[int, float], placed: Placed
) -> Point:
    """Place one graph from (0, 0) on, bodies first because a container is as large as its body; return its size."""
    members = plan.children.get(container, ())
    sizes: dict[int, Point] = {}
    inner: dict[int, Placed] = {}
    for number in members:
        sizes[number] = (WIDTH, heights[number])
        if number in plan.children:
            inner[number] = Placed({}, {})
            width, height = _place_body(plan, number, heights, gaps, inner[number])
            sizes[number] = (max(WIDTH + 2 * PAD, width + 2 * PAD), height + HEAD + PAD)
    columns = _columns(plan, members, sizes)
    for sweep in range(_SWEEPS):
        _sweep(columns, forward=sweep % 2 == 0)
    top = _stack(columns)
    x = right = bottom = 0.0
    for column, gap in zip(columns, _gaps(plan, columns, gaps), strict=True):
        wide = max(cell.width for cell in column)
        for cell in column:
            y = cell.y - top
            bottom = max(bottom, y + cell.height)
            if cell.node < 0:
                middle = y + cell.height / 2
                placed.lanes.setdefault(cell.link, []).extend([(x, middle), (x + wide, middle)])
                continue
            placed.boxes[cell.node] = Box(x, y, cell.width, cell.height)
            if cell.node in inner:
                moved = inner[cell.node].shifted(x + PAD, y + HEAD)
                placed.boxes.update(moved.boxes)
                placed.lanes.update(moved.lanes)
        right = x + wide
        x = right + gap
    return right, bottom


def _gaps(plan: Plan, columns: Sequence[list[_Cell]], wanted: Mapping[int, float]) -> list[float]:
    """How far each column is from the next one: an edge that passes a column has room enough there."""
    found = [GAP_X] * len(columns)
    where = {cell.node: at for at, column in enumerate(columns) for cell in column if cell.node >= 0}
    for link, gap in wanted.items():
        at = where.get(plan.links[link].source)
        if at is not None and where.get(plan.links[link].target) == at + 1:
            found[at] = max(found[at], gap)
    return found


def _columns(plan: Plan, members: Sequence[int], sizes: Mapping[int, Point]) -> list[list[_Cell]]:
    """The nodes of one graph by their longest way from a start; edges that pass columns get a cell in each."""
    here = set(members)
    layer = dict.fromkeys(members, 0)
    for number in plan.order:
        if number in here:
            above = [layer[link.source] + 1 for link in plan.incoming[number] if link.source in here]
            layer[number] = max(above, default=0)
    columns: list[list[_Cell]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    cells = {number: _Cell(number, -1, *sizes[number], [], []) for number in members}
    for number in members:
        columns[layer[number]].append(cells[number])
    for place_of, link in enumerate(plan.links):
        if link.source not in here or link.target not in here:
            continue
        last = cells[link.source]
        for column in range(layer[link.source] + 1, layer[link.target]):
            lane = _Cell(-1, place_of, 0.0, _LANE, [last], [])
            columns[column].append(lane)
            last.below.append(lane)
            last = lane
        last.below.append(cells[link.target])
        cells[link.target].above.append(last)
    for each in columns:
        for place_in, cell in enumerate(each):
            cell.order = float(place_in)
    return columns


def _sweep(columns: Sequence[list[_Cell]], forward: bool) -> None:
    """Order each column by the middle of its neighbours, so that few edges cross."""
    for column in columns if forward else reversed(columns):
        keys = {}
        for cell in column:
            beside = cell.above if forward else cell.below
            keys[id(cell)] = sum(each.order for each in beside) / len(beside) if beside else cell.order
        column.sort(key=lambda cell: keys[id(cell)])
        for place_in, cell in enumerate(column):
            cell.order = float(place_in)


def _stack(columns: Sequence[list[_Cell]]) -> float:
    """Give every cell its height in the picture, near its neighbours; return the highest place used."""
    for column in columns:
        y = 0.0
        for cell in column:
            cell.y = y
            y += cell.height + GAP_Y
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            _settle(column, forward)
    return min((cell.y for column in columns for cell in column), default=0.0)


def _settle(column: Sequence[_Cell], forward: bool) -> None:
    wanted = []
    for cell in column:
        beside = cell.above if forward else cell.below
        middles = [each.y + each.height / 2 for each in beside]
        wanted.append(sum(middles) / len(middles) - cell.height / 2 if middles else cell.y)
    low = list(wanted)
    for i in range(1, len(column)):
        low[i] = max(low[i], low[i - 1] + column[i - 1].height + GAP_Y)
    high = list(wanted)
    for i in range(len(column) - 2, -1, -1):
        high[i] = min(high[i], high[i + 1] - column[i].height - GAP_Y)
    # Pushed down and pushed up keep their distances each; so does their mean.
    for cell, first, second in zip(column, low, high, strict=True):
        cell.y = (first + second) / 2
