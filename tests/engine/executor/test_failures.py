"""Exceptions as the errors a journal keeps (C4.1)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch import ActionError
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
