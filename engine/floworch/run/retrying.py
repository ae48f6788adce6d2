"""Whether a failed attempt is tried again, and when (contract C4.4, C15). Pure arithmetic."""

from __future__ import annotations

from typing import Any

from floworch.errors import TRANSIENT
from floworch.model.durations import seconds
from floworch.model.workflow import RetryPolicy


def matches(kind: str, words: tuple[str, ...]) -> bool:
    """Whether an error kind is named by a list of kinds, in which ``transient`` stands for four and ``all`` for all."""
    return kind in words or "all" in words or ("transient" in words and kind in TRANSIENT)


def delay_before_retry(policy: RetryPolicy | None, attempts: int, error: dict[str, Any], random: float) -> float | None:
    """Seconds to wait before the next attempt, or None when there is none.

    Args:
        policy: The effective policy; None is a single attempt.
        attempts: Attempts so far that count, at least 1.
        error: ``{"kind", "retry_after"?}`` of the attempt that just failed; ``retry_after`` (seconds) overrides the
            computed delay.
        random: Number in [0, 1) that places the delay in its jitter.
    """
    if policy is None or attempts >= policy.max_attempts:
        return None
    kind = str(error.get("kind"))
    if not matches(kind, policy.on) or matches(kind, policy.give_up_on):
        return None
    retry_after = error.get("retry_after")
    if retry_after is not None:
        return max(0.0, float(retry_after))
    try:
        return policy.delay_before(attempts + 1, random)
    except OverflowError:  # backoff ** attempts is beyond any float: the cap holds long since
        return seconds(policy.max_delay) * (1.0 + policy.jitter * (2.0 * random - 1.0))
