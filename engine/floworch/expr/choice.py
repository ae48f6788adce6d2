"""``a if c else b`` taken apart, so that what is chosen is given on untouched (contract C6.2)."""

from __future__ import annotations

from floworch.expr.paths import TOKEN

_OPENS, _CLOSES = frozenset("([{"), frozenset(")]}")


def arms_of(source: str) -> tuple[list[tuple[str, str]], str] | None:
    """The pairs ``(condition, value)`` of an expression that is a choice, and what is given when none holds.

    None when it is no choice, has no ``else``, or is anything that these words do not split.
    """
    words = _top_words(source)
    if words is None or [word for word, _ in words] != ["if", "else"] * (len(words) // 2) or not words:
        return None
    arms: list[tuple[str, str]] = []
    start = 0
    for (_, test), (_, otherwise) in zip(words[::2], words[1::2], strict=True):
        arms.append((source[test + 2 : otherwise].strip(), source[start:test].strip()))
        start = otherwise + 4
    last = source[start:].strip()
    return (arms, last) if last and all(test and value for test, value in arms) else None


def _top_words(source: str) -> list[tuple[str, int]] | None:
    """Every ``if`` and ``else`` outside brackets, with its place; None when a comma stands there."""
    found: list[tuple[str, int]] = []
    at, depth, before = 0, 0, ""
    while match := TOKEN.match(source, at):
        at = match.end()
        token = match[0].strip()
        depth += (token in _OPENS) - (token in _CLOSES)
        if depth == 0 and token == ",":
            return None
        if depth == 0 and token in ("if", "else") and before not in {".", "|", "is"}:
            found.append((token, match.start(1)))
        before = token or before
    return found
