"""Where a node runs, and what it asks of that place (C14)."""

from __future__ import annotations

from floworch.model.rules.draft import Draft


def check_placement(draft: Draft) -> None:
    """Warn of tags that nobody heeds: they name resources of a cluster's workers."""
    for node_id, node in draft.workflow.nodes.items():
        if not node.tags:
            continue
        action = draft.action(node.action)
        if (node.run_on or (action.run_on if action is not None else "cluster")) != "cluster":
            draft.add(
                "idle_tags",
                f"nodes.{node_id}.tags",
                f"The tags of {node_id!r} ask for a worker of a cluster, and it does not run on one.",
                "Set 'run_on' to 'cluster', or remove the tags.",
                node_id,
            )
