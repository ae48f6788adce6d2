"""Making an edge as a person means it: the edge itself, and the value flowing along it where a field waits for one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from floworch.model.workflow import Workflow
from floworch_designer.canvas.content import Catalogue
from floworch_designer.document import edits


def wire_up(workflow: Workflow, catalogue: Catalogue | None, source: str, port: str, target: str) -> Workflow:
    """Connect, and write the source's output into the target's first empty required field, if there is one.

    The error and done ports carry no output: they only connect.
    """
    made = edits.connect(workflow, source, port, target)
    if made is workflow or port in {"error", "done"}:
        return made
    name = first_empty(made, catalogue, target)
    return made if name is None else edits.set_param(made, target, name, reference(source))


def arriving(workflow: Workflow, source: str, target: str) -> list[int]:
    """The indexes of the edges that lead into a node from others than ``source``."""
    return [at for at, edge in enumerate(workflow.edges) if edge.target == target and edge.source != source]


def rewire(workflow: Workflow, catalogue: Catalogue | None, source: str, port: str, target: str) -> Workflow:
    """Connect in the place of everything that led into the target; parameters that were the output of what is gone
    become the output of the new source."""
    gone = arriving(workflow, source, target)
    made = edits.disconnect(workflow, gone)
    former = {reference(workflow.edges[at].source) for at in gone}
    for name, value in workflow.nodes[target].params.items():
        if isinstance(value, str) and value in former and port not in {"error", "done"}:
            made = edits.set_param(made, target, name, reference(source))
    return wire_up(made, catalogue, source, port, target)


def reference(node_id: str) -> str:
    """The expression that stands for a node's output."""
    path = f"nodes.{node_id}" if node_id.isidentifier() else f'nodes["{node_id}"]'
    return "{{ " + path + ".output }}"


def first_empty(workflow: Workflow, catalogue: Catalogue | None, node_id: str) -> str | None:
    """The first required parameter of a node that has no value and takes one from upstream, or None.

    Only fields made for values do: an output written into a command, code, a query or a path would be dangerous or
    make no sense.
    """
    node = workflow.nodes[node_id]
    spec = catalogue.find_action(node.action) if catalogue is not None else None
    model: Any = getattr(spec, "params", None)
    if spec is None or model is None:
        return None
    closed = set(spec.raw_params) | set(spec.condition_params)
    for name, info in model.model_fields.items():
        shown = str(info.alias or name)
        if info.is_required() and shown not in node.params and shown not in closed and _takes_values(model, shown):
            return shown
    return None


def _takes_values(model: Any, name: str) -> bool:
    """Whether a field holds data, by the schema's own word for its editor."""
    schema = model.model_json_schema() if hasattr(model, "model_json_schema") else {}
    part = schema.get("properties", {}).get(name, {})
    widget = part.get("widget", part.get("x-widget"))
    if widget == "table":
        return not {"$ref", "properties"} & (part.get("items") or {}).keys()  # rows of a fixed form are no data
    if widget in {"expression", "list"}:
        return True
    return not ({"type", "$ref", "enum", "const", "anyOf"} & part.keys()) and widget in {None, "multiline"}


def free_end(
    workflow: Workflow, catalogue: Catalogue | None, selected: Collection[str], primary: str | None
) -> tuple[str, str] | None:
    """Node and port that a new node is meant to follow: the one selected node, when nothing follows it yet."""
    from floworch_designer.canvas.content import success_ports

    if primary not in workflow.nodes or len(selected) != 1 or any(edge.source == primary for edge in workflow.edges):
        return None
    ports = success_ports(catalogue, workflow.nodes[primary])
    return (primary, ports[0]) if ports else None


def main_port(workflow: Workflow, catalogue: Catalogue | None, node_id: str) -> str:
    """The port a wire leaves from when a person does not say which: the first success port that is still free."""
    from floworch_designer.canvas.content import success_ports

    ports = success_ports(catalogue, workflow.nodes[node_id]) or ("done",)
    used = {edge.port for edge in workflow.edges if edge.source == node_id}
    return next((port for port in ports if port not in used), ports[0])
