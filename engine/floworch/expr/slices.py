"""Slices rewritten for asking the template engine what an expression reads, since it does not look into their targets.

``a[1:n]`` becomes ``a[[1,n]]``: nonsense to evaluate, but it reads the same names in the same scopes.
"""

from __future__ import annotations

import re

from floworch.expr.paths import CODE

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[\[({\])}:]', re.DOTALL)


def without_slices(template: str) -> str:
    """The template with every slice as a lookup that reads the same names; texts outside of code stay."""
    if ":" not in template or "[" not in template:
        return template
    return CODE.sub(lambda match: _rewritten(match[0]), template)


def _rewritten(code: str) -> str:
    out: list[str] = []
    opened: list[tuple[str, int, bool]] = []  # bracket, its place in out, whether a colon made it a slice
    at, empty = 0, False
    for match in _PIECE.finditer(code):
        between, piece = code[at : match.start()], match[0]
        empty, at = empty and not between.strip(), match.end()
        out.append(between)
        if piece == ":" and opened and opened[-1][0] == "[":
            out.append("0," if empty else ",")
            opened[-1] = ("[", opened[-1][1], True)
            empty = True
            continue
        if piece in "[({":
            opened.append((piece, len(out), False))
        elif piece in "])}" and opened:
            _, place, sliced = opened.pop()
            if sliced:
                out[place], piece = "[[", "]]"
        out.append(piece)
        empty = piece == "["
    return "".join(out) + code[at:]
