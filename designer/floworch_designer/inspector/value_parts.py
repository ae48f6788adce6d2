"""A value in parts, each small enough to be shown at once: of text, and of the rows of a large list. Pure.

A part is made when it is asked for; what lies before it is never gone through again, and what comes after it not yet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from floworch_designer.inspector.values import TEXT_LIMIT, pieces_of

#: Rows of one part of a table, and bytes that are looked at to find them.
ROWS: Final = 500
#: Letters of one part of a page, and of a page altogether.
HTML: Final = 12_000
MOST_HTML: Final = 2_000_000
#: What of a page nobody reads.
_UNREAD: Final = re.compile(
    r"<!--.*?-->|<(script|style|head|svg|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_WINDOW: Final = 4 * 1024 * 1024
_DECODER: Final = json.JSONDecoder()


class TextParts:
    """The text of a value: a text as it is, anything else as indented JSON."""

    def __init__(self, value: Any) -> None:
        self.total = -(-len(value) // TEXT_LIMIT) or 1 if isinstance(value, str) else 0
        self._text = value if isinstance(value, str) else None
        self._pieces: Iterator[str] = iter(()) if isinstance(value, str) else pieces_of(value)
        self._rest = ""
        self._made: list[str] = []
        self._ended = False

    def part(self, number: int) -> str:
        """The text of a part, from 0."""
        if self._text is not None:
            return self._text[number * TEXT_LIMIT : (number + 1) * TEXT_LIMIT]
        while len(self._made) <= number and self._make():
            pass
        return self._made[number] if number < len(self._made) else ""

    def follows(self, number: int) -> bool:
        """Whether there is a part after this one."""
        if self._text is not None:
            return number + 1 < self.total
        while len(self._made) <= number + 1 and self._make():
            pass
        return number + 1 < len(self._made)

    def _make(self) -> bool:
        """Make the next part of the JSON text; False when there is none."""
        if self._ended:
            return False
        pieces, size = [self._rest], len(self._rest)
        while size <= TEXT_LIMIT:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
                break
            pieces.append(piece)
            size += len(piece)
        text = "".join(pieces)
        if text or not self._made:
            self._made.append(text[:TEXT_LIMIT])
        self._rest = text[TEXT_LIMIT:]
        if self._ended and self._rest:  # the last piece was longer than a part
            self._made += [self._rest[at : at + TEXT_LIMIT] for at in range(0, len(self._rest), TEXT_LIMIT)]
        return True


class KeptText:
    """The text of a large value as it is kept, encoded: a text is decoded, anything else is shown as written."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._text = content[:1] == b'"'
        self._first, self._last = (1, len(content) - 1) if self._text else (0, len(content))
        self.total = max(1, -(-(self._last - self._first) // TEXT_LIMIT))

    def part(self, number: int) -> str:
        """The text of a part, from 0."""
        start = self._cut(self._first + number * TEXT_LIMIT)
        end = self._cut(self._first + (number + 1) * TEXT_LIMIT)
        text = self._content[start:end].decode("utf-8", "replace")
        return json.loads(f'"{text}"', strict=False) if self._text else text

    def follows(self, number: int) -> bool:
        """Whether there is a part after this one."""
        return number + 1 < self.total

    def _cut(self, at: int) -> int:
        """The last place up to ``at`` that is inside neither a letter nor an escape."""
        if at >= self._last or at <= self._first:
            return min(max(at, self._first), self._last)
        while self._content[at] & 0xC0 == 0x80:
            at -= 1
        for back in range(1, 6) if self._text else ():
            begun = at - back
            if begun >= self._first and self._content[begun] == 0x5C and self._escapes(begun):
                return begun if begun + (6 if self._content[begun + 1] == 0x75 else 2) > at else at
        return at

    def _escapes(self, at: int) -> bool:
        """Whether the backslash at a place begins an escape: it does not where it is escaped itself."""
        before = at
        while before > self._first and self._content[before - 1] == 0x5C:
            before -= 1
        return (at - before) % 2 == 0


class HtmlParts:
    """A page of HTML: laying one out takes long, so that its parts are short. What is not read is left out."""

    def __init__(self, text: str) -> None:
        text = _UNREAD.sub("", text[:MOST_HTML])
        self._parts: list[str] = []
        while text:
            end = len(text) if len(text) <= HTML else text.rfind(">", 0, HTML) + 1 or HTML
            self._parts.append(text[:end])
            text = text[end:]
        self.total = len(self._parts) or 1

    def part(self, number: int) -> str:
        """The HTML of a part, from 0."""
        return self._parts[number] if self._parts else ""

    def follows(self, number: int) -> bool:
        """Whether there is a part after this one."""
        return number + 1 < self.total


class AllRows:
    """The rows of a list at hand: a table asks for those in view alone, so that they are one part."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def part(self, _number: int) -> Sequence[Any]:
        """All of them."""
        return self._rows

    def first(self, _number: int) -> int:
        """The number of the first one."""
        return 0

    def follows(self, _number: int) -> bool:
        """Whether there is another part."""
        return False


class KeptRows:
    """The rows of a large list as it is kept, encoded: a part is decoded when one goes on to it.

    ``found`` says whether there is such a list: the value itself, or the first field of it that is one.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._starts = [_list_in(content)]
        self._counts: list[int] = []
        self.found = self._starts[0] >= 0 and bool(self.part(0))

    def part(self, number: int) -> list[Any]:
        """The rows of a part, from 0; parts are asked for in their order, or again."""
        at, rows = self._starts[number], list[Any]()
        if at < 0:
            self._starts[number + 1 :] = [-1]
            return rows
        text = self._content[at : at + _WINDOW].decode("utf-8", "ignore")
        place = 0
        while len(rows) < ROWS:
            place = _after(text, place, " \t\r\n,")
            if place >= len(text) or text[place] == "]":
                place = -1 if text[place : place + 1] == "]" or at + _WINDOW >= len(self._content) else place
                break
            try:
                row, place = _DECODER.raw_decode(text, place)
            except (ValueError, RecursionError):
                if not rows:
                    place = -1  # one row is larger than what is looked at
                break
            rows.append(row)
        if len(self._starts) == number + 1:
            self._counts.append(len(rows))
            self._starts.append(-1 if place < 0 else at + len(text[:place].encode()))
        return rows

    def first(self, number: int) -> int:
        """The number of the first row of a part."""
        return sum(self._counts[:number])

    def follows(self, number: int) -> bool:
        """Whether there is a part after this one."""
        if len(self._starts) == number + 1:
            self.part(number)
        after = self._starts[number + 1]
        return after >= 0 and self._content[after : after + 64].lstrip(b" \t\r\n,")[:1] not in (b"]", b"")


def _list_in(content: bytes) -> int:
    """Where the first row of a list stands, or -1."""
    head = content[:_WINDOW].decode("utf-8", "ignore")
    place = _after(head, 0)
    if head[place : place + 1] == "[":
        return len(head[: place + 1].encode()) if head[_after(head, place + 1) :][:1] in ("{", "[") else -1
    if head[place : place + 1] != "{":
        return -1
    place += 1
    while True:
        try:
            _key, place = _DECODER.raw_decode(head, _after(head, place, " \t\r\n,"))
            place = _after(head, place, " \t\r\n:")
            if head[place : place + 1] == "[" and head[_after(head, place + 1) :][:1] in ("{", "["):
                return len(head[: place + 1].encode())
            _value, place = _DECODER.raw_decode(head, place)
        except (ValueError, RecursionError):
            return -1


def _after(text: str, place: int, skipped: str = " \t\r\n") -> int:
    while place < len(text) and text[place] in skipped:
        place += 1
    return place
