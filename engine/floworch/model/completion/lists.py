"""Where a list is wanted and a step gives an object: which field of its output is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from floworch.model.catalog import Catalog
from floworch.model.completion.names import Scope
from floworch.model.completion.shapes import Shape
from floworch.model.workflow import Workflow

#: Types of JSON Schema that a list may hold, in the words of ``Shape.type``.
_WORDS = {"string": "text", "object": "object", "array": "list", "boolean": "yes/no"}
#: Fields that make a whole object acceptable where rows are wanted: what a query gives, and references to tables.
_ROWS, _FILE = "rows", "path"
#: The field in which actions tell what went wrong, beside what was asked for; it is meant only where there is no other.
_REPORT = "errors"


@dataclass(frozen=True, slots=True)
class Held:
    """The fields of an output that is an object, as far as they may be the list that is wanted.

    Attributes:
        lists: Names of those that are lists.
        unknown: Names of those of which nobody knows what they are.
        rows: The object as a whole may stand for rows: it is a result of a query or a reference to a table.
    """

    lists: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    rows: bool = False


def held(
    workflow: Workflow, source: str, node: str, name: str, catalog: Catalog, last: Mapping[str, Any] | None = None
) -> Held | None:
    """What the output of ``source`` holds for a parameter of ``node``.

    Args:
        workflow: The definition, in which ``source`` comes before ``node``.
        source: Id of the step whose output is read.
        node: Id of the step that reads it.
        name: Its parameter.
        catalog: Where actions are looked up.
        last: What the last run recorded, as ``Scope`` takes it.

    Returns:
        None where the parameter takes more than lists, or the output may be a list itself, or is not known.
    """
    action: Any = catalog.find_action(workflow.nodes[node].action)
    model = getattr(action, "params", None)
    part = list_params(model).get(name) if model is not None and hasattr(model, "model_json_schema") else None
    if part is None:
        return None
    fields = _fields(workflow, source, node, name, catalog, last)
    if fields is None:
        return None
    kinds = {field: inner.type() for field, inner in fields.items()}
    lists = tuple(field for field, kind in kinds.items() if "list" in kind and _fits(fields[field], part))
    lists = tuple(field for field in lists if field != _REPORT) or lists
    unknown = tuple(field for field, kind in kinds.items() if not kind)
    whole = not part.get("items") and ("list" in kinds.get(_ROWS, "") or _FILE in fields)
    return Held(lists, unknown, whole)


def list_of_port(
    workflow: Workflow,
    source: str,
    port: str,
    node: str,
    name: str,
    catalog: Catalog,
    last: Mapping[str, Any] | None = None,
) -> bool:
    """Whether the output of ``source`` has a field that is called as the port and is a list: what left through it.

    The arguments are those of ``held``; the parameter may take anything.
    """
    if port == "out":  # no name that says anything of a field
        return False
    field = (_fields(workflow, source, node, name, catalog, last) or {}).get(port)
    return field is not None and "list" in field.type()


def _fields(
    workflow: Workflow, source: str, node: str, name: str, catalog: Catalog, last: Mapping[str, Any] | None
) -> Mapping[str, Shape] | None:
    """The fields of an output that is an object; None where it is something else, or not known."""
    shape = Scope(workflow, node, f"params.{name}", catalog, last).shape(("nodes", source, "output"))
    return shape.named() if shape is not None and shape.type() == "object" else None


@lru_cache(maxsize=256)
def list_params(model: Any) -> Mapping[str, Mapping[str, Any]]:
    """The schemas of those parameters of a model that take nothing but a list, by their names."""
    properties = model.model_json_schema().get("properties", {})
    return {name: part for name, part in properties.items() if part.get("type") == "array"}


def _fits(found: Shape, part: Mapping[str, Any]) -> bool:
    """Whether what a list holds, where that is known, is what the parameter wants in it, where it says."""
    items = part.get("items")
    wanted = _WORDS.get(str(items.get("type"))) if isinstance(items, Mapping) else None
    item = found.step(0)
    kind = item.type() if item is not None else ""
    return wanted is None or not kind or wanted in kind
