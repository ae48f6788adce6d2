"""What a caller holds of a live state is its own (C6.1)."""

from __future__ import annotations

import copy
import pickle

import pytest
from run_dialogue import Dialogue, output, workflow

from floworch.run.seen import seen


def ended() -> Dialogue:
    return Dialogue(workflow({"a": {}})).start().play({"a": output({"n": [1]}, data={"set": {"k": [1]}})})


def test_what_is_done_to_it_does_not_reach_the_run() -> None:
    run = ended()
    before = run.state.pack()
    state = seen(run.state)
    state.data["k"].append(2)
    state.output[0]["n"].append(2)
    state.inputs["x"] = 1
    state.node("a").output["n"].append(2)
    state.to_json()["data"]["k"].append(2)
    state.pack()["data"]["k"].append(2)
    with pytest.raises(TypeError):
        state.node_status[0] = 0
    with pytest.raises(AttributeError, match="read only"):
        state.data = {}
    assert run.state.pack() == before


def test_it_reads_as_the_state_does_and_goes_on_with_it() -> None:
    run = Dialogue(workflow({"a": {}})).start()
    state = seen(run.state)
    assert (state.status, state.status_of("a"), repr(state)) == ("running", "running", repr(run.state))
    run.play()
    assert (state.status, state.seq, state.to_json()) == ("completed", run.state.seq, run.state.to_json())


def test_a_copy_is_a_view_of_a_copy() -> None:
    state = seen(ended().state)
    for same in (copy.copy(state), copy.deepcopy(state), pickle.loads(pickle.dumps(state))):
        assert same.to_json() == state.to_json()
