"""Secrets that a definition reads whatever happens: a plain reference in what a run can reach.

A definition stays valid on a machine that has other secrets; a run that would read one which is not set is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from floworch.errors import ExpressionError
from floworch.expr import is_template, references
from floworch.model.certainty import certain_nodes
from floworch.model.conditions import bare_conditions
from floworch.model.rules.draft import step
from floworch.model.workflow import Layer, Node, Workflow

_CODE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
#: What makes it open whether a reference in an expression is read.
_OPEN = re.compile(r"\b(if|or|and|is|default)\b|\|\s*d\s*\(|\{%|\{#")

#: Attributes of an action that say how it reads which of its parameters.
_KINDS = ("raw_params", "secret_params", "condition_params", "round_params")

Find = Callable[[str], Any]


class SecretUse(NamedTuple):
    """A secret, the place where it is read, and the node there; None for outputs and layers of the workflow."""

    name: str
    path: str
    node: str | None


def certain_secrets(workflow: Workflow, find: Find, out: Collection[str] = (), whole: bool = True) -> list[SecretUse]:
    """Every use of a secret that a run comes by for certain.

    What a branch, a condition in an expression, a layer's ``when`` or a fallback decides about is not among them, nor
    what a node reads whose failure is handled or passed over (``certain_nodes``).

    Args:
        workflow: The definition.
        find: The action of an id, or None.
        out: Nodes that take no part.
        whole: Whether the run comes to the outputs.
    """
    found: list[SecretUse] = []
    asking = _Asking(find)
    certain = certain_nodes(workflow).difference(out)
    for node_id, node in workflow.nodes.items():
        if node_id not in certain or _falls_back(workflow, node):
            continue
        path = f"nodes.{node_id}"
        found += (SecretUse(*use, node_id) for use in _of_params(asking(node.action), node.params, f"{path}.params"))
        found += (SecretUse(*use, node_id) for use in _of_layers(node.middleware, f"{path}.middleware"))
        if node.compensate is not None:
            undo = node.compensate
            uses = _of_params(asking(undo.action), undo.params, f"{path}.compensate.params")
            found += (SecretUse(*use, node_id) for use in uses)
    if whole:
        found += (SecretUse(*use, None) for use in _of_layers(workflow.middleware, "middleware"))
        found += (SecretUse(*use, None) for use in _of_value(dict(workflow.outputs), "outputs"))
    return found


class _Asking:
    """The action of an id, looked up once."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._known: dict[str, Any] = {}

    def __call__(self, action_id: str) -> Any:
        if action_id not in self._known:
            self._known[action_id] = self._find(action_id)
        return self._known[action_id]


def _falls_back(workflow: Workflow, node: Node) -> bool:
    return any(layer.use == "fallback" for layer in (*workflow.middleware, *node.middleware))


def _of_params(action: Any, params: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """``(name, path)`` of each secret in the parameters of an action."""
    raw, named, conditions, rounds = (frozenset[str](getattr(action, kind, ())) for kind in _KINDS)
    for name, value in params.items():
        place = f"{path}.{name}"
        if name in named and isinstance(value, str) and value and not is_template(value):
            yield value, place
        elif name in raw:
            continue  # the action decides when it evaluates it, and whether
        elif isinstance(value, str) and (name in conditions or name in rounds) and not is_template(value):
            yield from _of_code(value, place)
        else:
            yield from _of_value(value, place)
            for within, text in bare_conditions(conditions, name, value):
                yield from _of_code(text, place + within)


def _of_layers(layers: tuple[Layer, ...], path: str) -> Iterator[tuple[str, str]]:
    for number, layer in enumerate(layers):
        if layer.when is None or layer.when is True:
            yield from _of_value(layer.options, f"{path}[{number}].with")


def _of_value(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if "secrets" in value and is_template(value) and not _OPEN.search(value):
            for code in _CODE.findall(value):
                yield from _of_code(code, path)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _of_value(item, step(path, key))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _of_value(item, step(path, number))


def _of_code(code: str, path: str) -> Iterator[tuple[str, str]]:
    if "secrets" not in code or _OPEN.search(code):
        return
    try:
        paths = references(code)
    except ExpressionError:
        return
    for each in sorted(paths):
        if each[0] == "secrets" and len(each) > 1:
            yield each[1], path
