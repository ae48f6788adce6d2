"""The fold as plain values and back, after every event (journal.md section 3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_dialogue import Dialogue, expands, fails, output, waits, workflow

from floworch.model.values import decode, encode
from floworch.run.state import RunState


def test_a_snapshot_after_any_event_equals_the_fold() -> None:
    nodes = {"loop": {}, "x": {"parent": "loop"}, "w": {}, "b": {"on_error": "continue"}, "end": {"join": "any"}}
    run = Dialogue(workflow(nodes, "loop>end", "b>end")).start()
    run.tell(run.scheduler.signal, "early", {"n": 1})
    run.play({"loop": expands([1, 2, 3], 2, "collect"), "w": waits(), "b": fails(), "x": output("o", port="p")})
    for cut in range(1, len(run.events) + 1):
        state = run.crash(cut).state
        other = RunState("r", "t", run.plan.ids, {}, 0.0, dict(run.plan.parents), run.plan.compensates)
        other.unpack(state.pack())
        assert other.pack() == state.pack()
        assert other.to_json() == state.to_json()


def test_a_snapshot_in_a_rollback_holds_what_is_left_to_do() -> None:
    """C9, C12: also of items that have ended long since."""
    undo = {"effect": "idempotent", "compensate": {"action": "u", "retry": {"max_attempts": 2, "delay": 9}}}
    nodes = {"a": undo, "loop": {}, "x": {"parent": "loop", **undo}, "end": {}}
    run = Dialogue(workflow(nodes, "a>loop", "loop>end")).start()
    run.play({"loop": expands([{"n": 1}, 2]), "x": output({"paid": 3}), "end": fails(), "~x": fails()})
    words = set()
    for cut in range(1, len(run.events) + 1):
        state = run.crash(cut).state
        words.add(str(state.status))
        other = RunState("r", "t", run.plan.ids, {}, 0.0, dict(run.plan.parents), run.plan.compensates)
        other.unpack(decode(encode({**state.pack(), "node_status": bytes(state.node_status)})))
        assert slots(other) == slots(state)
    assert words == {"created", "running", "rolling_back", "failed"}


def test_a_snapshot_without_a_saga_still_opens() -> None:
    """C12: written by a version that knew no compensation."""
    run = Dialogue(workflow({"a": {"compensate": {"action": "u"}}})).start().play()
    packed = run.state.pack()
    del packed["saga"]
    other = RunState("r", "t", run.plan.ids, {}, 0.0, {}, run.plan.compensates)
    other.unpack(packed)
    assert other.status == "completed"


def test_a_snapshot_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        RunState("r", "t", ["a"]).unpack({"version": 99})


NESTED = workflow(
    {
        "outer": {}, "inner": {"parent": "outer"}, "x": {"parent": "inner", "retry": {"max_attempts": 2, "delay": 9}},
        "ask": {"parent": "outer", "on_error": "continue"}, "a": {}, "end": {"join": "any"},
    },
    "inner>ask", "outer>end", "a>end", settings={"fail_fast": False},
)  # fmt: skip


def deep(value: Any) -> Any:
    """A slot of a state as values that compare by content."""
    if isinstance(value, dict):
        return {key: deep(item) for key, item in value.items()}
    if isinstance(value, list):
        return [deep(item) for item in value]
    if hasattr(value, "__slots__") and not isinstance(value, (str, int, tuple, bytes)):
        return {name: deep(getattr(value, name)) for name in value.__slots__}
    return value


def slots(state: RunState) -> dict[str, Any]:
    return {name: deep(getattr(state, name)) for name in RunState.__slots__}


def answer_oddly(run: Dialogue, choice: int) -> None:
    """Answer one attempt in a way that the choice picks; signals and answers come at odd moments."""
    command = run.started[choice % len(run.started)]
    name = run.plan.ids[command.node]
    if choice == 4:
        run.tell(run.scheduler.signal, "n", {"at": run.now})
    if choice == 5:
        run.tell(run.scheduler.answer, command.node, command.scope, True, "ann", "")
    if name in ("outer", "inner"):
        run.answer(expands([1, b"two"], 2, "stop" if choice == 1 else "collect"), command)
    elif choice == 0:
        run.answer(fails(), command)
    elif choice == 1 and name != "x":
        run.answer(waits("approval", due=9_000.0), command)
    else:
        run.answer(output({"by": name}, port="p" if choice == 2 else "out", data={"set": {name: choice}}), command)


@given(st.lists(st.integers(0, 5), min_size=40, max_size=40), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_every_slot_survives_the_way_through_bytes_at_every_event_of_any_run(choices: list[int], limit: int) -> None:
    """C12, C10.1: nested scopes, waits, signals, approvals, retries, ports; and the folds go on alike."""
    run = Dialogue(NESTED, limit).start()
    for choice in choices:
        if run.started:
            answer_oddly(run, choice)
        elif run.timers and run.state.status == "running":
            run.fire()
    fold = run.crash(0).state
    for number, event in enumerate(run.events):
        fold.apply(event)
        other = run.crash(0).state
        other.unpack(decode(encode(fold.pack())))
        assert slots(other) == slots(fold)
        if number + 1 < len(run.events) and number % 7 == 0:
            for later in run.events[number + 1 :]:
                other.apply(later)
            assert slots(other) == slots(run.state)


def test_a_snapshot_of_before_tallies_is_still_read() -> None:
    """C7.4: a store is kept over an update."""
    run = Dialogue(NESTED).start()
    run.answer(expands([1], 1), run.started[-1])
    packed = run.state.pack()
    for row in packed["items"]:
        del row[2]["tally"]
    other = run.crash(0).state
    other.unpack(packed)
    assert slots(other) == slots(run.state)
