"""The ways in which a secret's value turns up in text (contract C6.5): as it is, escaped, in base64."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator

#: Shorter values are common words and numbers: only a text that is nothing else is hidden.
SHORTEST = 4
#: Lines of a value of several lines that are hidden by themselves, in characters.
SHORTEST_LINE = 8


def forms_of(value: str) -> tuple[str, ...]:
    """Return every form of a value that is looked for in text, the longest first; none for a short value.

    Percent-encoding is no form: it is undone before the forms are looked for, because no two programs encode the same
    characters. Programs print a value of several lines line by line, so each longer line is looked for, too.
    """
    found: set[str] = set()
    for part in _parts(value):
        found.update(_escaped(part))
        found.update(_base64(part))
    return tuple(sorted((form for form in found if len(form) >= SHORTEST), key=len, reverse=True))


def _parts(value: str) -> Iterator[str]:
    stripped = value.strip()  # who prints or sends it often leaves out the line end that a file gave it
    for part in {value, stripped}:
        if len(part) >= SHORTEST:
            yield part
    if "\n" in stripped:
        yield from (line for line in map(str.strip, stripped.splitlines()) if len(line) >= SHORTEST_LINE)


def _escaped(value: str) -> Iterable[str]:
    """The value, and its text inside JSON, inside a Python literal and inside HTML."""
    plain = json.dumps(value, ensure_ascii=False)[1:-1]
    return {
        value, plain, plain.replace("/", "\\/"), json.dumps(value)[1:-1], repr(value)[1:-1], ascii(value)[1:-1],
        html.escape(value), html.escape(value, quote=False), json.dumps(plain)[1:-1],
    }  # fmt: skip


def _base64(value: str) -> Iterator[str]:
    """The characters that base64 gives the value whatever stands before and after it, and the value alone."""
    data = value.encode("utf-8", "surrogatepass")
    for before, first in ((0, 0), (1, 2), (2, 3)):
        whole = base64.b64encode(bytes(before) + data).decode()
        spare = (before + len(data)) % 3  # bytes in a last group that is shared with what follows
        core = whole[first : len(whole) - 4 + spare if spare else len(whole)]
        for text in (core, whole) if before == 0 else (core,):
            yield text
            yield text.replace("+", "-").replace("/", "_")
