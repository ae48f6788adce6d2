"""What actions give that depends on what they are given, before anything has run: items, joined outputs, forms.

An action's own schema says what every output of it has; what these functions say is known from the definition alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from floworch.model.completion.shapes import MISSING, Shape
from floworch.model.workflow import Node

#: A name that an expression reads behind a point.
_PLAIN = re.compile(r"[A-Za-z_]\w*")


class Around(Protocol):
    """What is known around a step."""

    def shape_of(self, value: Any) -> Shape:
        """Of the value of a parameter."""
        ...

    def inputs(self) -> Shape:
        """Of the inputs of the run."""
        ...

    def before(self) -> Mapping[str, Shape]:
        """Of the outputs of the steps that lead to it, by their ids."""
        ...

    def body(self) -> Shape | None:
        """Of what the last step of its body gives."""
        ...


def passed(node: Node, around: Around) -> Shape | None:
    """What is known of a step's output from its parameters; None for an action whose schema says all."""
    maker = _MAKERS.get(node.action)
    return maker(node.params, around) if maker is not None else None


def _items(params: Mapping[str, Any], around: Around) -> Shape:
    """A list like the one in ``items``."""
    return Shape({"type": "array"}, element=around.shape_of(params.get("items", MISSING)).step(0))


def _some_items(*names: str) -> Callable[[Mapping[str, Any], Around], Shape | None]:
    """An object whose fields of these names are lists like the one in ``items``."""

    def make(params: Mapping[str, Any], around: Around) -> Shape | None:
        listed = _items(params, around)
        return Shape(fields=dict.fromkeys(names, listed)) if listed.element is not None else None

    return make


def _log(params: Mapping[str, Any], around: Around) -> Shape | None:
    given = params.get("value", MISSING)
    shown = params.get("message", "") if given is MISSING else given
    return Shape({"type": "string"}) if isinstance(shown, str) and "{{" not in shown else around.shape_of(shown)


def _join(params: Mapping[str, Any], around: Around) -> Shape | None:
    if "values" in params:
        return around.shape_of(params["values"])
    return Shape(fields=around.before()) if params.get("combine", "object") == "object" else None


def _repeat(params: Mapping[str, Any], around: Around) -> Shape | None:
    body = around.body()
    return Shape(fields={"last": body}) if body is not None else None


def _choose(params: Mapping[str, Any], around: Around) -> Shape | None:
    listed = _items(params, around)
    chosen = listed if params.get("multiple") else listed.element
    return Shape(fields={"chosen": chosen}) if chosen is not None else None


def _inputs(params: Mapping[str, Any], around: Around) -> Shape | None:
    named = params.get("inputs")
    found = around.inputs().named()
    if isinstance(named, Mapping) and named:
        found = {name: found.get(name, shape) for name, shape in _form(named).items()}
    return Shape(fields=found)


def _filled(name: str) -> Callable[[Mapping[str, Any], Around], Shape | None]:
    """An object whose field ``name`` has the fields of the form in ``schema``."""

    def make(params: Mapping[str, Any], around: Around) -> Shape | None:
        fields = params.get("schema")
        return Shape(fields={name: Shape(fields=_form(fields))}) if isinstance(fields, Mapping) and fields else None

    return make


def _form(fields: Mapping[str, Any]) -> dict[str, Shape]:
    """The fields that a definition describes for a person or a model to fill in."""
    return {
        str(name): Shape(_typed(field), note=str(field.get("title", "")) if isinstance(field, Mapping) else "")
        for name, field in fields.items()
    }


def _typed(field: Any) -> dict[str, Any]:
    kind = field.get("type") if isinstance(field, Mapping) else None
    return {"type": kind} if isinstance(kind, str) and kind != "any" else {}


def _group(params: Mapping[str, Any], around: Around) -> Shape | None:
    keys = [each.get("as") if isinstance(each, Mapping) else each for each in _list(params.get("by"))]
    totals = [each for each in _list(params.get("aggregates")) if isinstance(each, Mapping)]
    names = [each.get("as") or "_".join(str(each[key]) for key in ("fn", "key") if each.get(key)) for each in totals]
    row = {name: Shape() for name in (*keys, *names) if isinstance(name, str) and _PLAIN.fullmatch(name)}
    return Shape(element=Shape(fields=row)) if row else None


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


_MAKERS: dict[str, Callable[[Mapping[str, Any], Around], Shape | None]] = {
    "data.filter": _some_items("kept", "dropped"),
    "data.dedupe": _some_items("items", "duplicates"),
    "data.validate": _some_items("valid"),
    "data.sort_limit": _items,
    "data.group": _group,
    "util.log": _log,
    "flow.join": _join,
    "flow.try": lambda _params, around: around.body(),
    "flow.repeat": _repeat,
    "human.choose": _choose,
    "human.form": _filled("values"),
    "ai.extract": _filled("object"),
    "trigger.manual": _inputs,
}
