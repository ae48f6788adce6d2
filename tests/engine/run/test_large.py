"""Which parts of an event may leave the journal, and that a live state lets go of them (C6.3)."""

from __future__ import annotations

from typing import Any

from floworch.artifact import Artifact
from floworch.model.values import encode
from floworch.run.events import Event, EventKind
from floworch.run.items import StoredItems
from floworch.run.large import let_go, split
from floworch.run.state import RunState

_K = EventKind


def as_reference(value: Any) -> Any:
    return Artifact.of(encode(value)) if isinstance(value, (str, list)) else value


def journaled(event: Event) -> Event:
    payload = split(event.payload or {}, as_reference)
    return Event(event.seq, event.at, event.kind, event.node, event.attempt, event.scope, payload)


def state_after(*events: Event) -> RunState:
    state = RunState("r", "w", ["a", "loop", "body"], parents={2: 1})
    for event in events:
        state.apply(event)
    return state


def test_outputs_data_items_and_signals_may_leave_and_nothing_else() -> None:
    payload = {"output": "o", "data": {"set": {"k": "v", "n": 1}, "delete": ["x"]}, "port": "out", "items": ["i", "j"]}
    found = split(payload, as_reference)
    assert found["output"] == as_reference("o")
    assert found["data"] == {"set": {"k": as_reference("v"), "n": 1}, "delete": ["x"]}
    assert (found["items"], found["total"], found["port"]) == (as_reference(["i", "j"]), 2, "out")
    assert payload["output"] == "o"
    assert "total" not in payload
    assert split({"outputs": {"a": "x"}, "payload": "p"}, as_reference)["outputs"] == {"a": as_reference("x")}
    assert split({"error": {"message": "m"}, "reason": "r"}, as_reference) == {"error": {"message": "m"}, "reason": "r"}


def test_the_list_of_a_repeat_stays_because_it_grows() -> None:
    found = split({"items": ["start"], "rounds": {}}, as_reference)
    assert found["items"] == [as_reference("start")]
    assert "total" not in found


def test_a_live_state_lets_go_of_what_was_journaled_as_a_reference() -> None:
    start = Event(0, 1.0, int(_K.NODE_STARTED), 0, 1)
    done = Event(1, 2.0, int(_K.NODE_COMPLETED), 0, 1, (), {"output": ["big"], "data": {"set": {"k": "v"}}})
    signal = Event(2, 2.0, int(_K.SIGNAL_RECEIVED), payload={"name": "s", "payload": "much"})
    end = Event(3, 3.0, int(_K.RUN_COMPLETED), payload={"outputs": {"x": "y"}})
    live = state_after(start, done, signal, end)
    for event in (done, signal, end):
        let_go(live, event, journaled(event))
    assert live.output[0] == as_reference(["big"])
    assert live.data == {"k": as_reference("v")}
    assert live.signals == [(2, "s", as_reference("much"))]
    assert live.outputs == {"x": as_reference("y")}
    again = state_after(start, *map(journaled, (done, signal, end)))
    assert again.to_json() == live.to_json()


def test_a_value_that_was_overwritten_meanwhile_stays() -> None:
    events = [
        Event(0, 1.0, int(_K.NODE_STARTED), 0, 1),
        Event(1, 2.0, int(_K.NODE_COMPLETED), 0, 1, (), {"output": None, "data": {"set": {"k": "old"}}}),
    ]
    live = state_after(*events)
    live.data = {"k": "new"}
    let_go(live, events[1], journaled(events[1]))
    assert live.data == {"k": "new"}


def test_item_lists_are_loaded_when_an_item_is_asked_for_and_survive_a_snapshot() -> None:
    """(C10.1)"""
    items = [f"item {n}" for n in range(5)]
    payload = {"items": as_reference(items), "total": 5, "concurrency": 2, "on_item_error": "stop"}
    state = state_after(
        Event(0, 1.0, int(_K.NODE_STARTED), 1, 1), Event(1, 1.0, int(_K.ITEMS_LISTED), 1, 1, (), payload)
    )
    listed = state.items[1, ()].items
    assert isinstance(listed, StoredItems)
    assert (len(listed), listed[3], list(listed)) == (5, "item 3", items)
    other = RunState("r", "w", ["a", "loop", "body"], parents={2: 1})
    other.unpack(state.pack())
    assert (other.items[1, ()].items[4], other.items[1, ()].total) == ("item 4", 5)


def test_results_of_items_and_forms_are_let_go_of_too() -> None:
    done = Event(4, 1.0, int(_K.NODE_COMPLETED), 2, 1, (0,), {"output": "body"})
    item = Event(5, 1.0, int(_K.ITEM_COMPLETED), 1, 0, (0,), {"output": "result"})
    form = Event(6, 1.0, int(_K.FORM_SUBMITTED), 0, 0, (), {"output": "answer"})
    state = state_after(
        Event(0, 1.0, int(_K.NODE_STARTED), 1, 1),
        Event(1, 1.0, int(_K.ITEMS_LISTED), 1, 1, (), {"items": [1, 2]}),
        Event(2, 1.0, int(_K.NODE_STARTED), 2, 1, (0,)),
        Event(3, 1.0, int(_K.NODE_STARTED), 2, 1, (1,)),
        done,
    )
    let_go(state, done, journaled(done))
    assert state.bodies[(0,)][2].output == as_reference("body")
    for event in (item, form):
        state.apply(event)
        let_go(state, event, journaled(event))
    assert state.items[1, ()].results == [as_reference("result"), None]
    assert state.approvals[0, ()]["output"] == as_reference("answer")
