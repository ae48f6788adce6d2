"""A step that is not safe to repeat begins again only when a person agreed (contract C7.1, C7.8, C7.9)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from floworch.model.workflow import Node
from floworch.run.events import EventKind
from floworch.run.status import RunStatus
from floworch_designer.app.running.repeating import listed
from floworch_designer.app.running.retrying import RetryDialog

TIMEOUT = {"kind": "timeout_error", "message": "too slow", "node": "first"}
BOOM = {"kind": "processing_error", "message": "boom", "node": "second"}


@pytest.fixture
def running(window, host, flow, until):
    """A run whose step that sends something is under way."""
    made = flow()
    first = Node(action="shell.run", params={"command": "send"}, title="Send mail")
    window.session.document.reset(made.replace(nodes={**made.nodes, "first": first}, edges=()))
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    until(lambda: host.streams.get(window.controller.run_id))
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    until(lambda: window.controller.feed.live.seq == len(host.past[run_id]))
    return run_id


@pytest.fixture
def interrupted(window, host, running, until):
    """Paused now by somebody else, in the middle of that step."""
    host.push(running, EventKind.RUN_PAUSING)
    host.push(running, EventKind.NODE_INTERRUPTED, 0)
    host.push(running, EventKind.RUN_PAUSED)
    until(lambda: window.controller.status is RunStatus.PAUSED)
    return running


def question(window, until):
    until(lambda: [box for box in window.findChildren(QMessageBox) if box.isVisible()])
    (box,) = (box for box in window.findChildren(QMessageBox) if box.isVisible())
    return box, {button.text(): button for button in box.buttons()}


def gone(window):
    return not any(box.isVisible() for box in window.findChildren(QMessageBox))


def requests(host, verb):
    return [each for each in host.asked if each[0] == verb]


def test_pause_now_says_what_begins_again_and_lets_it_finish_by_default(window, host, running, qtbot, until):
    window.commands["run.pause_now"].trigger()
    box, buttons = question(window, until)
    assert box.text() == "Interrupt “Send mail”?"
    assert "begins again at Resume" in box.informativeText()
    assert box.defaultButton() is buttons["Pause when it is done"], "Enter does nothing twice"
    qtbot.keyClick(box, Qt.Key.Key_Return)
    until(lambda: requests(host, "pause"))
    assert requests(host, "pause") == [("pause", running, False)]


def test_escape_lets_the_run_go_on(window, host, running, qtbot, until):
    window.commands["run.pause_now"].trigger()
    box, _ = question(window, until)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    until(lambda: gone(window))
    until(lambda: not window.controller.asking)
    assert not requests(host, "pause")


def test_who_interrupts_it_is_not_asked_again_at_resume(window, host, running, until):
    window.commands["run.pause_now"].trigger()
    _, buttons = question(window, until)
    host.push(running, EventKind.NODE_INTERRUPTED, 0)
    buttons["Interrupt it"].click()
    until(lambda: window.controller.status is RunStatus.PAUSED)
    assert requests(host, "pause") == [("pause", running, True)]
    window.commands["run.resume"].trigger()
    until(lambda: requests(host, "resume"))
    assert gone(window)


def test_two_presses_ask_once(window, host, running, until):
    window.runs.pause_now()
    window.runs.pause_now()
    _, buttons = question(window, until)
    until(lambda: not window.controller.asking)
    question(window, until)  # one, still
    buttons["Cancel"].click()
    until(lambda: gone(window))
    assert not requests(host, "pause")


def test_a_run_that_ends_before_the_answer_is_told_of(window, host, running, until):
    window.commands["run.pause_now"].trigger()
    _, buttons = question(window, until)
    host.push(running, EventKind.RUN_COMPLETED)
    until(lambda: window.controller.status is RunStatus.COMPLETED)
    buttons["Interrupt it"].click()
    until(lambda: "ended meanwhile" in window.statusBar().currentMessage())
    assert not requests(host, "pause")


def test_steps_that_are_safe_to_repeat_are_paused_at_once(window, host, flow, until):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    host.push(window.controller.run_id, EventKind.NODE_STARTED, 0)
    until(window.commands["run.pause_now"].isEnabled)
    window.commands["run.pause_now"].trigger()
    until(lambda: requests(host, "pause"))
    assert gone(window)


@pytest.mark.parametrize("way", ["bar", "list"])
def test_resume_after_somebody_elses_pause_now_asks(window, host, interrupted, until, way):
    def resume():
        window.commands["run.resume"].trigger() if way == "bar" else window.history.resume_requested.emit(interrupted)

    resume()
    box, buttons = question(window, until)
    assert box.text() == "Begin “Send mail” again?"
    assert "not safe to repeat" in box.informativeText()
    assert box.defaultButton() is buttons["Leave it as it is"]
    buttons["Leave it as it is"].click()
    until(lambda: gone(window))
    until(lambda: not window.controller.asking)
    assert not requests(host, "resume")
    resume()
    _, buttons = question(window, until)
    buttons["Begin it again"].click()
    until(lambda: requests(host, "resume"))


def cut_off_by_time(host, run):
    host.push(run, EventKind.NODE_FAILED, 0, {"error": TIMEOUT})
    host.push(run, EventKind.RUN_FAILED, payload={"error": TIMEOUT})


def cut_off_by_another(host, run):
    host.push(run, EventKind.NODE_STARTED, 1)
    host.push(run, EventKind.NODE_FAILED, 1, {"error": BOOM})
    host.push(run, EventKind.NODE_CANCELLED, 0, {"reason": "another failed"})
    host.push(run, EventKind.RUN_FAILED, payload={"error": BOOM})


@pytest.mark.parametrize("happens", [cut_off_by_time, cut_off_by_another])
def test_a_retry_of_what_was_cut_off_asks_and_its_choices_say_so(window, host, running, until, happens):
    happens(host, running)
    until(lambda: window.controller.status is RunStatus.FAILED)
    window.commands["run.retry"].trigger()
    box, buttons = question(window, until)
    assert "is done twice" in box.informativeText()
    buttons["Leave it as it is"].click()
    until(lambda: gone(window))
    window.commands["run.retry_choices"].trigger()
    (dialog,) = window.findChildren(RetryDialog)
    assert "“Send mail”: It was cut off" in dialog.buttons["failed"].accessibleDescription()
    dialog.retry_button.click()  # the words are there, and a person chose: no second question
    until(lambda: requests(host, "retry"))
    assert gone(window)


def test_a_step_that_failed_by_itself_is_retried_at_once(window, host, running, until):
    host.push(running, EventKind.NODE_FAILED, 0, {"error": BOOM})
    host.push(running, EventKind.RUN_FAILED, payload={"error": BOOM})
    until(lambda: window.controller.status is RunStatus.FAILED)
    window.commands["run.retry"].trigger()
    until(lambda: requests(host, "retry"))
    assert gone(window)


def test_many_steps_are_counted():
    assert listed(["a", "b"]) == "“a”, “b”"
    assert listed(list("abcde")) == "“a”, “b”, “c” and 2 more"
