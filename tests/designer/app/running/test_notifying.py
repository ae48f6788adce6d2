"""Telling on the desktop what somebody who does not see the window should know."""

from __future__ import annotations

import pytest

from floworch.errors import ActionError, ErrorKind
from floworch.run.events import EventKind
from floworch_designer.app.running import notifying

ERROR = {"kind": "processing_error", "message": "boom", "hint": "Mend it.", "node": "first"}


@pytest.fixture
def told(window, monkeypatch):
    found = []

    async def send(title, text):
        found.append((title, text))

    window.notifying.send = send
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    return found


def fail(host, run_id):
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_FAILED, 0, {"error": ERROR})
    host.push(run_id, EventKind.RUN_FAILED, payload={"error": ERROR})


def test_a_failure_while_the_window_is_hidden_notifies_once(window, host, until, flow, told):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    fail(host, window.controller.run_id)
    until(lambda: told)
    assert told[0][0].endswith(": the run failed")
    assert told[0][1] == "first: boom. Mend it."
    window.tab.run_banners.refresh()
    assert len(told) == 1


def test_an_old_failure_that_is_opened_does_not(window, host, until, flow, told):
    host.add(flow(), "old")
    host.push("old", EventKind.RUN_STARTED)
    fail(host, "old")
    window.runs.open_run("old")
    until(lambda: "message" in window.banners.shown)
    assert told == []


def test_nobody_is_notified_of_what_they_see(window, monkeypatch, told):
    monkeypatch.setattr(window, "isActiveWindow", lambda: True)
    window.notifying.tell("title", "text")
    window.showMinimized()
    window.notifying.tell("hidden", "text")
    window.hide()
    window.notifying.tell("gone", "text")
    assert "title" not in [title for title, _ in told]


@pytest.mark.parametrize("broken", [False, True])
def test_the_desktop_s_own_program_shows_it(loop, monkeypatch, broken):
    from floworch.actions.library import desktop_tools

    used = []

    async def use(argv):
        used.append(argv)
        if broken:
            raise ActionError("It ended with code 1.", ErrorKind.PROCESSING)

    monkeypatch.setattr(desktop_tools, "use", use)
    monkeypatch.setattr(desktop_tools, "tool", lambda _purpose: ["notify-send", "--"])
    loop.run_until_complete(notifying.send("title", "x" * 1000))
    assert used == [["notify-send", "--", "title", "x" * notifying.LONGEST]]
    monkeypatch.setattr(desktop_tools, "tool", lambda _purpose: None)
    loop.run_until_complete(notifying.send("title", "text"))
    assert len(used) == 1
