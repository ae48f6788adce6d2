"""Errors and their kinds (C4.1, C15)."""

from __future__ import annotations

import errno
import pickle
import socket
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from floworch import WorkflowBuilder, load, loads
from floworch.errors import (
    ActionError,
    DefinitionError,
    DefinitionWarning,
    FlowError,
    UsageError,
    classify,
    text_of,
)
from floworch.model.problem import Problem


@pytest.mark.parametrize(("error", "kind"), [
    (ValueError(), "validation_error"), (TypeError(), "validation_error"), (ConnectionResetError(), "connection_error"),
    (socket.gaierror(), "connection_error"), (TimeoutError(), "timeout_error"), (PermissionError(), "permission_error"),
    (FileNotFoundError(), "not_found_error"), (KeyError(), "processing_error"),
    (KeyboardInterrupt(), "processing_error"),
    (ActionError("x", "rate_limit_error"), "rate_limit_error"),
])  # fmt: skip
def test_kinds(error: BaseException, kind: str) -> None:
    assert classify(error) == kind


def test_an_unknown_kind_is_refused() -> None:
    """C4.1: the list is closed; what went wrong must not be lost over it."""
    with pytest.raises(ValueError, match=r"'made_up' is not an error kind.*not_found_error.*the card was refused"):
        ActionError("the card was refused", "made_up")


def test_every_exception_has_a_text() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise SystemExit

    assert text_of(MuteError()) == "MuteError"
    assert text_of(ValueError()) == "ValueError"
    text_of(ValueError("\udc80")).encode()


@pytest.mark.parametrize("number", [errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN])
def test_an_unreachable_host_is_a_connection_error_and_a_full_disk_is_not(number: int) -> None:
    """C15: socket errors that are no ConnectionError, so that the default retry tries them again."""
    assert classify(OSError(number, "no route")) == "connection_error"
    assert classify(OSError(errno.ENOSPC, "full")) == "processing_error"


def test_an_invalid_definition_says_all_of_it_with_places() -> None:
    """C2.1: whoever reads the traceback of ``build()`` reads every problem."""
    builder = WorkflowBuilder("w")
    for name in "abcdef":
        builder.node(name, "no.such.action")
    builder.node("g", "util.log", message="x", timeout=0)
    with pytest.raises(DefinitionError) as caught:
        builder.build()
    said = str(caught.value)
    assert len(caught.value.problems) == 7
    assert "error: nodes.g.timeout is zero." in said, "a place that the message begins with is told once"
    for problem in caught.value.problems:
        assert f"{problem.severity}: {problem.text}" in said
        assert problem.fix in said


def test_a_traceback_shows_the_hint_once(tmp_path: Path) -> None:
    """C2.1: in Python nobody prints ``hint`` beside the message."""

    def shown(do: Callable[[], object]) -> str:
        with pytest.raises(FlowError) as caught:
            do()
        assert caught.value.hint
        text = "".join(traceback.format_exception_only(caught.value))
        assert text.count(caught.value.hint) == 1
        return text

    flow = WorkflowBuilder("w").input("id", "integer", default=1).node("a", "util.log", message="x").build()
    assert "declares no input 'idz'." in shown(lambda: flow.run(inputs={"idz": 1}))
    bad = tmp_path / "bad.flow.json"
    bad.write_text('{"id": "x", }')
    assert "Line 1" in shown(lambda: load(bad))
    assert "Check the path" in shown(lambda: load(tmp_path / "none.flow.json"))
    shown(lambda: loads('{"id": "x", "nodes": {"a": {}}}'))
    error = UsageError("What is wrong.", "Do this.")
    assert (str(error), error.message, error.hint) == ("What is wrong.", "What is wrong.", "Do this.")
    again = pickle.loads(pickle.dumps(error))
    assert (again.hint, again.__notes__) == ("Do this.", ["Do this."])


def test_a_warning_of_a_definition_says_where_what_and_what_to_do() -> None:
    problem = Problem("idle_tags", "warning", "nodes.a.tags", "It has tags.", "Remove them.", "a")
    warning = DefinitionWarning(problem)
    assert str(warning) == "nodes.a.tags: It has tags. Remove them."
    assert warning.problem is problem
