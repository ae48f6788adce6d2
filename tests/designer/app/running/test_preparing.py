"""What a run is started with."""

from __future__ import annotations

from floworch.model.workflow import Node
from floworch_designer.app.running.preparing import prepare


def test_errors_are_told_and_nothing_is_given(window, flow, loop):
    window.session.document.reset(flow().replace(nodes={"x": Node(action="no.such")}, edges=()))
    assert loop.run_until_complete(prepare(window, ask=False)) is None
    assert "cannot run yet" in window.banners.shown["message"].title.text()
    assert window.docks["problems"].isVisible()


def test_only_declared_inputs_are_given(window, flow, loop):
    window.session.document.reset(flow())
    window.session.inputs["demo"] = {"gone": 1}
    workflow, inputs = loop.run_until_complete(prepare(window, ask=False))
    assert (workflow.id, inputs) == ("demo", {})
