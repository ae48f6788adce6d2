"""Which filters, tests and functions an expression uses by name, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from floworch.expr.compiled import is_template, whole_expression
from floworch.expr.filters import known_filters
from floworch.expr.paths import CODE, STRING, TOKEN, WORDS, unquote

#: Tests of the template language: what may stand behind ``is``.
TESTS = frozenset({
    "boolean", "defined", "divisibleby", "endingwith", "eq", "equalto", "escaped", "even", "false", "filter", "float",
    "ge", "greaterthan", "gt", "in", "int", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne",
    "none", "number", "odd", "safe", "sameas", "sequence", "startingwith", "string", "test", "true", "undefined",
    "upper",
})  # fmt: skip
#: Functions of the template language.
FUNCTIONS = frozenset({"cycler", "dict", "joiner", "namespace", "range"})
#: The same, and what a loop and a template are called inside of them.
CALLABLE = FUNCTIONS | {"loop", "self"}
#: Signs that stand for tests where their name is a text: ``select('>', 3)``.
_SIGNS = frozenset({"==", "!=", "<", "<=", ">", ">="})
#: Filters that take the name of another filter or of a test as a text: which, and the number of that argument.
_TAKES: dict[str, tuple[Literal["filter", "test"], int]] = {
    "map": ("filter", 0), "select": ("test", 0), "reject": ("test", 0), "selectattr": ("test", 1),
    "rejectattr": ("test", 1),
}  # fmt: skip
_TEXTS = re.compile(rf"\s*\(\s*({STRING})(?:\s*,\s*({STRING}))?\s*(?=[,)])")


class Used(NamedTuple):
    """One name: what it is used as, the name, and its 0-based character place in the text."""

    kind: Literal["filter", "test", "function"]
    name: str
    place: int


def used_names(source: str, whole: bool) -> Iterator[Used]:
    """Every filter, test and function that an expression (``whole``) or a template uses, in the order of their places.

    A name that is bound inside the text, such as that of a macro, is among the functions.
    """
    for start, end in _spans(source, whole):
        yield from _in_code(source, start, end)


def _in_code(source: str, start: int, end: int) -> Iterator[Used]:
    before, earlier = "", ""
    while start < end and (match := TOKEN.match(source, start, end)):
        start = match.end()
        name, token = match[1], match[0].strip()
        if name is not None:
            place = match.start(1)
            if before == "|":
                yield Used("filter", name, place)
                yield from _in_texts(source, name, start, end)
            elif (before == "is" and name != "not") or (before == "not" and earlier == "is"):
                yield Used("test", name, place)
            elif before != "." and name not in WORDS and source[start : start + 40].lstrip().startswith("("):
                yield Used("function", name, place)
        if token:
            before, earlier = token, before


def _in_texts(source: str, name: str, at: int, end: int) -> Iterator[Used]:
    """The filter or test that ``map('upper')`` or ``select('odd')`` names."""
    kind, number = _TAKES.get(name, ("test", -1))
    found = _TEXTS.match(source, at, end) if number >= 0 else None
    if found is not None and found[number + 1] is not None:
        inner = unquote(found[number + 1])
        if inner not in _SIGNS:
            yield Used(kind, inner, found.start(number + 1) + 1)


def code_of(text: str) -> tuple[str, bool]:
    """What of a text, with or without braces, is evaluated, and whether it is one expression."""
    inner = whole_expression(text)
    return (inner, True) if inner is not None else (text, not is_template(text))


def unknown_names(source: str, whole: bool) -> Iterator[tuple[Used, frozenset[str]]]:
    """The filters and tests that do not exist, each with those that do."""
    for used in used_names(source, whole) if "|" in source or "is" in source else ():
        known = known_filters() if used.kind == "filter" else TESTS
        if used.kind != "function" and used.name not in known:
            yield used, known


_BARE = re.compile(r"(?<![\w.])(?:nodes|secrets)\b(?!\s*[.\[(=])")


def whole_roots(source: str, whole: bool) -> Iterator[tuple[str, int]]:
    """Each place at which an expression takes ``nodes`` or ``secrets`` as a whole, but to look for an id in it."""
    if _BARE.search(source) is not None:
        for name, place, before in _names(source, whole):
            if name in {"nodes", "secrets"} and before not in _NO_VALUE and _BARE.match(source, place):
                yield name, place


def private_names(source: str, whole: bool) -> Iterator[tuple[str, int]]:
    """Each ``__name__`` after a dot, which only objects of Python have."""
    if "__" in source:
        for name, place, before in _names(source, whole):
            if before == "." and len(name) > 4 and name[:2] == name[-2:] == "__":
                yield name, place


#: What stands before a name that is no variable, or that is only looked into.
_NO_VALUE = frozenset({".", "|", "is", "in"})


def _names(source: str, whole: bool) -> Iterator[tuple[str, int, str]]:
    """Every name with its place, and what stands before it."""
    for at, end in _spans(source, whole):
        before = ""
        while at < end and (match := TOKEN.match(source, at, end)):
            at = match.end()  # noqa: PLW2901
            if match[1] is not None:
                yield match[1], match.start(1), before
            before = match[0].strip() or before


def _spans(source: str, whole: bool) -> list[tuple[int, int]]:
    return [(0, len(source))] if whole else [match.span() for match in CODE.finditer(source)]
