"""The shape of a definition as integers: one plan that the scheduler and the validator share.

Nodes are numbers in the order of their sorted ids; that order is also a run's node-id table. Edges that name an
unknown node are left out. Nothing here computes a full transitive closure.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from floworch.model.workflow import Edge, Node, Workflow

if TYPE_CHECKING:
    import networkx

#: Containers may lie inside each other this deep.
MOST_LEVELS = 64

_CHUNK = 4096


class Link(NamedTuple):
    """One edge between known nodes: node numbers, the port it leaves and its place in ``workflow.edges``."""

    source: int
    port: str
    target: int
    number: int


class Plan:
    """The graph of a definition.

    Attributes:
        ids: Node ids, sorted; a node's number is its place here.
        index: Number by id.
        nodes: The nodes by number.
        links: Every edge between known nodes, in author order.
        incoming, outgoing: The links that end and start at a node, by node number, in author order.
        parent: Number of the container a node is in, -1 at top level (also when the named parent does not exist).
    """

    __slots__ = ("__dict__", "ids", "incoming", "index", "links", "nodes", "outgoing", "parent")

    def __init__(self, nodes: Mapping[str, Node], edges: Iterable[Edge]) -> None:
        self.ids = tuple(sorted(nodes))
        self.index = {node_id: number for number, node_id in enumerate(self.ids)}
        self.nodes = tuple(nodes[node_id] for node_id in self.ids)
        index = self.index
        self.links = tuple(
            Link(index[edge.source], edge.port, index[edge.target], number)
            for number, edge in enumerate(edges)
            if edge.source in index and edge.target in index
        )
        self.incoming: tuple[list[Link], ...] = tuple([] for _ in self.ids)
        self.outgoing: tuple[list[Link], ...] = tuple([] for _ in self.ids)
        for link in self.links:
            self.outgoing[link.source].append(link)
            self.incoming[link.target].append(link)
        self.parent = [index.get(node.parent, -1) if node.parent else -1 for node in self.nodes]

    def with_nodes(self, nodes: Mapping[str, Node]) -> Plan | None:
        """The plan of the same edges between nodes of other content; None when ids or parents are not the same.

        It shares everything with this one but the nodes: ``index`` of both is the same object, as of no other plan.
        """
        if len(nodes) != len(self.ids) or nodes.keys() != self.index.keys():
            return None
        found = tuple(map(nodes.__getitem__, self.ids))
        if any(new is not old and new.parent != old.parent for new, old in zip(found, self.nodes, strict=True)):
            return None
        plan = object.__new__(Plan)
        plan.ids, plan.index, plan.nodes, plan.links = self.ids, self.index, found, self.links
        plan.incoming, plan.outgoing, plan.parent = self.incoming, self.outgoing, self.parent
        vars(plan).update(vars(self))  # order and children, where they were asked for
        return plan

    @cached_property
    def children(self) -> dict[int, tuple[int, ...]]:
        """Nodes of every container's body by the container's number, in id order; -1 holds the top level."""
        found: dict[int, list[int]] = {-1: []}
        for number, parent in enumerate(self.parent):
            found.setdefault(parent, []).append(number)
        return {parent: tuple(numbers) for parent, numbers in found.items()}

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Nodes in topological order, lower numbers first where free; without those on or below a cycle."""
        waiting = [len(links) for links in self.incoming]
        ready = [number for number, count in enumerate(waiting) if not count]
        order: list[int] = []
        while ready:
            number = heapq.heappop(ready)
            order.append(number)
            for link in self.outgoing[number]:
                waiting[link.target] -= 1
                if not waiting[link.target]:
                    heapq.heappush(ready, link.target)
        return tuple(order)

    @cached_property
    def rank(self) -> dict[int, int]:
        """The place of every node in ``order``."""
        return {number: place for place, number in enumerate(self.order)}

    def cycles(self) -> list[list[Link]]:
        """One cycle of every knot of nodes that lead back to themselves, as the links around it; empty for a DAG."""
        if len(self.order) == len(self.ids):
            return []
        left = set(range(len(self.ids))).difference(self.order)
        found: list[list[Link]] = []
        while left:
            cycle = self._walk_back(min(left), left)
            if cycle is None:
                break
            found.append(cycle)
            self._forget(left, {link.source for link in cycle})
        return found

    def _walk_back(self, start: int, left: set[int]) -> list[Link] | None:
        """Follow links backwards inside ``left`` until a node comes up twice; every node there has such a link."""
        place: dict[int, int] = {}
        path: list[Link] = []
        number = start
        while number not in place:
            place[number] = len(path)
            link = next((link for link in self.incoming[number] if link.source in left), None)
            if link is None:
                return None
            path.append(link)
            number = link.source
        return path[place[number] :][::-1]

    def _forget(self, left: set[int], gone: set[int]) -> None:
        """Take nodes out of ``left``, and all that is then no longer below a cycle."""
        queue = deque(gone)
        left -= gone
        while queue:
            for link in self.outgoing[queue.popleft()]:
                below = link.target
                if below in left and not any(each.source in left for each in self.incoming[below]):
                    left.discard(below)
                    queue.append(below)

    def ancestors(self, number: int) -> frozenset[int]:
        """Every node upstream of one by edges (not the containers around it)."""
        return self._closure(number, forward=False)

    def descendants(self, number: int) -> frozenset[int]:
        """Every node downstream of one by edges (not the bodies of containers)."""
        return self._closure(number, forward=True)

    def leads(self, source: int, target: int) -> bool:
        """Whether a path of edges leads from one node to another; looks only at what may lie between them."""
        rank = self.rank
        first = rank.get(source, -1)
        seen: set[int] = set()
        stack = [target]
        while stack:
            for link in self.incoming[stack.pop()]:
                if link.source == source:
                    return True
                if link.source not in seen and rank.get(link.source, first) >= first:
                    seen.add(link.source)
                    stack.append(link.source)
        return False

    def _closure(self, number: int, forward: bool) -> frozenset[int]:
        seen: set[int] = set()
        stack = [number]
        while stack:
            at = stack.pop()
            links = self.outgoing[at] if forward else self.incoming[at]
            for link in links:
                other = link.target if forward else link.source
                if other not in seen:
                    seen.add(other)
                    stack.append(other)
        return frozenset(seen)

    def enclosing(self, number: int) -> list[int]:
        """The containers around a node, innermost first, at most 64; stops where parents go round in a circle."""
        around: list[int] = []
        at = self.parent[number]
        while at >= 0 and at not in around and at != number and len(around) < MOST_LEVELS:
            around.append(at)
            at = self.parent[at]
        return around

    def not_upstream(self, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
        """Those of the pairs (a, b) where no path of edges leads from a to b.

        Takes one pass over the graph per 4096 different a, whatever the number of pairs. Pairs whose b is on or
        below a cycle are never among the result.
        """
        wanted: dict[int, list[int]] = {}
        for source, target in pairs:
            wanted.setdefault(source, []).append(target)
        sources = sorted(wanted)
        result: set[tuple[int, int]] = set()
        known = set(self.order)
        for start in range(0, len(sources), _CHUNK):
            chunk = sources[start : start + _CHUNK]
            masks = self._reached({source: 1 << bit for bit, source in enumerate(chunk)})
            for bit, source in enumerate(chunk):
                missing = [node for node in wanted[source] if node in known and not masks[node] >> bit & 1]
                result.update((source, node) for node in missing)
        return result

    def _reached(self, bits: dict[int, int]) -> list[int]:
        """By node, the bits of all marked nodes upstream of it."""
        masks = [0] * len(self.ids)
        for number in self.order:
            mask = 0
            for link in self.incoming[number]:
                source = link.source
                mask |= masks[source] | bits.get(source, 0)
            masks[number] = mask
        return masks

    def to_networkx(self) -> networkx.MultiDiGraph[Any]:
        """The graph for analysis, with ids as nodes and ports as edge keys; imports networkx."""
        import networkx

        graph: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph()
        graph.add_nodes_from(self.ids)
        for link in self.links:
            graph.add_edge(self.ids[link.source], self.ids[link.target], link.port)
        return graph


def plan_of(workflow: Workflow, earlier: Workflow | None = None) -> Plan:
    """The plan of a definition, made once for the same nodes and edges.

    It goes on with that of an ``earlier`` state of the definition, where only the content of nodes is another.
    """
    notes: dict[str, Any] = vars(workflow)
    kept = notes.get("_plan")
    plan: Plan | None = None
    if kept is not None and kept[0] is workflow.nodes and kept[1] is workflow.edges:
        plan = kept[2]
    if earlier is not None and (earlier.edges is workflow.edges or earlier.edges == workflow.edges):
        before = plan_of(earlier)
        if plan is None or plan.index is not before.index:
            plan = before.with_nodes(workflow.nodes) or plan
    if plan is None:
        plan = Plan(workflow.nodes, workflow.edges)
    if kept is None or kept[2] is not plan:
        notes["_plan"] = (workflow.nodes, workflow.edges, plan)
    return plan
