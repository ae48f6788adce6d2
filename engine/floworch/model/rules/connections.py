"""Connections that literal parameters name exist on this machine and are of the type their action needs.

A definition stays valid without them, on a machine that has others: these are warnings, and a run is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from floworch.model.catalog import ConnectionIssue
from floworch.model.problem import Problem
from floworch.model.rules.draft import Draft
from floworch.model.workflow import Layer, Node, Workflow

#: Where a relative path leads; None for the current folder.
Locate = Callable[[str], str] | None
#: An action that is run, its parameters and their path.
Use = tuple[str, Mapping[str, Any], str]


def check_connections(draft: Draft) -> None:
    """Find connections that this machine does not have, or not so."""
    asking = _asking(draft.action)
    _check(draft, asking, None, _fallbacks(draft.workflow.middleware, "middleware"))
    for node_id, node in draft.examined("connections"):
        _check(draft, asking, node_id, _of_node(node_id, node))


def _check(draft: Draft, asking: Callable[[str], Any], node_id: str | None, uses: Iterable[Use]) -> None:
    for action_id, params, path in uses:
        action = asking(action_id)
        if action is None:
            continue
        draft.look_again()  # which connections there are is no part of the definition
        for issue in action.connection_issues(params):
            place = f"{path}.{issue.path}"
            draft.add(issue.code, place, issue.message, issue.fix, node_id, _repair(issue, place, params))


def refused_connections(
    workflow: Workflow, find: Callable[[str], Any], locate: Locate = None, out: Collection[str] = ()
) -> list[Problem]:
    """The same as errors, of the nodes that a run on this machine would reach.

    Args:
        workflow: The definition.
        find: The action of an id, or None.
        locate: Where a relative path of the run leads.
        out: Nodes that take no part.
    """
    found: list[Problem] = []
    asking = _asking(find)
    for node_id, action_id, params, path in _uses(workflow):
        action = asking(action_id)
        if action is None:
            continue
        node = workflow.nodes.get(node_id or "")
        if node_id in out or (node is not None and (node.disabled or node.run_on == "cluster")):
            continue  # a worker of a cluster has connections of its own
        found += [
            Problem(issue.code, "error", f"{path}.{issue.path}", issue.message, issue.fix, node_id)
            for issue in action.connection_issues(params, locate)
        ]
    return found


def actions_of(workflow: Workflow) -> frozenset[str]:
    """The ids of every action that a definition runs: of nodes, compensations and fallbacks."""
    return frozenset(action for _, action, _, _ in _uses(workflow))


def _asking(find: Callable[[str], Any]) -> Callable[[str], Any]:
    """The action of an id if it has parameters that name connections, else None; each is looked at once."""
    known: dict[str, Any] = {}

    def asking(action_id: str) -> Any:
        if action_id not in known:
            action = find(action_id)  # of the catalogs of tests and tools, few know connections
            known[action_id] = action if getattr(action, "connection_params", None) else None
        return known[action_id]

    return asking


def _uses(workflow: Workflow) -> Iterator[tuple[str | None, str, Mapping[str, Any], str]]:
    """``(node, action, its parameters, their path)`` of everything that a definition runs."""
    for use in _fallbacks(workflow.middleware, "middleware"):
        yield None, *use
    for node_id, node in workflow.nodes.items():
        for use in _of_node(node_id, node):
            yield node_id, *use


def _of_node(node_id: str, node: Node) -> Iterator[Use]:
    path = f"nodes.{node_id}"
    yield node.action, node.params, f"{path}.params"
    if node.compensate is not None:
        yield node.compensate.action, node.compensate.params, f"{path}.compensate.params"
    yield from _fallbacks(node.middleware, f"{path}.middleware")


def _fallbacks(layers: tuple[Layer, ...], path: str) -> Iterator[Use]:
    for number, layer in enumerate(layers):
        action, params = layer.options.get("action"), layer.options.get("params")
        if layer.use == "fallback" and isinstance(action, str) and isinstance(params, Mapping):
            yield action, params, f"{path}[{number}].with.params"


def _repair(issue: ConnectionIssue, place: str, params: Mapping[str, Any]) -> dict[str, Any] | None:
    if issue.close is None:
        return None
    return {"op": "replace_text", "path": place, "old": params[issue.path], "new": issue.close}
