"""Gapless numbers (C12)."""

from __future__ import annotations

import pytest

from floworch.errors import UsageError
from floworch.run.events import Event
from floworch.store.sequence import check_sequence, renumber


def test_a_batch_must_continue_the_journal() -> None:
    check_sequence([Event(3, 0.0, 1), Event(4, 0.0, 1)], 3)
    check_sequence([], 9)
    for seqs, first in (([4], 3), ([3, 5], 3), ([3, 3], 3), ([2], 3)):
        with pytest.raises(UsageError, match="next number"):
            check_sequence([Event(seq, 0.0, 1) for seq in seqs], first)


def test_renumbering_changes_nothing_else() -> None:
    event = Event(9, 1.5, 21, 2, 3, (4,), {"a": 1})
    assert renumber([event, event], 5) == [
        Event(5, 1.5, 21, 2, 3, (4,), {"a": 1}),
        Event(6, 1.5, 21, 2, 3, (4,), {"a": 1}),
    ]
