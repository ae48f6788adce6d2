"""The choices at the cursor, best first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from floworch.expr.filters import FILTERS, known_filters
from floworch.model.catalog import Catalog
from floworch.model.completion.names import Scope
from floworch.model.completion.place import Place, place_of
from floworch.model.completion.shapes import MISSING, Shape
from floworch.model.workflow import Workflow

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST = 200
_CONSTANTS = {"true": "yes/no", "false": "yes/no", "none": "null"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be written at the cursor.

    Attributes:
        label: What is shown: a name.
        insert: The text that takes the place of ``start`` to ``end``.
        start, end: Places in the text of the field.
        kind: ``name``, ``field``, ``filter`` or ``constant``.
        type: The type of the value in a word, or an empty text.
        detail: The value of the last run in short, or what it is.
        declared: Whether it is part of what a step gives that no run has shown yet: known from the definition alone.
    """

    label: str
    insert: str
    start: int
    end: int
    kind: Literal["name", "field", "filter", "constant"]
    type: str = ""
    detail: str = ""
    declared: bool = False


def choices(
    workflow: Workflow,
    node: str | None,
    field: str,
    text: str,
    cursor: int,
    catalog: Catalog,
    last: Mapping[str, Any] | None = None,
) -> list[Choice]:
    """Return what can be written at the cursor of a field, best first; empty where nothing can.

    Args:
        workflow: The definition as it is now.
        node: Id of the node the field belongs to; None for a field of the workflow, such as ``outputs.x``.
        field: Place of the field below the node, such as ``params.url``.
        text: Its text as it is typed now.
        cursor: Place between characters, 0 to ``len(text)``.
        catalog: Where actions are looked up.
        last: What the last run recorded, see ``Scope``.
    """
    scope = Scope(workflow, node, field, catalog, last)
    place = place_of(text, max(0, min(cursor, len(text))), scope.bare(text))
    if place is None:
        return []
    if place.kind == "filter":
        return _filters(place)
    if place.kind == "name":
        found = [_choice(place, name, shape, "name") for name, shape in scope.roots().items()]
        found += [Choice(word, word, place.start, place.end, "constant", kind) for word, kind in _CONSTANTS.items()]
        return _ranked(found, place.typed)
    base = scope.shape(place.base)
    if base is None:
        return []
    return _ranked([_choice(place, name, shape, "field") for name, shape in base.named().items()], place.typed)


def _choice(place: Place, name: str, shape: Shape, kind: Literal["name", "field"]) -> Choice:
    start, insert = place.start, name
    if place.kind == "key" or not _NAME.fullmatch(name):
        start, insert = place.dot, f"[{_quoted(name)}]"
    given = len(place.base) > 2 and place.base[0] == "nodes" and place.base[2] == "output"
    declared = shape.value is MISSING and (given or place.base[:1] in (("item",), ("outer",)))
    return Choice(name, insert, start, place.end, kind, shape.type(), shape.detail(), declared)


def _quoted(name: str) -> str:
    return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _filters(place: Place) -> list[Choice]:
    found = []
    for name in sorted(known_filters()):
        own = FILTERS.get(name)
        detail = (own.__doc__ or "").strip().splitlines()[0] if own is not None and own.__doc__ else ""
        found.append(Choice(name, name, place.start, place.end, "filter", "", detail))
    return _ranked(found, place.typed)


def _ranked(found: list[Choice], typed: str) -> list[Choice]:
    """Those that begin with what is typed, then those that hold it; in their own order otherwise."""
    word = typed.lower()
    first = [each for each in found if each.label.lower().startswith(word)]
    other = [each for each in found if word and not each.label.lower().startswith(word) and word in each.label.lower()]
    return (first + other)[:_MOST]
