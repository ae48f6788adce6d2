"""Operator mode: nothing can be edited, and the way back restores the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QToolBar

from floworch.model.workflow import Input
from floworch_designer.app.commands.actions import ROWS
from floworch_designer.app.inputs.operator import ALLOWED
from floworch_designer.app.inputs.operator_page import NO_INPUTS


def test_nothing_but_the_page_is_there_and_nothing_can_be_edited(shown, press):
    assert not shown.menuBar().isVisible()
    assert not any(dock.isVisible() for dock in shown.docks.values())
    assert not any(bar.isVisible() for bar in shown.findChildren(QToolBar))
    assert not shown.canvases.isVisible()
    assert {row.id for row in ROWS if shown.commands[row.id].isEnabled()} <= ALLOWED
    before, tabs = shown.document.workflow, list(shown.tabs.all)
    for name in "ZNTSW":
        press(name)
    shown.show_panel("inspector")
    assert shown.document.workflow is before
    assert shown.tabs.all == tabs
    assert not shown.docks["inspector"].isVisible()


def test_the_strip_of_a_failure_is_there_again_while_editing(failed):
    failed.operator.set(False)
    assert "Retry…" in failed.banners.shown["message"].buttons
    failed.operator.set(True)
    assert "message" not in failed.banners.shown


def test_no_replay_bar_comes_with_a_run(asked):
    assert not asked.scrubber.isVisible()
    asked.operator.set(False)
    assert asked.scrubber.isVisible()


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


def test_opened_in_it_it_stays_in_it(shown, press):
    shown.operator.set(False)
    shown.operator.lock()
    assert not shown.operator.page.leave.isVisible()
    press("M", alt=True)
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


def test_the_focus_does_not_look_for_a_place_among_what_is_put_away(window, flow, press, monkeypatch):
    """Each part that is hidden with the focus in it would pass it on, over hundreds of others."""
    window.session.document.reset(flow(inputs={"who": Input(type="string", title="Who", required=True)}))
    window.canvas.setFocus()
    asked = []
    hides = window.docking.hides
    monkeypatch.setattr(window.docking, "hides", lambda widget: asked.append(widget) or hides(widget))
    press("M", alt=True)
    (row,) = window.operator.page.form.rows.values()
    assert row.findChild(QLineEdit).hasFocus()
    press("M", alt=True)
    assert window.canvas.hasFocus()
    assert asked == []
