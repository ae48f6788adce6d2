"""Edits of middleware: chips on a node's card, or on the whole workflow with node id None."""

from __future__ import annotations

from typing import Any

from floworch.model.workflow import Layer, Workflow
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
