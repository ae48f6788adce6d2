"""Ids, edges, cycles and containers (C2.1, C10.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from floworch.model.graph import MOST_LEVELS
from floworch.model.rules.draft import Draft, listing
from floworch.model.workflow import Compensation, Edge, Input, Layer, Node, RetryPolicy, Settings, Value, Workflow

NODE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_WORKFLOW_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def check_structure(draft: Draft) -> None:
    """Find every problem of ids, edges, cycles and parents."""
    _check_name(draft)
    draft.once(_check_ids, draft.plan.index)
    draft.once(_check_edges, draft.workflow.edges, draft.plan.index)
    draft.once(_check_parents, draft.form)
    _check_cycles(draft)
    _check_unknown_keys(draft)


def _check_name(draft: Draft) -> None:
    workflow = draft.workflow
    if not _WORKFLOW_ID.fullmatch(workflow.id):
        form = "letters, digits, dot, dash and underscore, starting with a letter or digit, at most 100"
        draft.add("bad_id", "id", f"The workflow id {workflow.id[:80]!r} is not an id.", f"Use {form}.")
    if not workflow.nodes:
        draft.add("no_nodes", "nodes", "The workflow has no nodes.", "Add at least one node.")


def _check_ids(draft: Draft) -> None:
    workflow = draft.workflow
    for node_id in draft.plan.ids:
        if NODE_ID.fullmatch(node_id):
            continue
        better = _better_id(node_id, workflow)
        draft.add(
            "bad_id", f"nodes.{node_id}", f"The node id {node_id[:80]!r} is not an id.",
            f"Use a-z, 0-9, _ and -, at most 64, such as {better!r}.", node_id,
            {"op": "rename_node", "node": node_id, "value": better},
        )  # fmt: skip


def _better_id(node_id: str, workflow: Workflow) -> str:
    stem = re.sub(r"[^a-z0-9_-]+", "-", node_id.lower()).strip("-_")[:58] or "node"
    better, number = stem, 2
    while better in workflow.nodes:
        better, number = f"{stem}-{number}", number + 1
    return better


def _check_edges(draft: Draft) -> None:
    index, seen = draft.plan.index, set()
    for number, edge in enumerate(draft.workflow.edges):
        for field, name in (("from", edge.source), ("to", edge.target)):
            if name not in index:
                fix, close = draft.suggest(name, draft.plan.ids, "Add the node or remove the edge.")
                op = {"op": "set_edge", "edge": number, "field": field, "value": close}
                message = f"The edge {edge.source} → {edge.target} names the node {name!r}, which does not exist."
                repair = op if close else {"op": "remove_edge", "edge": number}
                draft.add("unknown_node", f"edges[{number}]", message, fix, None, repair)
        key = (edge.source, edge.port, edge.target)
        if key in seen:
            message = f"The edge from {edge.source} ({edge.port}) to {edge.target} is there twice."
            draft.add("duplicate_edge", f"edges[{number}]", message, "Remove one of them.", edge.target,
                      {"op": "remove_edge", "edge": number})  # fmt: skip
        seen.add(key)


def _check_cycles(draft: Draft) -> None:
    ids = draft.plan.ids
    for cycle in draft.plan.cycles():
        names = [ids[link.source] for link in cycle]
        shown = names if len(names) <= 20 else [*names[:20], "..."]
        circle = " → ".join([*shown, names[0]])
        last = cycle[-1]
        draft.add(
            "cycle", f"edges[{last.number}]", f"The edges lead in a circle: {circle}.",
            "Remove one of these edges; to repeat steps put them into flow.repeat, or flow.foreach for a list.",
            ids[last.target],
        )  # fmt: skip


def _check_parents(draft: Draft) -> None:
    plan, workflow = draft.plan, draft.workflow
    for number, node in enumerate(plan.nodes):
        if node.parent is not None:
            _check_parent(draft, number, node)
    for link in plan.links:
        a, b = plan.parent[link.source], plan.parent[link.target]
        if a != b:
            edge = workflow.edges[link.number]
            inner = plan.ids[a if a >= 0 else b]
            draft.add(
                "crossing_edge", f"edges[{link.number}]",
                f"The edge {edge.source} → {edge.target} crosses the border of container {inner!r}.",
                f"Connect to {inner!r} itself, or move both nodes into it.", edge.target,
                {"op": "remove_edge", "edge": link.number},
            )  # fmt: skip
    for number, action in enumerate(draft.actions):
        if action is not None and action.container and number not in plan.children:
            node_id = plan.ids[number]
            message = f"Container {node_id!r} has an empty body."
            draft.add("empty_container", f"nodes.{node_id}", message, "Put at least one node into it.", node_id)


def _check_parent(draft: Draft, number: int, node: Node) -> None:
    plan, node_id, parent = draft.plan, draft.plan.ids[number], node.parent or ""
    path = f"nodes.{node_id}.parent"
    unset = {"op": "unset_field", "node": node_id, "field": "parent"}
    if parent not in plan.index:
        fix, close = draft.suggest(parent, plan.ids, "Name a container or remove the field.")
        better = {"op": "set_field", "node": node_id, "field": "parent", "value": close} if close else unset
        message = f"{node_id!r} is inside {parent!r}, which does not exist."
        draft.add("unknown_parent", path, message, fix, node_id, better)
        return
    action = draft.actions[plan.index[parent]]
    if action is not None and not action.container:
        message = f"{node_id!r} is inside {parent!r}, but {action.id} holds no body."
        draft.add("not_a_container", path, message, "Use a container such as flow.foreach.", node_id, unset)
    around = plan.enclosing(number)
    if len(around) >= MOST_LEVELS:
        message = f"{node_id!r} lies inside {MOST_LEVELS} or more containers."
        draft.add("too_deep", path, message, "Put the inner steps beside each other.", node_id)
    if parent == node_id or (around and number in plan.enclosing(around[-1])):
        names = listing([node_id, *(plan.ids[each] for each in around)])
        draft.add("parent_cycle", path, f"{names} lie inside each other.", "Remove one parent.", node_id, unset)


_KINDS: dict[type[Value], tuple[str, ...]] = {
    kind: tuple(field.alias or name for name, field in kind.model_fields.items())
    for kind in (Workflow, Node, Edge, Input, Layer, Settings, RetryPolicy, Compensation)
}


#: What other tools, and the options of the builder, call a field.
_MEANT = {"retries": "retry", "type": "action", "parameters": "params", "with": "params", "args": "params",
          "inputs": "params", "config": "params", "name": "title", "label": "title", "description": "notes",
          "error": "on_error"}  # fmt: skip
#: What other tools write into a step to say what comes before or after it.
_ORDER = frozenset(
    {"after", "before", "depends_on", "dependencies", "needs", "next", "depends", "upstream", "requires"}
)
#: Keys that are somebody's own wherever they stand: tools keep what is theirs under them.
_OWN = re.compile(r"(?:[xX][-_]|[_$#]|//).*|meta|metadata|ui|comments?|extensions", re.DOTALL)


def _check_unknown_keys(draft: Draft) -> None:
    """Warn of unknown keys, which are kept and do nothing; those in places for somebody's own are passed over."""
    workflow = draft.workflow
    _unknown_keys(draft, workflow, "", None)
    _unknown_keys(draft, workflow.settings, "settings", None)
    for name, given in workflow.inputs.items():
        _unknown_keys(draft, given, f"inputs.{name}", None)
    _unknown_in_layers(draft, workflow.middleware, "", None)
    draft.once(_unknown_in_edges, workflow.edges)
    for node_id, node in draft.examined("keys"):
        _unknown_keys(draft, node, f"nodes.{node_id}", node_id)
        if node.middleware:
            _unknown_in_layers(draft, node.middleware, f"nodes.{node_id}.", node_id)
        if node.retry is not None:
            _unknown_keys(draft, node.retry, f"nodes.{node_id}.retry", node_id)
        if node.compensate is not None:
            _unknown_keys(draft, node.compensate, f"nodes.{node_id}.compensate", node_id)


def _unknown_in_edges(draft: Draft) -> None:
    for number, edge in enumerate(draft.workflow.edges):
        if edge.model_extra:
            _unknown_keys(draft, edge, f"edges[{number}]", edge.target)


def _unknown_in_layers(draft: Draft, layers: Iterable[Layer], path: str, node: str | None) -> None:
    for number, layer in enumerate(layers):
        _unknown_keys(draft, layer, f"{path}middleware[{number}]", node)


def _unknown_keys(draft: Draft, value: Value, path: str, node: str | None) -> None:
    for key in value.model_extra or ():
        if _OWN.fullmatch(key):
            continue
        known = _KINDS[type(value)]
        where = f"{path}.{key}" if path else key
        close = None if isinstance(value, Node) and key in _ORDER else _misspelt(draft, key, known)
        repair = {"op": "rename_key", "path": where, "value": close} if close else None
        place = path if isinstance(value, Edge) else where
        message = f"{where} is not a field and does nothing."
        draft.add("unknown_key", place, message, _what_to_do(value, key, known, close), node, repair)


def _misspelt(draft: Draft, key: str, known: tuple[str, ...]) -> str | None:
    """The field that a key was probably meant to be."""
    words = {**{word: field for word, field in _MEANT.items() if field in known}, **{field: field for field in known}}
    close = draft.closest(key, words, 0.75)
    return words[close] if close else None


def _what_to_do(value: Value, key: str, known: tuple[str, ...], close: str | None) -> str:
    if close:
        return f"Did you mean {close!r}?"
    if isinstance(value, Node) and key in _ORDER:
        return "Say the order in 'edges', with an edge from the one to the other."
    fields = ", ".join(field for field in known if not field.startswith("$"))
    return f"Known there: {fields}. A key of your own begins with 'x-'."
