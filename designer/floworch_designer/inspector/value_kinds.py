"""What a value can be shown as besides a tree and text: rows of a table, a picture, a page of HTML. Pure.

Only what is in the value itself is looked at: nothing is fetched, and no file is opened.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

#: Rows of a list that are looked at for their columns, and columns that are shown.
LOOKED_AT, MOST_COLUMNS = 200, 60
#: Bytes of a picture that are decoded at most.
MOST_PICTURE: Final = 64 * 1024 * 1024
#: How the content of a picture begins.
_MAGIC: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")
_DATA_URL: Final = re.compile(r"data:image/[a-z0-9.+-]+;base64,", re.IGNORECASE)
#: How a text that is a page of HTML begins.
_HTML: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|div|table|h[1-6]|p|ul|ol|section|article)\b",
    re.IGNORECASE | re.DOTALL,
)


def parts_of(value: Any) -> Iterator[tuple[str, Any]]:
    """The value itself, then its fields: what a step gives is often an object around what one wants to see."""
    yield "", value
    if isinstance(value, Mapping):
        yield from value.items()


def tables_in(value: Any) -> dict[str, Sequence[Any]]:
    """The lists that a table can show, of objects or of lists, by their fields and in the order of these.

    That of an empty name is the value itself. The first field is what the step is about: a filter gives what it kept
    before what it dropped, however few that are.
    """
    return {name: part for name, part in parts_of(value) if _is_table(part)}


def columns_of(rows: Sequence[Any]) -> tuple[str, ...]:
    """The columns of the first rows, in the order in which they appear; numbers for rows that are lists."""
    names: dict[str, None] = {}
    for row in rows[:LOOKED_AT]:
        found = row.keys() if isinstance(row, Mapping) else map(str, range(len(row))) if _is_list(row) else ()
        names |= dict.fromkeys(map(str, found))
        if len(names) >= MOST_COLUMNS:
            break
    return tuple(names)[:MOST_COLUMNS]


def cell_of(row: Any, column: str) -> Any:
    """The value of a row in a column; None where it has none."""
    if isinstance(row, Mapping):
        return row.get(column)
    if _is_list(row) and column.isdigit():
        return row[int(column)] if int(column) < len(row) else None
    return None


def picture_in(value: Any) -> bytes | None:
    """The content of a picture: bytes that begin as one does, or a text that holds them (``data:image/…;base64,``)."""
    return next((found for _name, part in parts_of(value) if (found := _picture(part)) is not None), None)


def html_in(value: Any) -> str | None:
    """A text that is a page of HTML, or a part of one."""
    return next((part for _name, part in parts_of(value) if isinstance(part, str) and _HTML.match(part[:4000])), None)


def _picture(part: Any) -> bytes | None:
    if isinstance(part, bytes):
        known = part.startswith(_MAGIC) or (part[:4] == b"RIFF" and part[8:12] == b"WEBP")
        return part if known and len(part) <= MOST_PICTURE else None
    if not isinstance(part, str) or not (begun := _DATA_URL.match(part[:100])):
        return None
    try:
        return base64.b64decode(part[begun.end() : MOST_PICTURE], validate=False)
    except (binascii.Error, ValueError):
        return b""  # it says that it is a picture, so that it is shown as a broken one


def _is_table(part: Any) -> bool:
    return _is_list(part) and bool(part) and (isinstance(part[0], Mapping) or (_is_list(part[0]) and bool(part[0])))


def _is_list(part: Any) -> bool:
    return isinstance(part, Sequence) and not isinstance(part, str | bytes)
