"""The facts of a run (C12): stable numbers, public words, a readable form."""

from __future__ import annotations

import msgspec
import pytest

from floworch.run.events import UNSYNCED, Event, EventKind

#: What journals of format 1 hold. A number never changes its meaning; new kinds get new numbers.
WRITTEN = {
    0: "run_created", 1: "run_started", 2: "run_pausing", 3: "run_paused", 4: "run_resumed", 5: "run_suspended",
    6: "run_cancelling", 7: "run_rolling_back", 8: "run_completed", 9: "run_failed", 10: "run_cancelled",
    11: "run_retried", 12: "run_migrated", 13: "run_interrupted", 14: "run_timed_out",
    20: "node_started", 21: "node_completed",
    22: "node_failed", 23: "node_retrying", 24: "node_waiting", 25: "node_skipped", 26: "node_bypassed",
    27: "node_cancelled", 28: "node_interrupted", 29: "node_in_doubt", 30: "node_reused", 31: "node_reset",
    32: "node_compensating", 33: "node_compensated", 34: "node_compensation_failed", 35: "node_resumed",
    36: "node_compensation_retrying", 37: "node_compensation_interrupted",
    40: "items_listed", 42: "item_completed", 43: "item_failed", 44: "item_reopened",
    50: "signal_received", 51: "approval_given", 52: "form_submitted",
    60: "node_logged", 61: "node_progressed", 70: "breakpoint_hit", 71: "breakpoint_passed",
}  # fmt: skip


def test_the_numbers_in_journals_never_change_their_meaning() -> None:
    assert {int(kind): kind.public for kind in EventKind} == WRITTEN


def test_only_logs_and_progress_go_unsynced() -> None:
    """C15"""
    assert {EventKind.NODE_LOGGED, EventKind.NODE_PROGRESSED} == UNSYNCED


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Event(0, 1.0, 0).seq = 1  # type: ignore[misc]


def test_an_event_survives_the_wire_as_an_array() -> None:
    event = Event(7, 1.5, int(EventKind.NODE_COMPLETED), 3, 2, (4, 0), {"output": [1]})
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(event), type=Event) == event


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Event(0, 1.0, 0), "<Event 0 run_created>"),
        (Event(5, 1.0, 20, 3, 1), "<Event 5 node_started node=3 attempt=1>"),
        (
            Event(9, 1.0, 21, 3, 2, (7,), {"output": 1}),
            "<Event 9 node_completed node=3 item=[7] attempt=2 {'output': 1}>",
        ),
    ],
)
def test_an_event_prints_its_word_not_its_number(event: Event, text: str) -> None:
    assert repr(event) == text
    assert event.word in text
