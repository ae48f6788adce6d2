"""The help of the whole command line: as wide as the terminal, in characters that it shows, in panels."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from floworch.cli.render.help import help_text

VERBS = {
    "run": SimpleNamespace(hidden=False, short_help=None, help="Run it ↳ " + "a b c " * 30, rich_help_panel="Run"),
    "secrets": SimpleNamespace(hidden=False, short_help="Keep them.", help="", rich_help_panel=None),
    "hidden": SimpleNamespace(hidden=True, short_help="x", help="x", rich_help_panel="Run"),
}


class Group:
    """What the framework says of a group of verbs."""

    help = "What it\nis for.\n\nNot this."

    def get_usage(self, _: Any) -> str:
        return "Usage: it VERB"

    def list_commands(self, _: Any) -> list[str]:
        return [*VERBS, "gone"]

    def get_command(self, _: Any, name: str) -> Any:
        return VERBS.get(name)

    def get_params(self, _: Any) -> list[Any]:
        return [
            SimpleNamespace(hidden=False, opts=["-v", "--version"], help="Print it."),
            SimpleNamespace(hidden=True, opts=["--no"], help="x"),
        ]


class Screen(io.TextIOWrapper):
    """Standard output of some encoding, with or without colours."""

    def __init__(self, encoding: str = "utf-8", terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize("width", [60, 100])
def test_panels_are_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys, "stdout", Screen())
    lines = help_text(Group(), None).splitlines()
    framed = [line for line in lines if line[:1] in "╭│╰" and line]
    assert {len(line) for line in framed} == {width}
    assert [line.split()[1] for line in framed if line.startswith("╭")] == ["Options", "Run", "Definitions"]
    assert " What it is for." in lines
    words = "\n".join(lines)
    assert all(word in words for word in ("-v,--version", "Keep them.", "Usage: it VERB"))
    assert not any(word in words for word in ("hidden", "--no", "Not this", "gone"))


def test_a_screen_without_the_characters_gets_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen("ascii"))
    text = help_text(Group(), None)
    assert text.isascii()
    assert "+- Run -" in text


@pytest.mark.parametrize(("terminal", "plain"), [(True, False), (False, False), (True, True)])
def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch, terminal: bool, plain: bool) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    if plain:
        monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", Screen(terminal=terminal))
    assert ("\033[" in help_text(Group(), None)) is (terminal and not plain)
