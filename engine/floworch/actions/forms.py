"""Questions to people: the fields of a form, and whether an answer fits (contract C8.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from floworch.errors import UsageError
from floworch.model.values import check_value

FieldType = Literal["string", "integer", "number", "boolean", "object", "array", "any"]

_FITS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, (list, tuple)),
    "any": lambda value: True,
}


class FormField(BaseModel):
    """One field of a form: what a person fills in."""

    model_config = ConfigDict(extra="forbid")

    type: FieldType = Field("string", description="What kind of value it takes.")
    title: str = Field("", description="What stands before the field; its name when empty.")
    description: str = Field("", description="Help below the field.")
    required: StrictBool = Field(False, description="Whether it must be filled in.")
    default: Any = Field(None, description="What it holds before anybody types.")
    choices: list[Any] = Field([], description="The only values it takes; any when empty.")

    @model_validator(mode="after")
    def _default_fits(self) -> FormField:
        if self.default is not None and (complaint := misfit(self.model_dump(), self.default)):
            raise ValueError(f"'default' {complaint}")
        return self


def as_fields(given: Any) -> Any:
    """Fields by name, which a JSON Schema of an object stands for, too; anything else as it is.

    Of the properties it takes the words that a field has, with ``enum`` for ``choices``.
    """
    properties = given.get("properties") if isinstance(given, Mapping) and given.get("type") == "object" else None
    if not isinstance(properties, Mapping):
        return given
    needed = given.get("required")
    names = needed if isinstance(needed, list) else ()
    return {name: _field_of(each, name in names) for name, each in properties.items()}


def _field_of(each: Any, required: bool) -> Any:
    if not isinstance(each, Mapping):
        return each
    field = {"choices" if key == "enum" else key: value for key, value in each.items()}
    return {**field, "required": True} if required else field


def misfit(field: Mapping[str, Any], value: Any) -> str:
    """What is wrong with a value for a field (as ``FormField.model_dump``), or an empty text."""
    try:
        check_value(value, "it")
    except TypeError as error:
        return f"cannot be kept: {error}"
    if not _FITS[str(field.get("type", "string"))](value):
        return f"must be of type {field.get('type', 'string')}, not {_kind(value)}"
    choices = field.get("choices") or []
    if choices and not any(_same(value, choice) for choice in choices):
        return f"must be one of {', '.join(map(_text, choices))}, not {_text(value)}"
    return ""


def complete_form(fields: Mapping[str, Mapping[str, Any]], given: Any) -> dict[str, Any]:
    """Return the values of a filled-in form, defaults included; a field left empty that is not required is null.

    Args:
        fields: By name, what ``FormField.model_dump`` gives; it is what the waiting node has journaled.
        given: The answer, an object of values by name.

    Raises:
        UsageError: The answer is no object, or names every field that is missing, unknown or does not fit.
    """
    hint = _hint(fields)
    if not isinstance(given, Mapping):
        raise UsageError(f"The answer must be an object of values by field name, not {_kind(given)}.", hint)
    wrong = [f"the form has no field {name!r}" for name in given if name not in fields]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        value = given.get(name, field.get("default"))
        if value is None:
            if field.get("required"):
                wrong.append(f"the field {name!r} is required")
        elif complaint := misfit(field, value):
            wrong.append(f"the field {name!r} {complaint}")
        values[name] = value
    if wrong:
        message = "; ".join(wrong)
        raise UsageError(f"{message[0].upper()}{message[1:]}.", hint)
    return values


def chosen_of(details: Mapping[str, Any], given: Any) -> Any:
    """Return the item, or the list of items, that an answer chooses.

    Args:
        details: ``{"items", "labels", "multiple"}`` of a waiting choice.
        given: An item or its label; a list of such when several may be chosen.

    Raises:
        UsageError: It names something that is not on offer, or is no list where one is needed.
    """
    items, labels = details["items"], details["labels"]
    hint = f"On offer: {', '.join(map(str, labels[:20]))}{' ...' if len(labels) > 20 else ''}."
    if not details.get("multiple"):
        return _pick(items, labels, given, hint)
    if not isinstance(given, (list, tuple)):
        raise UsageError(f"The answer must be a list of what is chosen, not {_kind(given)}.", hint)
    return [_pick(items, labels, each, hint) for each in given]


def _pick(items: Sequence[Any], labels: Sequence[str], given: Any, hint: str) -> Any:
    if isinstance(given, str) and given in labels:
        return items[labels.index(given)]
    for item in items:
        if _same(item, given):
            return item
    raise UsageError(f"{_text(given)} is not on offer.", hint)


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _hint(fields: Mapping[str, Mapping[str, Any]]) -> str:
    words = [
        f"{name} ({field.get('type', 'string')}{', required' if field.get('required') else ''})"
        for name, field in fields.items()
    ]
    return f"Fields: {', '.join(words)}."


def _text(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


_KINDS = {dict: "an object", list: "a list", tuple: "a list", str: "text", bool: "true or false", type(None): "null"}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "a number" if isinstance(value, (int, float)) else type(value).__name__)
