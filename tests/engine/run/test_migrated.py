"""What going over to another definition does to a state (C7.5)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.migrated import gone, take_table
from floworch.run.state import RunState

K = EventKind


def migrated(seq: int, nodes: list[str], **more: Any) -> Event:
    table = {"nodes": nodes, "gone": [], "parents": [], "definition": "{}", "definition_hash": "h", **more}
    return Event(seq, 9.0, int(K.RUN_MIGRATED), payload=table)


def state_of(*events: Event) -> RunState:
    state = RunState("r", "t", ("a", "b"), {"n": 1})
    for event in events:
        state.apply(event)
    return state


DONE = (
    Event(0, 1.0, int(K.RUN_CREATED)),
    Event(1, 1.0, int(K.RUN_STARTED)),
    Event(2, 2.0, int(K.NODE_STARTED), 0, 1),
    Event(3, 3.0, int(K.NODE_COMPLETED), 0, 1, (), {"output": 7, "port": "x", "data": {"set": {"k": 1}}}),
)


def test_the_table_grows_and_what_was_there_stays() -> None:
    state = state_of(*DONE, migrated(4, ["a", "b", "c"]), Event(5, 9.0, int(K.NODE_STARTED), 2, 1))
    assert state.node_ids == ("a", "b", "c")
    assert [str(state.status_of(name)) for name in "abc"] == ["completed", "pending", "running"]
    assert state.node("a").output == 7
    assert state.inputs == {"n": 1}
    assert state.migrated is not None
    assert (state.migrated.definition, state.migrated.definition_hash, state.migrated.times) == (b"{}", "h", 1)


def test_a_node_that_is_reset_is_as_if_it_had_not_run_but_its_attempt_numbers_go_on() -> None:
    state = state_of(*DONE, migrated(4, ["a", "b"], reset=["a"], stale=["b"], inputs={"n": 2}))
    node = state.node("a")
    assert (str(node.status), node.output, node.started_at, node.ended_at) == ("pending", None, None, None)
    assert state.attempt_of(0) == (1, 1)
    assert 0 not in state.ports
    assert state.data == {"k": 1}  # the run's data is shared: nobody knows what else came from it
    assert state.inputs == {"n": 2}
    assert state.migrated is not None
    assert state.migrated.stale == ("b",)


def test_a_removed_node_keeps_its_index_and_is_not_shown() -> None:
    state = state_of(*DONE, migrated(4, ["a", "b"], removed=["a"], gone=[0]))
    assert dict(state.index) == {"b": 1}
    assert gone(state) == [0]
    assert list(state.to_json()["nodes"]) == ["b"]
    with pytest.raises(KeyError):
        state.node("a")


@pytest.mark.parametrize("nodes", [["a"], ["b", "a"], ["x", "b", "c"]])
def test_a_table_that_does_not_continue_the_old_one_is_refused(nodes: list[str]) -> None:
    """C13: a journal made by hand."""
    with pytest.raises(ValueError, match="does not continue"):
        take_table(state_of(*DONE), {"nodes": nodes, "gone": [], "parents": []})
