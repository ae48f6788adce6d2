"""The log of a node: ``ctx.log("...")``, or ``ctx.log.info("...")`` as with the loggers of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class NodeLog:
    """Writes lines to the log of one node.

    Args:
        write: Takes the level and the line.
    """

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[str, str], None]) -> None:
        self._write = write

    def __call__(self, message: str, level: str = "info") -> None:
        """Write one line (level ``debug info warning error``)."""
        self._write(level, message)

    def debug(self, message: str, *args: Any) -> None:
        """Write one line of level debug; ``args`` fill the ``%s`` in it."""
        self._write("debug", message % args if args else message)

    def info(self, message: str, *args: Any) -> None:
        """Write one line of level info; ``args`` fill the ``%s`` in it."""
        self._write("info", message % args if args else message)

    def warning(self, message: str, *args: Any) -> None:
        """Write one line of level warning; ``args`` fill the ``%s`` in it."""
        self._write("warning", message % args if args else message)

    def error(self, message: str, *args: Any) -> None:
        """Write one line of level error; ``args`` fill the ``%s`` in it."""
        self._write("error", message % args if args else message)
