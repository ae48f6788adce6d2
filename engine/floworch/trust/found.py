"""One thing that a definition would do, and how a person reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple


class Entry(NamedTuple):
    """A line of the report, and every line of the text that it cuts; none of those where it says all."""

    text: str
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One thing that a definition would do.

    Attributes:
        what: A host, path, command, code, name; expressions stand in it as text.
        node: The node that does it, with the reference of a called definition before it; empty for none.
        via: The user's connection that a host, file or secret belongs to; empty when the definition names it itself.
    """

    what: str
    node: str = ""
    via: str = ""

    def to_json(self) -> dict[str, str]:
        """As ``floworch inspect --json`` prints it."""
        return {"what": self.what, "node": self.node, **({"via": self.via} if self.via else {})}

    def text(self, file: str = "") -> str:
        """One line for a person; ``file`` is put before a node that is in no called definition."""
        node = f"{file}: {self.node}" if file and self.node and ": " not in self.node else self.node
        about = ", ".join(part for part in (node, self.via and f"through your connection {self.via}") if part)
        what = f"{told[1]} decides which when it runs" if (told := _BY_ACTION.fullmatch(self.what)) else self.what
        return f"{_short(what)}{f'  ({about})' if about else ''}"

    def entry(self, file: str = "") -> Entry:
        """The same line, with all of what it cuts."""
        shown = tuple(map(visible, self.what.strip("\r\n").splitlines()))
        return Entry(self.text(file), () if _short(self.what) == visible(self.what.strip()) else shown)

    def __str__(self) -> str:
        return self.text()


#: Characters of a text that stand in its one line.
_WIDTH = 120
#: What stands where an action may touch something that no parameter names: its id.
_BY_ACTION = re.compile(r"\(([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)\)")


def visible(text: str) -> str:
    """A text in which what would move the cursor, or not be seen at all, stands as the escape that Python writes."""
    return "".join(char if char.isprintable() or char == "\t" else ascii(char)[1:-1] for char in text)


def _short(text: str) -> str:
    first, *more = text.strip().splitlines() or [""]
    return visible(f"{first[:_WIDTH]} …" if more or len(first) > _WIDTH else first)
