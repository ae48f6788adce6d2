"""Stop asks when something would be lost by it, and only then (contract C7.3: a cancel is final)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from floworch.model.workflow import Compensation, Node
from floworch.run.events import EventKind
from floworch.run.status import RunStatus
from floworch_designer.app.running.stopping import ASKS

WAIT = {"wait": {"kind": "approval", "name": "", "due": None, "details": {"message": "Sure?"}}}


@pytest.fixture
def running(window, host, flow, until):
    """A run that has just begun, of a step that can be undone and another one."""
    made = flow()
    first = made.nodes["first"].replace(
        title="Ask Ada", compensate=Compensation(action="util.log", params={"message": "back"})
    )
    window.session.document.reset(made.replace(nodes={**made.nodes, "first": first}))
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    until(window.commands["run.stop"].isEnabled)
    until(lambda: host.streams.get(window.controller.run_id))
    return window.controller.run_id


def press_stop(window, qtbot):
    qtbot.mouseClick(window.run_bar.buttons["run.stop"], Qt.MouseButton.LeftButton)


def question(window, until):
    """The question that is asked, and its buttons by their words."""
    until(lambda: [box for box in window.findChildren(QMessageBox) if box.isVisible()])
    (box,) = (box for box in window.findChildren(QMessageBox) if box.isVisible())
    return box, {button.text(): button for button in box.buttons()}


def seen(window, host, run):
    """Whether the window knows everything that has happened."""
    return window.controller.feed.live.seq == len(host.past[run])


def gone(window):
    return not any(box.isVisible() for box in window.findChildren(QMessageBox))


def test_a_run_that_has_just_begun_is_stopped_without_a_question(window, host, running, qtbot, until):
    press_stop(window, qtbot)
    until(lambda: ("cancel", running) in host.asked)
    assert gone(window)


def wait_for_somebody(host, run):
    host.push(run, EventKind.NODE_STARTED, 0)
    host.push(run, EventKind.NODE_WAITING, 0, WAIT)


def work_for_long(_host, _run):
    """Ten minutes pass."""


def undo(host, run):
    host.push(run, EventKind.NODE_STARTED, 0)
    host.push(run, EventKind.NODE_COMPLETED, 0, {"output": 1})


@pytest.mark.parametrize(
    ("happens", "now", "words"),
    [
        (wait_for_somebody, 160.0, "“Ask Ada” waits for an answer."),
        (work_for_long, 8000.0, "It has been going for 2:11:39."),
        (undo, 160.0, "1 step that is done is undone."),
    ],
)
def test_what_would_be_lost_is_told_and_the_run_stays_unless_it_is_stopped(
    window, host, running, qtbot, until, happens, now, words
):
    window.runs.stopping.now = lambda: now
    happens(host, running)
    until(lambda: seen(window, host, running))
    press_stop(window, qtbot)
    box, buttons = question(window, until)
    assert words in box.informativeText()
    assert box.defaultButton() is buttons["Keep it"], "Enter and Escape lose nothing"
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    until(lambda: gone(window))
    assert ("cancel", running) not in host.asked
    press_stop(window, qtbot)
    box, buttons = question(window, until)
    qtbot.mouseClick(buttons["Stop"], Qt.MouseButton.LeftButton)
    until(lambda: ("cancel", running) in host.asked)


def test_it_can_be_paused_instead(window, host, running, qtbot, until):
    window.runs.stopping.now = lambda: 8000.0
    press_stop(window, qtbot)
    _, buttons = question(window, until)
    qtbot.mouseClick(buttons["Pause"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Paused")
    assert ("cancel", running) not in host.asked


def test_a_run_that_only_waits_offers_no_pause(window, host, running, qtbot, until):
    wait_for_somebody(host, running)
    host.push(running, EventKind.RUN_SUSPENDED)
    until(lambda: window.controller.status is RunStatus.SUSPENDED)
    press_stop(window, qtbot)
    _, buttons = question(window, until)
    assert set(buttons) == {"Keep it", "Stop"}
    buttons["Keep it"].click()
    until(lambda: gone(window))


@pytest.mark.parametrize(("answer", "asks"), [("Stop", False), ("Keep it", True)])
def test_it_is_not_asked_again_after_a_tick_that_the_settings_take_back(
    window, host, running, qtbot, until, answer, asks
):
    window.runs.stopping.now = lambda: 8000.0
    press_stop(window, qtbot)
    box, buttons = question(window, until)
    qtbot.keyClick(box.checkBox(), Qt.Key.Key_Space)
    assert box.checkBox().isChecked()
    qtbot.mouseClick(buttons[answer], Qt.MouseButton.LeftButton)
    until(lambda: gone(window))
    assert window.session.settings.get(ASKS) is asks


def test_without_the_setting_nothing_is_asked(window, host, running, qtbot, until):
    window.session.settings.set(ASKS, False)
    window.runs.stopping.now = lambda: 8000.0
    press_stop(window, qtbot)
    until(lambda: ("cancel", running) in host.asked)


def test_a_run_that_ends_meanwhile_is_left_alone(window, host, running, qtbot, until):
    window.runs.stopping.now = lambda: 8000.0
    press_stop(window, qtbot)
    _, buttons = question(window, until)
    host.push(running, EventKind.RUN_COMPLETED)
    until(lambda: window.run_bar.status.text() == "Completed")
    qtbot.mouseClick(buttons["Stop"], Qt.MouseButton.LeftButton)
    until(lambda: "ended meanwhile" in window.statusBar().currentMessage())
    assert ("cancel", running) not in host.asked


def test_a_run_of_the_list_is_asked_about_as_well(window, host, flow, until):
    run_id = host.add(flow(), "r-other")
    host.push(run_id, EventKind.RUN_STARTED)
    wait_for_somebody(host, run_id)
    window.history.cancel_requested.emit(run_id)
    box, buttons = question(window, until)
    assert "r-other" in box.text()
    buttons["Stop"].click()
    until(lambda: ("cancel", run_id) in host.asked)


def test_a_node_that_is_gone_from_the_definition_is_named_by_its_id(window, host, flow, until):
    made = flow().replace(name="Other", nodes={"a": Node(action="human.approve", params={"message": "?"})}, edges=())
    run_id = host.add(made, "r-2")
    host.push(run_id, EventKind.RUN_STARTED)
    wait_for_somebody(host, run_id)
    window.history.cancel_requested.emit(run_id)
    box, buttons = question(window, until)
    assert "“a” waits" in box.informativeText()
    buttons["Keep it"].click()
    until(lambda: gone(window))


@pytest.mark.parametrize("shown", [True, False])
def test_two_presses_ask_once_and_a_run_that_ended_meanwhile_is_told_of(
    window, host, running, flow, qtbot, until, shown
):
    run_id = running
    if not shown:
        run_id = host.add(flow(), "r-other")
        host.push(run_id, EventKind.RUN_STARTED)
    window.runs.stopping.now = lambda: 8000.0
    for _ in range(2):
        window.runs.cancel_run(run_id)
    _, buttons = question(window, until)
    until(lambda: not window.controller.asking)
    question(window, until)  # one, still
    host.push(run_id, EventKind.RUN_COMPLETED)
    until(lambda: not shown or window.run_bar.status.text() == "Completed")
    buttons["Stop"].click()
    until(lambda: "ended meanwhile" in window.statusBar().currentMessage())
    assert ("cancel", run_id) not in host.asked
    assert gone(window)
    window.runs.stopping.now = lambda: 160.0
    other = host.add(flow(), "r-next")
    host.push(other, EventKind.RUN_STARTED)
    window.runs.cancel_run(other)
    until(lambda: ("cancel", other) in host.asked)


def test_a_run_that_ends_before_it_is_paused_is_told_of(window, host, running, qtbot, until):
    window.runs.stopping.now = lambda: 8000.0
    press_stop(window, qtbot)
    _, buttons = question(window, until)
    host.push(running, EventKind.RUN_COMPLETED)
    until(lambda: window.run_bar.status.text() == "Completed")
    buttons["Pause"].click()
    until(lambda: "ended meanwhile" in window.statusBar().currentMessage())
    assert not any(what[0] == "pause" for what in host.asked)
