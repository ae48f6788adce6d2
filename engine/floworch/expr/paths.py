"""Which names an expression mentions, and our own walker for expressions that are one plain path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from floworch.artifact import Artifact, loaded
from floworch.errors import ExpressionError
from floworch.expr.frozen import freeze, thaw
from floworch.expr.whole import names_of_whole

Path = tuple[str | int, ...]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
#: A string of an expression, between either quotes.
STRING = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_PLAIN = re.compile(rf"\s*{_NAME}(?:\s*\.\s*{_NAME}|\s*\[\s*(?:-?\d+|{STRING})\s*\])*\s*")
_STEP = re.compile(rf"\s*(?:\.\s*({_NAME})|\[\s*(?:(-?\d+)|({STRING}))\s*\])")
#: A name, a text, a number or one sign, with the blanks before it.
TOKEN = re.compile(rf"\s*(?:({_NAME})|({STRING})|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|.)", re.DOTALL)
_CONSTANTS = {"true", "false", "none", "True", "False", "None"}
#: Names that are no variables.
WORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "elif", *_CONSTANTS})
#: What is evaluated in a template.
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}

#: The names every expression may use (contract C6.4).
ROOTS = ("inputs", "data", "nodes", "item", "index", "run", "secrets", "outer", "output")


def plain_path(source: str) -> Path | None:
    """The steps of an expression that is nothing but a path (``nodes.a.output.x[0]["y"]``), else None."""
    if not _PLAIN.fullmatch(source):
        return None
    name = re.match(_NAME, source.strip())
    assert name is not None
    if name[0] in WORDS:
        return None
    return (name[0], *(step for step, _ in _steps(source.strip(), name.end())))


def _steps(source: str, at: int) -> Iterator[tuple[str | int, int]]:
    """Static steps that follow a name, each with the place after it."""
    while match := _STEP.match(source, at):
        at = match.end()
        if match[1] is not None:
            yield match[1], at
        elif match[2] is not None:
            yield int(match[2]), at
        else:
            yield unquote(match[3]), at


def unquote(literal: str) -> str:
    """The text of a string literal of an expression."""
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), literal[1:-1], flags=re.DOTALL)


def references(source: str) -> frozenset[tuple[str, ...]]:
    """The paths an expression mentions, as far as they are static: ``("nodes", "pay", "output")``.

    A path ends at its first list index, computed key or method call; names bound inside the expression are among
    them. A path that is the beginning of another one stands for both.
    """
    found: set[tuple[str, ...]] = set()
    at, before = 0, ""
    while match := TOKEN.match(source, at):
        at = match.end()
        if match[1] is not None:
            if _is_value(match[1], before, source, at):
                steps, at = _static(source, at)
                found.add((match[1], *steps))
            before = match[1]
        else:
            before = match[0].strip() or before
    return frozenset(found)


def _is_value(name: str, before: str, source: str, at: int) -> bool:
    """Whether a name at this place is a variable: not a word, filter, test, attribute, argument name or call."""
    if name in WORDS or before in {".", "|", "is"}:
        return False
    rest = source[at : at + 40].lstrip()
    if rest.startswith("("):
        return False
    return not (rest.startswith("=") and not rest.startswith("==") and before in {"(", ","})


def _static(source: str, at: int) -> tuple[list[str], int]:
    steps: list[str] = []
    for step, after in _steps(source, at):
        if source[after : after + 20].lstrip().startswith("(") or isinstance(step, int):
            break
        steps.append(step)
        at = after
    return steps, at


def walk(context: Mapping[str, Any], path: Path, source: str) -> Any:
    """Follow a plain path and return what is there untouched.

    Raises:
        ExpressionError: Something on the way is missing; the message names it and what is there instead.
    """
    value: Any = context
    for place, step in enumerate(path):
        try:
            value = value[step] if isinstance(step, int) or isinstance(value, Mapping) else _no_key(value, step)
        except (KeyError, IndexError, TypeError):
            if type(value) is not Artifact:
                if step in names_of_whole(value, path[:place]):
                    continue
                raise missing(value, path, place, source) from None
            value = _into(value.load(), path, place, source)
    if Artifact.made:
        value = loaded(value)
    kind = type(value)
    if kind in _PLAIN_TYPES:
        return value
    if kind.__module__ == _FROZEN:
        return thaw(value)
    # ``nodes`` and ``secrets`` as a whole: the object that they look like, and not what looks it up.
    return thaw(freeze(value)) if isinstance(value, Mapping) else value


def _into(value: Any, path: Path, place: int, source: str) -> Any:
    """One step into a value that was kept as an artifact."""
    step = path[place]
    try:
        return value[step] if isinstance(step, int) or isinstance(value, Mapping) else _no_key(value, step)
    except (KeyError, IndexError, TypeError):
        if step in names_of_whole(value, path[:place]):
            return value
        raise missing(value, path, place, source) from None


_FROZEN = thaw.__module__
_PLAIN_TYPES = frozenset({type(None), bool, int, float, str, list, dict})


def _no_key(value: Any, step: str) -> Any:
    raise KeyError(step)


def missing(value: Any, path: Path, place: int, source: str) -> ExpressionError:
    """The error of a path whose step number ``place`` is not in ``value``."""
    name, step = path_text(path[: place + 1]), path[place]
    if isinstance(value, Mapping):
        keys = [str(key) for key in value]
        close = difflib.get_close_matches(str(step), keys, 1)
        hint = f"Did you mean {close[0]!r}?" if close else _listing(keys)
    elif isinstance(value, (list, tuple)):
        hint = f"The list has {len(value)} items." if isinstance(step, int) else "That is a list: use [0] or a filter."
    else:
        word = "null" if value is None else f"a {type(value).__name__}"
        hint = f"{path_text(path[:place])} is {word}."
    within = "" if name == source.strip() else f" in {shorten(source)}"
    return ExpressionError(f"{name} is undefined{within}.", source, None, hint)


def _listing(keys: list[str]) -> str:
    shown = ", ".join(keys[:8])
    return f"There is: {shown}{', ...' if len(keys) > 8 else ''}." if keys else "There is nothing in it."


def path_text(path: Path) -> str:
    """The path as an author writes it."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(_NAME, step):
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]"
    return text


def shorten(source: str, place: int | None = None) -> str:
    """An expression for a message: on one line, at most 80 characters; those around ``place`` when it is given."""
    if place is not None and place > 60 and len(source) > 80:
        start = min(place - 37, len(source) - 74)
        tail = "..." if start + 74 < len(source) else ""
        return "..." + " ".join(source[start : start + 74].split()) + tail
    text = " ".join(source.split())
    return text if len(text) <= 80 else text[:77] + "..."
