"""Edits of middleware: chips on a node's card, or on the whole workflow with node id None."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

from pydantic import ValidationError

from floworch.model.workflow import Layer, Node, Workflow
from floworch_designer.document.nodes import replace_node


def layers_of(workflow: Workflow, node_id: str | None) -> tuple[Layer, ...]:
    """The middleware of a node, or of the workflow for None."""
    return workflow.middleware if node_id is None else workflow.nodes[node_id].middleware


def _with(workflow: Workflow, node_id: str | None, layers: tuple[Layer, ...]) -> Workflow:
    if node_id is None:
        return workflow.replace(middleware=layers)
    return replace_node(workflow, node_id, workflow.nodes[node_id].replace(middleware=layers))


def add_layer(workflow: Workflow, node_id: str | None, layer: Layer | str, at: int | None = None) -> Workflow:
    """Add a layer before position ``at``; None adds it as the last, innermost one."""
    value = Layer(use=layer) if isinstance(layer, str) else layer
    layers = list(layers_of(workflow, node_id))
    layers.insert(len(layers) if at is None else at, value)
    return _with(workflow, node_id, tuple(layers))


def move_layer(workflow: Workflow, node_id: str | None, start: int, to: int) -> Workflow:
    """Move the layer at index ``start`` so that it ends up at index ``to``."""
    layers = list(layers_of(workflow, node_id))
    if not 0 <= start < len(layers):
        return workflow
    layer = layers.pop(start)
    layers.insert(max(0, min(to, len(layers))), layer)
    found = tuple(layers)
    return workflow if found == layers_of(workflow, node_id) else _with(workflow, node_id, found)


def remove_layer(workflow: Workflow, node_id: str | None, at: int) -> Workflow:
    """Remove the layer at an index; nothing happens when there is none."""
    layers = layers_of(workflow, node_id)
    if not 0 <= at < len(layers):
        return workflow
    return _with(workflow, node_id, layers[:at] + layers[at + 1 :])


def set_layer(workflow: Workflow, node_id: str | None, at: int, **changes: Any) -> Workflow:
    """Change fields of the layer at an index: ``use``, ``options``, ``when``."""
    layers = layers_of(workflow, node_id)
    return _with(workflow, node_id, (*layers[:at], layers[at].replace(**changes), *layers[at + 1 :]))


#: What copied middleware begins with, as JSON text.
_MARK: Final = "floworch:layers/1"
#: Fields of a node that are middleware too, and are copied with its layers.
FIELDS: Final = ("retry", "timeout", "cache")


def layer_text(layer: Layer) -> str:
    """A layer with its options as a drag carries it."""
    return json.dumps(layer.model_dump(mode="json", by_alias=True, exclude_defaults=True), ensure_ascii=False)


def layer_of(text: str) -> Layer:
    """What a drag carries: the id of a layer, or one with its options."""
    return Layer.model_validate(json.loads(text)) if text.startswith("{") else Layer(use=text)


def copied(node: Node) -> str:
    """The middleware of a node as JSON text; empty when it has none."""
    fields = {"middleware", *FIELDS}
    data = node.model_dump(mode="json", by_alias=True, exclude_defaults=True, include=fields)
    return json.dumps({"$schema": _MARK, **data}, indent=2, ensure_ascii=False) if data else ""


def pasted(workflow: Workflow, nodes: Collection[str], text: str) -> Workflow | None:
    """Put copied middleware on nodes: layers go inside of those that are there, fields replace; None for other text.

    A layer that a node has with the same options already is not added again.
    """
    if len(text) > 1_000_000 or _MARK not in text:
        return None
    try:
        data = json.loads(text)
        given = Node.model_validate({"action": "none", **{name: data[name] for name in data if name != "$schema"}})
    except (ValueError, ValidationError, TypeError, RecursionError):
        return None
    for name in nodes:
        node = workflow.nodes[name]
        layers = (*node.middleware, *(layer for layer in given.middleware if layer not in node.middleware))
        changes: dict[str, Any] = {field: getattr(given, field) for field in FIELDS if field in given.model_fields_set}
        changes |= {"middleware": layers} if layers != node.middleware else {}
        workflow = replace_node(workflow, name, node.replace(**changes)) if changes else workflow
    return workflow
