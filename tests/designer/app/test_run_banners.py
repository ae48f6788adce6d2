"""Approvals and interruptions in strips above the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch.run.events import EventKind


def test_an_approval_is_answered_from_the_banner(window, host, until, qtbot, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {"message": "Delete 3 files?"}}}
    host.push(run_id, EventKind.NODE_WAITING, 0, wait)
    until(lambda: "approval first" in window.banners.shown)
    banner = window.banners.shown["approval first"]
    assert banner.text.text() == "Delete 3 files?"
    qtbot.keyClicks(banner.line, "fine")
    qtbot.mouseClick(banner.buttons["Approve"], Qt.MouseButton.LeftButton)
    until(lambda: ("approve", run_id, "first", "fine") in host.asked)


def test_a_dead_engine_shows_the_run_as_interrupted_and_resume_goes_on(window, host, until, qtbot, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.die()
    until(lambda: window.run_bar.status.text() == "Interrupted")
    assert f"interrupted {run_id}" in window.banners.shown
    host.dead = False
    qtbot.mouseClick(window.banners.shown[f"interrupted {run_id}"].buttons["Resume"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Running")
    assert f"interrupted {run_id}" not in window.banners.shown


def test_a_node_in_doubt_is_asked_about(window, host, until, qtbot, flow):
    """(C7.8)"""
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_IN_DOUBT, 0)
    host.push(run_id, EventKind.RUN_PAUSED)
    until(lambda: "doubt" in window.banners.shown)
    banner = window.banners.shown["doubt"]
    assert "first" in banner.title.text()
    assert list(banner.buttons) == ["Run again", "Take as done", "Take as failed"]
    qtbot.mouseClick(banner.buttons["Take as done"], Qt.MouseButton.LeftButton)
    until(lambda: ("resume", run_id) in host.asked)
    assert "doubt" not in window.banners.shown
