"""A command line with expressions in it, as a shell will read it: which values it could take for commands."""

from __future__ import annotations

import re
from typing import NamedTuple

from floworch.expr.paths import STRING
from floworch.expr.quoting import is_closed, quoted

#: Comments and raw parts, statements, and expressions: the last are group 1, with what may control white space around.
_PARTS = re.compile(
    r"\{#.*?#\}|\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}|\{%.*?%\}"
    rf"|\{{\{{[-+]?((?:{STRING}|(?![-+]?\}}\}}).)*+)[-+]?\}}\}}",  # possessive: no text makes it try twice
    re.DOTALL,
)
#: What makes it more than these few lines can follow where quotes begin and end.
_NESTED = re.compile(r"`|\$\(|\$'|<<")
_QUOTES = ("'", '"')
_ESCAPED = re.compile(r"\\.", re.DOTALL)


class Loose(NamedTuple):
    """What is not safe in a command line.

    Attributes:
        found: The expressions, with their braces, in order.
        undone: Whether the first of them is closed by ``| quote``, which quotes around it undo.
        mended: The command line with each of them closed and outside of quotes; None where that is not certain.
    """

    found: tuple[str, ...]
    undone: bool
    mended: str | None


def loose_values(text: str, harmless: frozenset[str] = frozenset()) -> Loose | None:
    """The expressions of a text for ``sh``, ``bash`` or ``zsh`` whose values it could take for commands; None for none.

    Args:
        text: The command line, with expressions.
        harmless: Inputs whose values are no texts.
    """
    line = _Line()
    found: list[tuple[str, bool]] = []
    at = 0
    for match in _PARTS.finditer(text):
        line.read(text[at : match.start()])
        at = match.end()
        source = match[1]
        if source is None:
            line.put(match[0])
            continue
        after = quoted(source, harmless)
        undone = after == source and line.certain and line.quote in _QUOTES and is_closed(source)
        if after == source and not undone:
            line.put(match[0])
            continue
        found.append((match[0], undone))
        line.put_outside(match[0] if undone else f"{{{{ {after.strip()} }}}}")
    line.read(text[at:])
    if not found:
        return None
    return Loose(tuple(each for each, _ in found), found[0][1], line.made if line.certain and not line.hidden else None)


class _Line:
    """A command line while it is read from the left and written anew.

    Attributes:
        made: What was written so far.
        quote: The quotes that what comes next is in, ``#`` for a comment, empty for none.
        certain: Whether nothing came by that nests commands or texts in each other.
        hidden: Whether an expression was to be moved out of a comment, which cannot be.
    """

    def __init__(self) -> None:
        self.made, self.quote, self.certain, self.hidden = "", "", True, False
        self._opened = False  # the last character written opened the quotes
        self._again = False  # the quotes are to be opened again, unless they would be closed at once

    def put(self, text: str) -> None:
        """Write a part that stays where it is."""
        self._open()
        self.made += text
        self._opened = False

    def put_outside(self, text: str) -> None:
        """Write an expression; quotes that it stands in end before it, and begin again behind it."""
        if self.quote not in _QUOTES:
            self.hidden |= self.quote == "#"
        elif self._opened:
            self.made = self.made[:-1]
        elif not self._again:
            self.made += self.quote
        self._again = self.quote in _QUOTES
        self.made += text
        self._opened = False

    def _open(self) -> None:
        if self._again:
            self.made += self.quote
            self._again = False

    def read(self, text: str) -> None:
        """Write a piece without expressions, and follow its quotes."""
        if self.quote != "'" and _NESTED.search(text):
            self.certain = False
        at = 0
        while at < len(text):
            sign = text[at]
            if self.quote not in ("'", "#") and (escaped := _ESCAPED.match(text, at)):
                self.put(escaped[0])
                at = escaped.end()
                continue
            at += 1
            if self.quote == "" and sign in _QUOTES:
                self.put(sign)
                self.quote, self._opened = sign, True
            elif self.quote == "" and sign == "#" and (not self.made or self.made[-1] in " \t\n;&|("):
                self.put(sign)
                self.quote = sign
            elif sign == self.quote and sign != "#":
                self._close(sign)
            else:
                self.put(sign)
                if sign == "\n" and self.quote == "#":
                    self.quote = ""

    def _close(self, sign: str) -> None:
        if self._again:
            self._again = False  # nothing came since the expression: the quotes stay closed
        else:
            self.made += sign
        self.quote, self._opened = "", False
