"""Which edges fixes may offer: all of them can be drawn together, and none closes a circle (contract C2.1)."""

from __future__ import annotations

from collections.abc import Iterable

from floworch.model.graph import Plan

#: Edges against the order of the nodes that are looked at; each may cost a walk over the graph.
MOST = 100


def offered_edges(plan: Plan, wanted: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the edges (source, target) that may be offered; of two that contradict each other one.

    Args:
        plan: The graph as it is.
        wanted: Edges between nodes of one body.
    """
    rank = plan.rank
    pairs = sorted(set(wanted))
    # However many edges go along with one order of all nodes, they close no circle.
    found = {pair for pair in pairs if rank.get(pair[0], len(rank)) < rank.get(pair[1], -1)}
    more: dict[int, list[int]] = {}
    for source, target in found:
        more.setdefault(source, []).append(target)
    against = [pair for pair in pairs if pair not in found]
    for source, target in against[:MOST]:
        if source != target and not _leads(plan, more, target, source):
            found.add((source, target))
            more.setdefault(source, []).append(target)
    return found


def _leads(plan: Plan, more: dict[int, list[int]], start: int, end: int) -> bool:
    """Whether edges that are there, and those in ``more``, lead from one node to the other."""
    seen, stack = {start}, [start]
    while stack:
        at = stack.pop()
        if at == end:
            return True
        below = {*(link.target for link in plan.outgoing[at]), *more.get(at, ())} - seen
        seen |= below
        stack.extend(below)
    return False
