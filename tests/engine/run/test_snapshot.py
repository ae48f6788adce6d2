"""The fold as plain values and back, after every event (journal.md section 3)."""

from __future__ import annotations

import pytest
from run_dialogue import Dialogue, expands, fails, output, waits, workflow

from floworch.run.state import RunState


def test_a_snapshot_after_any_event_equals_the_fold() -> None:
    nodes = {"loop": {}, "x": {"parent": "loop"}, "w": {}, "b": {"on_error": "continue"}, "end": {"join": "any"}}
    run = Dialogue(workflow(nodes, "loop>end", "b>end")).start()
    run.tell(run.scheduler.signal, "early", {"n": 1})
    run.play({"loop": expands([1, 2, 3], 2, "collect"), "w": waits(), "b": fails(), "x": output("o", port="p")})
    for cut in range(1, len(run.events) + 1):
        state = run.crash(cut).state
        other = RunState("r", "t", run.plan.ids, {}, 0.0, dict(run.plan.parents))
        other.unpack(state.pack())
        assert other.pack() == state.pack()
        assert other.to_json() == state.to_json()


def test_a_snapshot_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        RunState("r", "t", ["a"]).unpack({"version": 99})
