"""Whether the value of an expression is one word of a shell command, whatever it holds: closed by ``| quote``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from floworch.expr.choice import arms_of
from floworch.expr.paths import TOKEN, references

_OPENS, _CLOSES = frozenset("([{"), frozenset(")]}")
#: Outside brackets these make of an expression more than a value with filters behind it.
_OPERATORS = frozenset("+-*/%<>=!~") | {"and", "or", "not", "in", "is", "if", "else"}
_CLOSED = re.compile(r"\|\s*quote\s*(?:\(\s*\)\s*)?$")
#: What gives digits or fails; its argument is what it gives in place of no number.
_NUMBER = re.compile(r"\|\s*(?:int|float|length|count)\s*(?:\(\s*[\d.]*\s*\)\s*)?$")
_ENVIRONMENT = re.compile(r"\|\s*env\b")
#: Names whose values are digits, or made of letters, digits, ``.``, ``_`` and ``-``.
_HARMLESS = re.compile(r"(?:outer\s*\.\s*)*index|loop\s*\.\s*index0?|run\s*\.\s*id")


def quoted(source: str, harmless: frozenset[str] = frozenset()) -> str:
    """The expression (without braces) with ``| quote`` behind each part that a shell could take for more than a word.

    It is ``source`` where there is no such part. The pieces of ``a ~ b`` and what ``a if c else b`` chooses are closed
    each by itself, and texts written in the expression stay: their author may have meant an option or a pipe.

    Args:
        source: The expression.
        harmless: Inputs whose values are no texts.
    """
    inner = source.strip()
    choice = arms_of(inner)
    if choice is not None:
        arms, last = choice
        closed = [(value, quoted(value, harmless)) for value in (*(value for _, value in arms), last)]
        if all(before == after for before, after in closed):
            return source
        made = [" ".join((after, "if", test, "else")) for (_, after), (test, _) in zip(closed, arms, strict=False)]
        return " ".join([*made, closed[-1][1]])
    if (alone := arms_of(f"{inner} else ''")) is not None and len(alone[0]) == 1:
        test, value = alone[0][0]
        after = quoted(value, harmless)
        return source if after == value else f"{after} if {test}"
    if gives_text(inner):
        parts = _split(inner)
        closed = [(part, quoted(part, harmless)) for part in parts]
        return source if all(a == b for a, b in closed) else " ~ ".join(after for _, after in closed)
    tokens = {token for token, _ in _outside(inner)} & _OPERATORS
    if _is_word(inner, harmless, bool(tokens)):
        return source
    return f"({inner}) | quote" if tokens else f"{inner} | quote"


def _is_word(inner: str, harmless: frozenset[str], several: bool) -> bool:
    names = references(inner)
    if not names and not _ENVIRONMENT.search(inner):
        return True
    if not several and (_CLOSED.search(inner) or _NUMBER.search(inner)):
        return True
    is_input = len(names) == 1 and re.fullmatch(r"inputs\s*\.\s*(\w+)", inner)
    return bool(_HARMLESS.fullmatch(inner)) or bool(is_input and is_input[1] in harmless)


def is_closed(source: str) -> bool:
    """Whether ``| quote`` closes some part of an expression."""
    return re.search(r"\|\s*quote\b", source) is not None


def gives_text(source: str) -> bool:
    """Whether an expression joins texts with ``~``, so that it gives a text and never a list."""
    return {token for token, _ in _outside(source)} & _OPERATORS == {"~"}


def _outside(source: str) -> Iterator[tuple[str, int]]:
    """Every token outside brackets that is no attribute and no filter, with the place behind it."""
    at, depth, before = 0, 0, ""
    while match := TOKEN.match(source, at):
        at = match.end()
        token = match[0].strip()
        depth += (token in _OPENS) - (token in _CLOSES)
        if depth == 0 and before not in {".", "|"}:
            yield token, at
        before = token or before


def _split(source: str) -> list[str]:
    """The pieces between every ``~`` outside brackets."""
    places = [at for token, at in _outside(source) if token == "~"]
    starts = [0, *places]
    ends = [*(at - 1 for at in places), len(source)]
    return [source[start:end].strip() for start, end in zip(starts, ends, strict=True)]
