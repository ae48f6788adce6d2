"""A run's state in words."""

from __future__ import annotations

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.run.status import NodeStatus, RunStatus
from floworch_designer.runs.words import (
    RUN_COLORS,
    RUN_ICONS,
    RUN_WORDS,
    clock_text,
    counts_of,
    counts_text,
    elapsed,
    ended_count,
    moment_text,
    run_word,
    time_passes,
    time_text,
)


def test_every_status_has_a_word_a_colour_and_an_icon():
    assert set(RUN_WORDS) == set(RUN_COLORS) == set(RUN_ICONS) == set(RunStatus)


def test_every_node_status_is_counted():
    assert sum(counts_of(NodeStatus).values()) == len(NodeStatus)


def test_counts_in_reading_order():
    state = RunState("r", "w", ("a", "b", "c"))
    for event in (Event(0, 1.0, EventKind.RUN_CREATED), Event(1, 1.0, EventKind.RUN_STARTED),
                  Event(2, 1.0, EventKind.NODE_STARTED, 0, 1), Event(3, 4.0, EventKind.NODE_COMPLETED, 0, 1),
                  Event(4, 4.0, EventKind.NODE_STARTED, 1, 1)):  # fmt: skip
        state.apply(event)
    assert counts_text(state) == "1 done · 1 running · 1 to go"
    assert elapsed(state, 11.0) == 10.0


@pytest.mark.parametrize("gone", [False, True])
def test_what_has_ended_is_counted_with_bodies_and_without_what_a_later_version_has_no_more(gone):
    state = RunState("r", "w", ("a", "b", "each", "body", "late"), parents={3: 2})
    assert ended_count(state) == 0
    ended = (NodeStatus.COMPLETED, NodeStatus.FAILED, NodeStatus.SKIPPED)
    state.node_status[:] = bytes([*(status.code for status in ended), 0, NodeStatus.RUNNING.code])
    assert state.status_of("body").final, "its loop was skipped"
    if gone:
        state.index = {name: i for name, i in state.index.items() if name != "a"}
    assert ended_count(state) == sum(state.status_of(node).final for node in state.index) == 4 - gone


def test_pausing_names_what_is_left():
    assert run_word(RunStatus.PAUSING, 2) == "Pausing, 2 left"
    assert run_word(RunStatus.PAUSED, 2) == "Paused"


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0:00"), (7.9, "0:07"), (760, "12:40"), (3725, "1:02:05")])
def test_clock(seconds, text):
    assert clock_text(seconds) == text


def test_moments_say_more_the_older_they_are():
    now = 1_790_000_000.0
    assert len(moment_text(now - 1, now)) == 8
    assert "," in moment_text(now - 90_000, now)
    assert moment_text(0.0, now)[-7:-5] != ""
    assert "19" in moment_text(0.0, now)
    assert moment_text(None, now) == ""


@pytest.mark.parametrize(("end", "text"), [(EventKind.RUN_PAUSED, "1 begun · 2 to go"), (None, "1 running · 2 to go")])
def test_nothing_runs_while_paused(end, text):
    state = RunState("r", "w", ("a", "b", "c"))
    events = [Event(0, 1.0, EventKind.RUN_CREATED), Event(1, 1.0, EventKind.RUN_STARTED),
              Event(2, 1.0, EventKind.NODE_STARTED, 0, 1),
              Event(3, 1.0, EventKind.ITEMS_LISTED, 0, 1, (), {"items": [1, 2]})]  # fmt: skip
    if end is not None:
        events += [Event(4, 2.0, EventKind.RUN_PAUSING), Event(5, 2.0, end)]
    for event in events:
        state.apply(event)
    assert counts_text(state) == text


def test_an_ended_run_tells_how_long_it_took():
    state = RunState("r", "w", ("a",))
    state.apply(Event(0, 1.0, EventKind.RUN_CREATED))
    state.apply(Event(1, 1.0, EventKind.RUN_STARTED))
    assert time_text(state, 8.0) == "0:07"
    state.status, state.ended_at = RunStatus.COMPLETED, 20.3
    assert time_text(state, 99.0) == "in 19 s"
    state.status = RunStatus.FAILED
    assert time_text(state, 99.0) == "after 19 s"


def test_the_time_of_a_run_leaves_out_what_it_rested():
    """C15: the time in which it was worked on; a pause of a night, and the time after a crash, is not."""
    state = RunState("r", "w", ("a",))
    for event in (Event(0, 100.0, EventKind.RUN_CREATED), Event(1, 100.0, EventKind.RUN_STARTED),
                  Event(2, 100.0, EventKind.NODE_STARTED, 0, 1), Event(3, 107.0, EventKind.RUN_PAUSED)):  # fmt: skip
        state.apply(event)
    assert elapsed(state, 9_000.0) == 7.0
    state.apply(Event(4, 9_107.0, EventKind.RUN_RESUMED))
    assert elapsed(state, 9_110.0) == 10.0
    state.apply(Event(5, 9_112.0, EventKind.NODE_COMPLETED, 0, 1))
    state.apply(Event(6, 9_112.0, EventKind.RUN_COMPLETED))
    assert time_text(state, 99_999.0) == "in 12 s"


@pytest.mark.parametrize(("status", "passes"), [("running", True), ("suspended", True), ("paused", False),
                                                ("interrupted", False), ("completed", False)])  # fmt: skip
def test_time_passes_while_a_run_is_worked_on_or_waits(status, passes):
    """C15: waiting for a person is part of what a run took, a pause is not."""
    assert time_passes(RunStatus(status)) is passes


def test_counts_are_of_nodes_at_top_level():
    state = RunState("r", "w", ("loop", "body", "last"))
    state.parents = {1: 0}
    state.node_status[:] = bytes((NodeStatus.RUNNING.code, NodeStatus.RUNNING.code, NodeStatus.PENDING.code))
    state.status = RunStatus.RUNNING
    assert counts_text(state) == "1 running · 1 to go"
