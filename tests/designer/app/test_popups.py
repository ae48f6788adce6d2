"""Command palette and cheat sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt


def test_the_command_palette_finds_and_triggers(window, qtbot, flow):
    window.session.document.reset(flow())
    window.commands["view.commands"].trigger()
    palette = window.parts["view"]._palette
    qtbot.keyClicks(palette.line, "select all")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.selection.nodes == {"first", "second"}


def test_greyed_commands_do_nothing(window, qtbot):
    window.commands["view.commands"].trigger()
    palette = window.parts["view"]._palette
    qtbot.keyClicks(palette.line, "retry what")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_every_shortcut_is_on_the_cheat_sheet(window, qtbot):
    from PySide6.QtWidgets import QLabel

    from floworch_designer.app.actions import ROWS
    from floworch_designer.app.popups import CheatSheet

    sheet = CheatSheet(window.commands, window)
    qtbot.addWidget(sheet)
    words = {label.text() for label in sheet.findChildren(QLabel)}
    assert {row.text.rstrip("…") for row in ROWS if row.keys} <= words
