"""Run controls by real clicks, and the run in words."""

from __future__ import annotations

from PySide6.QtCore import Qt


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
