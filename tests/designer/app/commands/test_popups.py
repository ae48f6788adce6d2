"""Command palette and cheat sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from floworch_designer.app.commands.actions import ROWS
from floworch_designer.app.commands.popups import CheatSheet
from floworch_designer.app.preferences.settings_dialog import SettingsDialog


def test_the_command_palette_finds_and_triggers(window, qtbot, flow):
    window.session.document.reset(flow())
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
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
    sheet = CheatSheet(window.commands, window)
    qtbot.addWidget(sheet)
    wanted = {row.text.rstrip("…") for row in ROWS if row.keys}

    def words():
        return {label.text() for label in sheet.findChildren(QLabel)}

    assert not wanted <= words(), "so many labels at once would hold up the window"
    qtbot.waitUntil(lambda: wanted <= words())
    assert not sheet._more.isActive()


def test_the_cheat_sheet_is_searched_and_takes_as_many_columns_as_fit(window, qtbot):
    sheet = CheatSheet(window.commands, window)
    qtbot.addWidget(sheet)
    sheet.resize(1120, 500)
    sheet.show()
    for width, columns in ((1120, 3), (700, 1)):
        sheet.resize(width, 500)
        assert len(sheet.area.widget().layout().children()) == columns
        assert not sheet.area.horizontalScrollBar().isVisible()
    qtbot.keyClicks(sheet.search, "f9 condition")
    words = [label.text() for label in sheet.area.widget().findChildren(QLabel)]
    assert words == ["Run", "Breakpoint with condition", "Shift+F9"]


def test_a_setting_is_found_by_its_name_and_opened(window, qtbot):
    window.commands["view.commands"].trigger()
    palette = window.parts["view"]._palette
    qtbot.keyClicks(palette.line, "language")
    assert palette.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Settings: Language"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert not palette.isVisible()
    dialog = window.findChild(SettingsDialog)
    assert dialog.isVisible()
    assert dialog.focusWidget() is dialog.editors["appearance/language"]
    dialog.close()


def test_where_nothing_fits_it_says_so_and_enter_does_nothing(window, qtbot):
    window.commands["view.commands"].trigger()
    palette = window.parts["view"]._palette
    qtbot.keyClicks(palette.line, "xqzwv")
    assert [palette.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)] == ["Nothing fits. Try another word."]
    assert palette.list.count() == 1
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()
