"""What a workflow names beside its nodes: inputs, outputs, data of the run, secrets, connections; where each is used,
and renaming one everywhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from floworch.model.workflow import Node, Workflow
from floworch_designer.document.nodes import replace_node
from floworch_designer.document.rename import Change, change_layers, change_node, change_value
from floworch_designer.settings.words import tr

Kind = Literal["input", "output", "data", "secret", "connection"]
#: What an expression calls each kind that it can read.
ROOTS: Mapping[Kind, str] = {"input": "inputs", "data": "data", "secret": "secrets"}
#: ``{parameter: "secret" | "connection"}`` of an action: parameters that hold a name, not a value.
Names = Callable[[str], Mapping[str, str]]

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_STEP = r"(?:\s*\.\s*([A-Za-z_]\w*)|\s*\[\s*(?:\"([^\"]+)\"|'([^']+)')\s*\])"
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_READS: dict[Kind, re.Pattern[str]] = {
    kind: re.compile(rf"(?<![\w.]){root}{_STEP}|{_STRING}", re.DOTALL) for kind, root in ROOTS.items()
}
_FIELDS = ("middleware", "compensate", "breakpoint", "cache")


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a variable: a node id, empty for the workflow itself, and the field there."""

    node: str
    field: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One name.

    Attributes:
        kind: What it names.
        name: The name.
        declared: Whether the workflow gives it a meaning; secrets and connections get theirs elsewhere.
        uses: Where it is named, in the order of the definition.
    """

    kind: Kind
    name: str
    declared: bool
    uses: tuple[Use, ...]


def no_names(_action: str) -> Mapping[str, str]:
    """No parameter of any action holds a name."""
    return {}


def variables(workflow: Workflow, names: Names = no_names) -> list[Variable]:
    """Every variable: declared ones first, by kind and in the order of the definition."""
    found: dict[tuple[Kind, str], dict[Use, None]] = {}
    declared: set[tuple[Kind, str]] = set()
    for key in workflow.inputs:
        found["input", key] = {}
    for key in workflow.outputs:
        found["output", key] = {}
    declared |= found.keys()
    for key, node in workflow.nodes.items():
        for name in _written(node):
            declared.add(("data", name))
            found.setdefault(("data", name), {})[Use(key, "params.fields")] = None
        for kind, name, field in (*_in_node(node), *_held(node, names)):
            found.setdefault((kind, name), {})[Use(key, field)] = None
    for kind, name, field in _in_workflow(workflow):
        found.setdefault((kind, name), {})[Use("", field)] = None
    order: tuple[Kind, ...] = ("input", "output", "data", "secret", "connection")
    rows = [Variable(kind, name, (kind, name) in declared, tuple(uses)) for (kind, name), uses in found.items()]
    return sorted(rows, key=lambda row: (order.index(row.kind), not row.declared))


def rename_variable(workflow: Workflow, kind: Kind, old: str, new: str, names: Names = no_names) -> Workflow:
    """Give a variable another name wherever it is named.

    Raises:
        ValueError: The new name is empty or belongs to another variable of that kind.
    """
    if old == new:
        return workflow
    taken = {row.name for row in variables(workflow, names) if row.kind == kind}
    if not new.strip() or (new in taken and kind in ("input", "output", "data")):
        raise ValueError(tr("The name “{new}” is taken.", new=new) if new in taken else tr("A name is needed."))
    made = workflow
    for key, node in workflow.nodes.items():
        one = _renamed_held(node, kind, old, new, names)
        if kind in ROOTS:
            one = change_node(one, _renaming(kind, old, new))
        if one is not node:
            made = replace_node(made, key, one)
    if kind in ROOTS:
        change = _renaming(kind, old, new)
        outputs, layers = change_value(made.outputs, change), change_layers(made.middleware, change)
        made = made if outputs is made.outputs else made.replace(outputs=outputs)
        made = made if layers is made.middleware else made.replace(middleware=layers)
    if kind == "input" and old in made.inputs:
        made = made.replace(inputs=_rekeyed(made.inputs, old, new))
    if kind == "output" and old in made.outputs:
        made = made.replace(outputs=_rekeyed(made.outputs, old, new))
    return made


def _written(node: Node) -> Iterator[str]:
    """Names of the run's data that a node writes."""
    fields = node.params.get("fields")
    if node.action == "data.set" and node.params.get("target") == "data" and isinstance(fields, dict):
        yield from fields


def _held(node: Node, names: Names) -> Iterator[tuple[Kind, str, str]]:
    for parameter, kind in names(node.action).items():
        value = node.params.get(parameter)
        if isinstance(value, str) and value and "{{" not in value and kind in ("secret", "connection"):
            held: Kind = "secret" if kind == "secret" else "connection"
            yield held, value, f"params.{parameter}"


def _in_node(node: Node) -> Iterator[tuple[Kind, str, str]]:
    if not _read(partial(change_node, node)):  # most nodes read nothing: these are not taken apart
        return
    parts: list[tuple[str, dict[str, Any]]] = [
        (f"params.{name}", {"params": {name: value}}) for name, value in node.params.items()
    ]
    parts += [(field, {field: getattr(node, field)}) for field in _FIELDS]
    for field, given in parts:
        alone = Node(action=node.action, **given)
        for kind, name in _read(partial(change_node, alone)):
            yield kind, name, field


def _in_workflow(workflow: Workflow) -> Iterator[tuple[Kind, str, str]]:
    for key, value in workflow.outputs.items():
        for kind, name in _read(partial(change_value, value)):
            yield kind, name, f"outputs.{key}"
    for kind, name in _read(partial(change_layers, workflow.middleware)):
        yield kind, name, "middleware"


def _read(walk: Callable[[Change], Any]) -> list[tuple[Kind, str]]:
    """What the code that ``walk`` visits reads."""
    found: list[tuple[Kind, str]] = []

    def look(code: str) -> str:
        for kind, pattern in _READS.items():
            found.extend((kind, name) for match in pattern.finditer(code) if (name := match[1] or match[2] or match[3]))
        return code

    walk(look)
    return found


def _renaming(kind: Kind, old: str, new: str) -> Change:
    root = ROOTS[kind]
    path = f"{root}.{new}" if _IDENTIFIER.fullmatch(new) else f'{root}["{new}"]'
    return lambda code: _READS[kind].sub(
        lambda match: path if (match[1] or match[2] or match[3]) == old else match[0], code
    )


def _renamed_held(node: Node, kind: Kind, old: str, new: str, names: Names) -> Node:
    changes: dict[str, Any] = {}
    if kind == "data" and old in _written(node):
        changes["fields"] = _rekeyed(node.params["fields"], old, new)
    for held, name, field in _held(node, names):
        if held == kind and name == old:
            changes[field.partition(".")[2]] = new
    return node.replace(params={**node.params, **changes}) if changes else node


def _rekeyed(values: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if key == old else key: value for key, value in values.items()}
