"""From a JSON Schema to the fields of a form; pure.

The schema is the one pydantic makes of an action's parameters or a layer's options. Its hints ``widget``,
``language``, ``placeholder`` and ``show_if`` (``floworch.actions.widgets``) choose the editor; without them type,
format and, for plain text, the name decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from floworch_designer.document.edits import MISSING
from floworch_designer.settings.words import foreign, tr


class Kind(StrEnum):
    """Which editor a field gets."""

    TEXT = "text"
    MULTILINE = "multiline"
    CODE = "code"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"
    LIST = "list"
    MAPPING = "mapping"
    OBJECTS = "objects"
    FILE = "file"
    FOLDER = "folder"
    DURATION = "duration"
    SECRET = "secret"
    CONNECTION = "connection"
    EXPRESSION = "expression"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        name: Key in the object.
        title: Label.
        kind: The editor.
        help: One or two sentences, may be empty.
        required: Whether the value must be given.
        default: Shown as placeholder, or MISSING.
        choices: Values of an ENUM.
        minimum, maximum: Inclusive bounds of a number, or None.
        language: Pygments lexer name of CODE.
        fields: Columns of OBJECTS.
        item: Field of one element of a LIST or one value of a MAPPING.
        raw: The value is always an expression and stays unevaluated (no literal form).
        placeholder: Shown while the field is empty and has no default.
        types: Types of connections that a CONNECTION may name; all when empty.
        verbatim: The choices are somebody's own texts, which are shown as they are in every language.
        show_if: ``((name, values), …)``: shown only while each of those fields has one of its values.
    """

    name: str
    title: str
    kind: Kind
    help: str = ""
    required: bool = False
    default: Any = MISSING
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    language: str = ""
    fields: tuple[Field, ...] = ()
    item: Field | None = None
    raw: bool = False
    placeholder: str = ""
    types: tuple[str, ...] = ()
    verbatim: bool = False
    show_if: tuple[tuple[str, tuple[Any, ...]], ...] = ()


def in_language(field: Field) -> Field:
    """A field whose words are in the language of the window."""
    if not foreign():
        return field
    return replace(field, title=tr(field.title), help=tr(field.help), placeholder=tr(field.placeholder))


_LANGUAGES = {"code": "python", "sql": "sql", "template": "jinja", "command": "bash", "script": "python"}
_WIDGETS: dict[Any, Kind] = {
    "code": Kind.CODE,
    "expression": Kind.EXPRESSION,
    "file": Kind.FILE,
    "folder": Kind.FOLDER,
    "secret": Kind.SECRET,
    "connection": Kind.CONNECTION,
    "duration": Kind.DURATION,
    "multiline": Kind.MULTILINE,
    "keyvalue": Kind.MAPPING,
    "text": Kind.TEXT,
}
_FORMATS = {
    "path": Kind.FILE,
    "file-path": Kind.FILE,
    "directory-path": Kind.FOLDER,
    "duration": Kind.DURATION,
    "password": Kind.SECRET,
    "secret": Kind.SECRET,
    "code": Kind.CODE,
    "multiline": Kind.MULTILINE,
    "markdown": Kind.MULTILINE,
}
_TYPES = {
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
}
#: Words of names that are written in capitals in titles.
_SPELT = {word: word.upper() for word in ("api", "csv", "html", "http", "json", "sql", "ssl", "tls", "url", "yaml")}
_PLAIN = frozenset({Kind.TEXT, Kind.MULTILINE, Kind.CODE, Kind.EXPRESSION, Kind.JSON})
_DURATION_NAMES = frozenset({"timeout", "delay", "max_delay", "after", "ttl", "per", "reset", "poll", "every", "for"})
_MULTILINE_NAMES = frozenset({"message", "body", "content", "prompt", "stdin", "description", "text"})
_FOLDER_NAMES = frozenset({"folder", "directory", "cwd", "root"})
_FILE_NAMES = frozenset({"path", "file", "interpreter"})


def fields_of(schema: Mapping[str, Any], raw: frozenset[str] = frozenset()) -> tuple[Field, ...]:
    """The fields of an object schema in its order; ``raw`` names fields that only hold expressions.

    A connection comes first, wherever the schema has it: it decides which of the others are still to be filled in.
    """
    definitions = schema.get("$defs", {})
    required = frozenset(schema.get("required", ()))
    fields = [
        _field(name, part, definitions, name in required, name in raw)
        for name, part in schema.get("properties", {}).items()
    ]
    return tuple(sorted(fields, key=lambda field: field.kind is not Kind.CONNECTION))


def _field(name: str, part: Mapping[str, Any], definitions: Mapping[str, Any], required: bool, raw: bool) -> Field:
    resolved = _resolve(part, definitions)
    kind = _kind(name, resolved)
    raw = raw and kind in _PLAIN  # a raw list or table keeps its own editor; its texts are expressions
    kind = Kind.TEXT if raw else kind
    outer = {**resolved, **{key: part[key] for key in ("title", "description", "default") if key in part}}
    return Field(
        name=name,
        title=_title(name, outer.get("title")),
        kind=kind,
        help=str(outer.get("description", "")).strip(),
        required=required,
        default=outer.get("default", MISSING),
        choices=_choices(resolved),
        minimum=_number(resolved, "minimum", "exclusiveMinimum"),
        maximum=_number(resolved, "maximum", "exclusiveMaximum"),
        language=str(_hint(resolved, "language") or _LANGUAGES.get(name, "")),
        fields=_columns(resolved, definitions) if kind is Kind.OBJECTS else (),
        item=_item(kind, resolved, definitions),
        raw=raw,
        placeholder=str(_hint(resolved, "placeholder") or ""),
        types=tuple(map(str, _hint(resolved, "types") or ())),
        show_if=_conditions(_hint(resolved, "show_if")),
    )


def _resolve(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references and drop ``null`` and alternatives after the first that has a form of its own."""
    part = _dereference(part, definitions)
    options = [_dereference(option, definitions) for option in part.get("anyOf") or part.get("oneOf") or ()]
    options = [option for option in options if option.get("type") != "null"]
    if not options:
        return part
    rest = {key: value for key, value in part.items() if key not in {"anyOf", "oneOf"}}
    if len(options) == 1:
        return {**_resolve(options[0], definitions), **rest}
    numbers = [option for option in options if option.get("type") in {"number", "integer"}]
    texts = [option for option in options if option.get("type") == "string"]
    if len(numbers) + len(texts) == len(options) and texts and numbers:
        return {"type": "string", **rest} if _named_duration(rest) else {**texts[0], **rest}
    return {**options[0], **rest}


def _named_duration(rest: Mapping[str, Any]) -> bool:
    return str(rest.get("title", "")).lower().replace(" ", "_") in _DURATION_NAMES


def _dereference(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in range(8):  # a chain longer than this is a loop
        combined = part.get("allOf")
        reference = part.get("$ref") or (combined[0].get("$ref") if combined and len(combined) == 1 else None)
        if not isinstance(reference, str):
            break
        rest = {key: value for key, value in part.items() if key not in {"$ref", "allOf"}}
        part = {**definitions.get(reference.rsplit("/", 1)[-1], {}), **rest}
    return part


def _kind(name: str, part: Mapping[str, Any]) -> Kind:
    widget = _hint(part, "widget")
    if widget in _WIDGETS:
        return _WIDGETS[widget]
    if widget in {"table", "list"}:
        return _structured(part) or Kind.LIST
    if _choices(part):
        return Kind.ENUM
    if part.get("format") in _FORMATS:
        return _FORMATS[part["format"]]
    kind = _structured(part) or _TYPES.get(str(part.get("type")), Kind.JSON)
    return _by_name(name, part) if kind is Kind.TEXT else kind


def _structured(part: Mapping[str, Any]) -> Kind | None:
    if part.get("type") == "array":
        items = part.get("items") or {}
        return Kind.OBJECTS if isinstance(items, Mapping) and _is_object(items) else Kind.LIST
    if part.get("type") == "object":
        return Kind.JSON if part.get("properties") else Kind.MAPPING
    return None


def _is_object(items: Mapping[str, Any]) -> bool:
    return "$ref" in items or bool(items.get("properties"))


def _by_name(name: str, part: Mapping[str, Any]) -> Kind:
    if name in _LANGUAGES:
        return Kind.CODE
    if name in _DURATION_NAMES:
        return Kind.DURATION
    if name in _FOLDER_NAMES:
        return Kind.FOLDER
    if name in _FILE_NAMES:
        return Kind.FILE
    return Kind.MULTILINE if name in _MULTILINE_NAMES else Kind.TEXT


def _columns(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> tuple[Field, ...]:
    items = dict(_dereference(part.get("items") or {}, definitions))
    items["$defs"] = definitions
    return fields_of(items)


def _item(kind: Kind, part: Mapping[str, Any], definitions: Mapping[str, Any]) -> Field | None:
    if kind is Kind.LIST:
        inner = part.get("items")
    elif kind is Kind.MAPPING:
        inner = part.get("additionalProperties")
    else:
        return None
    return _field("value", inner if isinstance(inner, Mapping) else {}, definitions, False, False)


def _choices(part: Mapping[str, Any]) -> tuple[Any, ...]:
    if "const" in part:
        return (part["const"],)
    return tuple(part.get("enum", ()))


def _number(part: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        value = part.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
    return None


def _hint(part: Mapping[str, Any], name: str) -> Any:
    return part.get(f"x-{name}", part.get(name))


def _conditions(value: Any) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """``{"field": value | [values]}``, the form an action writes, as pairs."""
    if not isinstance(value, Mapping):
        return ()
    pairs = ((str(name), want if isinstance(want, list | tuple) else (want,)) for name, want in value.items())
    return tuple((name, tuple(want)) for name, want in pairs)


def _title(name: str, title: Any) -> str:
    text = str(title) if title else name
    return title_of(name) if not title or text.lower().replace(" ", "_") == name.lower() else text


def title_of(name: str) -> str:
    """A name of a file as the label of a field that has no title."""
    text = " ".join(_SPELT.get(word, word) for word in name.strip("_").split("_"))
    return text[:1].upper() + text[1:] or name


__all__ = ["MISSING", "Field", "Kind", "fields_of", "is_expression"]


def is_expression(value: Any) -> bool:
    """Whether a parameter is text that holds ``{{ … }}``."""
    return isinstance(value, str) and "{{" in value
