"""Lines that a program prints, on their way to the node's log: never so many that the log suffers."""

from __future__ import annotations

import time

from floworch.actions.context import Context

#: Lines per second that reach the log; the rest of a second is counted.
PER_SECOND = 1000
#: Longer lines are cut, in characters.
LINE_LIMIT = 4000
_LEVELS = {"stdout": "info", "stderr": "warning"}


class LineLog:
    """Writes printed lines to a node's log: standard output as ``info``, standard error as ``warning``.

    At most ``PER_SECOND`` lines go through in any second; one line tells how many were left out.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._until = 0.0
        self._count = 0
        self._dropped = 0

    def line(self, kind: str, text: str) -> None:
        """Take one line of ``stdout`` or ``stderr``, without its end."""
        self._count += 1
        if self._count > PER_SECOND:
            now = time.monotonic()
            if now < self._until:
                self._dropped += 1
                return
            self._until = now + 1.0
            self.flush()
            self._count = 1
        elif self._count == 1:
            self._until = time.monotonic() + 1.0
        if len(text) > LINE_LIMIT:
            text = f"{text[:LINE_LIMIT]}... ({len(text) - LINE_LIMIT} more characters)"
        self._ctx.log(text, _LEVELS[kind])

    def flush(self) -> None:
        """Tell about lines that were left out."""
        if self._dropped:
            self._ctx.log(f"{self._dropped} more lines were printed and left out of the log.", "info")
            self._dropped = 0
