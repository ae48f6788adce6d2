"""Edits of nodes and edges as pure functions: a workflow goes in, a new one that shares the rest comes out.

No function changes its argument. An edit that changes nothing returns the very same workflow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from floworch.model.triggers import is_trigger
from floworch.model.workflow import Edge, Node, Value, Workflow
from floworch_designer.document.decor import forget
from floworch_designer.document.positions import Point, positions, raw_positions, with_positions, without_positions
from floworch_designer.document.wires import tidied
from floworch_designer.settings.words import tr


class _Missing:
    """The type of MISSING."""

    def __repr__(self) -> str:
        return "MISSING"


#: Stands for "remove the parameter" or "back to the field's default".
MISSING: Final = _Missing()

_WORD = re.compile(r"[^a-z0-9_]+")


def fresh_id(workflow: Workflow, stem: str) -> str:
    """An unused node id made of ``stem``: ``data.set`` gives ``set``, then ``set_2``, ``set_3``."""
    base = _WORD.sub("_", stem.rsplit(":", 1)[-1].rsplit(".", 1)[-1].lower()).strip("_")[:60] or "node"
    if base[0].isdigit():
        base = f"n_{base}"
    taken = workflow.nodes
    if base not in taken:
        return base
    root = re.sub(r"_\d+$", "", base) or base
    number = 2
    while f"{root}_{number}" in taken:
        number += 1
    return f"{root}_{number}"


def fresh_title(workflow: Workflow, title: str) -> str:
    """The title itself, or with the next number when a node has it already: ``HTTP request 2``."""
    taken = {node.title for node in workflow.nodes.values()}
    number, found = 1, title
    while found in taken:
        number += 1
        found = f"{title} {number}"
    return found


def add_node(
    workflow: Workflow,
    action: str,
    params: Mapping[str, Any] | None,
    pos: Point,
    parent: str | None = None,
    title: str = "",
    version: int = 1,
) -> tuple[Workflow, str]:
    """Add a node with its top left corner at ``pos``; return the workflow and the id of the new node.

    ``version`` is that of the action; the first one is not written.
    """
    node_id = fresh_id(workflow, action)
    given: dict[str, Any] = {"params": dict(params or {}), "parent": parent, "title": title}
    given["version"] = version if version > 1 else None
    node = Node(action=action, **{name: value for name, value in given.items() if value})  # what nobody set stays unset
    return with_positions(workflow.replace(nodes={**workflow.nodes, node_id: node}), {node_id: pos}), node_id


def descendants(workflow: Workflow, nodes: Iterable[str]) -> set[str]:
    """These nodes and everything in the bodies of the containers among them, at any depth."""
    wanted = set(nodes) & workflow.nodes.keys()
    children: dict[str, list[str]] = {}
    for node_id, node in workflow.nodes.items():
        if node.parent is not None:
            children.setdefault(node.parent, []).append(node_id)
    queue = list(wanted)
    while queue:
        for child in children.get(queue.pop(), ()):
            if child not in wanted:
                wanted.add(child)
                queue.append(child)
    return wanted


def remove(workflow: Workflow, nodes: Iterable[str], edges: Iterable[int] = (), reconnect: bool = False) -> Workflow:
    """Remove nodes, with the bodies of containers and every edge they hold, and edges by index.

    With ``reconnect`` the predecessors of a removed node are connected to its ordinary successors.
    """
    gone, cut = descendants(workflow, nodes), set(edges)
    kept = [edge for index, edge in enumerate(workflow.edges) if index not in cut]
    if not gone and len(kept) == len(workflow.edges):
        return workflow
    bridged = _bridges(workflow, gone, kept) if reconnect else []
    left = [edge for edge in kept if edge.source not in gone and edge.target not in gone]
    present = {_key(edge) for edge in left}
    for edge in bridged:
        if _key(edge) not in present:
            present.add(_key(edge))
            left.append(edge)
    changes: dict[str, Any] = {"edges": tuple(left)}
    if gone:
        changes["nodes"] = {key: node for key, node in workflow.nodes.items() if key not in gone}
    return tidied(workflow, forget(without_positions(workflow.replace(**changes), gone), gone))


def _bridges(workflow: Workflow, gone: set[str], edges: list[Edge]) -> list[Edge]:
    outgoing: dict[str, list[Edge]] = {}
    for edge in edges:
        outgoing.setdefault(edge.source, []).append(edge)
    made: list[Edge] = []
    for edge in edges:
        if edge.source in gone or edge.target not in gone:
            continue
        seen, queue = {edge.target}, [edge.target]
        while queue:
            for onward in outgoing.get(queue.pop(), ()):
                if onward.port == "error" or onward.target in seen:
                    continue
                seen.add(onward.target)
                if onward.target in gone:
                    queue.append(onward.target)
                elif workflow.nodes[onward.target].parent == workflow.nodes[edge.source].parent:
                    made.append(make_edge(edge.source, edge.port, onward.target))
    return [edge for edge in made if edge.source != edge.target]


def _key(edge: Edge) -> tuple[str, str, str]:
    return edge.source, edge.port, edge.target


def make_edge(source: str, port: str, target: str) -> Edge:
    """An edge value from its three parts; the ordinary port is left to the default, so that no file spells it."""
    parts = {"from": source, "to": target} if port == "out" else {"from": source, "port": port, "to": target}
    return Edge(**parts)


def connect(workflow: Workflow, source: str, port: str, target: str) -> Workflow:
    """Add an edge; the same workflow when that edge exists or an end is unknown."""
    if source not in workflow.nodes or target not in workflow.nodes:
        return workflow
    if any(_key(edge) == (source, port, target) for edge in workflow.edges):
        return workflow
    return workflow.replace(edges=(*workflow.edges, make_edge(source, port, target)))


def disconnect(workflow: Workflow, edges: Iterable[int]) -> Workflow:
    """Remove edges by their index in ``workflow.edges``."""
    return remove(workflow, (), edges)


def may_connect(workflow: Workflow, source: str, target: str, port: str | None = None) -> str:
    """Why an edge from ``source`` to ``target`` is not possible, as a sentence; empty when it is.

    Compatible means: another node, the same container, no cycle, and with ``port`` not connected already.
    """
    nodes = workflow.nodes
    if source not in nodes or target not in nodes:
        return tr("There is no such node.")
    if source == target:
        return tr("A node cannot follow itself.")
    if is_trigger(nodes[target].action):
        return tr("A run starts at a trigger: nothing leads to it.")
    if nodes[source].parent != nodes[target].parent:
        return tr("Both nodes must be in the same container.")
    if port is not None and any(_key(edge) == (source, port, target) for edge in workflow.edges):
        return tr("These nodes are connected already.")
    return tr("This edge would close a cycle.") if source in downstream(workflow, target) else ""


def downstream(workflow: Workflow, node_id: str) -> set[str]:
    """Every node that can be reached from ``node_id`` along edges, itself included."""
    return _reach({node_id}, [(edge.source, edge.target) for edge in workflow.edges])


def upstream(workflow: Workflow, node_id: str) -> set[str]:
    """Every node from which ``node_id`` can be reached along edges, itself included."""
    return _reach({node_id}, [(edge.target, edge.source) for edge in workflow.edges])


def _reach(start: set[str], pairs: list[tuple[str, str]]) -> set[str]:
    onward: dict[str, list[str]] = {}
    for first, second in pairs:
        onward.setdefault(first, []).append(second)
    queue = list(start)
    while queue:
        for node_id in onward.get(queue.pop(), ()):
            if node_id not in start:
                start.add(node_id)
                queue.append(node_id)
    return start


def move(workflow: Workflow, points: Mapping[str, Point]) -> Workflow:
    """Store new positions (top left corners, scene units) of nodes; unknown ids are left out."""
    stored = raw_positions(workflow)
    wanted = {key: point for key, point in points.items() if key in workflow.nodes}
    changed = {key: point for key, point in wanted.items() if stored.get(key) != [round(point[0]), round(point[1])]}
    return with_positions(workflow, changed)


def set_parent(workflow: Workflow, nodes: Iterable[str], parent: str | None) -> Workflow:
    """Put nodes into a container's body, or with None on the top level; edges that would cross a border are removed.

    A container is never put into itself or into its own body.
    """
    wanted = {key for key in nodes if key in workflow.nodes and workflow.nodes[key].parent != parent}
    if parent is not None:
        if parent not in workflow.nodes:
            return workflow
        wanted = {key for key in wanted if parent not in descendants(workflow, {key})}
    if not wanted:
        return workflow
    changed = {key: _with(node, "parent", parent) if key in wanted else node for key, node in workflow.nodes.items()}
    edges = tuple(edge for edge in workflow.edges if _same_container(changed, edge))
    if len(edges) == len(workflow.edges):
        return workflow.replace(nodes=changed)
    return tidied(workflow, workflow.replace(nodes=changed, edges=edges))


def _same_container(nodes: Mapping[str, Node], edge: Edge) -> bool:
    if edge.source not in nodes or edge.target not in nodes:
        return True
    return nodes[edge.source].parent == nodes[edge.target].parent


def set_param(workflow: Workflow, node_id: str, name: str, value: Any) -> Workflow:
    """Set one parameter of a node, or remove it with MISSING."""
    node = workflow.nodes[node_id]
    if value is MISSING:
        if name not in node.params:
            return workflow
        params = {key: old for key, old in node.params.items() if key != name}
        if not params:
            return replace_node(workflow, node_id, node.without("params"))
    else:
        if name in node.params and same(node.params[name], value):
            return workflow
        params = {**node.params, name: value}
    return replace_node(workflow, node_id, node.replace(params=params))


def set_field(workflow: Workflow, node_id: str, field: str, value: Any) -> Workflow:
    """Set one field of a node (``title``, ``timeout``, ``retry``, ``disabled`` …), or restore its default with MISSING.

    Raises:
        KeyError: A node has no such field, or there is no such node.
    """
    node = workflow.nodes[node_id]
    info = Node.model_fields[field]
    if value is MISSING:
        default = info.get_default(call_default_factory=True)
        return workflow if same(getattr(node, field), default) else replace_node(workflow, node_id, node.without(field))
    if same(getattr(node, field), value):
        return workflow
    return replace_node(workflow, node_id, _with(node, field, value))


def _with(node: Node, field: str, value: Any) -> Node:
    """The node with a field set; one that is emptied or switched off is set no more, so that no file spells it."""
    default = Node.model_fields[field].get_default(call_default_factory=True)
    if value in ("", None, False) and same(value, default):
        return node.without(field)
    return node.replace(**{field: value})


def set_meta(workflow: Workflow, **changes: Any) -> Workflow:
    """Set fields of the workflow itself: name, description, inputs, outputs, settings, middleware."""
    kept = {name: value for name, value in changes.items() if not same(getattr(workflow, name), value)}
    empty = [name for name, value in kept.items() if value in ("", (), [], {}) and name != "id"]
    return workflow.replace(**kept).without(*empty) if kept else workflow


def replace_node(workflow: Workflow, node_id: str, node: Node) -> Workflow:
    """The workflow with another value for one node; the order of nodes is kept."""
    return workflow.replace(nodes={**workflow.nodes, node_id: node})


def same(first: Any, second: Any) -> bool:
    """Equality that tells ``1`` from ``True`` and from ``1.0``, at any depth, because the file does."""
    if type(first) is not type(second):
        return False
    if isinstance(first, Value):
        return same(_written(first), _written(second)) and same(first.model_extra, second.model_extra)
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(value, second[key]) for key, value in first.items())
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(same(a, b) for a, b in zip(first, second, strict=True))
    return bool(first == second)


def _written(value: Value) -> dict[str, Any]:
    """The fields of a value, without what it has worked out and remembers."""
    return {name: part for name, part in value.__dict__.items() if not name.startswith("_")}


def set_disabled(workflow: Workflow, nodes: Iterable[str], disabled: bool | None = None) -> Workflow:
    """Disable or enable nodes; None toggles: all become disabled unless every one already is."""
    wanted = [key for key in nodes if key in workflow.nodes]
    value = not all(workflow.nodes[key].disabled for key in wanted) if disabled is None else disabled
    changed = {
        key: _with(workflow.nodes[key], "disabled", value)
        for key in wanted
        if workflow.nodes[key].disabled is not value
    }
    return workflow.replace(nodes={**workflow.nodes, **changed}) if changed else workflow


def place_of(workflow: Workflow, node_id: str) -> Point:
    """The position of one node, also when none is stored."""
    return positions(workflow)[node_id]
