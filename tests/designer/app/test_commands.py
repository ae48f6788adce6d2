"""QActions from the table: handlers exist, shortcuts are where they belong."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch_designer.app.actions import MENUS, ROWS


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
