"""Runs of a part, steps, breakpoints, migration and called runs, by the keys a person presses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch.errors import FlowError
from floworch.run.events import EventKind
from floworch.run.status import RunStatus
from floworch_designer.app.running.partial import go_over
from floworch_designer.app.running.plan_view import count
from floworch_designer.document import edits

K, M = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def drawn(window, flow):
    """The workflow on the canvas with its second node selected and the focus there."""
    window.session.document.reset(flow())
    window.selection.set(["second"])
    window.activateWindow()
    window.canvas.setFocus()
    return window


def press(window, key, modifiers=M.NoModifier):
    """Press a key on the canvas of the window in front: the offscreen platform forgets which one that is."""
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, key, modifiers)


KEYS = {
    "to": (K.Key_Return, M.ControlModifier | M.ShiftModifier, {"to": ("second",)}),
    "from": (K.Key_Return, M.ControlModifier | M.AltModifier, {"from_": ("second",)}),
    "this": (K.Key_Return, M.AltModifier, {"to": ("second",), "from_": ("second",)}),
    "all": (K.Key_X, M.ControlModifier | M.AltModifier, {}),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_part_is_explained_on_the_canvas_and_enter_runs_it(drawn, host, until, qtbot, name):
    key, modifiers, form = KEYS[name]
    view = drawn.parts["partial"].view
    press(drawn, key, modifiers)
    until(lambda: bool(view.plan))
    assert host.asked == [("explain", form)]
    assert view.plan["second"] == ("runs", "because")
    assert drawn.canvas.overlay.plan == view.plan
    button = drawn.banners.shown["plan"].buttons["Run"]
    qtbot.keyClick(button, K.Key_Return)
    until(lambda: drawn.controller.status is RunStatus.RUNNING)
    assert host.asked[-1] == ("start", "demo", {}, *([form] if form else []))
    assert drawn.canvas.overlay.plan == {}


def test_the_same_command_again_runs_it_and_an_edit_takes_the_plan_away(drawn, until):
    view = drawn.parts["partial"].view
    for _ in range(2):
        drawn.commands["run.to_here"].trigger()
        until(lambda: bool(view.plan))
        drawn.commands["node.disable"].trigger()
        assert view.plan == {}
        assert "plan" not in drawn.banners.shown
    drawn.commands["run.to_here"].trigger()
    until(lambda: bool(view.plan))
    drawn.commands["run.to_here"].trigger()
    until(lambda: drawn.controller.status is RunStatus.RUNNING)


def test_a_refusal_is_told_and_cancel_does_nothing(drawn, until, qtbot):
    press(drawn, K.Key_F5, M.ControlModifier | M.ShiftModifier)
    until(lambda: "message" in drawn.banners.shown)
    assert "no run to compare" in drawn.banners.shown["message"].title.text()
    drawn.commands["run.this_node"].trigger()
    until(lambda: "plan" in drawn.banners.shown)
    qtbot.mouseClick(drawn.banners.shown["plan"].buttons["Cancel"], Qt.MouseButton.LeftButton)
    assert drawn.canvas.overlay.plan == {}
    assert drawn.controller.status is None


def test_f9_sets_a_breakpoint_and_takes_it_away_as_undo_steps(drawn):
    node = lambda: drawn.document.workflow.nodes["second"]  # noqa: E731
    press(drawn, K.Key_F9)
    assert node().breakpoint is True
    assert drawn.canvas.graph.boxes["second"].content.breakpoint
    press(drawn, K.Key_F9)
    assert not node().breakpoint
    drawn.commands["edit.undo"].trigger()
    assert node().breakpoint is True


def test_a_condition_is_typed_into_the_strip(drawn, qtbot):
    press(drawn, K.Key_F9, M.ShiftModifier)
    line = drawn.banners.shown["condition"].line
    qtbot.keyClicks(line, "nodes.first.output.a > 3")
    qtbot.keyClick(line, K.Key_Return)
    assert drawn.document.workflow.nodes["second"].breakpoint == "nodes.first.output.a > 3"
    press(drawn, K.Key_F9, M.ShiftModifier)
    assert drawn.banners.shown["condition"].line.text() == "nodes.first.output.a > 3"


def test_f10_starts_a_run_that_stops_at_once_and_then_runs_one_node(drawn, host, until, qtbot):
    press(drawn, K.Key_F10)
    until(lambda: drawn.controller.status is RunStatus.RUNNING)
    run_id = drawn.controller.run_id
    assert host.asked[-1] == ("start", "demo", {}, {"step": True})
    host.push(run_id, EventKind.RUN_PAUSED)
    until(lambda: drawn.controller.status is RunStatus.PAUSED)
    press(drawn, K.Key_F10)
    until(lambda: host.asked[-1] == ("step", run_id, None))


@pytest.mark.parametrize("possible", [True, False])
def test_a_paused_run_goes_over_to_the_edited_definition_after_an_explanation(drawn, host, until, qtbot, possible):
    drawn.commands["run.start"].trigger()
    until(lambda: drawn.controller.status is RunStatus.RUNNING)
    run_id = drawn.controller.run_id
    assert not drawn.commands["run.migrate"].isEnabled()
    host.push(run_id, EventKind.RUN_PAUSED)
    until(drawn.commands["run.migrate"].isEnabled)
    drawn.document.apply(edits.set_param(drawn.document.workflow, "second", "message", "other"), "Edit")
    host.migration = {"possible": possible, "needed": True, "refused": [] if possible else ["second: it is done"],
                      "nodes": [{"node": "second", "what": "runs", "reason": "it changed"}]}  # fmt: skip
    press(drawn, K.Key_F7, M.ControlModifier)
    until(lambda: "plan" in drawn.banners.shown)
    assert drawn.canvas.overlay.plan == {"second": ("runs", "it changed")}
    banner = drawn.banners.shown["plan"]
    if not possible:
        assert "second: it is done" in banner.text.text()
        assert list(banner.buttons) == ["Cancel"]
        return
    qtbot.mouseClick(banner.buttons["Go over and resume"], Qt.MouseButton.LeftButton)
    until(lambda: host.asked[-1] == ("resume", run_id, "workflow"))


def test_a_called_run_is_opened_from_its_node(drawn, host, until, qtbot, flow):
    drawn.commands["run.start"].trigger()
    until(lambda: drawn.controller.status is RunStatus.RUNNING)
    caller = drawn.controller.run_id
    assert not drawn.commands["run.child"].isEnabled()
    called = host.add(flow(), "called-1")
    drawn.controller.feed.state.children[(1, ())] = called
    drawn.refresh_actions()
    press(drawn, K.Key_Down, M.AltModifier)
    until(lambda: drawn.controller.run_id == called)
    drawn.controller.feed.header.options["parent"] = {"run_id": caller}
    drawn.refresh_actions()
    press(drawn, K.Key_Up, M.AltModifier)
    until(lambda: drawn.controller.run_id == caller)


def test_counts_are_in_words():
    assert count({"a": ("runs", ""), "b": ("runs", ""), "c": ("out", "")}) == "2 nodes run · 1 take no part"


def asks(drawn, host, until):
    """A run of what is drawn waits for an approval; returns its id."""
    drawn.commands["run.start"].trigger()
    until(lambda: drawn.controller.status is RunStatus.RUNNING)
    run_id = drawn.controller.run_id
    host.ask(run_id)
    until(lambda: drawn.controller.status is RunStatus.SUSPENDED)
    return run_id


def test_a_run_that_waits_for_somebody_can_be_paused(drawn, host, until):
    """C7.1: approvals are kept while a run is paused."""
    run_id = asks(drawn, host, until)
    until(drawn.commands["run.pause"].isEnabled)
    assert not drawn.commands["run.resume"].isEnabled()  # F6 means one of them
    drawn.commands["run.pause"].trigger()
    until(lambda: ("pause", run_id, False) in host.asked)
    until(drawn.commands["run.resume"].isEnabled)
    assert not drawn.commands["run.pause"].isEnabled()


def test_a_run_that_waits_is_paused_before_it_goes_over_and_the_strip_says_so(drawn, host, until, qtbot):
    """C7.5: a process has the run though it only waits, and lets it go over once it is paused."""
    run_id = asks(drawn, host, until)
    drawn.document.apply(edits.set_param(drawn.document.workflow, "second", "message", "other"), "Edit")
    until(drawn.commands["run.migrate"].isEnabled)
    drawn.commands["run.migrate"].trigger()
    until(lambda: "plan" in drawn.banners.shown)
    banner = drawn.banners.shown["plan"]
    assert "is paused for it" in banner.text.text()
    assert ("pause", run_id, False) not in host.asked
    qtbot.mouseClick(banner.buttons["Go over and resume"], Qt.MouseButton.LeftButton)
    until(lambda: host.asked[-1] == ("resume", run_id, "workflow"))
    assert host.asked.index(("pause", run_id, False)) < host.asked.index(("resume", run_id, "workflow"))


def test_a_run_that_may_not_go_over_after_all_waits_again(drawn, host, until, monkeypatch, loop):
    run_id = asks(drawn, host, until)
    resume = host.resume

    async def refuses(run_id, **options):
        if options:
            raise FlowError("It cannot go over.")
        await resume(run_id)

    monkeypatch.setattr(host, "resume", refuses)
    with pytest.raises(FlowError, match="cannot go over"):
        loop.run_until_complete(go_over(drawn.controller, run_id, drawn.document.workflow))
    assert [what[0] for what in host.asked[-2:]] == ["pause", "resume"]
