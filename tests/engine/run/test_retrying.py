"""Whether a failed attempt is tried again, and when (C4.4, C15)."""

from __future__ import annotations

import pytest

from floworch.model.workflow import RetryPolicy
from floworch.run.retrying import delay_before_retry, matches


@pytest.mark.parametrize(("kind", "words", "expected"), [
    ("timeout_error", ("transient",), True), ("validation_error", ("transient",), False),
    ("validation_error", ("all",), True), ("validation_error", ("validation_error",), True), ("x", (), False),
])  # fmt: skip
def test_kinds(kind: str, words: tuple[str, ...], expected: bool) -> None:
    assert matches(kind, words) is expected


def test_attempts_run_out_and_retry_after_wins() -> None:
    policy = RetryPolicy.model_validate({"max_attempts": 2, "delay": 5, "jitter": 0, "on": ["all"]})
    assert delay_before_retry(None, 1, {"kind": "x"}, 0.5) is None
    assert delay_before_retry(policy, 1, {"kind": "x"}, 0.5) == 5
    assert delay_before_retry(policy, 1, {"kind": "x", "retry_after": 9}, 0.5) == 9
    assert delay_before_retry(policy, 2, {"kind": "x"}, 0.5) is None
