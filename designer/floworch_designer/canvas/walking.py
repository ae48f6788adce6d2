"""Walking the graph with arrow keys: along edges sideways, to the nearest card up and down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import hypot

from floworch_designer.canvas.geometry import Point
from floworch_designer.canvas.graph import Box, CanvasGraph, Wire


def step(graph: CanvasGraph, start: str | None, direction: str) -> str | None:
    """The node that an arrow key leads to, or None when there is none in that direction.

    ``left`` and ``right`` follow edges if there are any; without a start the first node is chosen.
    """
    if start is None or start not in graph.boxes:
        return next((key for key, other in graph.boxes.items() if other.proxy is None), None)
    box = graph.boxes[start]
    if direction in {"left", "right"}:
        wires = graph.leaving.get(start, []) if direction == "right" else graph.arriving.get(start, [])
        ends = [wire.target if direction == "right" else wire.source for wire in wires]
        linked = [end for end in ends if end.proxy is None]
        if linked:
            return min(linked, key=lambda other: abs(_middle(other)[1] - _middle(box)[1])).id
    return _nearest(graph, box, direction)


def nearest(graph: CanvasGraph, at: Point) -> str | None:
    """The card whose middle is nearest to a place."""
    cards = (box for box in graph.boxes.values() if box.proxy is None)
    best = min(cards, key=lambda box: hypot(_middle(box)[0] - at[0], _middle(box)[1] - at[1]), default=None)
    return best.id if best is not None else None


def _middle(box: Box) -> Point:
    return box.x + box.shape.width / 2, box.y + box.shape.height / 2


def _nearest(graph: CanvasGraph, box: Box, direction: str) -> str | None:
    x, y = _middle(box)
    best: tuple[float, str] | None = None
    for other in graph.boxes.values():
        if other is box or other.proxy is not None:
            continue
        dx, dy = _middle(other)[0] - x, _middle(other)[1] - y
        along, across = (dx, dy) if direction in {"left", "right"} else (dy, dx)
        if direction in {"left", "up"}:
            along = -along
        if along <= 1.0:
            continue
        cost = along + 2.5 * abs(across)
        if best is None or cost < best[0]:
            best = (cost, other.id)
    return best[1] if best else None


def related(graph: CanvasGraph, nodes: Iterable[str]) -> frozenset[str]:
    """These nodes, all before and after them, what is in containers among them and the containers they are in."""
    start = [key for key in nodes if key in graph.boxes]
    found = graph.body_of(_along(graph.leaving, start, ahead=True) | _along(graph.arriving, start, ahead=False))
    for key in list(found):
        holder = graph.boxes[key].node.parent
        while holder in graph.boxes and holder not in found:
            found.add(holder)
            holder = graph.boxes[holder].node.parent
    return frozenset(found)


def _along(wires: Mapping[str, list[Wire]], start: Iterable[str], ahead: bool) -> set[str]:
    found = set(start)
    queue = list(found)
    while queue:
        for wire in wires.get(queue.pop(), ()):
            key = wire.target.id if ahead else wire.source.id
            if key not in found:
                found.add(key)
                queue.append(key)
    return found
