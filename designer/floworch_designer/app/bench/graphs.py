"""The workflows that the designer's benchmark shows and runs."""

from __future__ import annotations

import random

from floworch.model.workflow import Edge, Node, RetryPolicy, Workflow

ACTIONS = ("data.set", "util.log", "file.list", "python.code", "data.group", "util.hash", "shell.run")
#: Px from one column to the next, and from one row to the next.
COLUMN, ROW = 288, 120


def graph(nodes: int) -> Workflow:
    """A layered workflow: columns of 25, one and a half edges per node, positions on a grid."""
    chance = random.Random(7)
    made = {
        f"n{i}": Node(
            action=ACTIONS[i % len(ACTIONS)],
            title=f"Step number {i}",
            params={"message": f"value {i}"},
            retry=RetryPolicy() if i % 9 == 0 else None,
        )
        for i in range(nodes)
    }
    edges = []
    for i in range(25, nodes):
        edges.append(Edge.model_validate({"from": f"n{i - 25}", "to": f"n{i}"}))
        if i % 2 == 0:
            other = (i // 25 - 1) * 25 + chance.randrange(25)
            if other != i - 25:
                edges.append(Edge.model_validate({"from": f"n{other}", "to": f"n{i}"}))
    view = {"nodes": {f"n{i}": [i // 25 * COLUMN, i % 25 * ROW] for i in range(nodes)}}
    return Workflow.model_validate({"id": "bench", "nodes": made, "edges": tuple(edges), "view": view})


def noop_graph(nodes: int) -> Workflow:
    """The same shape of nodes that do next to nothing, for live runs."""
    drawn = graph(nodes)
    made = {name: Node(action="data.set", params={"fields": {"a": 1}}) for name in drawn.nodes}
    return drawn.model_copy(update={"id": f"live-{nodes}", "nodes": made})
