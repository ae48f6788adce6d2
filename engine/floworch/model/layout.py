"""How a definition is laid out as text: the same value always gives the same bytes (interfaces.md section 1).

One line for what is short, one line per entry for what is not, two spaces a level; inputs, outputs, nodes, edges and
positions always have an entry per line and nodes a line per field, so that a diff shows the logic that changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from floworch.model.jsontext import Spelled
from floworch.model.values import int_text

_WIDTH = 100
_WHOLE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_text = json.encoder.encode_basestring


def lay_out(definition: Mapping[str, Any]) -> str:
    """Text of a definition given as plain JSON with its keys in file order.

    Raises:
        ValueError, TypeError: It holds something that is not JSON.
    """
    lines = []
    for key, value in definition.items():
        lines.append(f"  {_text(key)}: {_section(key, value)}")
    return _valid("{\n" + ",\n".join(lines) + "\n}\n")


def _section(key: str, value: Any) -> str:
    if not value or not isinstance(value, (dict, list)):
        return _fit(value, 2, len(key) + 6)
    if key == "nodes" and isinstance(value, dict):
        return _block((f"{_text(name)}: {_node(node)}" for name, node in value.items()), "{}", 2)
    if key == "view" and isinstance(value, dict):
        return _block((f"{_text(name)}: {_view(part, name)}" for name, part in value.items()), "{}", 2)
    return _spread(value, 2)


def _node(node: Any) -> str:
    if not isinstance(node, dict) or not node:
        return _fit(node, 4, 0)
    return _block((f"{_text(key)}: {_fit(value, 6, len(key) + 4)}" for key, value in node.items()), "{}", 4)


def _view(part: Any, name: str) -> str:
    if name == "nodes" and isinstance(part, dict):
        part = dict(sorted(part.items()))
    return _spread(part, 4) if part and isinstance(part, (dict, list)) else _fit(part, 4, 0)


def _spread(value: Any, indent: int) -> str:
    """One line per entry, whatever their length. Two calls per level of nesting: the deepest must not need more."""
    inner = indent + 2
    if isinstance(value, dict):
        entries = []
        for key, item in value.items():
            entries.append(f"{_text(key)}: {_fit(item, inner, len(key) + 4)}")
        return _block(entries, "{}", indent)
    return _block(list(map(partial(_fit, indent=inner, used=0), value)), "[]", indent)


def _block(entries: Iterable[str], brackets: str, indent: int) -> str:
    inner = " " * (indent + 2)
    return f"{brackets[0]}\n{inner}" + f",\n{inner}".join(entries) + f"\n{' ' * indent}{brackets[1]}"


def _fit(value: Any, indent: int, used: int) -> str:
    """One line when it fits, else one line per entry."""
    text = inline(value)
    if not value or not isinstance(value, (dict, list)) or indent + used + len(text) <= _WIDTH:
        return text
    return _spread(value, indent)


def inline(value: Any) -> str:
    """JSON text on one line, every number spelled as its author did."""
    if type(value) is str:
        return _text(value)
    if type(value) in (dict, list) and _odd(value):
        return _slow(value)
    return _whole(value)


def _whole(value: Any) -> str:
    if isinstance(value, Spelled):
        return value.text
    try:
        return _WHOLE(value)
    except ValueError:
        if type(value) is int:
            return int_text(value)
        raise


def _odd(value: Any) -> bool:
    """Whether a number in it needs more than the fast encoder."""
    parts = [value]
    while parts:  # no recursion: the deepest definition would need more of the stack than there is
        part = parts.pop()
        kind = type(part)
        if kind is dict:
            parts.extend(part.values())
        elif kind is list:
            parts.extend(part)
        elif kind is Spelled or (kind is int and part.bit_length() > 10_000):
            return True
    return False


def _slow(value: Any) -> str:
    """One call per level of nesting, for the same reason."""
    if isinstance(value, dict):
        entries = []
        for key, item in value.items():
            entries.append(f"{_text(key)}: {_slow(item)}")
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_slow, value)) + "]"
    return _whole(value)


def _valid(text: str) -> str:
    """Lone surrogates, which UTF-8 cannot hold, become escapes; JSON readers give them back."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(f"\\u{ord(char):04x}" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text
