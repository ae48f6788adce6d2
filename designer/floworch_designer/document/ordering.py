"""The order of vertices inside the layers of a drawing, so that few edges cross: sweeps, then swaps of neighbours.

An edge leaves its source at a port: of two edges of one vertex the one of the higher port should end higher.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from floworch_designer.document.pace import Pace

#: An edge of a vertex: its other end, and the height of the port that it leaves by.
Edge = tuple[int, float]
#: Where vertices stand: what sorts them from above to below.
Present = Mapping[int, tuple[float, float]]

#: Vertices that may be looked at before it is enough; the sweeps from every beginning, at least and at most.
WORK, LEAST, MOST = 60_000, 4, 24
#: Sweeps without gain after which an order is left as it is, and rounds of swaps in each.
_PATIENCE, _ROUNDS = 4, 8


@dataclass(slots=True, eq=False)
class Layered:
    """A graph whose edges lead from each layer to the next one.

    Attributes:
        rows: The vertices of every layer, from top to bottom.
        before: Of every vertex the edges that lead to it, as (source, height of the port below the source's top edge).
        after: Of every vertex the edges that leave it, as (target, height of the port).
        looks: Vertices and edges that were looked at while it was ordered.
        pace: Who is told of it.
        lands: Of edges (source, target, port) that do not end where others of their target do, as those into frames:
            how far down its height they end, from 0 to 1.
    """

    rows: list[list[int]]
    before: list[list[Edge]]
    after: list[list[Edge]]
    looks: int = 0
    pace: Pace | None = None
    lands: dict[tuple[int, int, float], float] = field(default_factory=dict)
    _place: list[int] = field(default_factory=list)

    def looked(self, many: int) -> None:
        """So many vertices were looked at."""
        self.looks += many
        if self.pace is not None:
            self.pace.did(many)

    @classmethod
    def of(cls, rows: list[list[int]], edges: Sequence[tuple[int, int, float]]) -> Layered:
        """Of edges as (source, target, height of the port)."""
        count = sum(map(len, rows))
        made = cls(rows, [[] for _ in range(count)], [[] for _ in range(count)])
        for source, target, port in edges:
            made.after[source].append((target, port))
            made.before[target].append((source, port))
        return made


def order(graph: Layered, present: Present | None = None) -> None:
    """Order every layer of ``graph.rows``; the same graph always comes out the same.

    Sweeps to and fro put each vertex at the mean of its neighbours, and swaps of two that stand beside one another take
    away what the sweeps cannot see. Of several beginnings the first with the fewest crossings counts, so that what is
    drawn well in the order of the definition stays in it.

    Args:
        graph: Its rows are changed.
        present: Where vertices stand now, from above to below. That order is kept where no more edges cross by it, as
            what a person knows; what is not in it has no place yet, or stands for a long edge.
    """
    graph._place = [0] * len(graph.before)
    best, fewest = graph.rows, -1
    for beginning in (_along(graph), [sorted(row) for row in graph.rows], _along(graph, back=True)):
        rows, found = _swept(graph, beginning)
        if fewest < 0 or found < fewest:
            best, fewest = rows, found
        if not fewest or graph.looks > WORK:
            break
    graph.rows = best
    if present:
        _keep(graph, fewest, present)


def _keep(graph: Layered, fewest: int, present: Present) -> None:
    """Take the order in which vertices stand now, or one near to it, when it is as good.

    Nothing but the order of what stands there decides how the rest is put between: what was kept is kept again.
    """
    best = graph.rows
    graph.rows = [sorted(row, key=lambda each: present.get(each, (0.0, 0.0))) for row in best]
    for change in (_number, _swap, _resweep):  # the smaller change first; the first is none
        change(graph)
        wanted = [[each for each in row if each in present] for row in graph.rows]
        if wanted == [[each for each in row if each in present] for row in best]:
            break
        if _between_fixed(graph, wanted) <= fewest:
            return
    graph.rows = best


def _resweep(graph: Layered) -> None:
    graph.rows, _ = _swept(graph, graph.rows)


def _between_fixed(graph: Layered, fixed: Sequence[Sequence[int]]) -> int:
    """Order the rows with some vertices in this order and the others where few edges cross; return how many do."""
    height: dict[int, float] = {}
    for row in fixed:
        for at, vertex in enumerate(row):
            height[vertex] = at - (len(row) - 1) / 2
    held = frozenset(height)
    loose = [vertex for row in graph.rows for vertex in sorted(row) if vertex not in held]
    for sweep in range(_PATIENCE):
        for vertex in reversed(loose) if sweep % 2 else loose:
            ends = [height[other] for other, _ in (*graph.before[vertex], *graph.after[vertex]) if other in height]
            if ends:
                height[vertex] = sum(ends) / len(ends)
    graph.rows = [sorted(row, key=lambda vertex: (height.get(vertex, 0.0), vertex)) for row in graph.rows]
    _number(graph)
    _swap(graph, held)
    return crossings(graph)


def crossings(graph: Layered) -> int:
    """How many pairs of edges cross, those of one vertex that are not in the order of its ports among them."""
    _number(graph)
    return sum(_between(graph, row) for row in graph.rows)


def _number(graph: Layered) -> None:
    graph._place = graph._place or [0] * len(graph.before)
    for row in graph.rows:
        for at, vertex in enumerate(row):
            graph._place[vertex] = at


def _between(graph: Layered, row: Sequence[int]) -> int:
    """Crossings of the edges that leave a layer."""
    place, lands, found = graph._place, graph.lands, 0
    seen: list[float] = []
    for vertex in row:
        ends = [(port, place[target] + _land(lands, vertex, target, port)) for target, port in graph.after[vertex]]
        for _, at in sorted(ends):
            found += len(seen) - bisect_right(seen, at)  # what ends at the same place does not cross
            insort(seen, at)
    return found


def _land(lands: dict[tuple[int, int, float], float], source: int, target: int, port: float) -> float:
    return lands.get((source, target, port), 0.0) if lands else 0.0


def _along(graph: Layered, back: bool = False) -> list[list[int]]:
    """The vertices as they are met along the edges from the first one on: what hangs together stands together."""
    layer = {vertex: at for at, row in enumerate(graph.rows) for vertex in row}
    ways = (graph.before, graph.after) if back else (graph.after, graph.before)
    made: list[list[int]] = [[] for _ in graph.rows]
    seen: set[int] = set()
    rows = reversed(graph.rows) if back else graph.rows
    for root in (vertex for row in rows for vertex in sorted(row)):
        stack = [root]
        while stack:
            vertex = stack.pop()
            if vertex in seen:
                continue
            seen.add(vertex)
            made[layer[vertex]].append(vertex)
            for way in reversed(ways):
                following = sorted(way[vertex], key=lambda edge: edge[1])
                stack += (each for each, _ in reversed(following) if each not in seen)
    return made


def _swept(graph: Layered, rows: list[list[int]]) -> tuple[list[list[int]], int]:
    """Sweep and swap from this beginning on; the best rows and their crossings."""
    graph.rows = [list(row) for row in rows]
    _number(graph)
    _swap(graph)
    fewest, best, idle = crossings(graph), [list(row) for row in graph.rows], 0
    for sweep in range(MOST):
        if not fewest or idle >= _PATIENCE or (graph.looks > WORK and sweep >= LEAST):
            break
        _sweep(graph, forward=sweep % 2 == 0, upwards=sweep % 4 >= 2)
        _swap(graph)
        found = crossings(graph)
        idle += 1
        if found < fewest:
            fewest, best, idle = found, [list(row) for row in graph.rows], 0
    return best, fewest


def _sweep(graph: Layered, forward: bool, upwards: bool) -> None:
    """Sort every layer by the mean place of the neighbours in the layer before it, or behind it.

    Args:
        graph: Its rows are changed.
        forward: Whether from the first layer on.
        upwards: Whether vertices of the same mean change places.
    """
    place = graph._place
    for row in graph.rows if forward else reversed(graph.rows):
        graph.looked(len(row))
        keys = {}
        for vertex in row:
            edges = graph.before[vertex] if forward else graph.after[vertex]
            if forward:  # a port moves an end by less than one place
                ends = [place[other] + port / (port + 1000.0) for other, port in edges]
            else:
                ends = [float(place[other]) for other, _ in edges]
            keys[vertex] = sum(ends) / len(ends) if ends else float(place[vertex])
        if upwards:
            row.reverse()
        row.sort(key=keys.__getitem__)
        for at, vertex in enumerate(row):
            place[vertex] = at


def _swap(graph: Layered, held: Collection[int] = ()) -> None:
    """Swap vertices that stand beside one another while fewer edges cross by it, but no two that are ``held``."""
    place = graph._place
    fresh = [True] * len(graph.rows)
    for _ in range(_ROUNDS):
        if not any(fresh):
            break
        again = [False] * len(graph.rows)
        for number, row in enumerate(graph.rows):
            if fresh[number] and _swap_row(graph, row, place, held):
                for near in range(max(0, number - 1), min(len(again), number + 2)):
                    again[near] = True
        fresh = again


def _swap_row(graph: Layered, row: list[int], place: list[int], held: Collection[int]) -> bool:
    changed = False
    ends = [_ends(graph, vertex, place) for vertex in row]
    graph.looked(len(row))
    for at in range(len(row) - 1):
        if held and row[at] in held and row[at + 1] in held:
            continue
        upper, lower = ends[at], ends[at + 1]
        gain = 0
        for side in (0, 1):
            if upper[side] and lower[side]:
                gain += _pairs(upper[side], lower[side]) - _pairs(lower[side], upper[side])
        if gain > 0:
            row[at], row[at + 1] = row[at + 1], row[at]
            ends[at], ends[at + 1] = lower, upper
            changed = True
    if changed:
        for at, vertex in enumerate(row):
            place[vertex] = at
    return changed


def _ends(graph: Layered, vertex: int, place: list[int]) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """Where the edges of a vertex end on both sides, in order."""
    return (
        sorted((place[other], port) for other, port in graph.before[vertex]),
        sorted((place[other], _land(graph.lands, vertex, other, port)) for other, port in graph.after[vertex]),
    )


def _pairs(upper: list[tuple[int, float]], lower: list[tuple[int, float]]) -> int:
    """How many edges of the two cross when ``upper`` stands above ``lower``."""
    found = at = 0
    for end in upper:
        while at < len(lower) and lower[at] < end:
            at += 1
        found += at
    return found
