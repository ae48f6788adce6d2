"""Ports of edges, and joins that can never run (C2.2, C2.3, C2.7, C15)."""

from __future__ import annotations

from floworch.model.catalog import ActionInfo
from floworch.model.graph import Link
from floworch.model.rules.draft import Draft, listing
from floworch.model.triggers import is_trigger

#: Ports every node has besides those of its action.
COMMON_PORTS = ("done", "error")
_EXCLUSIVE_ACTIONS = frozenset({"flow.if", "flow.switch", "human.approve"})
_MOST_BITS = 4096


def check_ports(draft: Draft) -> None:
    """Find edges from undeclared ports and all-joins below exclusive branches."""
    plan = draft.plan
    wrong: dict[int, tuple[Link, tuple[str, ...]]] = {}
    for node_id, _ in draft.examined("ports", plan.index):
        number = plan.index[node_id]
        declared = _declared(draft, number, draft.actions[number]) if plan.outgoing[number] else None
        for link in plan.outgoing[number]:
            if declared is not None and link.port not in declared and link.port not in COMMON_PORTS:
                wrong[link.number] = link, declared
                draft.look_again()  # it is said below, in the order of the edges
    for _, (link, ports) in sorted(wrong.items()):
        name = plan.ids[link.source]
        every = [*ports, *COMMON_PORTS]
        _, close = draft.suggest(link.port, every)
        value = close or (ports[0] if len(ports) == 1 else None)
        draft.add(
            "unknown_port", f"edges[{link.number}]", f"Node {name!r} has no port {link.port!r}.",
            f"Its ports are {listing(every)}.", name,
            {"op": "set_edge", "edge": link.number, "field": "port", "value": value} if value else None,
        )  # fmt: skip
    draft.once(_check_joins, draft.form)


def _declared(draft: Draft, number: int, action: ActionInfo | None) -> tuple[str, ...] | None:
    """The success ports of a node, None when they are not known."""
    if action is None:
        return None
    try:
        return tuple(action.success_ports(draft.plan.nodes[number].params))
    except Exception:  # noqa: BLE001 - bad parameters have their own problem; any action's code may raise anything
        return None


class Exclusion:
    """Which nodes can only run when a certain port of a choice fired, as bit masks over those ports.

    A definition with more than 4096 such ports is examined for the first 4096.
    """

    def __init__(self, draft: Draft) -> None:
        self._plan = draft.plan
        self.bits: dict[tuple[int, str], int] = {}
        self._rivals: list[int] = []
        for number in draft.plan.order:
            self._number_ports(draft, number)
        self.needs = [0] * len(draft.plan.ids)
        self._number_triggers()
        self.stuck: list[int] = []
        if self.bits:
            self._spread(draft)

    def _number_ports(self, draft: Draft, number: int) -> None:
        links = self._plan.outgoing[number]
        if len(links) < 2:
            return
        node = self._plan.nodes[number]
        both = {"done", "error"} if node.on_error == "continue" else {"done"}
        used = sorted({link.port for link in links} - both)
        if len(used) < 2 or len(self._rivals) + len(used) > _MOST_BITS:
            return
        chosen = [port for port in used if port not in {"error", "out"}] if node.action in _EXCLUSIVE_ACTIONS else []
        if "error" not in used and len(chosen) < 2:
            return
        first = len(self._rivals)
        for place, port in enumerate(used):
            self.bits[number, port] = first + place
            rivals = [
                first + other
                for other, name in enumerate(used)
                if name != port and ("error" in {name, port} or (name in chosen and port in chosen))
            ]
            self._rivals.append(sum(1 << rival for rival in rivals))

    def _number_triggers(self) -> None:
        """A run starts at one trigger: each is what everything below it needs, and a rival of the others."""
        found = [number for number, node in enumerate(self._plan.nodes) if is_trigger(node.action)]
        if len(found) < 2 or len(self._rivals) + len(found) > _MOST_BITS:
            return
        first = len(self._rivals)
        every = ((1 << len(found)) - 1) << first
        for place, number in enumerate(found, first):
            self.needs[number] = 1 << place
            self.bits[number, ""] = place
            self._rivals.append(every ^ (1 << place))

    def _spread(self, draft: Draft) -> None:
        plan = self._plan
        for number in plan.order:
            links = plan.incoming[number]
            if not links:
                continue
            masks = [self._through(link.source, link.port) for link in links]
            every, common = 0, masks[0]
            for mask in masks:
                every |= mask
                common &= mask
            if plan.nodes[number].join != "all":
                self.needs[number] = common
            elif self._clash(every, every & ~common):
                self.stuck.append(number)
                self.needs[number] = common
            else:
                self.needs[number] = every

    def _through(self, source: int, port: str) -> int:
        bit = self.bits.get((source, port))
        return self.needs[source] | (0 if bit is None else 1 << bit)

    def _clash(self, every: int, differing: int) -> bool:
        """Whether a mask holds two ports of which only one can fire; one of such a pair is among ``differing``."""
        while differing:
            low = differing & -differing
            if self._rivals[low.bit_length() - 1] & every:
                return True
            differing ^= low
        return False

    def exclusive(self, a: int, b: int) -> bool:
        """Whether two nodes can never both run in one run."""
        return self._clash(self.needs[a] | self.needs[b], self.needs[a] ^ self.needs[b])


def _check_joins(draft: Draft) -> None:
    for number in Exclusion(draft).stuck:
        node_id = draft.plan.ids[number]
        draft.add(
            "exclusive_join", f"nodes.{node_id}.join",
            f"{node_id!r} waits for all its edges, but only one of its branches is ever taken: it never runs.",
            "Set join to any.", node_id, {"op": "set_field", "node": node_id, "field": "join", "value": "any"},
        )  # fmt: skip
