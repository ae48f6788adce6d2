"""QActions from the table: handlers exist, shortcuts are where they belong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from floworch_designer.app.commands.actions import MENUS, ROWS, SUBMENUS


def test_every_row_has_its_handler(window):
    for row in ROWS:
        part, method = row.handler.split(".")
        assert callable(getattr(window.parts[part], method))


def test_canvas_keys_belong_to_the_canvas(window):
    on_canvas = {action.objectName() for action in window.canvas.actions()}
    assert on_canvas == {row.id for row in ROWS if row.canvas}
    assert window.commands["edit.delete"].shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut


def test_tool_tips_name_the_key(window):
    assert window.commands["run.start"].toolTip() == "Run (F5)"


def test_every_menu_is_filled(window):
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles == list(MENUS)


def test_no_menu_is_longer_than_a_small_screen_and_submenus_hold_what_they_name(window):
    for top in window.menuBar().actions():
        for menu in (top.menu(), *top.menu().findChildren(QMenu)):
            assert sum(not action.isSeparator() for action in menu.actions()) <= 26, menu.title()
    menus = {menu.title(): menu for menu in window.menuBar().findChildren(QMenu)}
    for title, ids in SUBMENUS.items():
        assert set(ids) <= {action.objectName() for action in menus[title].actions()}
