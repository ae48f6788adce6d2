"""The fields of a workflow's declared inputs: a list gets lines or a table, as its default tells; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from floworch_designer.inspector.schema import MISSING, Field, Kind, title_of
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.workflow import Input

#: The editor of a value that a person gives, by its declared type.
KINDS: Final = {
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "object": Kind.MAPPING,
    "array": Kind.LIST,
    "any": Kind.EXPRESSION,
}
#: Most columns of a table that is made from a default; a wider one is edited as lines of JSON.
COLUMNS: Final = 12
_OF: Final[tuple[tuple[type, Kind], ...]] = (
    (bool, Kind.BOOLEAN), (int, Kind.INTEGER), (float, Kind.NUMBER), (str, Kind.TEXT),
)  # fmt: skip


def input_fields(inputs: Mapping[str, Input]) -> tuple[Field, ...]:
    """The form fields of a workflow's inputs."""
    return tuple(input_field(name, value) for name, value in inputs.items())


def input_field(name: str, value: Input) -> Field:
    """The form field of one input.

    A declaration says no more than that it is a list: what it holds is read from its default. A list of texts has lines
    of text, one of objects a card for each with the fields they have; any other has a line of any value for each item.
    """
    kind, item = _kind(name, value), None
    columns: tuple[Field, ...] = ()
    if value.type == "array":
        items = value.default if isinstance(value.default, list | tuple) else ()
        columns = _columns(items)
        kind = Kind.OBJECTS if columns else Kind.LIST
        item = Field("value", tr("Value"), _common(items))
    default = MISSING if value.default is None else value.default
    return Field(
        name, value.title or title_of(name), kind, value.description, value.required, default,
        fields=columns, item=item,
    )  # fmt: skip


def _kind(name: str, value: Input) -> Kind:
    words = f"{name} {value.title}".lower()
    if value.type == "string" and any(word in words for word in ("folder", "directory")):
        return Kind.FOLDER
    if value.type == "string" and any(word in words.split() for word in ("file", "path")):
        return Kind.FILE
    return KINDS[value.type]


def _columns(items: Sequence[Any]) -> tuple[Field, ...]:
    """A field for each name that the objects of a list have; none where they are no objects, or too different."""
    if not items or not all(isinstance(item, Mapping) for item in items):
        return ()
    names = list(dict.fromkeys(str(name) for item in items for name in item))
    if len(names) > COLUMNS:
        return ()
    return tuple(Field(name, title_of(name), _common([item[name] for item in items if name in item])) for name in names)


def _common(values: Sequence[Any]) -> Kind:
    """The kind of field that takes all of some values: any value where they differ, or are lists and objects."""
    if values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return Kind.INTEGER if all(isinstance(value, int) for value in values) else Kind.NUMBER
    return next((kind for type_, kind in _OF if values and all(isinstance(value, type_) for value in values)),
                Kind.EXPRESSION)  # fmt: skip
