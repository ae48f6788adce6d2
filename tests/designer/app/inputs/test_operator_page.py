"""The page of operator mode: inputs, buttons, what happens and what came of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from floworch.run.events import EventKind
from floworch_designer.app.inputs.operator_page import NO_INPUTS


def test_inputs_are_typed_the_run_is_controlled_by_buttons_and_its_state_is_told(shown, qtbot, host, until):
    page = shown.operator.page
    (row,) = page.form.rows.values()
    qtbot.keyClicks(row.findChild(QLineEdit), "Ada")
    assert page.status.text() == "Not running"
    assert not page.buttons["run.pause"].isEnabled()
    qtbot.mouseClick(page.buttons["run.start"], Qt.MouseButton.LeftButton)
    until(lambda: shown.controller.busy)
    assert host.asked[-1] == ("start", "demo", {"who": "Ada"})
    until(lambda: page.status.text().startswith("Running"))
    until(page.buttons["run.pause"].isEnabled)
    assert not page.buttons["run.start"].isEnabled()
    qtbot.mouseClick(page.buttons["run.pause"], Qt.MouseButton.LeftButton)
    until(page.buttons["run.resume"].isVisible)
    until(lambda: page.status.text() == "Paused")
    qtbot.mouseClick(page.buttons["run.resume"], Qt.MouseButton.LeftButton)
    until(page.buttons["run.stop"].isEnabled)
    run = shown.controller.run_id
    until(lambda: host.streams.get(run))
    for kind, node in ((EventKind.NODE_STARTED, 0), (EventKind.NODE_COMPLETED, 0)):
        host.push(run, kind, node, {"output": 1} if kind is EventKind.NODE_COMPLETED else None)
    host.push(run, EventKind.RUN_COMPLETED, payload={"outputs": {"said": "Hello Ada"}})
    until(lambda: page.status.text() == "Completed")
    assert page.progress.value() == 1
    assert page.result.outputs_section.isVisible()


def test_an_approval_is_answered_in_it(shown, host, until, qtbot):
    shown.session.inputs["demo"] = {"who": "Ada"}
    shown.commands["run.start"].trigger()
    until(lambda: host.streams.get(shown.controller.run_id))
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {"message": "Sure?"}}}
    for kind, payload in ((EventKind.NODE_STARTED, None), (EventKind.NODE_WAITING, wait)):
        host.push(shown.controller.run_id, kind, 0, payload)
    until(lambda: "approval first" in shown.banners.shown)
    banner = shown.banners.shown["approval first"]
    assert banner.isVisible()
    qtbot.mouseClick(banner.buttons["Approve"], Qt.MouseButton.LeftButton)
    until(lambda: any(what[0] == "approve" for what in host.asked))


@pytest.mark.parametrize(
    ("ends", "status", "told"),
    [(False, "Waiting", "This workflow needs no inputs."), (True, "Completed", NO_INPUTS)],
)
def test_nobody_is_told_to_press_run_while_a_run_is_under_way(window, flow, press, host, until, ends, status, told):
    """designer.md, operator mode: a run that waits for an answer is answered, and no second one begun."""
    window.session.document.reset(flow())
    press("M", alt=True)
    page = window.operator.page
    assert page.none.isVisible()
    assert page.none.text() == NO_INPUTS
    window.commands["run.start"].trigger()
    until(lambda: host.streams.get(window.controller.run_id))
    until(lambda: page.none.text() == "This workflow needs no inputs.")
    if ends:
        host.push(window.controller.run_id, EventKind.RUN_COMPLETED, payload={"outputs": {}})
    else:
        host.ask(window.controller.run_id)
    until(lambda: page.status.text() == status)
    assert page.none.text() == told


def test_time_passes_while_a_run_waits(asked, monkeypatch):
    """Contract C15: waiting counts."""
    page, feed = asked.operator.page, asked.front_feed
    began = feed.live.started_at
    assert page.tick.isActive()
    monkeypatch.setattr(feed, "now", lambda: began + 25)
    page.tick.timeout.emit()
    assert page.clock.text() == "0:25"


def test_the_clock_stands_when_the_run_has_ended(shown, host, until):
    shown.session.inputs["demo"] = {"who": "Ada"}
    shown.commands["run.start"].trigger()
    until(lambda: host.streams.get(shown.controller.run_id))
    host.push(shown.controller.run_id, EventKind.RUN_COMPLETED, payload={"outputs": {}})
    until(lambda: shown.operator.page.status.text() == "Completed")
    assert not shown.operator.page.tick.isActive()


def test_the_state_is_shown_in_the_colours_of_another_theme(asked):
    page = asked.operator.page
    labels = (page.glyph, page.result.glyph)
    before = [label.pixmap().toImage() for label in labels]
    asked.theme.turn("light" if asked.theme.name == "dark" else "dark")
    asked.retheme()
    assert asked.theme.tokens["waiting"] in page.status.styleSheet()
    for label, old in zip(labels, before, strict=True):
        assert label.pixmap().toImage() != old


def test_how_a_run_failed_is_told_once_with_what_can_be_done_here(failed, host, until, qtbot):
    page = failed.operator.page
    assert page.why.text() == "The run failed at “first”."
    assert page.hint.text() == "No such folder. Correct the path."
    assert page.hint.isVisible()
    assert not page.result.error.isVisible(), "it would say the same again"
    assert "message" not in failed.banners.shown, "its buttons lead to what is not here"
    qtbot.mouseClick(page.buttons["run.retry"], Qt.MouseButton.LeftButton)
    until(lambda: ("retry", failed.controller.run_id) in host.asked)


def test_a_traceback_is_there_to_be_passed_on(failed, host, until):
    error = failed.controller.feed.live.error
    host.push(failed.controller.run_id, EventKind.RUN_RETRIED, payload={"reset": ["first"]})
    failed.runs.open_run(failed.controller.run_id)
    host.push(failed.controller.run_id, EventKind.RUN_FAILED, payload={"error": {**error, "traceback": "line 1"}})
    until(failed.operator.page.result.error.isVisible)


def test_what_happens_now_is_told_step_by_step(asked):
    page = asked.operator.page
    assert page.now.isVisible()
    _, _, title, words = page.now.rows[0]
    assert (title.text(), words.text()) == ("first", "waits for an answer")
    assert page.waiting.isVisible()


def test_what_can_not_be_done_has_no_button(shown):
    visible = {name for name, button in shown.operator.page.buttons.items() if button.isVisible()}
    assert visible == {"run.start"}
    assert shown.operator.page.empty.isVisible()


def test_an_earlier_run_of_the_workflow_is_shown_by_a_click(asked, host, flow, until, qtbot):
    host.add(flow(), "old")
    host.push("old", EventKind.RUN_STARTED)
    host.push("old", EventKind.RUN_COMPLETED, payload={"outputs": {"said": "Hello"}})
    host.add(flow().replace(id="other"), "foreign")
    asked.runs.refresh_history()
    page = asked.operator.page
    until(lambda: "old" in {line.run_id for line in page.runs.lines if line.isVisible()})
    assert "foreign" not in {line.run_id for line in page.runs.lines}
    (line,) = (line for line in page.runs.lines if line.run_id == "old")
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    until(lambda: page.status.text() == "Completed")
    assert page.result.outputs_section.isVisible()
    assert line.property("shown") == "true"


def test_an_earlier_version_that_was_looked_at_is_on_the_canvas_afterwards(asked, host, flow, until, qtbot):
    """In the frame after the panels: one that makes both took over 100 ms (designer.md)."""
    host.push(host.add(flow(middleware=({"use": "log"},)), "old"), EventKind.RUN_COMPLETED)
    asked.runs.refresh_history()
    lines = asked.operator.page.runs.lines
    until(lambda: "old" in {line.run_id for line in lines if line.isVisible()})
    qtbot.mouseClick(next(line for line in lines if line.run_id == "old"), Qt.MouseButton.LeftButton)
    until(lambda: asked.controller.feed.header is not None and asked.controller.run_id == "old")
    qtbot.mouseClick(asked.operator.page.leave, Qt.MouseButton.LeftButton)
    assert not asked.viewing
    until(lambda: asked.viewing)
    assert asked.document.workflow.middleware
    assert asked.focusWidget() is asked.canvas


def filled(page):
    """The buttons that stand out."""
    return [name for name, button in page.buttons.items() if button.property("kind") == "primary"]


def test_run_is_what_is_filled_before_a_run(shown):
    assert filled(shown.operator.page) == ["run.start"]


def test_while_a_question_waits_its_answer_is_what_is_filled(asked):
    assert asked.banners.shown["approval first"].buttons["Approve"].property("kind") == "primary"
    assert filled(asked.operator.page) == []
