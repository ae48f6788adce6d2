"""Filters we add to those of the template language, or keep exact where its own would round or guess."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable
from decimal import Decimal, localcontext
from pathlib import PurePath
from typing import Any

from floworch.errors import ExpressionError
from floworch.expr import patterns
from floworch.expr.dates import date_add, date_format, parse_date
from floworch.expr.frozen import freeze, thaw
from floworch.expr.growth import leave, room, text_size
from floworch.expr.sizes import MAX_ITEMS, MAX_OUTPUT, too_large

_MAX_DIGITS = 100_000
_environment: dict[str, Callable[[str], str | None]] = {}


def use_environment(lookup: Callable[[str], str | None]) -> None:
    """Install what the filter ``env`` reads (``os.environ.get``); until then every variable is unset."""
    _environment["lookup"] = lookup


def env(name: Any, default: Any = None) -> Any:
    """The environment variable of that name, else ``default``; without a default a missing one is an error."""
    key = _text(name, "env")
    lookup = _environment.get("lookup")
    value = lookup(key) if lookup else None
    if value is None and default is None:
        raise ExpressionError(f"env: there is no environment variable {key!r}.", hint="Set it, or give a default.")
    return default if value is None else value


def _text(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    word = "null or undefined" if value is None else type(value).__name__
    raise ExpressionError(f"{name} needs a text, not {word}.")


def to_json(value: Any, indent: int | None = None) -> str:
    """JSON text of a value of at most 16 MiB; integers and decimals keep every digit, datetimes are ISO-8601 text."""
    if indent is not None and (not isinstance(indent, int) or not 0 <= indent <= 16):
        raise ExpressionError("to_json: indent must be between 0 and 16.")
    if too_large(value):  # no steps are counted here, and the result would be refused all the same
        message = f"to_json: the value is larger than {MAX_OUTPUT} bytes."
        raise ExpressionError(message, hint="Do the work in an action, whose output may have any size.")
    plain = thaw(value)
    try:
        if indent is None:
            return json.dumps(plain, ensure_ascii=False, allow_nan=False)
        return _bounded(json.JSONEncoder(ensure_ascii=False, indent=indent, allow_nan=False).iterencode(plain))
    except (TypeError, ValueError):
        return _exact_json(plain)


def _bounded(parts: Iterable[str]) -> str:
    """The parts as one text, as long as it may become: spaces in front of every line can be most of it."""
    made, size = [], 0
    for part_ in parts:
        size += len(part_)
        if size > MAX_OUTPUT:
            raise ExpressionError(f"to_json: the text is longer than {MAX_OUTPUT} bytes.")
        made.append(part_)
    return "".join(made)


def _exact_json(value: Any) -> str:
    if isinstance(value, dict):
        items = (f"{json.dumps(key, ensure_ascii=False)}: {_exact_json(item)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_exact_json, value)) + "]"
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return format(Decimal(value), "f")
    if isinstance(value, bytes):
        raise ExpressionError("to_json: bytes have no JSON form.", hint="Decode them first.")
    return json.dumps(value, ensure_ascii=False)


def from_json(value: Any) -> Any:
    """The value of JSON text; integers keep every digit."""
    text = _text(value, "from_json")
    if len(text) > 2 * MAX_ITEMS:
        leave(0, text.count(",") + text.count("[") + text.count("{"))
    try:
        return freeze(json.loads(text, parse_int=_integer, parse_constant=_no_constant))
    except json.JSONDecodeError as error:
        raise ExpressionError(f"from_json: not JSON at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise ExpressionError("from_json: the JSON is nested too deep.") from None


def _no_constant(word: str) -> Any:
    raise ExpressionError(f"from_json: {word} is not a JSON value.")


def _integer(text: str) -> int:
    if len(text) <= 4000:
        return int(text)
    if len(text) > _MAX_DIGITS:
        raise ExpressionError(f"An integer of more than {_MAX_DIGITS} digits cannot be used.")
    return int(Decimal(text))


_INTEGER = re.compile(r"[+-]?\d+")


def to_int(value: Any, default: Any = None) -> Any:
    """A whole number of text or number, every digit kept; a fraction is cut off. ``default`` when it is none."""
    plain = thaw(value)
    if isinstance(plain, (bool, int)):
        return freeze(int(plain))
    if isinstance(plain, str) and _INTEGER.fullmatch(plain.strip()):
        return freeze(_integer(plain.strip()))
    try:
        with localcontext() as exact:
            exact.prec = 400
            number = Decimal(plain) if isinstance(plain, (str, float, Decimal)) else None
            if number is not None and number.is_finite() and number.adjusted() < 400:
                return freeze(int(number))
    except ArithmeticError:
        pass
    if default is not None:
        return default
    raise ExpressionError(f"int: {str(plain)[:60]!r} is not a number.", hint="Give a default: | int(0).")


def regex_match(value: Any, pattern: str, ignore_case: bool = False) -> bool:
    """Whether the pattern is found anywhere in the text; anchor it with ``^`` and ``$``."""
    return patterns.found(_text(pattern, "regex_match"), _text(value, "regex_match"), bool(ignore_case))


def regex_find(value: Any, pattern: str, ignore_case: bool = False) -> list[Any]:
    """Every match: its text, its group when there is one, or the list of its groups."""
    return patterns.bounded(pattern, _matches, pattern, _text(value, "regex_find"), bool(ignore_case))  # type: ignore[no-any-return]


def _matches(pattern: str, text: str, ignore_case: bool, timeout: float) -> list[Any]:
    expression = patterns.compiled(_text(pattern, "regex_find"), ignore_case)
    found: list[Any] = []
    size = 0
    for match in expression.finditer(text, timeout=timeout):
        groups = [group or "" for group in match.groups()]
        found.append(groups if len(groups) > 1 else groups[0] if groups else match[0])
        size += sum(map(len, groups)) if groups else len(match[0])
        if size > MAX_OUTPUT or not len(found) & 1023:
            room(size, len(found) * max(1, len(groups)))
    return found


def regex_replace(value: Any, pattern: str, replacement: str = "", ignore_case: bool = False) -> str:
    r"""The text with every match replaced; ``\1`` stands for the first group."""
    replace = patterns.compiled(_text(pattern, "regex_replace"), bool(ignore_case)).sub
    new, text = _text(replacement, "regex_replace"), _text(value, "regex_replace")
    by = new if 2 * (len(new) + 1) * (len(text) + 1) <= MAX_OUTPUT else _expanding(new)
    try:
        return str(patterns.bounded(pattern, replace, by, text))
    except ExpressionError:
        raise
    except Exception as error:  # noqa: BLE001 - its own error type, IndexError, KeyError
        raise ExpressionError(f"regex_replace: {replacement[:80]!r} is not a replacement: {error}.") from None


def _expanding(replacement: str) -> Callable[[Any], str]:
    """A replacement that asks before it makes the text longer."""
    made = 0

    def expanded(match: Any) -> str:
        nonlocal made
        groups = [match[0], *match.groups("")]
        if made + len(replacement) * (1 + max(map(len, groups))) > MAX_OUTPUT:
            room(MAX_OUTPUT + 1)
        text = str(match.expand(replacement)) if "\\" in replacement else replacement
        made += len(text)
        room(made)
        return text

    return expanded


def path_join(value: Any, *parts: Any) -> str:
    """File path of the parts, which may be a list; joined as this machine writes paths."""
    first = value if isinstance(value, (list, tuple)) else (value,)
    return str(PurePath(*(_text(part, "path_join") for part in (*first, *parts))))


def quote(value: Any) -> str:
    """The value as one word of a command for ``sh``, ``bash`` or ``zsh``, in which nothing has a special meaning."""
    if isinstance(value, bytes):
        raise ExpressionError("quote: bytes cannot be put into a command.", hint="Decode them first.")
    text = value if isinstance(value, str) else to_json(value)
    leave(len(text) + 4 * text.count("'") + 2)
    return shlex.quote(text)


def part(value: Any, start: int = 0, end: int | None = None) -> Any:
    """The part of a text or list from ``start`` up to, without, ``end``; negative numbers count from the end."""
    if not isinstance(value, (str, list, tuple)):
        raise ExpressionError(f"slice needs a text or a list, not {'null' if value is None else type(value).__name__}.")
    return value[start:end]


# A name may stand before the width; one that holds a bracket is refused with it, since nothing needs it.
_WIDTH = re.compile(r"%[^%a-zA-Z]*\d")
_WIDE = re.compile(r"%(?:\([^()]*\))?[^%a-zA-Z]*(?:\d{4,}|\*)|%\([^()]*\(")


def printf(value: Any, *args: Any, **named: Any) -> str:
    """The text with ``%s``, ``%d``, ``%5.2f`` or ``%(name)s`` filled in; widths have at most three digits."""
    text = _text(value, "format")
    if _WIDE.search(text.replace("%%", "")):
        raise ExpressionError("format: a width has at most three digits.")
    widest = max(map(text_size, [*args, *named.values()]), default=0)
    leave(len(text) + text.count("%") * (min(widest, MAX_OUTPUT) + (999 if _WIDTH.search(text) else 0)))
    try:
        return text % ({key: thaw(item) for key, item in named.items()} if named else tuple(map(thaw, args)))
    except (TypeError, ValueError, KeyError) as error:
        raise ExpressionError(f"format: {text[:80]!r} does not fit its values: {error}.") from None


def indent(value: Any, width: int = 4, first: bool = False, blank: bool = False) -> str:
    """The text with every line but the first, and blank ones, moved right by ``width`` (at most 1000) spaces."""
    if not isinstance(width, int) or not 0 <= width <= 1000:
        raise ExpressionError("indent: the width must be between 0 and 1000.")
    text = _text(value, "indent")
    leave(len(text) + (text.count("\n") + 1) * width, text.count("\n"))
    lines = text.split("\n")
    moved = [" " * width + line if line or blank else line for line in lines]
    return "\n".join(moved if first else lines[:1] + moved[1:])


#: Filters by name, over those of the template language.
FILTERS: dict[str, Callable[..., Any]] = {
    "to_json": to_json,
    "tojson": to_json,
    "from_json": from_json,
    "int": to_int,
    "regex_match": regex_match,
    "regex_find": regex_find,
    "regex_replace": regex_replace,
    "parse_date": parse_date,
    "date_format": date_format,
    "date_add": date_add,
    "path_join": path_join,
    "quote": quote,
    "slice": part,
    "format": printf,
    "indent": indent,
    "env": env,
}

_BUILT_IN = frozenset({
    "abs", "attr", "batch", "bool", "capitalize", "chain", "count", "d", "default", "dictsort", "e", "escape",
    "filesizeformat", "first", "float", "format", "groupby", "indent", "items", "join", "last", "length",
    "lines", "list", "lower", "map", "max", "min", "pluralize", "reject", "rejectattr", "replace", "reverse",
    "round", "safe", "select", "selectattr", "sort", "split", "string", "striptags", "sum", "title", "trim",
    "truncate", "unique", "upper", "urlencode", "wordwrap", "zip",
})  # fmt: skip


def known_filters() -> frozenset[str]:
    """The name of every filter an expression may use."""
    return _BUILT_IN | frozenset(FILTERS)
