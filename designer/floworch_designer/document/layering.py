"""The parts of layered drawing as pure functions over integers: layers, order inside layers, heights.

A graph is given as ``count`` vertices 0 … count-1 and a list of (source, target) pairs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

Pairs = Sequence[tuple[int, int]]


def neighbours(count: int, pairs: Pairs) -> tuple[list[list[int]], list[list[int]]]:
    """Predecessors and successors of every vertex."""
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in pairs:
        after[source].append(target)
        before[target].append(source)
    return before, after


def acyclic(count: int, pairs: Pairs) -> list[tuple[int, int]]:
    """The pairs without self-loops and doubles, with the edges that close a cycle turned round."""
    _, after = neighbours(count, pairs)
    state = [0] * count
    kept: dict[tuple[int, int], None] = {}
    for root in range(count):
        stack = [(root, iter(after[root]))] if state[root] == 0 else []
        state[root] = state[root] or 1
        while stack:
            vertex, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[vertex] = 2
                stack.pop()
                continue
            if following == vertex:
                continue
            kept[(following, vertex) if state[following] == 1 else (vertex, following)] = None
            if state[following] == 0:
                state[following] = 1
                stack.append((following, iter(after[following])))
    return list(kept)


def layers_of(count: int, pairs: Pairs) -> list[int]:
    """The layer of every vertex: one more than the highest among its predecessors; sources move towards successors."""
    before, after = neighbours(count, pairs)
    open_inputs = [len(items) for items in before]
    layer = [0] * count
    queue = deque(vertex for vertex in range(count) if open_inputs[vertex] == 0)
    order: list[int] = []
    while queue:
        vertex = queue.popleft()
        order.append(vertex)
        for following in after[vertex]:
            layer[following] = max(layer[following], layer[vertex] + 1)
            open_inputs[following] -= 1
            if open_inputs[following] == 0:
                queue.append(following)
    for vertex in reversed(order):
        if not before[vertex] and after[vertex]:
            layer[vertex] = min(layer[following] for following in after[vertex]) - 1
    return layer


def ordered(rows: list[list[int]], before: list[list[int]], after: list[list[int]], sweeps: int = 6) -> list[list[int]]:
    """Order the vertices of each layer by the mean place of their neighbours, sweeping to and fro."""
    place = {vertex: float(index) for row in rows for index, vertex in enumerate(row)}
    for sweep in range(sweeps):
        towards = before if sweep % 2 == 0 else after
        for row in rows if sweep % 2 == 0 else reversed(rows):
            row.sort(key=lambda vertex: _mean(place, towards[vertex], place[vertex]))
            for index, vertex in enumerate(row):
                place[vertex] = float(index)
    return rows


def _mean(place: dict[int, float], others: list[int], default: float) -> float:
    return sum(place[other] for other in others) / len(others) if others else default


def spread(wanted: Sequence[float], sizes: Sequence[float], gap: float) -> list[float]:
    """Centres as near as possible to ``wanted``, in this order, at least ``gap`` apart.

    Least squares with fixed order: blocks that would overlap are joined and centred on their mean.
    """
    blocks: list[list[float]] = []  # [sum of wishes for the block's first centre, members]
    offsets: list[float] = []
    run = 0.0
    for index, wish in enumerate(wanted):
        if index:
            run += sizes[index - 1] / 2 + gap + sizes[index] / 2
        offsets.append(run)
        blocks.append([wish - run, 1.0])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, members = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += members
    starts = [total / members for total, members in blocks for _ in range(int(members))]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def heights(
    rows: list[list[int]], before: list[list[int]], after: list[list[int]], sizes: Sequence[float], gap: float
) -> dict[int, float]:
    """The vertical centre of every vertex: near its neighbours, in the order of its row, nothing overlapping."""
    centre: dict[int, float] = {}
    for row in rows:
        total = sum(sizes[vertex] for vertex in row) + gap * (len(row) - 1)
        run = -total / 2
        for vertex in row:
            centre[vertex] = run + sizes[vertex] / 2
            run += sizes[vertex] + gap
    for sweep in range(6):
        towards = before if sweep % 2 == 0 else after
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wishes = [_mean(centre, towards[vertex], centre[vertex]) for vertex in row]
            found = spread(wishes, [sizes[vertex] for vertex in row], gap)
            centre.update(zip(row, found, strict=True))
    return centre
