"""How deep the syntax tree of a text will be, told before the template engine builds it (contract C13).

The engine bounds nested brackets and blocks, but not a chain: ``1+1+1+...``, ``a.b.c...``, ``not not ...``. Each link
is a level of its tree, which it walks by recursion in native code: a chain of some thousands ends the whole process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from floworch.errors import ExpressionError

#: Links that one expression may be deep, over all its brackets. A stack of 512 KiB holds about 1 000.
MAX_CHAIN = 400
#: Branches that the blocks around one place may have together. A stack of 512 KiB holds about 440.
MAX_BRANCHES = 150

_LINKS = frozenset({"and", "or", "not", "in", "is", "if", "else", "**", "//", "==", "!=", "<=", ">=", *"+-*/%~|.<>"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def check_expression(tokens: Iterable[str], source: str) -> None:
    """Refuse one expression whose tree would be too deep.

    Raises:
        ExpressionError: It is; it names the limit.
    """
    if _chain(tokens) > MAX_CHAIN:
        raise ExpressionError(
            f"An expression of {len(source)} characters is nested too deep: it may have {MAX_CHAIN} operators, lookups"
            " and filters in a row.",
            source, None, "Write a list and use sum, join or select, or do the work in an action such as python.code.",
        )  # fmt: skip


def _chain(tokens: Iterable[str]) -> int:
    deepest = links = inner = 0  # inner: the deepest of the brackets within these links
    around: list[tuple[int, int, int]] = []
    for token in tokens:
        if token in _OPENING:
            around.append((deepest, links + 1, inner))
            deepest = links = inner = 0
        elif token in _CLOSING and around:
            within = max(deepest, links + inner)
            deepest, links, inner = around.pop()
            inner = max(inner, within)
        elif token in {",", ":"}:
            deepest, links, inner = max(deepest, links + inner), 0, 0
        elif token in _LINKS:
            links += 1
        if links > MAX_CHAIN:
            break
    while around:
        within = max(deepest, links + inner)
        deepest, links, inner = around.pop()
        inner = max(inner, within)
    return max(deepest, links + inner)


_BLOCK = re.compile(r"\{%[-+]?\s*(\w+)")


def check_blocks(codes: Iterator[str], source: str) -> None:
    """Refuse a template whose blocks have too many branches around one place.

    Args:
        codes: Its code in its order, each as ``{% word ... %}`` or ``{{ ... }}``.
        source: The template.

    Raises:
        ExpressionError: They have; it names the limit.
    """
    branches: list[int] = []
    total = 0
    for code in codes:
        found = _BLOCK.match(code)
        word = found[1] if found else ""
        if word == "if":
            branches.append(0)
        elif word == "elif" and branches:
            branches[-1] += 1
            total += 1
        elif word == "endif" and branches:
            total -= branches.pop()
        if total > MAX_BRANCHES:
            raise ExpressionError(
                f"A template of {len(source)} characters has more than {MAX_BRANCHES} elif in a row.",
                source, None, "Look the value up in an object, or use flow.switch.",
            )  # fmt: skip
