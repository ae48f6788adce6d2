"""Parameter types that choose a form field: annotate a parameter with one of them and the designer knows what to show.

Each is an ``Annotated`` type, so ``Annotated[Code, Field(description="...")]`` adds to it. The chosen field is the
key ``widget`` of the parameter's JSON Schema; its words are ``code expression file folder secret connection duration
multiline keyvalue list table text``; ``text`` is the plain line of a string whose name would say otherwise, such as
the ``path`` of an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from floworch.model.durations import seconds

if TYPE_CHECKING:
    from floworch.actions.context import Context

Widget = Literal[
    "code", "expression", "file", "folder", "secret", "connection", "duration", "multiline", "keyvalue", "list",
    "table", "text",
]  # fmt: skip
WIDGETS: tuple[Widget, ...] = (
    "code",
    "expression",
    "file",
    "folder",
    "secret",
    "connection",
    "duration",
    "multiline",
    "keyvalue",
    "list",
    "table",
    "text",
)


def widget(name: Widget, **hints: Any) -> Any:
    """Return the metadata that asks for a certain form field.

    ``Annotated[str, widget("code", language="sql")]`` is edited as SQL.

    Args:
        name: Which field.
        hints: Further JSON values for it, such as ``language``, ``placeholder``, ``columns``, ``types`` or ``show_if``
            (``{"other parameter": value}``: the field is shown only then).
    """
    return Field(json_schema_extra={"widget": name, **hints})


def show_if(**conditions: Any) -> Any:
    """Return the metadata that shows a field only while other parameters have these values."""
    return Field(json_schema_extra={"show_if": conditions})


def _seconds(value: Any) -> float:
    if isinstance(value, (int, float, str)):
        return seconds(value)
    raise ValueError(f"{value!r} is not a duration: write seconds, or a number with ms, s, m, h or d")


#: A span of time; the file holds seconds or ``"30s"``, the action receives seconds as float. In a model of your own,
#: a default is a number of seconds; in an action's signature it may be text too.
Duration = Annotated[
    float,
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "pattern": r"^\s*\d+(\.\d+)?(ms|s|m|h|d)\s*$"},
            ],
            "widget": "duration",
        }
    ),
]
#: Source text in a monospaced editor; ``widget("code", language=...)`` names the language.


def _no_text(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError(f"must be a whole number, not the text {value!r}")
    return value


Whole = Annotated[int, BeforeValidator(_no_text)]
"""A whole number; a text of digits is none."""
Code = Annotated[str, widget("code")]
#: Any value, normally one expression.
Expression = Annotated[Any, widget("expression")]
#: Text of several lines.
Multiline = Annotated[str, widget("multiline")]
#: Path of a file.
FilePath = Annotated[str, Field(min_length=1), widget("file")]
#: Path of a folder.
Folder = Annotated[str, Field(min_length=1), widget("folder")]
#: The name of a secret (or ``{{ secrets.NAME }}``); it reaches the action unevaluated: see ``secret_value``.
Secret = Annotated[str, Field(min_length=1), widget("secret")]
#: The name of the user's connection to an AI endpoint, empty for none; ``widget("connection", types=...)`` for others.
AiConnection = Annotated[str, widget("connection", types=["ai"])]
#: A database: the name of a connection, a URL, or the path of a SQLite file. ``free`` lets one write more than names.
Database = Annotated[str, Field(min_length=1), widget("connection", types=["sql"], free=True)]
#: Names and values, one per row.
KeyValue = Annotated[dict[str, Any], widget("keyvalue")]
#: A list edited one entry per row, or one expression that gives a list.
Items = Annotated[list[Any], widget("list")]
#: Rows: a list of objects, edited as a grid, or one expression that gives one.
Table = Annotated[list[Any], widget("table")]


def secret_value(ctx: Context, text: str) -> str:
    """Return the value behind a ``Secret`` parameter: a secret's name, or an expression such as ``{{ secrets.X }}``.

    Raises:
        ActionError: not_found_error when there is no secret of that name; validation_error when the expression
            does not give text.
    """
    if "{{" not in text:
        return ctx.secret(text)
    value = ctx.evaluate(text, ctx.item)
    if isinstance(value, str):
        return value
    from floworch.errors import ActionError, ErrorKind

    raise ActionError(
        f"A secret must be text, but the expression gives {type(value).__name__}.",
        ErrorKind.VALIDATION,
        hint="Name the secret itself, for example SIGNING_KEY, or write {{ secrets.SIGNING_KEY }}.",
    )
