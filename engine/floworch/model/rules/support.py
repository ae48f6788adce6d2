"""Fields that the format has and this version ignores: said, so that nobody relies on them."""

from __future__ import annotations

from floworch.model.rules.draft import Draft
from floworch.model.workflow import Node

_IGNORED = "is kept in the file, but this version ignores it"
#: Field of a node -> what happens instead, and what to do until then. No repair takes them out: they are work.
_NODE = {
    "version": ("any version of the action is used.", "Remove the field."),
    "tags": ("the node runs on this machine.", "Remove the field."),
}


def check_support(draft: Draft) -> None:
    """Warn of every field that is set and has no effect yet, once per place."""
    for node_id, node in draft.workflow.nodes.items():
        _check(draft, node_id, node)


def _check(draft: Draft, node_id: str, node: Node) -> None:
    for name, (instead, fix) in _NODE.items():
        if name not in node.model_fields_set:
            continue
        value = getattr(node, name)
        if value is None or value is False or value == ():
            continue
        message = f"The field {name!r} of {node_id!r} {_IGNORED}: {instead}"
        draft.add("not_supported_yet", f"nodes.{node_id}.{name}", message, fix, node_id)
    if node.run_on == "cluster":
        message = f"'run_on' of {node_id!r} is 'cluster', which this version ignores: the node runs here."
        draft.add("not_supported_yet", f"nodes.{node_id}.run_on", message, "Use process, thread or loop.", node_id)
