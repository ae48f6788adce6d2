"""Triggers begin a workflow: nothing leads to them, and they lie in no container."""

from __future__ import annotations

from floworch.model.rules.draft import Draft
from floworch.model.triggers import is_trigger


def check_triggers(draft: Draft) -> None:
    """Find edges to triggers, and triggers inside containers."""
    draft.once(_check, draft.form)


def _check(draft: Draft) -> None:
    plan = draft.plan
    for number, node in enumerate(plan.nodes):
        if not is_trigger(node.action):
            continue
        name = plan.ids[number]
        if node.parent is not None:
            message = f"The trigger {name!r} is inside {node.parent!r}: a run starts at the top level."
            repair = {"op": "unset_field", "node": name, "field": "parent"}
            draft.add("trigger_not_first", f"nodes.{name}.parent", message, "Take it out.", name, repair)
        for link in plan.incoming[number]:
            message = f"An edge leads to the trigger {name!r}, where a run starts."
            fix, remove = "Remove the edge.", {"op": "remove_edge", "edge": link.number}
            draft.add("trigger_not_first", f"edges[{link.number}]", message, fix, name, remove)
