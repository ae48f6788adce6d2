"""Every setting that a person has, made from the table."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QScrollArea

from floworch_designer.app.preferences.settings_dialog import SettingsDialog
from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.settings import GROUPS, TABLE, Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "designer.ini")


@pytest.fixture
def dialog(settings, theme, qtbot):
    dialog = SettingsDialog(settings, theme)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_every_row_with_words_has_an_editor_that_shows_its_value(dialog, settings):
    shown = {row.key for row in TABLE.values() if row.title}
    assert set(dialog.editors) == shown
    assert {key.split("/")[0] for key in shown} == set(GROUPS)
    for key, editor in dialog.editors.items():
        assert editor.accessibleName() == TABLE[key].title
        assert TABLE[key].help in editor.accessibleDescription()
        assert ("next start" in editor.accessibleDescription()) is TABLE[key].later


def test_changes_count_at_once_and_come_from_both_sides(dialog, settings, qtbot):
    for key, editor in dialog.editors.items():
        row = TABLE[key]
        if isinstance(editor, QCheckBox):
            editor.click()
            assert settings.get(key) is not row.default
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(1)
            assert settings.get(key) == row.choices[1][0]
        elif isinstance(editor, QLineEdit):
            qtbot.keyClicks(editor, "/data/runs")
            editor.editingFinished.emit()
            assert settings.get(key) == "/data/runs"
    dialog.restore()
    for key, editor in dialog.editors.items():
        assert settings.get(key) == TABLE[key].default
        if isinstance(editor, QComboBox):
            assert editor.currentData() == TABLE[key].default
    settings.set("appearance/theme", "light")
    assert dialog.editors["appearance/theme"].currentData() == "light"


@pytest.mark.parametrize("answer", ["Restore defaults", "Keep", ""])
def test_the_defaults_are_restored_only_when_the_answer_says_so(dialog, settings, monkeypatch, loop, answer):
    asked = []

    async def ask(parent, _title, text, buttons, _detail):
        asked.append((parent, text, buttons[0][1]))
        return answer

    monkeypatch.setattr(dialogs, "ask", ask)
    settings.set("appearance/theme", "light")
    dialog.defaults.click()
    loop.run_until_complete(asyncio.sleep(0))
    assert asked == [(dialog, "Give every setting of this page its default?", "reject")]
    restored = settings.get("appearance/theme") != "light"
    assert restored is (answer == "Restore defaults")


def test_nothing_is_clipped_and_all_of_it_can_be_scrolled_to(dialog):
    (area,) = dialog.pages.findChildren(QScrollArea)
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    assert area.horizontalScrollBar().maximum() == 0
    for editor in dialog.editors.values():
        assert editor.height() >= editor.minimumSizeHint().height()
        area.ensureWidgetVisible(editor)
        assert dialog.rect().contains(editor.mapTo(dialog, editor.rect().bottomRight()))
    for words in area.widget().findChildren(QLabel):
        assert words.width() >= words.minimumSizeHint().width()
        assert words.height() >= words.heightForWidth(words.width())


def test_the_window_follows_its_settings(window, session):
    window.commands["file.settings"].trigger()
    (dialog,) = window.findChildren(SettingsDialog)
    asked = []
    window.theme_requested.connect(asked.append)
    session.settings.set("appearance/theme", "light" if window.theme.dark else "dark")
    assert asked == [session.settings.get("appearance/theme")]
    session.settings.set("appearance/motion", "reduced")
    assert window.canvas.overlay.still
    session.settings.set("canvas/minimap", True)
    assert window.commands["view.minimap"].isChecked()
    session.settings.set("engine/in_process", True)
    assert window.commands["run.in_process"].isChecked()
    assert session.hosts.in_process
    dialog.close()


@pytest.mark.parametrize(("row", "page"), [("file.connections", "connections"), ("file.secrets", "secrets")])
def test_connections_and_secrets_are_pages_with_entries_of_their_own(window, row, page):
    window.commands[row].trigger()
    dialog = window.findChild(SettingsDialog)
    assert dialog.pages.currentWidget() is getattr(dialog, page)
    assert dialog.defaults.isHidden(), "there are no defaults of connections"
    dialog.pages.setCurrentIndex(0)
    assert not dialog.defaults.isHidden()
    dialog.close()
