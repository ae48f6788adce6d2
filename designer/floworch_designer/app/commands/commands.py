"""QActions made from the action table, and the menus that hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget
from shiboken6 import isValid

from floworch_designer.app.commands.actions import BY_ID, MENUS, ROWS, SUBMENUS, YIELDS, Row
from floworch_designer.app.commands.keymap import Keymap, types_text
from floworch_designer.app.commands.menu_keys import by_letters
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.theme.theme import Theme


class Commands(QObject):
    """One QAction per row of the table.

    Args:
        window: Owner of the actions; gets the shortcuts that work everywhere.
        canvas: Gets the shortcuts that work only there.
        handlers: ``part`` name -> object with the methods the table names.
        enabled: Tells whether the condition of that name holds.

    Attributes:
        permits: Tells whether the row of that id may work at all now.
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
        self.keymap = Keymap()
        self.permits: Callable[[str], bool] = lambda _row: True
        self._canvases = [canvas]
        canvas.destroyed.connect(self._forget)
        self._letters: list[QShortcut] = []
        self.actions: dict[str, QAction] = {}
        self._reasons: dict[str, str] = {}
        for row in ROWS:
            action = self._make(row, theme)
            self.actions[row.id] = action
            (canvas if row.canvas else window).addAction(action)
        self.use(self.keymap)
        self.refresh()

    def __getitem__(self, action_id: str) -> QAction:
        """The QAction of a row by its id."""
        return self.actions[action_id]

    def also_on(self, canvas: QWidget) -> None:
        """Let the canvas-only shortcuts work on another canvas too."""
        for row in ROWS:
            if row.canvas:
                canvas.addAction(self.actions[row.id])
        self._canvases = [each for each in self._canvases if isValid(each)] + [canvas]
        canvas.destroyed.connect(self._forget)
        self._give_letters(canvas)

    def _forget(self) -> None:
        """A canvas has gone: what is kept of it would keep its definition."""
        self._canvases = [each for each in self._canvases if isValid(each)]
        self._letters = [each for each in self._letters if isValid(each)]

    def use(self, keymap: Keymap) -> None:
        """Give every action the keys of a keymap; those that write a character work on the canvas only."""
        self.keymap = keymap
        for old in self._letters:
            if isValid(old):
                old.setParent(None)
                old.deleteLater()
        self._letters.clear()
        canvases = [each for each in self._canvases if isValid(each)]
        for row in ROWS:
            keys, action = keymap.keys(row.id), self.actions[row.id]
            action.setShortcuts(self._wide(row))
            shown = f" ({keymap.shown(row.id)})" if keys else ""
            why = f"\n{reason}" if (reason := self._reasons.get(row.id)) else ""
            action.setToolTip(f"{tr(row.text).rstrip('…')}{shown}{why}")
        for canvas in canvases:
            self._give_letters(canvas)

    def _wide(self, row: Row) -> list[QKeySequence]:
        """The keys that work wherever the focus is, without those that the row leaves to another now."""
        other = YIELDS.get(row.id)
        left = self.keymap.keys(other) if other is not None and self.actions[other].isEnabled() else ()
        keys = [key for key in self.keymap.keys(row.id) if key not in left]
        return [QKeySequence(key) for key in keys if row.canvas or not types_text(key)]

    def _give_letters(self, canvas: QWidget) -> None:
        """Let the keys that write a character work on a canvas; those of the others stay as they are."""
        for row in ROWS:
            if not row.canvas:
                action = self.actions[row.id]
                self._letters += [_letter(key, canvas, action) for key in self.keymap.keys(row.id) if types_text(key)]
        canvas.given_up = self.keymap.given_up()  # type: ignore[attr-defined]

    def refresh(self) -> None:
        """Ask every condition again."""
        for row in ROWS:
            self.actions[row.id].setEnabled(self.permits(row.id) and self._enabled(row.when))
        for row_id in YIELDS:
            keys = self._wide(BY_ID[row_id])
            if keys != self.actions[row_id].shortcuts():
                self.actions[row_id].setShortcuts(keys)

    def explain(self, action_id: str, reason: str) -> None:
        """Say in an action's tool tip why it cannot be used; empty when it can."""
        if reason != self._reasons.get(action_id, ""):
            self._reasons[action_id] = reason
            tip = self.actions[action_id].toolTip().split("\n")[0]
            self.actions[action_id].setToolTip(f"{tip}\n{reason}" if reason else tip)

    def fill_menu_bar(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Add the menus and submenus with their entries; returns them by title."""
        menus = {title: bar.addMenu(tr(title)) for title in MENUS}
        within = {row_id: title for title, ids in SUBMENUS.items() for row_id in ids}
        for row in ROWS:
            if not row.menu:
                continue
            menu, title = menus[row.menu], within.get(row.id)
            if row.separator:
                (menus.get(title, menu) if title else menu).addSeparator()
            if title is not None:
                if title not in menus:
                    menus[title] = menu.addMenu(tr(title))
                menu = menus[title]
            menu.addAction(self.actions[row.id])
        by_letters(bar)
        return menus

    def _make(self, row: Row, theme: Theme) -> QAction:
        action = QAction(tr(row.text), self)
        action.setObjectName(row.id)
        if row.icon:
            action.setIcon(theme.icon(row.icon))
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut if row.canvas else Qt.ShortcutContext.WindowShortcut
        )
        action.setShortcutVisibleInContextMenu(True)
        action.setCheckable(row.checkable)
        if row.checkable:
            action.toggled.connect(partial(self._call, row))
        else:
            action.triggered.connect(lambda _checked=False, row=row: self._call(row))
        return action

    def _call(self, row: Row, *arguments: Any) -> None:
        part, method = row.handler.split(".")
        getattr(self._handlers[part], method)(*arguments, *([row.number] if row.number else []))


def _letter(key: str, canvas: QWidget, action: QAction) -> QShortcut:
    """A key that writes a character: it works while the canvas has the focus."""
    shortcut = QShortcut(QKeySequence(key), canvas)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(action.trigger)
    return shortcut
