"""The run bar, the run menu and the history drive a scripted engine: every verb, every refusal, every end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument

from floworch.errors import FlowError
from floworch.run.events import EventKind
from floworch.run.status import RunStatus


@pytest.fixture
def running(window, host, until, flow):
    """Starts the workflow; returns the run's id."""
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.status is RunStatus.RUNNING and window.commands["run.pause"].isEnabled())
    return window.controller.run_id


def enabled(window):
    return {verb for verb in ("start", "pause", "pause_now", "resume", "stop", "retry", "leave")
            if window.commands[f"run.{verb}"].isEnabled()}  # fmt: skip


ENDS = {
    EventKind.RUN_COMPLETED: ("Completed", {"start", "leave"}),
    EventKind.RUN_FAILED: ("Failed", {"start", "retry", "leave"}),
    EventKind.RUN_CANCELLED: ("Cancelled", {"start", "leave"}),
    EventKind.RUN_PAUSED: ("Paused", {"start", "resume", "stop", "leave"}),
    EventKind.RUN_SUSPENDED: ("Waiting", {"resume", "stop", "leave"}),
}


@pytest.mark.parametrize("kind", ENDS, ids=lambda kind: EventKind(kind).name)
def test_each_end_has_its_word_and_its_verbs(window, host, until, running, kind):
    word, verbs = ENDS[kind]
    payload = (
        {"error": {"kind": "value_error", "message": "bad", "node": None}} if kind == EventKind.RUN_FAILED else None
    )
    host.push(running, kind, payload=payload)
    until(lambda: window.run_bar.status.text() == word)
    until(lambda: enabled(window) - {"start"} == verbs - {"start"})


def test_while_it_runs_it_can_be_paused_and_stopped_only(window, running):
    assert enabled(window) == {"pause", "pause_now", "stop", "leave"}


@pytest.mark.parametrize(("action", "asked"), [("run.pause", ("pause", False)), ("run.pause_now", ("pause", True)),
                                               ("run.stop", ("cancel",))])  # fmt: skip
def test_verbs_reach_the_engine_with_the_run(window, host, until, running, action, asked):
    window.commands[action].trigger()
    wanted = (asked[0], running, *asked[1:])
    until(lambda: wanted in host.asked)


@pytest.mark.parametrize("verb", ["pause", "cancel"])
@pytest.mark.parametrize("error", [FlowError("The run is owned elsewhere.", "Stop it there."),
                                   ConnectionResetError("reset")], ids=["refused", "lost"])  # fmt: skip
def test_a_refusal_is_one_message_and_the_run_stays(window, host, until, running, verb, error):
    async def refuse(*_args, **_options):
        raise error

    setattr(host, verb, refuse)
    window.commands["run.pause" if verb == "pause" else "run.stop"].trigger()
    until(lambda: "message" in window.banners.shown)
    title = window.banners.shown["message"].title.text()
    assert "owned elsewhere" in title or "did not answer" in title
    assert list(window.banners.shown) == ["message"]
    assert window.controller.run_id == running


def test_a_start_that_fails_leaves_nothing_running(window, host, until, flow):
    async def refuse(*_args, **_options):
        raise FlowError("The store is full.", "Make room.")

    host.start = refuse
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: "message" in window.banners.shown)
    assert "store is full" in window.banners.shown["message"].title.text()
    assert "Make room" in window.banners.shown["message"].text.text()
    assert window.run_bar.status.text() == "Not running"
    assert window.commands["run.start"].isEnabled()


def test_a_failed_run_is_retried_from_the_menu(window, host, until, running):
    host.push(running, EventKind.NODE_STARTED, 0)
    host.push(running, EventKind.NODE_FAILED, 0, {"error": {"kind": "value_error", "message": "bad"}})
    host.push(
        running, EventKind.RUN_FAILED, payload={"error": {"kind": "value_error", "message": "bad", "node": "first"}}
    )
    until(window.commands["run.retry"].isEnabled)
    window.commands["run.retry"].trigger()
    until(lambda: window.run_bar.status.text() == "Running")
    assert ("retry", running) in host.asked


def test_an_approval_is_rejected_with_its_comment(window, host, until, qtbot, running):
    host.push(running, EventKind.NODE_STARTED, 0)
    host.push(
        running, EventKind.NODE_WAITING, 0, {"wait": {"kind": "approval", "details": {"message": "<b>Sure?</b>"}}}
    )
    until(lambda: "approval first" in window.banners.shown)
    banner = window.banners.shown["approval first"]
    shown = QTextDocument()
    shown.setMarkdown(banner.text.text())
    assert shown.toPlainText() == "<b>Sure?</b>", "Markdown is read, HTML is not"
    qtbot.keyClicks(banner.line, "not now")
    qtbot.mouseClick(banner.buttons["Reject"], Qt.MouseButton.LeftButton)
    until(lambda: ("reject", running, "first", "not now") in host.asked)


def test_leaving_takes_the_run_off_and_lets_it_go_on(window, host, until, running):
    window.commands["run.leave"].trigger()
    until(lambda: window.controller.run_id is None)
    assert window.run_bar.status.text() == "Not running"
    assert "cancel" not in {what[0] for what in host.asked}
    assert not window.commands["run.leave"].isEnabled()


def test_editing_on_does_not_change_the_run(window, host, until, running, flow):
    window.document.apply(window.document.workflow.replace(nodes={}, edges=()), "Empty")
    host.push(running, EventKind.NODE_STARTED, 0)
    host.push(running, EventKind.NODE_COMPLETED, 0, {"output": 1})
    host.push(running, EventKind.RUN_COMPLETED)
    until(lambda: window.run_bar.status.text() == "Completed")
    assert window.controller.feed.state.node("first").output == 1
    assert not window.document.workflow.nodes


def test_a_resumed_run_of_the_history_comes_to_the_front(window, host, until, running, flow, qtbot):
    host.add(flow(), "older")
    host.push("older", EventKind.RUN_STARTED)
    host.push("older", EventKind.RUN_PAUSED)
    window.runs.refresh_history()
    until(lambda: any(run.run_id == "older" for run in window.history.model.rows))
    window.show_panel("runs")
    window.history.select("older")
    window.history.buttons["resume"].click()
    until(lambda: window.controller.run_id == "older" and window.run_bar.status.text() == "Running")
    assert ("resume", "older") in host.asked


def test_switching_between_runs_by_double_clicks_shows_the_last_one(window, host, until, flow):
    window.session.document.reset(flow())
    for name in ("one", "two", "three"):
        host.add(flow(), name)
        host.push(name, EventKind.RUN_STARTED)
    for _ in range(5):
        for name in ("one", "two", "three"):
            window.runs.open_run(name)
            host.push(name, EventKind.NODE_LOGGED, 0, {"level": "info", "message": f"from {name}"})
    until(lambda: window.controller.run_id == "three" and window.controller.status is RunStatus.RUNNING)
    until(lambda: window.controller.feed.state.seq == len(host.past["three"]))
    said = {line.message for line in window.controller.feed.logs if line.message.startswith("from")}
    assert said == {"from three"}


def test_a_run_whose_definition_cannot_be_read_is_told(window, host, until, flow):
    import dataclasses

    host.add(flow(), "rotten")
    host.headers["rotten"] = dataclasses.replace(host.headers["rotten"], definition=b"{", definition_hash="x")
    window.session.document.reset(flow())
    window.runs.open_run("rotten")
    until(lambda: "message" in window.banners.shown)
    assert not window.viewing
    assert set(window.document.workflow.nodes) == {"first", "second"}


def test_the_message_of_a_failure_goes_when_the_run_goes_on(window, host, until, running):
    error = {"error": {"kind": "value_error", "message": "bad", "node": "first"}}
    host.push(running, EventKind.RUN_FAILED, payload=error)
    until(lambda: "message" in window.banners.shown)
    assert "first" in window.banners.shown["message"].title.text()
    until(window.commands["run.retry"].isEnabled)
    window.commands["run.retry"].trigger()
    until(lambda: window.run_bar.status.text() == "Running")
    until(lambda: "message" not in window.banners.shown)


def test_a_message_stays_while_the_run_reports_on(window, host, until, running):
    window.tell("error", "It was refused.")
    for _ in range(3):
        host.push(running, EventKind.SIGNAL_RECEIVED, payload={"name": "x", "payload": None})
    until(lambda: window.controller.feed.state.seq == len(host.past[running]))
    window.controller.feed.flush()
    assert window.banners.shown["message"].title.text() == "It was refused."
