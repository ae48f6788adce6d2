"""What may still be done with a run that has ended (C7.9, C15); the whole is in ``test_compensations``."""

from __future__ import annotations

import pytest

from floworch.errors import UsageError
from floworch.executor.endings import can_roll_back, check_retry, was_compensated
from floworch.run.state import RunState
from floworch.run.status import RunStatus


def run(status: RunStatus, began: bool = False, left: bool = True) -> RunState:
    state = RunState("r", "t", ("a",), compensates={"nodes": [0], "keep": []})
    state.status = status
    assert state.saga is not None
    state.saga.began = began
    if left:
        state.saga.order[0, ()] = None
    return state


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.CANCELLED])
def test_what_failed_without_a_rollback_can_be_retried(status: RunStatus) -> None:
    """C7.9; a cancelled child goes on with its caller (C10.3)."""
    check_retry(run(status), called=True)
    with pytest.raises(UsageError, match="was compensated"):
        check_retry(run(status, began=True))


def test_a_cancel_is_final() -> None:
    """C7.3"""
    check_retry(run(RunStatus.FAILED))
    with pytest.raises(UsageError, match="was cancelled, which is final") as caught:
        check_retry(run(RunStatus.CANCELLED))
    assert "--reuse" in caught.value.hint


@pytest.mark.parametrize("status", [RunStatus.COMPLETED, RunStatus.PAUSED, RunStatus.ROLLING_BACK])
def test_nothing_else_can_be_retried(status: RunStatus) -> None:
    with pytest.raises(UsageError, match="only a failed run"):
        check_retry(run(status))


def test_what_completed_is_rolled_back_when_something_of_it_is_left() -> None:
    assert can_roll_back(run(RunStatus.COMPLETED))
    assert not can_roll_back(run(RunStatus.COMPLETED, left=False))
    assert not can_roll_back(run(RunStatus.CANCELLED, began=True))
    assert not can_roll_back(run(RunStatus.FAILED))
    plain = RunState("r", "t", ("a",))
    plain.status = RunStatus.COMPLETED
    assert not can_roll_back(plain)


def test_a_rollback_that_has_begun_is_taken_up() -> None:
    assert can_roll_back(run(RunStatus.PAUSED, began=True))
    assert was_compensated(run(RunStatus.ROLLING_BACK, began=True))
    with pytest.raises(UsageError, match="has ended"):
        can_roll_back(run(RunStatus.RUNNING))
