"""What a run is started with."""

from __future__ import annotations

from floworch.model.workflow import Node
from floworch_designer.app.running.preparing import prepare


def test_errors_are_told_and_nothing_is_given(window, flow, loop):
    window.session.document.reset(flow().replace(nodes={"x": Node(action="no.such")}, edges=()))
    assert loop.run_until_complete(prepare(window, ask=False)) is None
    assert "cannot run yet" in window.banners.shown["message"].title.text()
    assert window.docks["problems"].isVisible()


def test_the_strip_goes_when_nothing_is_in_the_way_any_more(window, flow, loop):
    document = window.session.document
    document.reset(flow().replace(nodes={"x": Node(action="no.such"), "y": Node(action="no.such")}, edges=()))
    loop.run_until_complete(prepare(window, ask=False))
    document.apply(document.workflow.replace(nodes={"x": Node(action="no.such")}), "Edit")
    assert len(document.check_now()) == 1
    assert "message" in window.banners.shown
    document.apply(flow(), "Edit")
    assert not document.check_now()
    assert "message" not in window.banners.shown


def test_a_strip_that_was_shown_since_stays_when_the_problems_go(window, flow, loop):
    document = window.session.document
    document.reset(flow().replace(nodes={"x": Node(action="no.such")}, edges=()))
    loop.run_until_complete(prepare(window, ask=False))
    window.tell("warning", "Something else.")
    document.apply(flow(), "Edit")
    document.check_now()
    assert window.banners.shown["message"].title.text() == "Something else."


def test_only_declared_inputs_are_given(window, flow, loop):
    window.session.document.reset(flow())
    window.session.inputs["demo"] = {"gone": 1}
    workflow, inputs = loop.run_until_complete(prepare(window, ask=False))
    assert (workflow.id, inputs) == ("demo", {})
