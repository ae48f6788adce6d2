"""Run controls by real clicks, and the run in words."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch.run.events import EventKind


def test_pause_resume_and_stop_by_buttons(window, qtbot, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(window.commands["run.pause"].isEnabled)
    qtbot.mouseClick(window.run_bar.buttons["run.pause"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Paused")
    qtbot.mouseClick(window.run_bar.buttons["run.resume"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Running")
    qtbot.mouseClick(window.run_bar.buttons["run.stop"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Cancelled")
    assert [what[0] for what in host.asked] == ["start", "pause", "resume", "cancel"]


def test_the_end_is_expected_from_earlier_runs(window, host, until, flow, qtbot, monkeypatch):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    window.run_bar.refresh()
    assert "left" not in window.run_bar.clock.text(), "there is no run before"
    window.run_bar.earlier = lambda _state: [7300.0, 7200.0 * 10**6, 7200.0 * 10**6]
    window.run_bar.refresh()
    assert " h left" in window.run_bar.clock.text()
    assert window.run_bar.clock.toolTip() == "From the last 3 completed runs"
    host.push(window.controller.run_id, EventKind.RUN_COMPLETED)
    until(lambda: window.run_bar.status.text() == "Completed")
    assert "left" not in window.run_bar.clock.text()
