"""The fields ``cache`` and ``pin``, by which results are used again (C7.6, C15)."""

from __future__ import annotations

from typing import Any

from floworch.model.rules.draft import Draft
from floworch.model.workflow import Node


def check_reuse(draft: Draft) -> None:
    """Find caches whose options do not fit, and pins that can never stand for their node."""
    for number, node in enumerate(draft.plan.nodes):
        if node.cache is not None and not isinstance(node.cache, bool):
            _check_cache(draft, draft.plan.ids[number], node.cache)
        if node.pin is not None:
            _check_pin(draft, number, node)


def _check_cache(draft: Draft, node_id: str, options: Any) -> None:
    path = f"nodes.{node_id}.cache"
    if not isinstance(options, dict):
        message = "cache must be true, false, or an object of options."
        draft.add("bad_option", path, message, 'Such as true or {"ttl": "10m", "scope": "store"}.', node_id)
        return
    for issue in draft.catalog.check_layer("cache", options) or ():
        draft.add("bad_option", f"{path}.{issue.path}" if issue.path else path, issue.message, issue.fix, node_id)


def _check_pin(draft: Draft, number: int, node: Node) -> None:
    node_id, action = draft.plan.ids[number], draft.actions[number]
    unset = {"op": "unset_field", "node": node_id, "field": "pin"}
    around = draft.plan.enclosing(number)
    if around:
        outer = draft.plan.ids[around[-1]]
        message = f"{node_id!r} is pinned, but it is inside {outer!r}, which runs or is pinned as a whole."
        draft.add("unused_pin", f"nodes.{node_id}.pin", message, f"Pin {outer!r} instead.", node_id, unset)
    elif action is not None and "out" not in action.success_ports(node.params):
        message = f"{node_id!r} is pinned, but it chooses a port, which an output does not name: it runs all the same."
        draft.add("unused_pin", f"nodes.{node_id}.pin", message, "Pin the nodes below it.", node_id, unset)
