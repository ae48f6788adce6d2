"""Where the nodes of a picture stand: layers from left to right, the body of a container inside its frame."""

from __future__ import annotations

from dataclasses import dataclass

from floworch.model.graph import Plan

WIDTH, HEIGHT = 180.0, 52.0
GAP_X, GAP_Y = 70.0, 26.0
#: Room inside a container's frame: at the sides, and above for its title.
PAD, HEAD = 18.0, 46.0
_SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its upper left corner and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> Box:
        """The same size, further to the right and down."""
        return Box(self.x + x, self.y + y, self.width, self.height)


def place(plan: Plan) -> dict[int, Box]:
    """Return the box of every node by its number; the boxes of a container's body lie inside its own."""
    boxes: dict[int, Box] = {}
    _place_body(plan, -1, boxes)
    return boxes


def _place_body(plan: Plan, container: int, boxes: dict[int, Box]) -> tuple[float, float]:
    """Place one graph from (0, 0) on, bodies first because a container is as large as its body; return its size."""
    members = plan.children.get(container, ())
    sizes: dict[int, tuple[float, float]] = {}
    inner: dict[int, dict[int, Box]] = {}
    for number in members:
        sizes[number] = (WIDTH, HEIGHT)
        if number in plan.children:
            inner[number] = {}
            width, height = _place_body(plan, number, inner[number])
            sizes[number] = (max(WIDTH, width + 2 * PAD), height + HEAD + PAD)
    x = bottom = 0.0
    columns = _columns(plan, members)
    heights = [sum(sizes[number][1] + GAP_Y for number in column) - GAP_Y for column in columns]
    tallest = max(heights, default=0.0)
    for column, tall in zip(columns, heights, strict=True):
        y = (tallest - tall) / 2
        for number in column:
            width, height = sizes[number]
            boxes[number] = Box(x, y, width, height)
            for child, box in inner.get(number, {}).items():
                boxes[child] = box.moved(x + PAD, y + HEAD)
            y += height + GAP_Y
            bottom = max(bottom, y - GAP_Y)
        x += max(sizes[number][0] for number in column) + GAP_X
    return max(0.0, x - GAP_X), bottom


def _columns(plan: Plan, members: tuple[int, ...]) -> list[list[int]]:
    """The nodes of one graph by their longest way from a start, each column ordered so that few edges cross."""
    here = set(members)
    layer = dict.fromkeys(members, 0)
    for number in plan.order:
        if number in here:
            above = [layer[link.source] + 1 for link in plan.incoming[number] if link.source in here]
            layer[number] = max(above, default=0)
    columns: list[list[int]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for number in members:
        columns[layer[number]].append(number)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        place = {number: i for column in columns for i, number in enumerate(column)}
        for column in columns if forward else reversed(columns):
            column.sort(key=lambda number: _middle(plan, number, place, forward))
            place.update((number, i) for i, number in enumerate(column))
    return columns


def _middle(plan: Plan, number: int, place: dict[int, int], forward: bool) -> float:
    """The mean place of a node's neighbours on one side; its own where it has none."""
    links = plan.incoming[number] if forward else plan.outgoing[number]
    found = [place[link.source if forward else link.target] for link in links]
    return sum(found) / len(found) if found else float(place[number])
