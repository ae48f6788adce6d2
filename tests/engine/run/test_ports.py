"""Which ports an ended node has fired (C2.2, C2.6)."""

from __future__ import annotations

from run_dialogue import Dialogue, expands, fails, output, workflow

from floworch.run.ports import fired_ports, port_fired


def test_ports_by_ending() -> None:
    nodes = {"ok": {}, "bad": {"on_error": "continue"}, "port": {}, "off": {"disabled": True}}
    run = Dialogue(workflow(nodes)).start().play({"bad": fails(), "port": output(1, port="yes", also=["out"])})
    index = run.plan.index
    assert fired_ports(run.state, index["ok"], (), False) == ("out", "done")
    assert fired_ports(run.state, index["port"], (), False) == ("yes", "out", "done")
    assert not port_fired(run.state, index["bad"], (), "out", False)
    assert port_fired(run.state, index["bad"], (), "out", True)
    assert port_fired(run.state, index["off"], (), "anything", False)
    assert not port_fired(run.state, index["off"], (), "error", False)


def test_asking_changes_nothing() -> None:
    """A body node that has not begun gets no record by being asked about."""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}, "y": {"parent": "loop"}}, "x>y")).start()
    run.answer(expands([1]))
    before = run.state.pack()
    assert fired_ports(run.state, run.plan.index["y"], (0,), False) == ()
    assert run.state.pack() == before
