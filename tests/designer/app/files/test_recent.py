"""The menu of the files that were open last."""

from __future__ import annotations

from floworch_designer.app.files.recent import RecentMenu
from floworch_designer.settings.settings import Settings


def test_it_lists_what_the_settings_know_when_it_opens(qtbot, tmp_path):
    settings, opened = Settings(tmp_path / "designer.ini"), []
    menu = RecentMenu(settings, opened.append)
    qtbot.addWidget(menu)
    menu.aboutToShow.emit()
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [("No recent files", False)]
    there, gone = tmp_path / "there.flow.json", tmp_path / "gone.flow.json"
    there.write_text("{}")
    settings.add_recent(gone)
    settings.add_recent(there)
    menu.aboutToShow.emit()
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [
        ("there.flow.json", True),
        ("gone.flow.json", False),
    ]
    menu.actions()[0].trigger()
    assert opened == [there.resolve()]
