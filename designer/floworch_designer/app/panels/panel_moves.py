"""Panels that go to another side of the canvas: by a command on the one with the keys, or by a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QMenu, QTabBar, QWidget

from floworch_designer.app.commands.menu_keys import by_letters
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow

_Area = Qt.DockWidgetArea
#: The sides a panel can stand at, and what the menu of its heading says.
SIDES: Final = (
    (_Area.LeftDockWidgetArea, mark("Move to the left")),
    (_Area.RightDockWidgetArea, mark("Move to the right")),
    (_Area.BottomDockWidgetArea, mark("Move to the bottom")),
)


class PanelMoves:
    """Handlers of the commands that move a panel, and the menu of a heading or tab."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def left(self) -> None:
        """Put the panel with the keys to the left of the canvas."""
        self._move_focused(_Area.LeftDockWidgetArea)

    def right(self) -> None:
        """Put the panel with the keys to the right of the canvas."""
        self._move_focused(_Area.RightDockWidgetArea)

    def bottom(self) -> None:
        """Put the panel with the keys below the canvas."""
        self._move_focused(_Area.BottomDockWidgetArea)

    def move(self, name: str, area: Qt.DockWidgetArea) -> None:
        """Put a panel to another side; the keys stay where they are. The last tab below the canvas stays there."""
        window, focus = self._window, self._window.focusWidget()
        if not window.docking.move(name, area):
            window.flash(tr("The last tab below the canvas stays there."))
        elif focus is not None and focus is not window.focusWidget():
            focus.setFocus()  # Qt hides what it moves, and the keys go elsewhere

    def menu_at(self, place: QPoint) -> QMenu | None:
        """What can be done with the panel whose heading or tab is at a place of the window, if one is there."""
        name = self._at(place)
        if name is None:
            return None
        docking, dock = self._window.docking, self._window.docks[name]
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        by_letters(menu)
        for area, words in SIDES:
            action = menu.addAction(tr(words))
            action.triggered.connect(lambda _checked=False, area=area: self.move(name, area))
            action.setEnabled(dock.isFloating() or docking.area(name) != area)
        menu.addSeparator()
        menu.addAction(self._window.commands["view.reset_layout"])
        hide = menu.addAction(tr("Hide"), dock.hide)
        hide.setVisible(dock not in docking.tabs)  # the tabs come and go together
        return menu

    def _move_focused(self, area: Qt.DockWidgetArea) -> None:
        name = self._holder(self._window.focusWidget())
        if name is None:
            self._window.flash(tr("Go into the panel first that is to be moved, by its key or a click."))
        else:
            self.move(name, area)

    def _at(self, place: QPoint) -> str | None:
        child = self._window.childAt(place)
        if isinstance(child, QTabBar):
            return self._of_bar(child, child.tabAt(child.mapFrom(self._window, place)))
        name = self._holder(child)
        if child is None or name is None:
            return None
        dock = self._window.docks[name]
        inside = dock.widget().geometry().contains(child.mapTo(dock, QPoint()))
        return None if inside and child is not dock else name

    def _holder(self, part: QWidget | None) -> str | None:
        """The panel that a part of the window is in; of tabs the one in front."""
        docks = self._window.docks
        while part is not None and part is not self._window:
            if isinstance(part, QDockWidget):
                return next((name for name, dock in docks.items() if dock is part), None)
            if isinstance(part, QTabBar) and part.parentWidget() is self._window:
                return self._of_bar(part, part.currentIndex())
            part = part.parentWidget()
        return None

    def _of_bar(self, bar: QTabBar, index: int) -> str | None:
        """The panel of a tab that Qt made: it has the title of the panel, and nothing else that Python could read."""
        text = bar.tabText(index) if bar.parentWidget() is self._window else ""
        return next((name for name, dock in self._window.docks.items() if text and dock.windowTitle() == text), None)
