"""Help: the cheat sheet from anywhere, and the way from it to the list that changes keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox

from floworch_designer.app.commands.keys_dialog import KeysDialog
from floworch_designer.app.commands.popups import CheatSheet


def test_f1_opens_the_cheat_sheet_from_a_text_field_and_a_question_mark_from_the_canvas_only(window, qtbot):
    window.activateWindow()
    field = window.palette_panel.search
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Question)
    assert field.text() == "?"
    assert not window.findChildren(CheatSheet)
    qtbot.keyClick(field, Qt.Key.Key_F1)
    (sheet,) = window.findChildren(CheatSheet)
    sheet.reject()
    sheet.setParent(None)
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Question)
    (sheet,) = window.findChildren(CheatSheet)
    qtbot.mouseClick(sheet.change, Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(KeysDialog)
    dialog.reject()


def test_about_names_the_version(window, until):
    window.commands["help.about"].trigger()
    until(lambda: bool(window.findChildren(QMessageBox)))
    box = window.findChildren(QMessageBox)[0]
    assert box.text().startswith("Flow Orchestrator 0")
    box.reject()
    until(lambda: not window.findChildren(QMessageBox))


@pytest.mark.parametrize(
    "row", ["file.settings", "file.connections", "file.secrets", "help.log", "help.keys", "help.edit_keys"]
)
def test_a_dialog_that_was_closed_takes_no_memory_any_more(window, until, row):
    window.commands[row].trigger()
    (dialog,) = (each for each in window.findChildren(QDialog) if each.isVisible())
    dialog.reject()
    until(lambda: not window.findChildren(type(dialog)))
