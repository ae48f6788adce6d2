"""Errors as a person sees them."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest
import typer

from floworch.cli.render.report import MAX_PROBLEMS, Report, coloured
from floworch.errors import DefinitionError, StoreError, UsageError
from floworch.model.codec import definition_error
from floworch.model.problem import Problem


def reported(error: Exception, debug: bool = False) -> tuple[int | None, str]:
    stream = io.StringIO()
    return Report(stream, debug).failure(error), stream.getvalue()


def test_message_and_hint_on_a_line_each() -> None:
    assert reported(UsageError("No.", "Do that.")) == (2, "Error: No.\nHint: Do that.\n")
    assert reported(StoreError("Full.")) == (4, "Error: Full.\n")


def test_a_hint_that_repeats_the_message_is_left_out() -> None:
    assert reported(UsageError("No. Do that.", "Do that."))[1].count("Do that.") == 1


def test_problems_are_listed_and_many_are_counted() -> None:
    problems = [Problem("c", "error", f"nodes.n{i}", "Bad.", "Mend it.") for i in range(MAX_PROBLEMS + 3)]
    problems[1] = Problem("c", "warning", "", "Odd.")
    text = reported(DefinitionError("Invalid.", problems=problems))[1]
    assert "  error: nodes.n0: Bad. Mend it.\n" in text
    assert "  warning: Odd.\n" in text
    assert "... and 3 more." in text


def test_every_problem_is_said_once() -> None:
    problems = [
        Problem("c", "error", "nodes.a", "Bad.", "Mend it."),
        Problem("c", "error", "b", "b is odd.", "Write c."),
    ]
    text = reported(definition_error("x.json cannot be read", problems))[1]
    assert (
        text
        == "Error: x.json cannot be read: 2 problems.\n  error: nodes.a: Bad. Mend it.\n  error: b is odd. Write c.\n"
    )
    text = reported(definition_error("x.json cannot be read", problems[:1]))[1]
    assert text == "Error: x.json cannot be read: 1 problem.\n  error: nodes.a: Bad. Mend it.\n"


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "Free some space"), (errno.EACCES, "--store"), (errno.EIO, "")],
)
def test_what_the_operating_system_says_is_4(number: int, says: str) -> None:
    code, text = reported(OSError(number, os.strerror(number), "/place"))
    assert code == 4
    assert "/place" in text
    assert says in text


def test_a_bug_is_1_and_only_debug_shows_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLOWORCH_DEBUG", raising=False)
    with pytest.raises(ZeroDivisionError) as caught:
        raise ZeroDivisionError("oh")
    assert "Traceback" not in reported(caught.value)[1]
    code, text = reported(caught.value, debug=True)
    assert (code, "Traceback" in text) == (1, True)
    monkeypatch.setenv("FLOWORCH_DEBUG", "1")
    assert "Traceback" in reported(caught.value)[1]


def test_what_belongs_to_the_framework_is_left_to_it() -> None:
    assert reported(typer.Exit(3)) == (None, "")
    assert reported(typer.Abort()) == (None, "")


def test_what_the_parser_finds_is_said_as_every_other_error() -> None:
    code, text = reported(typer.BadParameter("x is no number"))
    assert (code, text) == (2, "Error: Invalid value: x is no number\nHint: floworch --help lists what there is.\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_only_on_a_terminal_that_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert coloured(Terminal())
    assert not coloured(io.StringIO())
    stream = Terminal()
    Report(stream).warning("Careful.")
    assert "\033[" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(Terminal())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not coloured(Terminal())


def test_a_current_folder_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system says no more than that something does not exist."""
    lost = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    assert reported(lost) == (4, "Error: No such file or directory.\n")

    def gone() -> str:
        raise lost

    monkeypatch.setattr(os, "getcwd", gone)
    assert reported(lost) == (
        2,
        "Error: The current folder does not exist any more.\nHint: Change to another folder.\n",
    )
