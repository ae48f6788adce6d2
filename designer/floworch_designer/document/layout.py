"""Automatic layout: layers from left to right, bodies laid out inside their containers first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import QObject, Signal

from floworch.model.workflow import Workflow
from floworch_designer.document.layering import acyclic, heights, layers_of, neighbours, ordered
from floworch_designer.document.positions import Point, positions

Size = tuple[float, float]

CARD: Size = (216.0, 72.0)
COLUMN_GAP = 96.0
ROW_GAP = 48.0
PADDING = 24.0
TITLE = 36.0
#: Height that a long edge keeps free in the columns it passes.
LANE = 16.0
#: A body of more columns than this that is so many times as wide as high is broken into bands.
LONG, STRIP = 5, 5.0
#: Width to height that the bands together are meant to have, and the space between two of them.
SHAPE, BAND_GAP = 1.8, 96.0
#: More nodes than this are laid out on a thread.
LARGE = 1500
_GRID = 12.0


def arrange(
    workflow: Workflow, sizes: Mapping[str, Size] | None = None, only: Iterable[str] | None = None
) -> dict[str, Point]:
    """Positions (top left corners, scene units) for all nodes, or for ``only`` these.

    Args:
        workflow: The definition.
        sizes: Card sizes that differ from 216 x 72.
        only: Nodes to lay out among themselves; their common top left corner stays where it was. None means all,
            with the top left corner at the origin.
    """
    wanted = workflow.nodes.keys() if only is None else set(only) & workflow.nodes.keys()
    bodies: dict[str | None, list[str]] = {}
    for node_id in workflow.nodes:
        if node_id in wanted:
            parent = workflow.nodes[node_id].parent
            bodies.setdefault(parent if parent in wanted else None, []).append(node_id)
    known = dict(sizes or {})
    inside: dict[str, dict[str, Point]] = {}
    for container in _deepest_first(workflow, bodies):
        inside[container], size = _level(workflow, bodies[container], known)
        known[container] = (size[0] + 2 * PADDING, size[1] + 2 * PADDING + TITLE)
    made, _ = _level(workflow, bodies.get(None, []), known)
    queue = list(made)
    while queue:
        container = queue.pop()
        left, top = made[container]
        for child, (x, y) in inside.get(container, {}).items():
            made[child] = (left + PADDING + x, top + TITLE + PADDING + y)
            queue.append(child)
    return made if only is None else _anchored(workflow, made)


def _anchored(workflow: Workflow, made: dict[str, Point]) -> dict[str, Point]:
    if not made:
        return made
    old = positions(workflow)
    shift = tuple(min(old[key][axis] for key in made) - min(made[key][axis] for key in made) for axis in (0, 1))
    return {key: (x + shift[0], y + shift[1]) for key, (x, y) in made.items()}


def _deepest_first(workflow: Workflow, bodies: Mapping[str | None, list[str]]) -> list[str]:
    depths: dict[str, int] = {}
    for container in bodies:
        if container is None:
            continue
        depth, at, seen = 0, container, set()
        while (parent := workflow.nodes[at].parent) in workflow.nodes and parent not in seen:
            seen.add(parent)
            depth, at = depth + 1, str(parent)
        depths[container] = depth
    return sorted(depths, key=lambda key: -depths[key])


def _level(workflow: Workflow, members: list[str], sizes: Mapping[str, Size]) -> tuple[dict[str, Point], Size]:
    """Lay out one body; returns positions with the top left corner at (0, 0), and the size of the whole."""
    if not members:
        return {}, (0.0, 0.0)
    index = {node_id: number for number, node_id in enumerate(members)}
    pairs = acyclic(
        len(members),
        [
            (index[edge.source], index[edge.target])
            for edge in workflow.edges
            if edge.source in index and edge.target in index
        ],
    )
    layer = layers_of(len(members), pairs)
    tall = [sizes.get(node_id, CARD)[1] for node_id in members]
    count, chain = _with_lanes(len(members), pairs, layer, tall)
    rows: list[list[int]] = [[] for _ in range(max(layer) + 1)]
    for vertex in range(count):
        rows[layer[vertex]].append(vertex)
    before, after = neighbours(count, chain)
    middle = heights(ordered(rows, before, after), before, after, tall, ROW_GAP)
    top = min(middle[vertex] - tall[vertex] / 2 for vertex in range(len(members)))
    made: dict[str, Point] = {}
    left = width = 0.0
    for row in rows:
        real = [vertex for vertex in row if vertex < len(members)]
        wide = max((sizes.get(members[vertex], CARD)[0] for vertex in real), default=0.0)
        for vertex in real:
            y = round((middle[vertex] - tall[vertex] / 2 - top) / _GRID) * _GRID
            made[members[vertex]] = (left, y)
        width = max(width, left + wide)
        left += wide + COLUMN_GAP
    low = max(made[node_id][1] + tall[number] for node_id, number in index.items())
    if len(rows) > LONG and width > STRIP * low:
        crossing = [0] * len(rows)
        for source, _ in chain:
            crossing[layer[source]] += 1
        columns = [[members[vertex] for vertex in row if vertex < len(members)] for row in rows]
        width = wrap(made, columns, crossing, low + BAND_GAP)
    low = max(made[node_id][1] + tall[number] for node_id, number in index.items())
    return made, (width, low)


def wrap(made: dict[str, Point], columns: list[list[str]], crossing: list[int], step: float) -> float:
    """Break a long strip into bands below one another, as lines of text, where few edges are in the way.

    Args:
        made: The positions; changed in place.
        columns: The nodes of each column; none is empty.
        crossing: How many edges run from each column to the next.
        step: Height of a band with the gap below it.

    Returns:
        The new width.
    """
    lefts = [min((made[node][0] for node in column), default=0.0) for column in columns]
    whole = max(lefts)
    bands = max(2, round((whole / (SHAPE * step)) ** 0.5))
    wanted, cuts = len(columns) / bands, [0]
    for number in range(1, bands):
        spot = round(number * wanted)
        near = [at for at in range(spot - 2, spot + 3) if cuts[-1] + 2 <= at <= len(columns) - 1]
        if near:
            cuts.append(min(near, key=lambda at: (crossing[at - 1], abs(at - spot))))
    width = 0.0
    for band, (first, end) in enumerate(pairwise([*cuts, len(columns)])):
        for column in columns[first:end]:
            for node in column:
                x, y = made[node]
                made[node] = (x - lefts[first], y + round(band * step / _GRID) * _GRID)
                width = max(width, x - lefts[first] + CARD[0])
    return width


def _with_lanes(
    count: int, pairs: list[tuple[int, int]], layer: list[int], tall: list[float]
) -> tuple[int, list[tuple[int, int]]]:
    """Split edges over several layers by small stand-ins; appends their layers and heights to the lists given."""
    spans = sum(max(0, layer[target] - layer[source] - 1) for source, target in pairs)
    if spans > 3 * count + 100:
        return count, pairs
    chain: list[tuple[int, int]] = []
    for source, target in pairs:
        last = source
        for between in range(layer[source] + 1, layer[target]):
            layer.append(between)
            tall.append(LANE)
            chain.append((last, len(layer) - 1))
            last = len(layer) - 1
        chain.append((last, target))
    return len(layer), chain


class Arranger(QObject):
    """Lays out without holding up the window: on a thread above ``LARGE`` nodes.

    ``arranged`` carries the workflow that was laid out and the positions.
    """

    arranged = Signal(object, dict)

    def request(
        self, workflow: Workflow, sizes: Mapping[str, Size] | None = None, only: frozenset[str] | None = None
    ) -> None:
        """Lay out soon; small workflows at once."""
        if len(workflow.nodes) <= LARGE:
            self.arranged.emit(workflow, arrange(workflow, sizes, only))
            return
        threading.Thread(
            target=self._work, args=(lambda: arrange(workflow, sizes, only), workflow), daemon=True
        ).start()

    def _work(self, work: Callable[[], dict[str, Point]], workflow: Workflow) -> None:
        made = work()
        try:
            self.arranged.emit(workflow, made)
        except RuntimeError:  # the window closed meanwhile
            return
