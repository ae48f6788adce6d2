"""While a run goes on with another version than the edited one, the foot of the window names both."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.model.codec import logic_hash
from floworch.run.events import EventKind
from floworch.run.status import RunStatus
from floworch_designer.app.versions import version_note
from floworch_designer.runs.controller import runs_as


@pytest.mark.parametrize("at_once", [200, 0])
def test_both_versions_are_named_from_the_first_edit_until_it_is_taken_back(
    window, host, until, flow, monkeypatch, at_once
):
    monkeypatch.setattr(version_note, "AT_ONCE", at_once)  # 0: on a thread, as large ones are
    window.session.document.reset(flow())
    label = window.status_strip.versions

    def key(which, held=Qt.KeyboardModifier.NoModifier):
        window.activateWindow()
        window.canvas.setFocus()
        QApplication.processEvents()
        QTest.keyClick(window.canvas, which, held)

    key(Qt.Key.Key_F5)
    until(lambda: window.controller.status is RunStatus.RUNNING)
    ran = logic_hash(window.document.workflow)[:7]
    assert label.isHidden()
    window.selection.set(["second"])
    key(Qt.Key.Key_D)
    until(lambda: not label.isHidden())
    edited = logic_hash(window.document.workflow)[:7]
    assert label.text() == f"Running version {ran}, editing version {edited}"
    host.push(window.controller.run_id, EventKind.RUN_COMPLETED)
    until(lambda: label.text() == f"The run had version {ran}, editing version {edited}")
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(label.isHidden)


def test_titles_and_places_make_no_other_version(window, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.status is RunStatus.RUNNING)
    window.document.apply(window.document.workflow.replace(name="Other words"), "Rename")
    until(lambda: not window.version_note._timer.isActive())
    assert window.status_strip.versions.isHidden()


def test_what_a_run_was_begun_with_is_not_hashed_and_another_version_once(window, host, until, flow, monkeypatch):
    """performance.md, live run: hashing 10 000 nodes on a thread held the interpreter while the run was painted."""
    hashed = []
    whole = version_note._hash
    monkeypatch.setattr(version_note, "_hash", lambda workflow: hashed.append(workflow) or whole(workflow))
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.status is RunStatus.RUNNING and not window.version_note._timer.isActive())
    assert hashed == []
    workflow = window.document.workflow
    nodes = {**workflow.nodes, "second": workflow.nodes["second"].replace(timeout="5s")}
    window.document.apply(workflow.replace(nodes=nodes), "Edit")
    until(lambda: not window.status_strip.versions.isHidden())
    host.push(window.controller.run_id, EventKind.RUN_COMPLETED)
    until(lambda: window.status_strip.versions.text().startswith("The run had version"))
    assert hashed == [window.document.workflow]


def test_a_run_that_went_over_to_another_definition_is_compared_with_it(window, host, until, flow, loop):
    workflow = flow()
    loop.run_until_complete(window.controller.start(workflow))
    assert runs_as(window.controller, workflow)
    assert not runs_as(window.controller, flow())
    loop.run_until_complete(window.controller.resume(workflow=flow()))
    assert not runs_as(window.controller, workflow)


def test_after_it_went_over_in_another_process_the_run_has_the_version_that_it_went_over_to(
    window, host, until, flow, loop
):
    """C7.5: the line at the foot compares with the definition that the run has now, not with the one it began with."""
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.status is RunStatus.RUNNING)
    edited = flow(timeout=99)
    window.document.apply(edited, "Edit")
    until(lambda: not window.status_strip.versions.isHidden())
    host.go_over(window.controller.run_id, edited)
    until(window.status_strip.versions.isHidden)
    window.document.apply(flow(), "Edit back")
    until(lambda: not window.status_strip.versions.isHidden())
    ran, now = logic_hash(edited)[:7], logic_hash(flow())[:7]
    assert window.status_strip.versions.text() == f"Running version {ran}, editing version {now}"


def test_what_a_run_was_begun_with_is_compared_once_it_went_over_elsewhere(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.status is RunStatus.RUNNING)
    host.go_over(window.controller.run_id, flow(timeout=99))
    until(lambda: not window.status_strip.versions.isHidden())


@pytest.fixture
def asked(window, host, until, flow):
    """A run waits for an approval, and what is edited is another version by now; returns the run's id."""
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.status is RunStatus.RUNNING)
    run_id = window.controller.run_id
    host.ask(run_id)
    until(lambda: "approval first" in window.banners.shown)
    assert window.banners.shown["approval first"].buttons[GO_OVER].isHidden()
    window.document.apply(flow(timeout=99), "Edit")
    until(lambda: not window.status_strip.versions.isHidden())
    return run_id


GO_OVER = "Continue with the edited definition…"


def test_the_strip_of_a_question_tells_that_what_is_edited_does_not_run_and_offers_it(
    window, asked, until, qtbot, flow
):
    """designer.md 150: who approves must not believe that the edited one goes on."""
    banner = window.banners.shown["approval first"]
    assert "what you edited since is not in it" in banner.text.text()
    assert "Sure?" in banner.text.text()
    banner.line.setText("looks good")
    window.document.apply(flow(), "Edit back")
    until(banner.buttons[GO_OVER].isHidden)
    assert "edited since" not in banner.text.text()
    window.document.apply(flow(timeout=99), "Edit")
    until(lambda: not banner.buttons[GO_OVER].isHidden())
    assert banner.line.text() == "looks good"
    qtbot.mouseClick(banner.buttons[GO_OVER], Qt.MouseButton.LeftButton)
    until(lambda: "plan" in window.banners.shown)


def test_a_click_at_the_foot_opens_the_way_over(window, asked, until, qtbot):
    versions = window.status_strip.versions
    assert "A click" in versions.toolTip()
    qtbot.mouseClick(versions, Qt.MouseButton.LeftButton)
    until(lambda: "plan" in window.banners.shown)


def test_a_click_at_the_foot_says_when_the_run_can_go_over(window, host, until, qtbot, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.status is RunStatus.RUNNING)
    window.document.apply(flow(timeout=99), "Edit")
    until(lambda: not window.status_strip.versions.isHidden())
    qtbot.mouseClick(window.status_strip.versions, Qt.MouseButton.LeftButton)
    assert "paused, waits or has failed" in window.statusBar().currentMessage()


def test_the_way_over_stands_in_the_run_menu_itself(window):
    (menu,) = [each.menu() for each in window.menuBar().actions() if each.text().replace("&", "") == "Run"]
    assert window.commands["run.migrate"] in menu.actions()
