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


def test_names_are_shown_as_they_are_and_told_apart(qtbot, tmp_path):
    """An ampersand marks no key, a long name makes no wide menu, and two of one name are two."""
    settings = Settings(tmp_path / "designer.ini")
    menu = RecentMenu(settings, lambda _path: None)
    qtbot.addWidget(menu)
    for name in ("n" * 200 + ".flow.json", "b/main.flow.json", "a/main.flow.json", "a&b.flow.json", "<b>.flow.json"):
        settings.add_recent(tmp_path / name)
    menu.aboutToShow.emit()
    actions = menu.actions()
    texts = [action.text() for action in actions]
    assert texts[:4] == ["<b>.flow.json", "a&&b.flow.json", "main.flow.json – a", "main.flow.json – b"]
    assert "…" in texts[4]
    assert menu.sizeHint().width() < 600
    assert menu.toolTipsVisible()
    assert actions[0].toolTip() == f"<qt>{tmp_path}/&lt;b&gt;.flow.json</qt>"
