"""The heading of a side panel."""

from __future__ import annotations

from PySide6.QtCore import Qt


def test_it_names_its_panel_and_hides_it(window, qtbot):
    dock = window.docks["palette"]
    heading = dock.titleBarWidget()
    assert heading.title.text() == "Palette"
    qtbot.mouseClick(heading.close_button, Qt.MouseButton.LeftButton)
    assert not dock.isVisible()
    window.commands["view.reset_layout"].trigger()
    assert dock.isVisible()
