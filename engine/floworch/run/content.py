"""What the result of a node depends on, and the key made of it (contract C7.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from floworch.artifact import loaded
from floworch.expr import path_text
from floworch.model import values
from floworch.model.catalog import Catalog
from floworch.model.graph import Plan
from floworch.model.reads import Reads, reads_of, telling_layers
from floworch.model.workflow import Workflow

#: Stands for an input path that leads nowhere.
_ABSENT = {"absent": True}


def content(
    workflow: Workflow,
    graph: Plan,
    number: int,
    catalog: Catalog,
    versions: Callable[[str], int],
    inputs: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything known before a run that a node's result depends on; two equal ones mean the same work.

    It holds ``action version params join on_error disabled edges layers inputs`` and, for a container, ``body`` with
    the same of every node inside. Titles, notes, retry, timeout, places and layers that never change a result are
    left out: they change how a node runs, not what it gives.

    Args:
        workflow: The definition.
        graph: Its graph.
        number: The node.
        catalog: Where actions are looked up.
        versions: The version of an action, by its id.
        inputs: Inputs of the run.
    """
    node = graph.nodes[number]
    found: dict[str, Any] = {
        "action": node.action,
        "version": [node.version, versions(node.action)],
        "params": node.params,
        "disabled": node.disabled,
        "edges": [[graph.ids[link.source], link.port] for link in graph.incoming[number]],
        "join": node.join,
        "on_error": node.on_error,
        "layers": telling_layers(node.middleware),
        "inputs": {
            path_text(path): _follow(inputs, path[1:])
            for path in sorted(reads_of(node, catalog.find_action(node.action)).inputs)
        },
    }
    body = graph.children.get(number, ())
    if body:
        found["body"] = {graph.ids[i]: content(workflow, graph, i, catalog, versions, inputs) for i in body}
    if graph.parent[number] < 0:
        found["around"] = telling_layers(workflow.middleware)
    return found


def content_key(content: Mapping[str, Any], upstream: Mapping[str, str]) -> str:
    """The content key of a node: sha256, in hex, of what it is and of the hashes of what leads to it.

    Args:
        content: What ``content`` gave.
        upstream: By id of every node with an edge to this one, the ``outcome_hash`` of how it ended.
    """
    return _hash({"content": content, "upstream": dict(sorted(upstream.items()))})


def outcome_hash(payload: Mapping[str, Any] | None) -> str:
    """The hash of how a node ended: its output and the ports it fired; None for one that did not run."""
    if payload is None:
        return _hash(None)
    error = payload.get("error") or {}
    ports = [payload.get("port") or "out", *(payload.get("also") or ())]
    return _hash([loaded(payload.get("output")), ports, error.get("kind"), error.get("message")])


def reads_within(graph: Plan, number: int, catalog: Catalog) -> Reads:
    """What a node reads and, for a container, every node inside it."""
    node = graph.nodes[number]
    found = reads_of(node, catalog.find_action(node.action))
    for inner in graph.children.get(number, ()):
        found |= reads_within(graph, inner, catalog)
    return found


def _hash(value: Any) -> str:
    return hashlib.sha256(values.encode(value)).hexdigest()


def _follow(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return _ABSENT
        value = value[step]
    return value
