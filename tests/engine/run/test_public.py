"""Events as scripts see them (C12, interfaces.md section 4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_dialogue import Dialogue, expands, fails, output, waits, workflow

from floworch.run.events import UNSYNCED, Event, EventKind
from floworch.run.public import RunEvent, public_event

KEYS = ["run_id", "seq", "at", "kind", "node", "attempt", "item"]


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_has_one_flat_shape(kind: EventKind) -> None:
    """The kind in snake case, the time in ISO-8601 with milliseconds and Z."""
    event = Event(7, 1_767_261_600.25, kind, 1, 2, (), {"extra": [1, {"k": None}]})
    line = public_event(event, "order-1", ("a", "pay"))
    assert list(line)[:7] == KEYS
    assert line == {
        "run_id": "order-1", "seq": 7, "at": "2026-01-01T10:00:00.250Z", "kind": kind.name.lower(), "node": "pay",
        "attempt": 2, "item": None, "extra": [1, {"k": None}],
    }  # fmt: skip
    assert json.loads(json.dumps(line)) == line


def test_words_are_in_the_past_tense_that_scripts_rely_on() -> None:
    promised = (
        "run_created run_started node_started node_completed node_failed node_retrying node_waiting node_skipped "
        "node_bypassed run_paused run_resumed run_completed run_failed run_cancelled"
    )
    assert set(promised.split()) <= {kind.public for kind in EventKind}


def test_a_fact_of_the_whole_run_has_no_node_attempt_or_item() -> None:
    line = public_event(Event(0, 0.0, EventKind.RUN_CREATED), "r", ())
    assert (line["node"], line["attempt"], line["item"]) == (None, None, None)
    assert list(line) == KEYS


@pytest.mark.parametrize(("scope", "item"), [((), None), ((0,), 0), ((7,), 7), ((1, 0), [1, 0])])
def test_the_item_is_an_index_or_in_nested_containers_a_list(scope: tuple[int, ...], item: Any) -> None:
    assert public_event(Event(1, 0.0, EventKind.NODE_STARTED, 0, 1, scope), "r", ("a",))["item"] == item


@given(st.dictionaries(st.sampled_from([*KEYS, "error", "output", "name"]), st.integers(), max_size=8))
def test_no_payload_key_hides_one_of_the_events_own(payload: dict[str, int]) -> None:
    before = dict(payload)
    event = Event(3, 1.5, EventKind.SIGNAL_RECEIVED, -1, 0, (), payload)
    line = public_event(event, "r", ("a",))
    bare = public_event(Event(3, 1.5, EventKind.SIGNAL_RECEIVED), "r", ("a",))
    assert {key: line[key] for key in KEYS} == bare
    for key, value in payload.items():
        assert line[f"{key}_" if key in KEYS else key] == value
    assert payload == before


def test_a_whole_run_is_written_line_by_line_in_order() -> None:
    """C12: seq is gapless, and every line is JSON."""
    nodes = {"loop": {}, "x": {"parent": "loop", "retry": {"max_attempts": 2, "delay": 1}}, "w": {}}
    run = Dialogue(workflow(nodes, "loop>w")).start()
    run.play(
        lambda name, scope, attempt: {
            "loop": expands("ab"),
            "w": waits("timer", due=5_000.0, on_timeout="complete"),
            "x": fails() if attempt == 1 else output(1),
        }[name]
    )
    run.fire()
    lines = [json.loads(json.dumps(public_event(event, "r", run.plan.ids))) for event in run.events]
    assert [line["seq"] for line in lines] == list(range(len(lines)))
    assert lines[0]["kind"] == "run_created"
    assert lines[-1]["kind"] == "run_completed"
    assert {line["item"] for line in lines if line["node"] == "x"} == {0, 1}
    retrying = next(line for line in lines if line["kind"] == "node_retrying")
    assert retrying["error"]["kind"] == "processing_error"


def test_numbers_of_kinds_never_change() -> None:
    """C12: they stand in journals."""
    numbers = {
        "RUN_CREATED": 0, "RUN_STARTED": 1, "RUN_PAUSED": 3, "RUN_COMPLETED": 8, "RUN_FAILED": 9, "RUN_CANCELLED": 10,
        "NODE_STARTED": 20, "NODE_COMPLETED": 21, "NODE_FAILED": 22, "NODE_RETRYING": 23, "NODE_WAITING": 24,
        "NODE_SKIPPED": 25, "NODE_BYPASSED": 26, "ITEMS_LISTED": 40, "ITEM_COMPLETED": 42, "ITEM_FAILED": 43,
        "SIGNAL_RECEIVED": 50, "APPROVAL_GIVEN": 51, "FORM_SUBMITTED": 52, "NODE_LOGGED": 60, "NODE_PROGRESSED": 61,
    }  # fmt: skip
    assert {name: int(EventKind[name]) for name in numbers} == numbers
    assert {kind.name for kind in UNSYNCED} == {"NODE_LOGGED", "NODE_PROGRESSED"}


def test_python_sees_words_and_ids() -> None:
    """interfaces.md section 2: what ``run.events()`` gives needs no table to be read."""
    record = Event(7, 2.0, EventKind.NODE_COMPLETED, 1, 2, (3,), {"output": 5})
    event = RunEvent.of(record, "order-1", ("a", "pay"))
    assert (event.kind, event.node, event.attempt, event.item, event.payload) == (
        "node_completed",
        "pay",
        2,
        3,
        {"output": 5},
    )
    assert str(event) == "7 node_completed pay[3]"
    assert event.to_json() == public_event(record, "order-1", ("a", "pay"))
    assert event == RunEvent.of(record, "order-1", ("a", "pay"))


def test_a_fact_of_the_whole_run_names_no_node() -> None:
    event = RunEvent.of(Event(0, 2.0, EventKind.RUN_CREATED), "r", ("a",))
    assert (event.kind, event.node, event.attempt, event.item, event.payload) == ("run_created", None, None, None, {})
    assert (str(event), event.to_json()["node"]) == ("0 run_created", None)
