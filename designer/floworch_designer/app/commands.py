"""QActions made from the action table, and the menus that hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from floworch_designer.app.actions import MENUS, ROWS, Row

if TYPE_CHECKING:
    from floworch_designer.theme.theme import Theme


class Commands(QObject):
    """One QAction per row of the table.

    Args:
        window: Owner of the actions; gets the shortcuts that work everywhere.
        canvas: Gets the shortcuts that work only there.
        handlers: ``part`` name -> object with the methods the table names.
        enabled: Tells whether the condition of that name holds.
    """

    def __init__(
        self,
        window: QWidget,
        canvas: QWidget,
        theme: Theme,
        handlers: Mapping[str, Any],
        enabled: Callable[[str], bool],
    ) -> None:
        super().__init__(window)
        self.window = window
        self._handlers, self._enabled = handlers, enabled
        self.actions: dict[str, QAction] = {}
        for row in ROWS:
            action = self._make(row, theme)
            self.actions[row.id] = action
            (canvas if row.canvas else window).addAction(action)
        self.refresh()

    def __getitem__(self, action_id: str) -> QAction:
        """The QAction of a row by its id."""
        return self.actions[action_id]

    def also_on(self, canvas: QWidget) -> None:
        """Let the canvas-only shortcuts work on another canvas too."""
        for row in ROWS:
            if row.canvas:
                canvas.addAction(self.actions[row.id])

    def refresh(self) -> None:
        """Ask every condition again."""
        for row in ROWS:
            self.actions[row.id].setEnabled(self._enabled(row.when))

    def fill_menu_bar(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Add the menus with their entries; returns them by title."""
        menus = {}
        for title in MENUS:
            menu = menus[title] = bar.addMenu(title)
            for row in ROWS:
                if row.menu == title:
                    if row.separator:
                        menu.addSeparator()
                    menu.addAction(self.actions[row.id])
        return menus

    def _make(self, row: Row, theme: Theme) -> QAction:
        action = QAction(row.text, self)
        action.setObjectName(row.id)
        if row.icon:
            action.setIcon(theme.icon(row.icon))
        action.setShortcuts([QKeySequence(keys) for keys in row.keys])
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut if row.canvas else Qt.ShortcutContext.WindowShortcut
        )
        keys = f" ({key_text(row.keys[0])})" if row.keys else ""
        action.setToolTip(f"{row.text.rstrip('…')}{keys}")
        action.setShortcutVisibleInContextMenu(True)
        action.setCheckable(row.checkable)
        if row.checkable:
            action.toggled.connect(partial(self._call, row))
        else:
            action.triggered.connect(lambda _checked=False, row=row: self._call(row))
        return action

    def _call(self, row: Row, *arguments: Any) -> None:
        part, method = row.handler.split(".")
        getattr(self._handlers[part], method)(*arguments)


def key_text(keys: str) -> str:
    """A shortcut as this platform writes it."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
