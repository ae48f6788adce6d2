"""Errors and their kinds (C4.1, C15)."""

from __future__ import annotations

import errno
import socket

import pytest

from floworch.errors import ActionError, DefinitionError, classify, text_of


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
    with pytest.raises(ValueError, match="made_up"):
        ActionError("x", "made_up")


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
    from floworch import WorkflowBuilder

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
