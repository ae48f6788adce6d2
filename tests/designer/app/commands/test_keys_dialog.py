"""The list of shortcuts, by keyboard: find an action, press a key, see who loses it, and use it at once."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from shiboken6 import isValid

from floworch_designer.app.commands.key_presets import PRESETS
from floworch_designer.app.commands.keymap import Keymap, from_settings
from floworch_designer.app.commands.keys_dialog import PRESET_TITLES, KeysDialog

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def dialog(window, qtbot):
    window.activateWindow()
    window.commands["help.edit_keys"].trigger()
    (found,) = window.findChildren(KeysDialog)
    yield found
    if isValid(found):
        found.reject()


def leave(dialog, window, qtbot):
    dialog.reject()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def press(dialog, qtbot, row, key, modifiers=Qt.KeyboardModifier.NoModifier):
    dialog.show_row(row)
    dialog.line.setFocus()
    qtbot.keyClick(dialog.line, key, modifiers)


def test_a_key_is_given_counts_at_once_and_is_kept(dialog, window, qtbot, session):
    press(dialog, qtbot, "view.theme", Qt.Key.Key_F12)
    assert dialog.said.text() == "F12 is free."
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    asked = []
    window.theme_requested.connect(asked.append)
    leave(dialog, window, qtbot)
    qtbot.keyClick(window.palette_panel.search, Qt.Key.Key_F12)
    assert asked == ["light"]
    assert "F12" in window.commands["view.theme"].toolTip()
    assert from_settings(session.settings).keys("view.theme")[0] == "F12"


def test_who_loses_the_key_is_said_first_and_the_canvas_forgets_it_too(dialog, window, qtbot, flow):
    press(dialog, qtbot, "view.theme", Qt.Key.Key_D, CTRL)
    assert dialog.said.text() == "Ctrl+D is taken from: Duplicate."
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    leave(dialog, window, qtbot)
    window.session.document.reset(flow())
    window.selection.set(["first"])
    window.commands["view.theme"].setEnabled(False)  # its shortcut passes the key on to the canvas
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_D, CTRL)
    assert len(window.document.workflow.nodes) == 2


def test_a_letter_given_to_an_action_of_the_window_works_on_the_canvas_only(dialog, window, qtbot):
    press(dialog, qtbot, "view.theme", Qt.Key.Key_J)
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    leave(dialog, window, qtbot)
    asked = []
    window.theme_requested.connect(asked.append)
    window.palette_panel.search.setFocus()
    qtbot.keyClick(window.palette_panel.search, Qt.Key.Key_J)
    assert (asked, window.palette_panel.search.text()) == ([], "j")
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_J)
    assert asked == ["light"]


def test_a_key_of_the_canvas_itself_is_refused(dialog, qtbot):
    press(dialog, qtbot, "view.theme", Qt.Key.Key_Left)
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    assert "belongs to the canvas" in dialog.said.text()
    assert dialog.keymap == Keymap()


def test_keys_are_taken_away_and_reset(dialog, qtbot):
    dialog.show_row("edit.duplicate")
    qtbot.mouseClick(dialog.clear, Qt.MouseButton.LeftButton)
    assert dialog.keymap.keys("edit.duplicate") == ()
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert dialog.keymap == Keymap()
    qtbot.mouseClick(dialog.clear, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.reset_all, Qt.MouseButton.LeftButton)
    assert dialog.keymap == Keymap()


def test_the_search_finds_by_words_and_by_key(dialog, qtbot):
    qtbot.keyClicks(dialog.search, "ctrl+shift+z")
    shown = [row for row, item in dialog._items.items() if not item.isHidden()]
    assert shown == ["edit.redo"]
    assert [name for name, head in dialog._heads.items() if not head.isHidden()] == ["edit"]


def test_a_preset_is_chosen_and_every_preset_has_a_title(dialog, window):
    assert PRESET_TITLES.keys() == PRESETS.keys()
    dialog.preset.setCurrentIndex(dialog.preset.findData("blender"))
    dialog.preset.activated.emit(dialog.preset.currentIndex())
    assert window.commands["edit.delete"].shortcut().toString() == "X"


def test_keymaps_are_exported_and_imported_and_a_bad_file_changes_nothing(dialog, qtbot, tmp_path):
    dialog.show_row("edit.duplicate")
    qtbot.mouseClick(dialog.clear, Qt.MouseButton.LeftButton)
    dialog.write_file(tmp_path / "keys.json")
    assert json.loads((tmp_path / "keys.json").read_text())["keys"] == {"edit.duplicate": []}
    qtbot.mouseClick(dialog.reset_all, Qt.MouseButton.LeftButton)
    dialog.read_file(tmp_path / "keys.json")
    assert dialog.keymap.keys("edit.duplicate") == ()
    (tmp_path / "bad.json").write_text('{"keys": {"file.new": "Ctrl+J", "file.open": "Ctrl+J"}}')
    dialog.read_file(tmp_path / "bad.json")
    assert "both file.new and file.open" in dialog.said.text()
    assert dialog.keymap.keys("edit.duplicate") == ()
    dialog.read_file(tmp_path / "none.json")
    assert "No such file" in dialog.said.text()
