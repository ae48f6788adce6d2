"""Making an edge as a person means it: the edge itself, and the value flowing along it where a field waits for one."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, cast

from floworch.model.completion.lists import held, list_of_port
from floworch.model.workflow import Workflow
from floworch_designer.canvas.content import Catalogue
from floworch_designer.document import edits

if TYPE_CHECKING:
    from floworch.model.catalog import Catalog

#: What a step gave in the last run, in the form in which a run keeps it; None when that is not known.
Given = Callable[[str], Any]


def wire_up(
    workflow: Workflow, catalogue: Catalogue | None, source: str, port: str, target: str, given: Given | None = None
) -> Workflow:
    """Connect, and write the source's output into the target's first empty required field, if there is one.

    Where that field takes a list and the output is an object in which exactly one field is a list, that one is written:
    as the action declares it, or as it was in the last run. A port that is called as such a field, as ``kept`` of
    Filter is, stands for it whatever the field takes. The error and done ports carry no output and only connect.
    """
    made = edits.connect(workflow, source, port, target)
    if made is workflow or port in {"error", "done"}:
        return made
    name = first_empty(made, catalogue, target)
    return made if name is None else edits.set_param(
        made, target, name, reference(source, *_list_in(made, catalogue, (source, port), target, name, given))
    )  # fmt: skip


def arriving(workflow: Workflow, source: str, target: str) -> list[int]:
    """The indexes of the edges that lead into a node from others than ``source``."""
    return [at for at, edge in enumerate(workflow.edges) if edge.target == target and edge.source != source]


def rewire(
    workflow: Workflow, catalogue: Catalogue | None, source: str, port: str, target: str, given: Given | None = None
) -> Workflow:
    """Connect in the place of everything that led into the target; parameters that were the output of what is gone
    become the output of the new source."""
    gone = {(workflow.edges[at].source, workflow.edges[at].port) for at in arriving(workflow, source, target)}
    made = edits.connect(edits.disconnect(workflow, arriving(workflow, source, target)), source, port, target)
    for name, value in workflow.nodes[target].params.items():
        former = {
            reference(old[0], *fields)
            for old in gone
            for fields in ((), _list_in(workflow, catalogue, old, target, name, given))
        }
        if isinstance(value, str) and value in former and port not in {"error", "done"}:
            fields = _list_in(made, catalogue, (source, port), target, name, given)
            made = edits.set_param(made, target, name, reference(source, *fields))
    return wire_up(made, catalogue, source, port, target, given)


def reference(node_id: str, *fields: str) -> str:
    """The expression that stands for a node's output, or for a field of it."""
    steps = (node_id, "output", *fields)
    return (
        "{{ nodes" + "".join(f".{step}" if step.isidentifier() else f"[{json.dumps(step)}]" for step in steps) + " }}"
    )


def _list_in(
    workflow: Workflow,
    catalogue: Catalogue | None,
    start: tuple[str, str],
    target: str,
    name: str,
    given: Given | None,
) -> tuple[str, ...]:
    """The one field of an output that is meant by a wire from a node and its port; nothing where the whole of it is."""
    if catalogue is None:
        return ()
    source, port = start
    output = given(source) if given is not None else None
    last = {"nodes": {source: {"output": output}}} if output is not None else None
    catalog = cast("Catalog", catalogue)
    if list_of_port(workflow, source, port, target, name, catalog, last):
        return (port,)
    found = held(workflow, source, target, name, catalog, last)
    if found is None or len(found.lists) != 1 or (found.rows and "rows" in found.lists):
        return ()
    return found.lists


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
