"""JSON values as Python source that a person would have written."""

from __future__ import annotations

import ast
import json
import keyword
from collections.abc import Mapping
from typing import Any

_WIDTH = 110


def is_name(text: str) -> bool:
    """Whether a text can be the name of an argument."""
    return text.isascii() and text.isidentifier() and not keyword.iskeyword(text)


def literal(value: Any, indent: int = 0, used: int = 0) -> str:
    """The source of a value; on one line when that fits, else one line per entry.

    Args:
        value: A JSON value.
        indent: Columns before the line that the closing bracket stands on.
        used: Columns already taken on the line that the source begins on, beyond ``indent``.
    """
    text = _inline(value)
    if indent + used + len(text) <= _WIDTH or not value or not isinstance(value, (dict, list)):
        return text
    inner = " " * (indent + 4)
    if isinstance(value, dict):
        entries = [
            f"{key}: {literal(item, indent + 4, len(key) + 3)}"
            for key, item in ((string(name), item) for name, item in value.items())
        ]
        return "{\n" + "".join(f"{inner}{entry},\n" for entry in entries) + " " * indent + "}"
    items = [literal(item, indent + 4, 1) for item in value]
    return "[\n" + "".join(f"{inner}{item},\n" for item in items) + " " * indent + "]"


def string(text: str) -> str:
    """A text in double quotes."""
    if text.isprintable():
        return json.dumps(text, ensure_ascii=False)
    inner = "".join(char if char.isprintable() and char != "\\" else ascii(char)[1:-1] for char in text)
    return '"' + inner.replace('"', '\\"').replace("\\'", "'") + '"'


def block(text: str) -> str | None:
    """A text of several lines between three quotes, line by line; None where that would not give it back."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if (len(text) - len(text.rstrip('"'))) % 3:  # the last quote is not one of three, which are escaped by now
        escaped = f'{escaped[:-1]}\\"'
    source = f'"""\\\n{escaped}"""'
    plain = all(char.isprintable() or char == "\n" for char in text)
    return source if plain and ast.literal_eval(source) == text else None


def is_long(value: Any) -> bool:
    """Whether a value is a text that deserves lines of its own."""
    return isinstance(value, str) and value.count("\n") > 1


def _inline(value: Any) -> str:
    if isinstance(value, str):
        return string(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{string(key)}: {_inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return repr(value)
