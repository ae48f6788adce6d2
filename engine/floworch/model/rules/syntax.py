"""What to do about an expression that does not parse: where it breaks off, and what was expected there."""

from __future__ import annotations

import re

from floworch.errors import ExpressionError

_EXPECTED = re.compile(r"\bexpected ([^,:]+)\.?$")
_ASSIGNS = re.compile(r"=(?![=<>!~])")  # as one writes it who means ==
_LONGEST = 30


def syntax_fix(error: ExpressionError) -> str:
    """One sentence for the person who wrote the expression; it names the place and, if known, what belongs there."""
    if "unexpected end of input" in error.message:
        for opened, closed in (("{{", "}}"), ("{%", "%}")):
            if error.source.count(opened) > error.source.count(closed):
                return f"Close the expression: write {closed} after its end."
    if error.offset is None:
        return "Write one expression, such as inputs.x or data.n > 3."
    before = _edge(error.source[: error.offset].split()[-1:])
    here = _edge(error.source[error.offset :].split()[:1])
    found = _EXPECTED.search(error.message.rstrip("."))
    wanted = found[1] if found else ""
    wanted = {"expression": "a value", "identifier": "a name", "in": "'in'"}.get(wanted, wanted)
    place = f" at character {error.offset + 1}"
    if not here or "unexpected end" in error.message:
        return f"Add {wanted or 'a value'}{place}{f', after {before}' if before else ''}."
    if wanted.startswith("end of") and _ASSIGNS.match(error.source, error.offset):
        return f"Write == to compare, instead of '=' at character {error.offset + 1}."
    if wanted.startswith("end of"):
        return f"Remove {here}{place}, or write an operator before it."
    if wanted:
        return f"Write {wanted} instead of {here}{place}."
    return f"Remove or replace {here}{place}{f', after {before}' if before else ''}."


def _edge(words: list[str]) -> str:
    return repr(words[0] if len(words[0]) <= _LONGEST else words[0][:_LONGEST] + "...") if words else ""
