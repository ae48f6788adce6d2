"""Exceptions as the errors a journal keeps (C4.1)."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from engine_kit import Kit
from pydantic import BaseModel, ValidationError
from run_dialogue import workflow

from floworch import ActionError, middleware
from floworch.executor.failures import MESSAGE_LIMIT, TRACEBACK_LIMIT, describe
from floworch.model.values import check_value


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001 - any
        return caught


def test_an_error_raised_on_purpose_says_everything_itself() -> None:
    found = describe(ActionError("no luck", "rate_limit_error", 2, "Wait."))
    assert found == {"kind": "rate_limit_error", "message": "no luck", "retry_after": 2.0, "hint": "Wait."}


def test_any_other_names_its_type_and_carries_the_users_traceback() -> None:
    found = describe(raised(KeyError("k")))
    assert found["message"] == "KeyError: 'k'"
    assert "raise error" in found["traceback"]
    assert describe(raised(ValueError()))["message"] == "ValueError"


def test_the_cause_of_an_error_raised_on_purpose_is_kept() -> None:
    error = ActionError("outer")
    error.__cause__ = raised(OSError("inner"))
    assert "inner" in describe(error)["traceback"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "soon", None, True])
def test_a_senseless_retry_after_is_left_out(value: Any) -> None:
    """C4.4: no due time is made of it."""
    error = ActionError("x")
    error.retry_after = value
    assert describe(error).get("retry_after") in (None, 1.0)
    error.retry_after = -5.0
    assert describe(error)["retry_after"] == 0.0


def test_long_texts_keep_both_ends_and_every_text_can_be_stored() -> None:
    found = describe(raised(ValueError("a" * 50_000 + "\udc80" + "z" * 50_000)))
    assert len(found["message"]) < MESSAGE_LIMIT + 100
    assert len(found["traceback"]) < TRACEBACK_LIMIT + 100
    assert found["message"].endswith("z")
    check_value(describe(raised(ValueError("\udc80"))), "error")


async def test_a_failure_that_is_continued_leaves_null_and_a_readable_error() -> None:
    """C4.2: ``out`` fires too, the output is null, the error is readable by expression."""

    async def bad() -> None:
        raise ConnectionError("refused")

    async def say(v: Any) -> Any:
        return v

    value = "{{ [nodes.a.output, nodes.a.status, nodes.a.error.kind] }}"
    definition = workflow(
        {"a": {"action": "t.bad", "on_error": "continue"}, "b": {"action": "t.say", "params": {"v": value}}},
        "a>b",
    )
    kit = Kit(bad=bad, say=say)
    kit.add("bad", bad, effect="unsafe")
    result = await kit.run(definition)
    assert result.status == "completed"
    assert result.nodes["b"].output == [None, "failed", "connection_error"]


@pytest.mark.parametrize(("error", "kind"), [
    (ValueError("x"), "validation_error"), (TypeError("x"), "validation_error"),
    (ConnectionError("x"), "connection_error"),
    (socket.gaierror("x"), "connection_error"), (TimeoutError("x"), "timeout_error"),
    (PermissionError("x"), "permission_error"), (FileNotFoundError("x"), "not_found_error"),
    (KeyError("x"), "processing_error"), (ZeroDivisionError("x"), "processing_error"),
    (ActionError("x", "rate_limit_error"), "rate_limit_error"),
])  # fmt: skip
@pytest.mark.parametrize("place", ["loop", "thread", "layer"])
async def test_what_python_raises_becomes_the_kind_of_the_table_wherever_it_is_raised(
    error: Exception, kind: str, place: str
) -> None:
    """C15, C4.6"""

    async def on_loop() -> None:
        raise error

    def in_thread() -> None:
        raise error

    kit = Kit()
    kit.add("loop", on_loop, effect="unsafe")
    kit.add("thread", in_thread, effect="unsafe")

    @middleware("t-raises", target=kit.registry)
    async def raises(call_next: Any, ctx: Any) -> Any:
        raise error

    node: dict[str, Any] = {"action": f"t.{place}" if place != "layer" else "t.any"}
    if place == "layer":
        node.update(middleware=[{"use": "t-raises"}], effect="unsafe")
    result = await kit.run(workflow({"a": node}))
    assert result.error is not None
    assert result.error["kind"] == kind


def test_a_pydantic_error_is_a_validation_error() -> None:
    """C15"""

    class Model(BaseModel):
        n: int

    with pytest.raises(ValidationError) as caught:
        Model.model_validate({"n": "x"})
    assert describe(caught.value)["kind"] == "validation_error"
