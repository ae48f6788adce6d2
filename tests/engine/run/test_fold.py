"""Events in, state out (C3, C12)."""

from __future__ import annotations

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.fold import HANDLERS, IllegalTransition
from floworch.run.state import RunState


def test_every_kind_has_its_handler() -> None:
    for kind in EventKind:
        assert HANDLERS[kind] is not None


def test_a_change_the_table_forbids_is_refused() -> None:
    state = RunState("r", "t", ["a"])
    with pytest.raises(IllegalTransition, match="'a' cannot go from pending to completed"):
        state.apply(Event(0, 1.0, EventKind.NODE_COMPLETED, 0, 1))


def test_gaps_and_unknown_kinds_are_refused() -> None:
    state = RunState("r", "t", ["a"])
    with pytest.raises(ValueError, match="follows"):
        state.apply(Event(1, 1.0, EventKind.RUN_CREATED))
    with pytest.raises(ValueError, match="unknown kind"):
        state.apply(Event(0, 1.0, 200))
    assert state.seq == 0


def test_writes_of_data_are_merged_in_journal_order() -> None:
    """C6.1"""
    state = RunState("r", "t", ["a", "b"])
    before = state.data
    events = [
        (EventKind.NODE_STARTED, 0, None), (EventKind.NODE_STARTED, 1, None),
        (EventKind.NODE_COMPLETED, 0, {"data": {"set": {"k": 1, "x": 1}, "delete": []}}),
        (EventKind.NODE_COMPLETED, 1, {"data": {"set": {"k": 2}, "delete": ["x"]}}),
    ]  # fmt: skip
    for seq, (kind, node, payload) in enumerate(events):
        state.apply(Event(seq, 1.0, kind, node, 1, (), payload))
    assert (state.data, before) == ({"k": 2}, {})
