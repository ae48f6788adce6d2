"""One thing that a definition would do, and how a person reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass


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
        what = f"no parameter of {told[1]} tells which" if (told := _BY_ACTION.fullmatch(self.what)) else self.what
        return f"{_short(what)}{f'  ({about})' if about else ''}"

    def __str__(self) -> str:
        return self.text()


#: What stands where an action may touch something that no parameter names: its id.
_BY_ACTION = re.compile(r"\(([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)\)")


def _short(text: str) -> str:
    first, *more = text.strip().splitlines() or [""]
    return f"{first[:120]} …" if more or len(first) > 120 else first
