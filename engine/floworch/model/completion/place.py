"""Where the cursor stands in an expression: at a name, behind a dot, in brackets or at a filter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from floworch.expr.paths import STRING, Path, plain_path

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = rf"(?<![\w.\])]){_NAME}(?:\s*\.\s*{_NAME}|\s*\[\s*(?:-?\d+|{STRING})\s*\])*"
_MEMBER = re.compile(rf"({_PATH})\s*\.\s*({_NAME})?$")
_KEY = re.compile(rf"({_PATH})\s*\[\s*([\"'])([^\"'\\]*)$")
_FILTER = re.compile(rf"(?<!\|)\|\s*({_NAME})?$")
_WORD = re.compile(rf"(?<![\w.])({_NAME})?$")
_REST = re.compile(r"\w*")
_OPEN = re.compile(r"\{\{[-+]?|\{%[-+]?\s*(?:if|elif|for\s+\w+\s+in|set\s+\w+\s*=|else)?|[-+]?\}\}|[-+]?%\}")


@dataclass(frozen=True, slots=True)
class Place:
    """The cursor's place.

    Attributes:
        kind: ``name``, ``member`` (behind a dot), ``key`` (in brackets) or ``filter``.
        base: The path before the dot or the bracket; empty for a name or a filter.
        typed: What stands there already, up to the cursor.
        start, end: What a choice replaces, as places in the text; for a member the dot is at ``dot``.
        dot: Place of the dot or bracket; ``start`` for others.
    """

    kind: Literal["name", "member", "key", "filter"]
    base: Path
    typed: str
    start: int
    end: int
    dot: int


def place_of(text: str, cursor: int, bare: bool) -> Place | None:
    """The place of the cursor; None where no name can be completed, such as in a literal or outside of braces.

    Args:
        text: The whole text of the field.
        cursor: Place between characters, 0 to ``len(text)``.
        bare: The text is an expression without braces.
    """
    begin = 0 if bare else _begin(text, cursor)
    if begin is None:
        return None
    source = text[begin:cursor]
    quoted = _in_string(source)
    rest = _REST.match(text, cursor)
    end = rest.end() if rest is not None else cursor
    if quoted:
        key = _KEY.search(source)
        if key is None:
            return None
        after = re.compile(rf"[^{key[2]}\]\n]*{key[2]}?\s*\]?").match(text, cursor)
        closes = after is not None and after[0].endswith(("]", key[2]))
        stop = after.end() if after is not None and closes else cursor
        dot = begin + len(source[: key.start(2)].rstrip()) - 1
        return Place("key", plain_path(key[1]) or (), key[3], begin + key.start(3), stop, dot)
    if match := _FILTER.search(source):
        typed = match[1] or ""
        return Place("filter", (), typed, cursor - len(typed), end, cursor - len(typed))
    if match := _MEMBER.search(source):
        typed = match[2] or ""
        dot = begin + match.end(1) + source[match.end(1) :].index(".")
        return Place("member", plain_path(match[1]) or (), typed, cursor - len(typed), end, dot)
    match = _WORD.search(source)
    if match is None or (source.rstrip().endswith((".", "]", ")")) and not match[1]):
        return None
    if re.search(r"\bis\s+(?:not\s+)?\w*$", source):
        return None  # a test, not a value
    typed = match[1] or ""
    return Place("name", (), typed, cursor - len(typed), end, cursor - len(typed))


def _begin(text: str, cursor: int) -> int | None:
    """Where the code begins that the cursor is in; None when it is in plain text."""
    begin = None
    for match in _OPEN.finditer(text, 0, cursor):
        begin = None if match[0].endswith("}") else match.end()
    return begin


def _in_string(source: str) -> bool:
    """Whether a literal is open at the end of the source."""
    at = 0
    for match in re.finditer(STRING, source):
        at = match.end()
    return bool(re.search(r"[\"']", re.sub(STRING, "", source))) if at else bool(re.search(r"[\"']", source))
