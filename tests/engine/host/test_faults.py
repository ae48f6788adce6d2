"""Errors arrive as what they were."""

from __future__ import annotations

import json

import pytest

from floworch.errors import (
    ActionError,
    CorruptJournal,
    DefinitionError,
    ErrorKind,
    ExpressionError,
    FlowError,
    RunLocked,
    UsageError,
)
from floworch.host.faults import pack_error, unpack_error
from floworch.model.problem import Problem


def across(error: BaseException) -> FlowError:
    return unpack_error(json.loads(json.dumps(pack_error(error))))


@pytest.mark.parametrize(
    "error",
    [
        UsageError("No.", "Do that."),
        RunLocked("Taken.", "Wait.", owner={"pid": 7, "host": "h"}),
        CorruptJournal("/f", 12, "a frame", "nothing"),
        ExpressionError("Bad.", "{{ x", 3, "Close it."),
        ActionError("Gone.", ErrorKind.CONNECTION, 2.5, "Later."),
    ],
)
def test_class_text_and_facts_survive(error: FlowError) -> None:
    back = across(error)
    assert type(back) is type(error)
    assert (back.message, back.hint, back.exit_code, str(back)) == (
        error.message,
        error.hint,
        error.exit_code,
        str(error),
    )
    assert {k: v for k, v in vars(back).items() if k != "problems"} == {
        k: v for k, v in vars(error).items() if k != "problems"
    }


def test_every_problem_of_a_definition_survives() -> None:
    problem = Problem("cycle", "error", "edges[3]", "It goes round.", "Remove it.", "b")
    assert across(DefinitionError("Invalid.", problems=[problem])).problems == (problem,)


def test_a_bug_becomes_one_sentence_with_exit_code_1() -> None:
    back = across(ZeroDivisionError("oh"))
    assert type(back) is FlowError
    assert "ZeroDivisionError: oh" in back.message
    assert back.exit_code == 1


def test_an_error_of_an_unknown_class_is_still_a_flow_error() -> None:
    back = unpack_error({"type": "Engine", "message": "m", "hint": "h", "exit_code": 4})
    assert type(back) is FlowError
    assert (back.message, back.exit_code) == ("m", 4)
