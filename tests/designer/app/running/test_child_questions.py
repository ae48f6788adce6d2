"""What called runs ask is told where their caller is watched, and answered there (contract C10.3, C8.1)."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from tests.helpers.by_hand import press

from floworch.model.codec import loads
from floworch.run.events import EventKind
from floworch_designer.app.running import child_questions
from floworch_designer.app.running.answering import AnswerDialog
from floworch_designer.app.widgets.marked import unmarked

_K = EventKind


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(child_questions, "AGAIN", 20)


@pytest.fixture
def called(window, host, until):
    """Gives ``(caller, child)``: a shown run that waits for the run that its node “Pay” called."""
    nodes = {"pay": {"action": "flow.call", "title": "Pay", "params": {"workflow": "child.flow.json"}}}
    flow = loads(json.dumps({"format": 1, "id": "w", "nodes": nodes}))
    window.session.document.reset(flow)
    asks = {"boss": {"action": "human.approve", "title": "Ask the boss", "params": {"message": "?"}}}
    child = host.add(loads(json.dumps({"format": 1, "id": "child", "nodes": asks})), "w-1.pay")
    host.push(child, _K.RUN_STARTED)
    window.runs.go(window.controller.start(flow), "start")  # there is no such file, which nobody here needs
    until(lambda: window.controller.busy)
    caller = window.controller.run_id
    host.push(caller, _K.NODE_STARTED, 0)
    wait = {"kind": "call", "name": child, "due": None, "details": {}}
    host.push(caller, _K.NODE_WAITING, 0, {"wait": wait})
    return caller, child


def ask(host, child, kind="approval"):
    host.push(child, _K.NODE_STARTED, 0)
    details = {"message": "Pay 42?", "labels": ["yes", "no"]}
    host.push(child, _K.NODE_WAITING, 0, {"wait": {"kind": kind, "name": "", "due": None, "details": details}})
    host.push(child, _K.RUN_SUSPENDED)


def strip(window, child, kind="approval"):
    return window.banners.shown.get(f"{kind} {child} boss")


def test_a_called_run_asks_where_its_caller_is_watched(window, host, until, qtbot, called):
    caller, child = called
    told = []
    window.notifying.tell = lambda title, text: told.append(title)
    ask(host, child)
    until(lambda: strip(window, child))
    shown = strip(window, child)
    assert shown.title.text() == "“Ask the boss” waits for your answer"
    assert unmarked(shown.text.text()) == "Pay 42?\nAsked by the run that “Pay” called."
    assert told == [shown.title.text()], "somebody who does not see the window is called"
    qtbot.keyClicks(shown.line, "fine")
    press(qtbot, shown.buttons["Approve"])
    until(lambda: ("approve", child, "boss", "fine") in host.asked)
    host.push(child, _K.APPROVAL_GIVEN, 0, {"approved": True})
    until(lambda: strip(window, child) is None)
    assert window.controller.run_id == caller


def test_what_stands_still_is_looked_at_without_delay(window, host, until, called, monkeypatch):
    """A caller stops when all that it called has stopped: then somebody is asked."""
    monkeypatch.setattr(child_questions, "AGAIN", 1_000_000)
    caller, child = called
    until(lambda: window.controller.feed.live.waits)
    until(lambda: not window.tab.run_banners._children._looking)
    ask(host, child)
    host.push(caller, _K.RUN_SUSPENDED)
    until(lambda: strip(window, child))


def test_an_answer_lets_the_caller_go_on_when_it_stands_still_with_its_child(window, host, until, qtbot, called):
    caller, child = called
    host.push(caller, _K.RUN_SUSPENDED)
    ask(host, child)
    until(lambda: strip(window, child))
    press(qtbot, strip(window, child).buttons["Reject"])
    until(lambda: ("resume", caller) in host.asked)
    assert ("reject", child, "boss", "") in host.asked


def test_a_form_of_a_called_run_is_filled_in_there(window, host, until, qtbot, called):
    _caller, child = called
    ask(host, child, "form")
    until(lambda: strip(window, child, "form"))
    press(qtbot, strip(window, child, "form").buttons["Choose…"])
    until(lambda: window.findChild(AnswerDialog) is not None)
    dialog = window.findChild(AnswerDialog)
    assert dialog.windowTitle() == "Ask the boss"
    dialog.form.set_values({"choice": "no"})
    qtbot.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    until(lambda: ("submit", child, "boss", "no") in host.asked)


def test_the_called_run_is_opened_from_its_strip(window, host, until, qtbot, called):
    _caller, child = called
    ask(host, child)
    until(lambda: strip(window, child))
    press(qtbot, strip(window, child).buttons["Open"])
    until(lambda: window.controller.run_id == child)
    until(lambda: "approval boss" in window.banners.shown)
    assert strip(window, child) is None, "it asks by itself now"


def test_a_run_that_a_called_run_called_asks_too(window, host, until, called):
    _caller, child = called
    deep = host.add(loads(json.dumps({"format": 1, "id": "deep", "nodes": {"boss": {"action": "human.approve"}}})), "d")
    host.push(deep, _K.RUN_STARTED)
    ask(host, deep)
    host.push(child, _K.NODE_STARTED, 0)
    host.push(child, _K.NODE_WAITING, 0, {"wait": {"kind": "call", "name": deep, "due": None, "details": {}}})
    until(lambda: strip(window, deep))
    assert unmarked(strip(window, deep).text.text()).endswith("that “Pay” called.")


def test_nothing_is_asked_any_more_once_the_caller_has_ended(window, host, until, qtbot, called):
    caller, child = called
    ask(host, child)
    until(lambda: strip(window, child))
    host.push(caller, _K.RUN_CANCELLING)
    host.push(caller, _K.NODE_CANCELLED, 0)
    host.push(caller, _K.RUN_CANCELLED)
    until(lambda: strip(window, child) is None)


def test_a_run_that_calls_nobody_looks_at_no_other(window, host, until, flow):
    looked = []
    load = host.load

    async def watched(run_id):
        looked.append(run_id)
        return await load(run_id)

    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    host.load = watched
    host.push(window.controller.run_id, _K.NODE_STARTED, 0)
    until(lambda: window.controller.feed.live.node("first").attempts == 1)
    assert looked == []


def test_the_called_run_is_opened_from_the_node_that_called_it(window, host, until, qtbot, called):
    _caller, child = called
    until(lambda: window.controller.feed.live.children)
    window.docking.show_bottom()
    window.show_panel("inspector")
    window.selection.set(["pay"])
    window.inspector.show_tab("Run")
    assert ("Waits for", "the run that it called") in window.inspector.run.facts._shown
    press(qtbot, window.inspector.run.call)
    until(lambda: window.controller.run_id == child)
    window.selection.set(["boss"])
    window.inspector.show_tab("Run")
    assert not window.inspector.run.call.isVisible(), "it called none"


def test_the_called_run_is_opened_from_the_strip_that_tells_of_its_failure(window, host, until, qtbot, called):
    caller, child = called
    error = {"error": {"kind": "processing_error", "message": "the bank is closed", "node": "pay"}}
    host.push(caller, _K.NODE_FAILED, 0, error)
    host.push(caller, _K.RUN_FAILED, payload=error)
    until(lambda: "message" in window.banners.shown)
    press(qtbot, window.banners.shown["message"].buttons["Open the called run"])
    until(lambda: window.controller.run_id == child)
