"""The beginning of layered drawing as pure functions over integers: cycles, parts, layers.

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
    """The layer of every vertex: one more than the highest among its predecessors.

    What only feeds into later layers stands right before them, and so does what more edges leave than reach.
    """
    before, after = neighbours(count, pairs)
    open_inputs = [len(items) for items in before]
    layer = [0] * count
    queue = deque(vertex for vertex in range(count) if open_inputs[vertex] == 0)
    turn: list[int] = []
    while queue:
        vertex = queue.popleft()
        turn.append(vertex)
        for following in after[vertex]:
            layer[following] = max(layer[following], layer[vertex] + 1)
            open_inputs[following] -= 1
            if open_inputs[following] == 0:
                queue.append(following)
    feeding = [False] * count
    for vertex in turn:
        feeding[vertex] = all(feeding[other] and len(after[other]) == 1 for other in before[vertex])
    for vertex in reversed(turn):
        if after[vertex] and (feeding[vertex] or len(after[vertex]) > len(before[vertex])):
            layer[vertex] = min(layer[following] for following in after[vertex]) - 1
    return layer


def parts_of(count: int, pairs: Pairs) -> list[list[int]]:
    """The vertices that hang together, each part and all of them in the order of their numbers."""
    before, after = neighbours(count, pairs)
    seen = [False] * count
    found: list[list[int]] = []
    for first in range(count):
        if seen[first]:
            continue
        seen[first] = True
        stack, part = [first], []
        while stack:
            vertex = stack.pop()
            part.append(vertex)
            for other in (*before[vertex], *after[vertex]):
                if not seen[other]:
                    seen[other] = True
                    stack.append(other)
        found.append(sorted(part))
    return found
