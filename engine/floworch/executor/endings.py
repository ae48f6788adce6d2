"""What may still be done with a run that has ended: retried, or rolled back for its caller (contract C7.9, C15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.errors import UsageError
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.run.state import RunState


def check_retry(state: RunState, called: bool = False) -> None:
    """Raise UsageError when a run cannot be retried: it has not failed, or what it had done is undone.

    A cancel is final (C7.3). A child run that its caller's end cancelled goes on all the same when the call does
    (C10.3); ``called`` tells that it is one.
    """
    if state.status is RunStatus.CANCELLED and not called and not was_compensated(state):
        raise UsageError(
            f"Run {state.run_id!r} was cancelled, which is final; only a failed run can be retried.",
            f"Start a new run; 'floworch run FILE --only-changed --reuse {state.run_id}' keeps what has completed.",
        )
    if state.status not in (RunStatus.FAILED, RunStatus.CANCELLED):
        raise UsageError(
            f"Run {state.run_id!r} is {state.status}; only a failed run can be retried.",
            "Use resume for a paused one, or start a new run.",
        )
    if was_compensated(state):
        raise UsageError(
            f"Run {state.run_id!r} was compensated; what it had done is undone, so it cannot be retried.",
            "Start a new run of the same definition.",
        )


def was_compensated(state: RunState) -> bool:
    """Whether a rollback of the run has begun (C9)."""
    return state.saga is not None and state.saga.began


def can_roll_back(state: RunState) -> bool:
    """Whether something of a stored run is to be compensated for its caller: it completed, or its rollback has begun.

    Raises:
        UsageError: The run has not ended.
    """
    if not state.status.final:
        if was_compensated(state):
            return True
        raise UsageError(f"Run {state.run_id!r} is {state.status}; only one that has ended can be rolled back.")
    return state.status is RunStatus.COMPLETED and state.saga is not None and bool(state.saga.order)
