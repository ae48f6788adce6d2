"""Zoom, theme and lists of everything."""

from __future__ import annotations

import pytest


def test_zoom_by_actions(window, flow):
    window.session.document.reset(flow())
    window.commands["view.actual"].trigger()
    assert window.canvas.zoom == pytest.approx(1.0)
    window.commands["view.zoom_out"].trigger()
    assert window.canvas.zoom < 1.0
    assert window.zoom_label.text() == f"{window.canvas.zoom * 100:.0f} %"
    window.commands["view.zoom_in"].trigger()
    assert window.canvas.zoom == pytest.approx(1.0)


def test_the_theme_is_asked_for(window, qtbot):
    with qtbot.waitSignal(window.theme_requested) as signal:
        window.commands["view.theme"].trigger()
    assert signal.args == ["light"]


def test_about_names_the_version(window, until):
    from PySide6.QtWidgets import QMessageBox

    window.commands["help.about"].trigger()
    until(lambda: bool(window.findChildren(QMessageBox)))
    box = window.findChildren(QMessageBox)[0]
    assert "Flow Orchestrator" in box.text()
    box.buttons()[0].click()
    until(lambda: not window.findChildren(QMessageBox))
