"""The help of the whole command line, drawn by hand: the framework's own drawing loads libraries for half a second."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

from floworch.cli.render.report import coloured

#: Characters of a frame: corners from the upper left on, then the horizontal and the vertical line.
_ROUND, _ASCII = "╭╮╰╯─│", "++++-|"
_CYAN, _DIM, _BOLD, _END = "\033[1;36m", "\033[2m", "\033[1m", "\033[0m"
#: Columns that a description has at the least, however narrow the terminal.
_NARROWEST = 20
#: The panel of a verb that names none: groups of verbs, which the framework does not ask.
_OTHERS = "Definitions"

Row = tuple[str, str]


def help_text(group: Any, ctx: Any) -> str:
    """The help of a group of verbs: usage, what it is for, its options, and its verbs in panels.

    Args:
        group: The group of the framework.
        ctx: Its context.

    Returns:
        Lines as wide as the terminal; with colours where standard output shows them.
    """
    width = shutil.get_terminal_size().columns
    draw = _Drawing(width, coloured(sys.stdout), _shows(_ROUND))
    panels: dict[str, list[Row]] = {}
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is not None and not command.hidden:
            panel = getattr(command, "rich_help_panel", None) or _OTHERS
            panels.setdefault(panel, []).append((name, _first_paragraph(command.short_help or command.help)))
    options = [(",".join(each.opts), each.help or "") for each in group.get_params(ctx) if not each.hidden]
    longest = max(len(name) for rows in [options, *panels.values()] for name, _ in rows)
    lines = ["", f" {draw.bold(group.get_usage(ctx))}", ""]
    lines += [f" {line}" for line in wrap(_first_paragraph(group.help), width - 2)]
    lines += ["", *draw.panel("Options", options, longest)]
    for title, rows in panels.items():
        lines += draw.panel(title, rows, longest)
    text = "\n".join(lines) + "\n"
    return text if _shows(text) else text.encode("ascii", "replace").decode()


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").split("\n\n", 1)[0].split())


def _shows(characters: str) -> bool:
    """Whether standard output can show these characters."""
    try:
        characters.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class _Drawing:
    """Panels as wide as the terminal."""

    def __init__(self, width: int, colours: bool, round_corners: bool) -> None:
        self._width = width
        self._colours = colours
        self._frame = _ROUND if round_corners else _ASCII

    def bold(self, text: str) -> str:
        """The text in bold, where there are colours."""
        return self._in(_BOLD, text)

    def panel(self, title: str, rows: Sequence[Row], column: int) -> Iterable[str]:
        """The lines of a frame with a title around two columns, the first of which is ``column`` wide."""
        upper_left, upper_right, lower_left, lower_right, line, side = list(self._frame)
        side = self._in(_DIM, side)
        inner = max(self._width - 4, column + 2 + _NARROWEST)
        yield self._in(_DIM, f"{upper_left}{line} {title} {line * (inner - len(title) - 1)}{upper_right}")
        for name, text in rows:
            for number, part in enumerate(wrap(text, inner - column - 2) or [""]):
                first = self._in(_CYAN, (name if number == 0 else "").ljust(column))
                yield f"{side} {first}  {part.ljust(inner - column - 2)} {side}"
        yield self._in(_DIM, f"{lower_left}{line * (inner + 2)}{lower_right}")

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_END}" if self._colours else text
