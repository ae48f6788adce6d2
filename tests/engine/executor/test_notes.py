"""At most a thousand notes a second per node, and a count of what was dropped (C15)."""

from __future__ import annotations

from floworch.executor.notes import LIMIT_PER_SECOND, NoteLimiter


def test_the_surplus_is_dropped_and_counted() -> None:
    limiter = NoteLimiter()
    kept = [limiter.admit(1, 5.0)[0] for _ in range(LIMIT_PER_SECOND + 7)]
    assert kept.count(True) == LIMIT_PER_SECOND
    assert limiter.admit(2, 5.0) == (True, 0)
    assert limiter.admit(1, 6.0) == (True, 7)
    assert limiter.admit(1, 7.5) == (True, 0)


def test_what_no_later_note_tells_can_be_taken_once() -> None:
    limiter = NoteLimiter()
    assert limiter.take(1) == 0
    for _ in range(LIMIT_PER_SECOND + 7):
        limiter.admit(1, 5.0)
    assert (limiter.take(1), limiter.take(1)) == (7, 0)
    assert limiter.admit(1, 6.0) == (True, 0)
