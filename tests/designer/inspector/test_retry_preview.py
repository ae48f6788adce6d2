"""The waits that a retry policy plans, in words."""

from __future__ import annotations

import pytest

from floworch.model.workflow import RetryPolicy
from floworch_designer.inspector.retry_preview import planned, planned_options


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"max_attempts": 1}, "One attempt, no retry."),
        ({"max_attempts": 3, "jitter": 0.0}, "Waits 1 s, 2 s between 3 attempts: 3 s in all."),
        ({"delay": "250ms", "backoff": 1.0}, "Waits 250 ms, 250 ms between 3 attempts: 500 ms in all, each up to 10 %"),
        ({"max_attempts": 9, "max_delay": "30s", "jitter": 0.0},
         "Waits 1 s, 2 s, 4 s, 8 s, 16 s, 30 s … 30 s between 9 attempts: 2 min 1 s in all."),
        ({"max_attempts": 2, "delay": "90m", "max_delay": "2h", "jitter": 0.0}, "Waits 1 h 30 min between 2 attempts"),
        ({"delay": 0}, "Waits 0 s, 0 s between 3 attempts: 0 s in all."),
    ],
)  # fmt: skip
def test_the_planned_waits(policy, words):
    assert planned(RetryPolicy.model_validate(policy)).startswith(words.replace("10 %", "10%"))


def test_a_billion_attempts_take_no_time_to_tell():
    assert planned(RetryPolicy.model_validate({"max_attempts": 10**9})).startswith("Waits 1 s, 2 s")


@pytest.mark.parametrize("options", [{"max_attempts": 0}, {"delay": "soon"}, {"on": 5}, {"max_attempts": "x"}])
def test_options_that_are_no_policy_say_nothing(options):
    assert planned_options(options) == ""
    assert planned_options({"max_attempts": 2, "jitter": 0, "on": ["transient"]}) != ""
