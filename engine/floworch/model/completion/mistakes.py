"""Where in the text of a field a mistake stands, so that it can be underlined."""

from __future__ import annotations

import re
from dataclasses import dataclass

from floworch.errors import ExpressionError
from floworch.expr.paths import path_text
from floworch.expr.preview import compile_preview
from floworch.expr.used import CALLABLE, unknown_names
from floworch.model.completion.names import Scope

_UNDEFINED = re.compile(r"([\w.\[\]'\"-]+) is undefined")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and the places in the text between which it stands (``start < end`` unless the text is empty)."""

    message: str
    start: int
    end: int
    hint: str = ""


def mistake_in(text: str, scope: Scope) -> Mistake | None:
    """The first mistake of a text that can be known before a run; None when there is none."""
    bare = scope.bare(text)
    try:
        compiled = compile_preview(text, bare)
    except ExpressionError as error:
        return mistake_of(error, text)
    roots = scope.roots()
    local = set(re.findall(r"\{%[-+]?\s*(?:for\s+(\w+)|set\s+(\w+))", text))
    bound = {name for pair in local for name in pair}
    for reference in sorted(compiled.references):
        root = reference[0]
        if root in CALLABLE or root in bound:
            continue
        if root not in roots:
            return _at(text, root, f"There is nothing called {root!r} here.", _near(root, roots))
        names = roots[root].fields
        if root in ("inputs", "nodes") and len(reference) > 1 and reference[1] not in names:
            name = repr(reference[1])
            said = f"There is no input {name}." if root == "inputs" else f"{name} is no step before this one."
            return _at(text, path_text(reference[:2]), said, _near(reference[1], names))
    for used, known in unknown_names(text, bare):
        end = used.place + len(used.name)
        return Mistake(f"There is no {used.kind} {used.name!r}.", used.place, end, _near(used.name, known))
    return None


def mistake_of(error: ExpressionError, text: str) -> Mistake:
    """The place of an error of parsing or evaluating in the text of a field."""
    begin = max(0, text.find(error.source)) if error.source else 0
    message = error.message
    if error.offset is None:
        match = _UNDEFINED.search(message)
        if match is not None:
            return _at(text, match[1], message, error.hint)
        return Mistake(message, begin, max(begin, min(len(text), begin + len(error.source or text))), error.hint)
    start = min(begin + error.offset, len(text))
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    if end == start:
        end = min(len(text), start + 1)
    if start == end:
        start = max(0, len(text) - 1)
    return Mistake(message, start, end, error.hint)


def _at(text: str, words: str, message: str, hint: str = "") -> Mistake:
    """A mistake where these words stand in the text as a whole."""
    found = re.search(rf"(?<![\w.]){re.escape(words)}(?!\w)", text) or re.search(re.escape(words), text)
    if found is None:
        return Mistake(message, 0, len(text), hint)
    return Mistake(message, found.start(), found.end(), hint)


def _near(name: str, known: object) -> str:
    import difflib

    close = difflib.get_close_matches(name, [str(each) for each in known], 1)  # type: ignore[attr-defined]
    return f"Did you mean {close[0]!r}?" if close else ""
