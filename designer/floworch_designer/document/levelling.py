"""Heights of the vertices of an ordered drawing by blocks whose wires are level (Brandes and Köpf, 2001).

A vertex joins the block of its upper or lower middle neighbour, from the first layer on or from the last. Wires between
stand-ins of long edges come first. ``settling`` moves what comes out to where it looks best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from floworch_designer.document.ordering import Edge, Layered

Tops = list[float]
#: Distances of blocks from those right below or above them.
Ways = dict[int, dict[int, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What the heights depend on.

    Attributes:
        graph: Layers and edges.
        tall: The height of every vertex.
        enters: How far below its upper edge edges arrive at a vertex.
        apart: The least distance between two neighbours of a layer.
        cards: How many vertices are cards; those behind them stand for long edges.
    """

    graph: Layered
    tall: Sequence[float]
    enters: Sequence[float]
    apart: Callable[[int, int], float]
    cards: int

    def mirrored(self) -> Standing:
        """The same upside down."""
        tall, graph = self.tall, self.graph
        before = [[(u, tall[u] - port) for u, port in edges] for edges in graph.before]
        after = [[(w, tall[v] - port) for w, port in edges] for v, edges in enumerate(graph.after)]
        enters = [whole - down for whole, down in zip(tall, self.enters, strict=True)]
        return Standing(Layered([row[::-1] for row in graph.rows], before, after), tall, enters, self.apart, self.cards)


def levelled(standing: Standing) -> list[Tops]:
    """The upper edges of all vertices in several ways, the most balanced one first."""
    found: list[Tops] = []
    held = conflicts(standing)
    flipped = standing.mirrored()
    for forward in (True, False):
        found.append(_compact(standing, *blocks(standing, forward, held)))
        made = _compact(flipped, *blocks(flipped, forward, held))
        found.append([-top - tall for top, tall in zip(made, standing.tall, strict=True)])
    return [_balanced(found, standing), *found]


def _balanced(ways: list[Tops], standing: Standing) -> Tops:
    """The mean of the middle two of four ways, which are shifted to the one that is least high."""
    ends = [(min(tops), max(top + tall for top, tall in zip(tops, standing.tall, strict=True))) for tops in ways]
    least = min(range(len(ways)), key=lambda way: ends[way][1] - ends[way][0])
    shifted = []
    for way, tops in enumerate(ways):
        side = way % 2
        shift = ends[least][side] - ends[way][side]
        shifted.append([top + shift for top in tops])
    return [sum(sorted(each)[1:3]) / 2 for each in zip(*shifted, strict=True)]


def conflicts(standing: Standing) -> set[tuple[int, int]]:
    """Edges that cross a long edge between two of its stand-ins."""
    graph, cards, found = standing.graph, standing.cards, set()
    place = {vertex: at for row in graph.rows for at, vertex in enumerate(row)}
    for upper, lower in pairwise(graph.rows):
        first = scanned = 0
        for at, vertex in enumerate(lower):
            inner = _inner(standing, vertex)
            if inner is None and at < len(lower) - 1:
                continue
            last = place[inner] if inner is not None else len(upper) - 1
            for other in lower[scanned : at + 1]:
                for u, _ in graph.before[other]:
                    if not first <= place[u] <= last and min(u, other) < cards:
                        found.add((u, other))
            first, scanned = last, at + 1
    return found


def _inner(standing: Standing, vertex: int) -> int | None:
    """The stand-in before a stand-in."""
    if vertex < standing.cards:
        return None
    return next((u for u, _ in standing.graph.before[vertex] if u >= standing.cards), None)


def blocks(
    standing: Standing, forward: bool, held: set[tuple[int, int]], tops: Tops | None = None, most: float = 0.0
) -> tuple[list[int], list[float]]:
    """The root of every vertex's block, and how far below the root's upper edge the vertex's lies.

    Args:
        standing: What is to stand.
        forward: Whether vertices join blocks of the layer before theirs.
        held: Edges that join none.
        tops: Heights; edges that climb by more than ``most`` with these join none.
        most: See there.
    """
    enters, count = standing.enters, len(standing.tall)
    place = [0] * count
    for row in standing.graph.rows:
        for at, vertex in enumerate(row):
            place[vertex] = at
    root, down = list(range(count)), [0.0] * count
    for row in standing.graph.rows if forward else reversed(standing.graph.rows):
        last = -1
        for vertex in row:
            for other, port in _middle(standing, vertex, forward, place):
                drop = port - enters[vertex] if forward else enters[other] - port
                edge = (other, vertex) if forward else (vertex, other)
                far = tops is not None and abs(tops[vertex] - tops[other] - drop) > most
                if place[other] > last and edge not in held and not far:
                    root[vertex], down[vertex] = root[other], down[other] + drop
                    last = place[other]
                    break
    return root, down


def _middle(standing: Standing, vertex: int, forward: bool, place: list[int]) -> list[Edge]:
    """The edges of a vertex to its one or two middle neighbours."""
    edges = standing.graph.before[vertex] if forward else standing.graph.after[vertex]
    if len(edges) < 2:
        return edges
    edges = sorted(edges, key=lambda edge: (place[edge[0]], edge[1]))
    return edges[(len(edges) - 1) // 2 : len(edges) // 2 + 1]


def _compact(standing: Standing, root: list[int], down: list[float]) -> Tops:
    """Put every block as high as it can be, then as low as what is below it lets it."""
    below, above = distances(standing, root, down)
    turn = in_turn(root, above)
    top: dict[int, float] = {}
    for block in turn:
        top[block] = max((top[other] + far for other, far in above.get(block, {}).items()), default=0.0)
    for block in reversed(turn):
        if block in below:
            top[block] = max(top[block], min(top[other] - far for other, far in below[block].items()))
    return [top[each] + drop for each, drop in zip(root, down, strict=True)]


def distances(standing: Standing, root: list[int], down: list[float]) -> tuple[Ways, Ways]:
    """The least distances of blocks from those right below them, and from those right above them."""
    tall, apart = standing.tall, standing.apart
    below: Ways = {}
    above: Ways = {}
    for row in standing.graph.rows:
        for upper, lower in pairwise(row):
            far = down[upper] + tall[upper] + apart(upper, lower) - down[lower]
            ways = below.setdefault(root[upper], {})
            ways[root[lower]] = max(ways.get(root[lower], far), far)
            above.setdefault(root[lower], {})[root[upper]] = ways[root[lower]]
    return below, above


def in_turn(root: list[int], above: Ways) -> list[int]:
    """The blocks, each behind those above it."""
    made: dict[int, None] = {}
    for first in root:
        stack = [first]
        while stack:
            waiting = next((other for other in above.get(stack[-1], ()) if other not in made), None)
            if waiting is None:
                made[stack.pop()] = None
            else:
                stack.append(waiting)
    return list(made)
