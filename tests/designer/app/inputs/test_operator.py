"""Operator mode: inputs, large buttons, state and result; nothing can be edited."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolBar

from floworch.model.workflow import Input
from floworch.run.events import EventKind
from floworch_designer.app.commands.actions import ROWS
from floworch_designer.app.inputs.operator import ALLOWED, NO_INPUTS

CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def press(window, qtbot, name, modifier):
    window.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(window, getattr(Qt.Key, f"Key_{name}"), modifier)


@pytest.fixture
def shown(window, flow, qtbot):
    """A workflow with an input, in operator mode by its key."""
    window.session.document.reset(flow(inputs={"who": Input(type="string", title="Who", required=True)},
                                       description="Greets somebody."))  # fmt: skip
    press(window, qtbot, "M", CONTROL_ALT)
    assert window.operator.on
    return window


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


def test_nothing_but_the_page_is_there_and_nothing_can_be_edited(shown, qtbot):
    assert not shown.menuBar().isVisible()
    assert not any(dock.isVisible() for dock in shown.docks.values())
    assert not any(bar.isVisible() for bar in shown.findChildren(QToolBar))
    assert not shown.canvases.isVisible()
    assert {row.id for row in ROWS if shown.commands[row.id].isEnabled()} <= ALLOWED
    before, tabs = shown.document.workflow, list(shown.tabs.all)
    for name in "ZNTSW":
        press(shown, qtbot, name, Qt.KeyboardModifier.ControlModifier)
    shown.show_panel("inspector")
    assert shown.document.workflow is before
    assert shown.tabs.all == tabs
    assert not shown.docks["inspector"].isVisible()


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


@pytest.fixture
def asked(shown, host, until):
    """A run whose only node waits for an answer; nothing more happens in it."""
    shown.session.inputs["demo"] = {"who": "Ada"}
    shown.commands["run.start"].trigger()
    until(lambda: host.streams.get(shown.controller.run_id))
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {"message": "Sure?"}}}
    for kind, payload in ((EventKind.NODE_STARTED, None), (EventKind.NODE_WAITING, wait)):
        host.push(shown.controller.run_id, kind, 0, payload)
    host.push(shown.controller.run_id, EventKind.RUN_SUSPENDED)
    until(lambda: shown.operator.page.status.text() == "Waiting")
    return shown


def shown_time(page):
    """What the result says next to "Time"."""
    texts = [label.text() for label in page.result.facts.findChildren(QLabel)]
    return texts[texts.index("Time") + 1]


def test_time_passes_while_a_run_waits(asked, monkeypatch):
    """Contract C15: waiting counts."""
    page, feed = asked.operator.page, asked.front_feed
    began = feed.live.started_at
    assert page.tick.isActive()
    monkeypatch.setattr(feed, "now", lambda: began + 25)
    page.tick.timeout.emit()
    assert shown_time(page) == "0:25"


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


def filled(page):
    """The buttons that stand out."""
    return [name for name, button in page.buttons.items() if button.property("kind") == "primary"]


def test_run_is_what_is_filled_before_a_run(shown):
    assert filled(shown.operator.page) == ["run.start"]


def test_while_a_question_waits_its_answer_is_what_is_filled(asked):
    assert asked.banners.shown["approval first"].buttons["Approve"].property("kind") == "primary"
    assert filled(asked.operator.page) == []


def test_the_way_back_restores_the_window(shown, qtbot):
    qtbot.mouseClick(shown.operator.page.leave, Qt.MouseButton.LeftButton)
    assert not shown.operator.on
    assert shown.menuBar().isVisible()
    assert shown.docks["palette"].isVisible()
    assert not shown.docks["outline"].isVisible()
    assert shown.canvases.isVisible()
    assert not shown.commands["view.operator"].isChecked()
    assert shown.commands["node.add"].isEnabled()
    assert not shown.findChildren(type(shown.operator.page)) or shown.operator.page is None


def test_opened_in_it_it_stays_in_it(shown, qtbot):
    shown.operator.set(False)
    shown.operator.lock()
    assert not shown.operator.page.leave.isVisible()
    press(shown, qtbot, "M", CONTROL_ALT)
    shown.operator.set(False)
    assert shown.operator.on


def test_a_change_that_leaves_the_inputs_leaves_the_page(shown):
    page, workflow = shown.operator.page, shown.document.workflow
    shown.document.apply(workflow.model_copy(update={"name": "Greeter", "description": ""}), "Rename")
    assert shown.operator.page is page
    texts = [label.text() for label in page.findChildren(type(page.status)) if label.isVisible()]
    assert "Greeter" in texts
    assert "Greets somebody." not in texts
    shown.document.apply(workflow.model_copy(update={"inputs": {}}), "Drop the input")
    assert shown.operator.page is not page


def test_another_workflow_brings_its_own_form(shown, flow):
    shown.document.reset(flow())
    texts = [label.text() for label in shown.operator.page.findChildren(type(shown.operator.page.status))]
    assert NO_INPUTS in texts
    assert not shown.operator.page.form.rows


def test_the_focus_does_not_look_for_a_place_among_what_is_put_away(window, flow, qtbot, monkeypatch):
    """Each part that is hidden with the focus in it would pass it on, over hundreds of others."""
    window.session.document.reset(flow(inputs={"who": Input(type="string", title="Who", required=True)}))
    window.canvas.setFocus()
    asked = []
    hides = window.docking.hides
    monkeypatch.setattr(window.docking, "hides", lambda widget: asked.append(widget) or hides(widget))
    press(window, qtbot, "M", CONTROL_ALT)
    (row,) = window.operator.page.form.rows.values()
    assert row.findChild(QLineEdit).hasFocus()
    press(window, qtbot, "M", CONTROL_ALT)
    assert window.canvas.hasFocus()
    assert asked == []
