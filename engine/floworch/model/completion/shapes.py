"""What is known about a value before it exists: from a JSON Schema, from a value of the last run, or from both."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from floworch.artifact import Artifact, loaded
from floworch.errors import FlowError

MISSING: Any = object()
#: Fields of one value that are listed at most, and levels of a schema that are followed.
MOST_FIELDS, _DEEPEST = 500, 20
_WORDS = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "yes/no", "array": "list",
    "object": "object", "null": "null",
}  # fmt: skip


@dataclass(slots=True)
class Shape:
    """One value.

    Attributes:
        schema: Its JSON Schema, or None.
        value: What it was in the last run, or MISSING.
        fields: Its fields where they are known by name; they come before those of schema and value.
        element: What a list holds, when that is known.
        note: A few words for a person.
        root: The schema that references inside ``schema`` start from.
    """

    schema: Mapping[str, Any] | None = None
    value: Any = MISSING
    fields: Mapping[str, Shape] = field(default_factory=dict)
    element: Shape | None = None
    note: str = ""
    root: Mapping[str, Any] | None = None

    def step(self, step: str | int) -> Shape | None:
        """The shape of a field or of an item; None when nothing is known of it."""
        if isinstance(step, int):
            return self._item(step)
        if step in self.fields:
            return self.fields[step]
        return self.named().get(step) if self.schema is not None or self.value is not MISSING else None

    def named(self) -> dict[str, Shape]:
        """Every field that is known by name, at most ``MOST_FIELDS``."""
        found = dict(self.fields)
        value = _plain(self.value)
        root = self.root or self.schema or {}
        for name, schema in _properties(self.schema, root):
            if len(found) < MOST_FIELDS:
                inner = value[name] if isinstance(value, Mapping) and name in value else MISSING
                found.setdefault(name, Shape(schema, inner, note=_description(schema), root=root))
        if isinstance(value, Mapping):
            for name, inner in value.items():
                if name not in found and isinstance(name, str) and len(found) < MOST_FIELDS:
                    found[name] = Shape(value=inner)
        return found

    def type(self) -> str:
        """Its type in a word for people; an empty text when it is not known."""
        value = _plain(self.value)
        if value is not MISSING and value is not None:
            return type_word(value)
        if self.fields:
            return "object"
        if self.element is not None:
            return "list"
        words = [_WORDS.get(word, "") for word in _types(self.schema, self.root or self.schema or {})]
        known = [word for word in dict.fromkeys(words) if word and word != "null"]
        return " or ".join(known[:2]) if known else "null" if value is None else ""

    def detail(self) -> str:
        """What a person may want to know: the value of the last run in short, else the note."""
        value = _plain(self.value)
        return self.note if value is MISSING else short(value)

    def _item(self, index: int) -> Shape | None:
        value = _plain(self.value)
        inner = MISSING
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and -len(value) <= index < len(value):
            inner = value[index]
        if self.element is not None:
            return self.element if inner is MISSING else Shape(
                self.element.schema, inner, self.element.fields, self.element.element, root=self.element.root
            )  # fmt: skip
        schema = None
        root = self.root or self.schema or {}
        for each in _alternatives(self.schema, root):
            items = each.get("items")
            if isinstance(items, Mapping):
                schema = items
        return None if schema is None and inner is MISSING else Shape(schema, inner, root=root)


class Late(Mapping[str, Shape]):
    """Shapes by name, each found out when it is first asked for: a definition has many, and a person looks at few."""

    def __init__(self, makers: Mapping[str, Callable[[], Shape]]) -> None:
        self._makers = makers
        self._made: dict[str, Shape] = {}

    def __getitem__(self, name: str) -> Shape:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class Later(Mapping[str, Shape]):
    """Shapes by name, all of them found out when the first one is asked for."""

    def __init__(self, make: Callable[[], Mapping[str, Shape]]) -> None:
        self._make = make
        self._found: Mapping[str, Shape] | None = None

    def _all(self) -> Mapping[str, Shape]:
        if self._found is None:
            self._found = self._make()
        return self._found

    def __getitem__(self, name: str) -> Shape:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def type_word(value: Any) -> str:
    """The type of a value in a word for people."""
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, (Mapping, list, tuple)):
        return "object" if isinstance(value, Mapping) else "list"
    words = {str: "text", int: "whole number", float: "number", bytes: "bytes", type(None): "null"}
    return words.get(type(value), type(value).__name__)


def short(value: Any, most: int = 48) -> str:
    """A value on one short line."""
    if isinstance(value, Artifact):
        return f"{value.size:,} bytes"
    if isinstance(value, (Mapping, list, tuple)):
        what = "field" if isinstance(value, Mapping) else "item"
        return f"{len(value):,} {what}{'' if len(value) == 1 else 's'}"
    text = (
        value
        if isinstance(value, str)
        else str(value)
        if not isinstance(value, (bool, type(None)))
        else json.dumps(value)
    )
    text = " ".join(text[: 4 * most].split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _plain(value: Any) -> Any:
    """The value, loaded when it is kept apart; MISSING when it cannot be."""
    if not isinstance(value, Artifact):
        return value
    try:
        return loaded(value)
    except (FlowError, OSError):
        return MISSING


def _alternatives(schema: Any, root: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The schema itself, or every one that it may be, references followed."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        defs = root.get("$defs")
        target = defs.get(reference.removeprefix("#/$defs/")) if isinstance(defs, Mapping) else None
        yield from _alternatives(target, root, depth + 1)
        return
    yield schema
    for word in ("anyOf", "oneOf", "allOf"):
        several = schema.get(word)
        for each in several if isinstance(several, list) else ():
            yield from _alternatives(each, root, depth + 1)


def _properties(schema: Any, root: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in _alternatives(schema, root):
        properties = each.get("properties")
        for name, inner in properties.items() if isinstance(properties, Mapping) else ():
            yield name, inner if isinstance(inner, Mapping) else {}


def _types(schema: Any, root: Mapping[str, Any]) -> Iterator[str]:
    for each in _alternatives(schema, root):
        kinds = each.get("type")
        yield from kinds if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else []


def _description(schema: Any) -> str:
    text = schema.get("description") if isinstance(schema, Mapping) else None
    return text if isinstance(text, str) else ""
