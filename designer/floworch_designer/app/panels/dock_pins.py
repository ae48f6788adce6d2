"""Panels below the canvas that are pinned: they stand beside the tabs of the others, so that two are seen at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from floworch_designer.app.panels.dock_title import DockTitle
from floworch_designer.theme.theme import Theme


class DockPins:
    """Takes panels out of the tabs and puts them back.

    Args:
        docks: The panels that share the tabs, by name and in their order.

    Attributes:
        pinned: The names of those that stand beside.
    """

    def __init__(self, window: QMainWindow, docks: Mapping[str, QDockWidget], theme: Theme) -> None:
        self._window, self._docks, self._theme = window, docks, theme
        self.pinned: list[str] = []

    def front(self) -> str | None:
        """The panel that has the focus, else the one whose tab is in front; None while all are closed."""
        focus = self._window.focusWidget()
        seen = [name for name, dock in self._docks.items() if dock.isVisible() and not dock.visibleRegion().isEmpty()]
        if focus is not None:
            for name in seen:
                if self._docks[name].isAncestorOf(focus):
                    return name
        return next((name for name in seen if name not in self.pinned), None)

    def toggle(self, name: str) -> bool:
        """Pin a panel, or put it back among the tabs; returns whether it could. The last tab cannot be pinned."""
        if name in self.pinned:
            self.unpin(name)
            return True
        if len(self.pinned) + 1 >= len(self._docks):
            return False
        window, dock = self._window, self._docks[name]
        window.removeDockWidget(dock)  # a tab cannot be split away from its tabs
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock, Qt.Orientation.Horizontal)
        self.pinned.append(name)
        self._head(name)
        dock.show()
        tabs = next(each for key, each in self._docks.items() if key not in self.pinned)
        half = max(1, tabs.width() + dock.width()) // 2
        window.resizeDocks([tabs, dock], [half, half], Qt.Orientation.Horizontal)
        return True

    def unpin(self, name: str) -> None:
        """Put a panel back as the last of the tabs, in front, whether it was pinned or taken out."""
        self.pinned = [each for each in self.pinned if each != name]
        self._head(name)
        dock = self._docks[name]
        tabs = [each for key, each in self._docks.items() if key not in self.pinned and key != name]
        for each in tabs:
            each.show()  # the panel may have stood at another side, while the tabs were closed
        self._window.tabifyDockWidget(tabs[-1], dock)
        dock.raise_()

    def told(self, pinned: Iterable[str]) -> None:
        """These are pinned: the layout that was restored, or the first one, has them so."""
        before, self.pinned = self.pinned, [name for name in pinned if name in self._docks]
        for name in {*before, *self.pinned}:
            self._head(name)

    def _head(self, name: str) -> None:
        """Give a panel a heading while it has no tab."""
        dock = self._docks[name]
        unpin: Callable[[], None] = lambda: self.unpin(name)  # noqa: E731 - bound to this name
        old = dock.titleBarWidget()
        dock.setTitleBarWidget(DockTitle(dock, self._theme, unpin) if name in self.pinned else QWidget())
        if old is not None:
            old.deleteLater()
