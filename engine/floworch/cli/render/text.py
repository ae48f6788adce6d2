"""Results on standard output: JSON for programs, tables for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from json import dumps
from typing import Any, TextIO

from floworch.cli.render.report import coloured
from floworch.cli.render.streams import Printed
from floworch.model import values

_CODES = {"red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36", "dim": "2", "bold": "1"}


def paint(text: str, colour: str, stream: TextIO | None = None) -> str:
    """Return the text in a colour when the stream (standard output unless given) shows colours."""
    if not colour or not coloured(stream if stream is not None else sys.stdout):
        return text
    return f"\033[{_CODES[colour]}m{text}\033[0m"


def print_json(value: Any, indent: bool = True) -> None:
    """Print a JSON value to standard output; bytes, dates and decimals in their tagged form (C6.2).

    What is no Unicode, as in the name of a file whose bytes are no text, is written as an escape within the text.
    """
    import msgspec

    try:
        text = values.encode(value)
    except TypeError:
        text = values.encode(_speakable(value))
    Printed.json = True
    write_json((msgspec.json.format(text, indent=2) if indent else text).decode("utf-8") + "\n")


def _speakable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_speakable(key): _speakable(item) for key, item in value.items()}
    return [_speakable(item) for item in value] if isinstance(value, list) else value


def write_json(text: str) -> None:
    """Write JSON text to standard output; in an encoding that lacks one of its characters those are escaped."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = "".join(char if char.isascii() else dumps(char)[1:-1] for char in text)
    sys.stdout.write(text)


def print_failure(said: dict[str, Any], code: int) -> None:
    """Print ``{"error": {...}}`` on one line for a command with ``--json`` that failed without a result of its own.

    Args:
        said: ``message``, ``hint`` and what there is of ``problems`` and ``reasons``; see ``Report.said``.
        code: The exit code of the command, which it holds as ``exit_code``.
    """
    if not Printed.json:
        print_json({"error": {"exit_code": code, **said}}, indent=False)


def print_table(rows: Sequence[Sequence[str]], heads: Sequence[str], colours: Sequence[str] = ()) -> None:
    """Print rows in columns as wide as they need; ``colours[i]`` is the colour of row i's second column."""
    widths = [max(len(str(row[i])) for row in [heads, *rows]) for i in range(len(heads))]
    lines = [paint("  ".join(head.ljust(width) for head, width in zip(heads, widths, strict=True)).rstrip(), "dim")]
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        if number < len(colours) and len(cells) > 1:
            cells[1] = paint(cells[1], colours[number])
        lines.append("  ".join(cells).rstrip())
    sys.stdout.write("\n".join(lines) + "\n")
