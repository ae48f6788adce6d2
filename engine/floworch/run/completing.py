"""Help while an expression is typed: choices at the cursor, the value it would have had in the last run, its mistake.

The designer calls these functions; so can any other editor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.errors import ExpressionError, FlowError
from floworch.expr.preview import evaluate_short
from floworch.model.catalog import Catalog
from floworch.model.completion.choices import Choice, choices
from floworch.model.completion.mistakes import Mistake, mistake_in, mistake_of
from floworch.model.completion.names import Scope
from floworch.model.completion.shapes import MISSING, Shape, short, type_word
from floworch.model.workflow import Workflow

if TYPE_CHECKING:
    from floworch.run.state import RunState

#: What stands for a secret in previews.
HIDDEN = "•••"
#: A list or text of more entries or characters is not put into an expression that is more than a path.
_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What an expression gives with the values of the last run.

    Attributes:
        text: The value in short; empty when there is none.
        type: Its type in a word; empty when there is no value.
        mistake: What is wrong and where, or None.
        known: Whether the last run had everything that it needs; ``text`` is empty without a mistake when not.
    """

    text: str = ""
    type: str = ""
    mistake: Mistake | None = None
    known: bool = True


def recorded(state: RunState | None) -> dict[str, Any]:
    """What a run recorded, as ``complete`` and ``preview`` read it; large values stay references until then."""
    if state is None:
        return {}
    nodes = {}
    for name in state.index:
        view = state.node(name)
        if str(view.status) in ("completed", "failed", "reused", "bypassed", "skipped"):
            nodes[name] = {"output": view.stored, "status": str(view.status), "error": view.error}
    return {"inputs": state.inputs, "data": state.data, "nodes": nodes}


def complete(
    definition: Workflow,
    node: str | None,
    field: str,
    text: str,
    cursor: int,
    last_run: RunState | Mapping[str, Any] | None = None,
    catalog: Catalog | None = None,
) -> list[Choice]:
    """Return what can be written at the cursor of a field, best first.

    Args:
        definition: The definition as it is now.
        node: Id of the node that the field belongs to; None for ``outputs.x`` of the workflow.
        field: Place of the field below the node: ``params.url``, ``breakpoint``, ``middleware[0].when``.
        text: Its text as it is typed now.
        cursor: Place between characters, from 0 to ``len(text)``.
        last_run: A run of this definition, or what ``recorded`` gives for one, for fields and values that no schema
            tells.
        catalog: Where actions are looked up; the global registry when None.
    """
    return choices(definition, node, field, text, cursor, _catalog(catalog), _values(last_run))


def preview(
    definition: Workflow,
    node: str | None,
    field: str,
    text: str,
    last_run: RunState | Mapping[str, Any] | None = None,
    catalog: Catalog | None = None,
) -> Preview:
    """Return what a field's text gives with the values of the last run, or where its mistake is.

    It is stopped after a few milliseconds; secrets are never read. Arguments as in ``complete``.
    """
    last = _values(last_run)
    scope = Scope(definition, node, field, _catalog(catalog), last)
    mistake = mistake_in(text, scope)
    if mistake is not None:
        return Preview(mistake=mistake)
    try:
        value = evaluate_short(text, _context(scope, last, text), scope.bare(text))
    except ExpressionError as error:
        missing = " is undefined" in error.message
        if missing and not _ran(definition, last, text):
            return Preview(known=False)
        return Preview(mistake=mistake_of(error, text))
    except (FlowError, OSError, TooLargeError) as error:
        return Preview(known=False, text="" if not isinstance(error, TooLargeError) else "too large to be shown here")
    return Preview(short(value, 120), type_word(value))


class TooLargeError(Exception):
    """A value that is too large to be calculated with while a person types."""


def _catalog(given: Catalog | None) -> Catalog:
    from floworch.actions.registry import registry

    return given if given is not None else registry


def _values(last_run: RunState | Mapping[str, Any] | None) -> Mapping[str, Any]:
    if last_run is None or isinstance(last_run, Mapping):
        return last_run or {}
    return recorded(last_run)  # a RunState, or what reads as one


def _ran(definition: Workflow, last: Mapping[str, Any], text: str) -> bool:
    """Whether the last run has the outputs of every step that the text names."""
    nodes = last.get("nodes")
    ran = nodes if isinstance(nodes, Mapping) else {}
    return bool(ran) and all(name in ran for name in definition.nodes if name in text)


def _context(scope: Scope, last: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The values behind the names, as far as the last run has them."""
    context: dict[str, Any] = {}
    nodes = last.get("nodes")
    for name, shape in scope.roots().items():
        if name == "nodes":
            given = nodes if isinstance(nodes, Mapping) else {}
            context[name] = {each: _small(given[each]) for each in shape.fields if each in given and each in text}
        elif name == "secrets":
            context[name] = dict.fromkeys({*shape.fields, *re.findall(r"\w+", text)}, HIDDEN)
        elif name == "run":
            context[name] = {"id": "run-1", "workflow": "workflow"}
        elif name == "index":
            context[name] = 0
        elif (value := _value(shape)) is not MISSING:
            context[name] = value
    return context


def _small(entry: Any) -> Any:
    if isinstance(entry, Mapping) and isinstance(entry.get("output"), (str, list, tuple, dict)):
        _value(Shape(value=entry["output"]))
    return entry


def _value(shape: Shape) -> Any:
    """A value of the last run, or an object of such; MISSING when there is none."""
    if not shape.fields or shape.value is not MISSING:
        if isinstance(shape.value, (str, list, tuple, dict)) and len(shape.value) > _MOST:
            raise TooLargeError
        return shape.value
    found = {name: value for name, inner in shape.fields.items() if (value := _value(inner)) is not MISSING}
    return found or MISSING
