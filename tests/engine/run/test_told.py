"""What a run may be told from outside (C6.2, C8)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.errors import UsageError
from floworch.run.told import MOST_NAME, check_answer, check_signal


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (float("nan"), "nan is not a finite number"),
        ({"a": [1, object()]}, r"at a\[1\]: object is not a JSON value"),
        ({"a": "\ud800"}, "at a: text with a lone surrogate"),
        ({1: 2}, r"object keys must be text, not int \(1\)"),
        (nested(257), "nested deeper than 256"),
    ],
)
def test_a_payload_is_refused_with_its_place_and_type(payload: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_signal("go", payload)


@pytest.mark.parametrize("name", ["", "  ", "a\ud800", "x" * (MOST_NAME + 1), 7, None])
def test_a_name_is_text_of_a_sane_length(name: Any) -> None:
    with pytest.raises(UsageError, match="name of a signal"):
        check_signal(name, None)


def test_what_can_be_kept_is_let_through() -> None:
    check_signal("go on", {"a": [None, True, 1.5, 2**90, "ü", b"x"], "deep": nested(255)})
    check_signal("x" * MOST_NAME, None)
    check_answer("fine", "me")


@pytest.mark.parametrize(("comment", "by"), [("\ud800", ""), ("", "\udfff"), (3, ""), ("", "x" * 70_000)])
def test_comments_and_names_are_unicode_text(comment: Any, by: Any) -> None:
    with pytest.raises(UsageError):
        check_answer(comment, by)
