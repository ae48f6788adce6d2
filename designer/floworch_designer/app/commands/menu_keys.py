"""Menus by letters: the first letter of an entry takes it, and of several entries one after the other.

Mnemonics in the titles of the bar would be Alt with a letter, which are commands of the canvas. Alt alone goes to
the bar, as everywhere; from there on letters lead to menus and their entries, in every language. Keys of the canvas do
not work meanwhile: for Qt they are keys of the menus that list the commands, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


def by_letters(menu: QMenu | QMenuBar) -> None:
    """Let letters take what is in a menu or the menu bar, and in the menus inside it."""
    if menu.findChild(_Letters, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
        _Letters(menu)


class _Letters(QObject):
    def __init__(self, menu: QMenu | QMenuBar) -> None:
        super().__init__(menu)
        menu.installEventFilter(self)
        if isinstance(menu, QMenu):
            menu.aboutToShow.connect(self._go_on)
        else:
            self._go_on()

    @property
    def _menu(self) -> QMenu | QMenuBar:
        """Asked of Qt each time: what ``QAction.menu`` gave is no longer valid once PySide has let the action go."""
        return cast("QMenu | QMenuBar", self.parent())

    def _go_on(self) -> None:
        """Menus inside may have come since the last time."""
        for action in self._menu.actions():
            inner = cast("QMenu | None", action.menu())
            if inner is not None:
                by_letters(inner)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a letter; every other key without Ctrl or Alt is the menu's own, and no shortcut."""
        if watched is not self._menu or not isinstance(event, QKeyEvent) or event.modifiers() not in _PLAIN:
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        letter = event.text().casefold()
        if event.type() is not QEvent.Type.KeyPress or len(letter) != 1 or not letter.isalnum():
            return False
        actions = [action for action in self._menu.actions() if action.isVisible() and not action.isSeparator()]
        found = [action for action in actions if action.isEnabled() and _begins(action) == letter]
        if not found:
            return False
        (self._in_bar if isinstance(self._menu, QMenuBar) else self._in_menu)(actions, found)
        return True

    def _in_menu(self, _actions: Sequence[QAction], found: Sequence[QAction]) -> None:
        menu = cast("QMenu", self._menu)
        wanted = _next(found, menu.activeAction())
        inner = cast("QMenu | None", wanted.menu())
        menu.setActiveAction(wanted)  # opens the menu inside
        if inner is not None:
            _press(inner, Qt.Key.Key_Down)
        elif len(found) == 1:
            _press(menu, Qt.Key.Key_Return)

    def _in_bar(self, actions: Sequence[QAction], found: Sequence[QAction]) -> None:
        """Go there by arrows: to set a title active opens its menu, which would take the next letter."""
        bar = cast("QMenuBar", self._menu)
        active = bar.activeAction()
        wanted, here = _next(found, active), actions.index(active) if active in actions else 0
        for _ in range((actions.index(wanted) - here) % len(actions)):
            _press(bar, Qt.Key.Key_Right)
        if len(found) == 1:
            _press(bar, Qt.Key.Key_Down)


def _begins(action: QAction) -> str:
    return action.text().replace("&", "").lstrip()[:1].casefold()


def _next(found: Sequence[QAction], active: QAction | None) -> QAction:
    """The one after the active one, in a circle."""
    at = found.index(active) + 1 if active in found else 0
    return found[at % len(found)]


def _press(menu: QMenu | QMenuBar, key: Qt.Key) -> None:
    QApplication.sendEvent(menu, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
