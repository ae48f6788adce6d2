"""What a run comes to whatever it finds, and what it cannot do without."""

from __future__ import annotations

from floworch.model.graph import Plan, plan_of
from floworch.model.workflow import Node, Workflow

#: Ports that fire however a node that does not fail has chosen.
_ALWAYS = frozenset({"out", "done"})


def certain_nodes(workflow: Workflow) -> frozenset[str]:
    """Nodes that run unless something before them fails, and whose own failure fails the run.

    Those behind a chosen port or an ``error`` edge are none, nor those whose failure is handled or passed over, alone
    or with their container. The body of a loop counts as if there were items. A cycle has none.
    """
    plan = plan_of(workflow)
    bears = [taken and not _passed_over(plan, number) for number, taken in enumerate(_reached(plan))]
    return frozenset(
        name
        for number, name in enumerate(plan.ids)
        if bears[number] and all(bears[outer] and not _catches(plan.nodes[outer]) for outer in plan.enclosing(number))
    )


def _reached(plan: Plan) -> list[bool]:
    """By node number: whether the edges to it, within its body, are taken for certain."""
    reached = [False] * len(plan.ids)
    for number in plan.order:
        taken = [reached[link.source] and link.port in _ALWAYS for link in plan.incoming[number]]
        reached[number] = not taken or (all(taken) if plan.nodes[number].join == "all" else any(taken))
    return reached


def _passed_over(plan: Plan, number: int) -> bool:
    """Whether the node does nothing, or the run goes on when it fails."""
    node = plan.nodes[number]
    return node.disabled or node.on_error == "continue" or any(link.port == "error" for link in plan.outgoing[number])


def _catches(node: Node) -> bool:
    """Whether the container does not fail when something within it does."""
    return node.action == "flow.try" or node.params.get("on_item_error") == "collect"
