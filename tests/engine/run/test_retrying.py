"""When a failed attempt is tried again (C4.4, C15)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import ErrorKind
from floworch.model.workflow import RetryPolicy
from floworch.run.retrying import delay_before_retry, matches

TRANSIENT = {"connection_error", "timeout_error", "rate_limit_error", "external_service_error"}


def policy(**fields: Any) -> RetryPolicy:
    return RetryPolicy.model_validate({"jitter": 0, **fields})


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_transient_stands_for_four_kinds_and_all_for_all(kind: ErrorKind) -> None:
    """C4.4"""
    assert matches(kind, ("transient",)) == (kind in TRANSIENT)
    assert matches(kind, ("all",))
    assert matches(kind, (kind,))
    assert not matches(kind, ())


def test_a_node_without_a_policy_has_one_attempt() -> None:
    """C15"""
    assert delay_before_retry(None, 1, {"kind": "timeout_error"}, 0.5) is None


def test_the_delay_grows_up_to_its_cap_and_ends_with_the_attempts() -> None:
    """C4.4: no sleep after the last attempt (C15)."""
    grows = policy(max_attempts=6, delay="2s", backoff=3.0, max_delay=30)
    delays = [delay_before_retry(grows, attempt, {"kind": "x"}, 0.5) for attempt in range(1, 7)]
    assert delays == [2, 6, 18, 30, 30, None]


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 1), st.integers(1, 4))
def test_jitter_spreads_the_delay_by_its_share_both_ways(random: float, jitter: float, attempt: int) -> None:
    """C4.4"""
    delay = delay_before_retry(policy(max_attempts=9, delay=10, jitter=jitter), attempt, {"kind": "x"}, random)
    base = min(10 * 2 ** (attempt - 1), 60)
    assert delay is not None
    assert base * (1 - jitter) - 1e-9 <= delay <= base * (1 + jitter) + 1e-9


def test_retry_after_wins_over_delay_and_cap_but_not_over_the_attempts() -> None:
    """C4.4"""
    short = policy(max_attempts=2, delay=1, max_delay=5)
    error = {"kind": "rate_limit_error", "retry_after": 90}
    assert delay_before_retry(short, 1, error, 0.5) == 90
    assert delay_before_retry(short, 2, error, 0.5) is None
    assert delay_before_retry(short, 1, {"kind": "x", "retry_after": -3}, 0.5) == 0


def test_give_up_on_wins_over_on() -> None:
    """C4.4"""
    picky = policy(on=["all"], give_up_on=["transient"])
    assert delay_before_retry(picky, 1, {"kind": "timeout_error"}, 0.5) is None
    assert delay_before_retry(picky, 1, {"kind": "processing_error"}, 0.5) == 1
    assert delay_before_retry(policy(on=["timeout_error"]), 1, {"kind": "processing_error"}, 0.5) is None


@pytest.mark.parametrize("attempt", [1_000, 1_026, 5_000, 99_999])
def test_an_endless_retry_stays_at_its_cap(attempt: int) -> None:
    """C4.4: the power of the backoff has long left what a float holds."""
    assert delay_before_retry(policy(max_attempts=100_000, delay=1), attempt, {"kind": "x"}, 0.5) == 60
    spread = RetryPolicy.model_validate({"max_attempts": 100_000, "jitter": 0.5})
    assert delay_before_retry(spread, attempt, {"kind": "x"}, 0.0) == 30
