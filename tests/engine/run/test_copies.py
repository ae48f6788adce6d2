"""A copied state is equal and goes its own way (contract C12)."""

from __future__ import annotations

import pytest
from run_dialogue import Dialogue, expands, fails, output, waits, workflow

from floworch.model.values import decode, encode
from floworch.run.copies import copy_state
from floworch.run.state import RunState

UNDO = {"effect": "idempotent", "compensate": {"action": "u", "retry": {"max_attempts": 2, "delay": 9}}}
LOOP = {"loop": {}, "x": {"parent": "loop"}, "w": {}, "b": {"on_error": "continue"}, "end": {"join": "any"}}
SAGA = {"a": UNDO, "loop": {}, "x": {"parent": "loop", **UNDO}, "end": {}}


def played(nodes, edges, script) -> Dialogue:
    run = Dialogue(workflow(nodes, *edges)).start()
    run.tell(run.scheduler.signal, "early", {"n": 1})
    run.play(script)
    return run


RUNS = {
    "items, waits and signals": lambda: played(
        LOOP, ("loop>end", "b>end"),
        {"loop": expands([1, 2, 3], 2, "collect"), "w": waits(), "b": fails(), "x": output("o", port="p")},
    ),
    "a rollback": lambda: played(
        SAGA, ("a>loop", "loop>end"),
        {"loop": expands([{"n": 1}, 2]), "x": output({"paid": 3}), "end": fails(), "~x": fails()},
    ),
}  # fmt: skip


def fresh(run: Dialogue) -> RunState:
    return RunState("r", "t", run.plan.ids, {}, 0.0, dict(run.plan.parents), run.plan.compensates)


def frozen(state: RunState) -> bytes:
    return encode({**state.pack(), "node_status": bytes(state.node_status)})


@pytest.mark.parametrize("name", RUNS)
def test_a_copy_after_any_event_ends_like_the_run_and_leaves_the_original_as_it_was(name: str) -> None:
    run = RUNS[name]()
    original, events = fresh(run), run.events
    assert len(events) > 20
    for cut, event in enumerate(events):
        before = frozen(original)
        copied = copy_state(original)
        assert frozen(copied) == before
        for later in events[cut:]:
            copied.apply(later)
        assert frozen(original) == before  # nothing the copy went through shows in it
        assert frozen(copied) == frozen(run.state)
        original.apply(event)


def test_every_slot_is_there() -> None:
    state = RunState("r", "w", ["a"])
    copied = copy_state(state)
    for name in RunState.__slots__:
        assert getattr(copied, name) == getattr(state, name), name
    assert decode(frozen(copied)) == decode(frozen(state))
