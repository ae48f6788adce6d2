"""The panels around the canvas: where they are docked, and how that is remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

from floworch_designer.app.panels.dock_pins import DockPins
from floworch_designer.app.panels.dock_title import DockTitle
from floworch_designer.app.panels.sizes import fills, first_size, panel_sizes
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from floworch_designer.settings.settings import Settings
    from floworch_designer.theme.theme import Theme

#: Panels by name: title and area.
PANELS = {
    "palette": (mark("Palette"), Qt.DockWidgetArea.LeftDockWidgetArea),
    "outline": (mark("Outline"), Qt.DockWidgetArea.LeftDockWidgetArea),
    "versions": (mark("Versions"), Qt.DockWidgetArea.LeftDockWidgetArea),
    "variables": (mark("Variables"), Qt.DockWidgetArea.LeftDockWidgetArea),
    "inspector": (mark("Inspector"), Qt.DockWidgetArea.RightDockWidgetArea),
    "problems": (mark("Problems"), Qt.DockWidgetArea.BottomDockWidgetArea),
    "log": (mark("Run log"), Qt.DockWidgetArea.BottomDockWidgetArea),
    "timeline": (mark("Timeline"), Qt.DockWidgetArea.BottomDockWidgetArea),
    "runs": (mark("Runs"), Qt.DockWidgetArea.BottomDockWidgetArea),
    "compare": (mark("Compare"), Qt.DockWidgetArea.BottomDockWidgetArea),
    "difference": (mark("Difference"), Qt.DockWidgetArea.BottomDockWidgetArea),
}
BOTTOM = ("problems", "log", "timeline", "runs", "compare", "difference")
#: Panels that are closed until somebody asks for them.
ON_DEMAND = ("outline", "versions", "variables")
#: Where they are unless somebody moves them.
BELOW = Qt.DockWidgetArea.BottomDockWidgetArea
LAYOUT_VERSION = 5
#: Folders whose layout is kept.
LAYOUTS = 20


class Docking:
    """Docks the panels of one window.

    Args:
        window: Gets the docks.
        widgets: What each panel of :data:`PANELS` holds, by name.
        menu: Gets an entry for each panel.
    """

    def __init__(self, window: QMainWindow, widgets: Mapping[str, QWidget], theme: Theme, menu: QMenu) -> None:
        self._window = window
        #: The folder whose layout it is: that of the first file that was opened.
        self.folder: Path | None = None
        self.docks: dict[str, QDockWidget] = {}
        for name, (title, area) in PANELS.items():
            dock = QDockWidget(tr(title), window)
            dock.setObjectName(f"dock.{name}")
            dock.setWidget(widgets[name])
            side = name not in BOTTOM
            dock.setMinimumWidth(170 if side else 80)
            dock.setTitleBarWidget(DockTitle(dock, theme) if side else QWidget())
            window.addDockWidget(area, dock)
            self.docks[name] = dock
        menu.addSeparator()
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())
        self.pins = DockPins(window, {name: self.docks[name] for name in BOTTOM}, theme)
        window.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )  # fmt: skip
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)

    @property
    def bottom(self) -> list[QDockWidget]:
        """The panels below the canvas that come and go together; closed until there is a run to tell of."""
        return [self.docks[name] for name in BOTTOM if self.area(name) == BELOW]

    @property
    def tabs(self) -> list[QDockWidget]:
        """Those of them that share the tabs, and have no heading of their own."""
        return [self.docks[name] for name in BOTTOM if name not in self.pins.pinned]

    def area(self, name: str) -> Qt.DockWidgetArea:
        """The side of the canvas that a panel is at, or was before it was taken out."""
        return self._window.dockWidgetArea(self.docks[name])

    def move(self, name: str, area: Qt.DockWidgetArea) -> bool:
        """Put a panel to a side of the canvas; returns whether it could: the last tab stays."""
        window, dock = self._window, self.docks[name]
        if area == self.area(name) and not dock.isFloating():
            return True
        if name in BOTTOM and area == BELOW:
            dock.setFloating(False)
            self.pins.unpin(name)
            return True
        if name in BOTTOM and name not in self.pins.pinned and not self.pins.toggle(name):
            return False
        dock.setFloating(False)
        there = [each for each in self.docks.values() if each is not dock and window.dockWidgetArea(each) == area]
        along = Qt.Orientation.Horizontal if area == BELOW else Qt.Orientation.Vertical
        window.addDockWidget(area, dock, along)
        dock.show()
        beside = next((each for each in there if _is_seen(each) and not each.isFloating()), None)
        if beside is not None:
            window.resizeDocks([beside, dock], [1, 1], along)
        return True

    def hides(self, widget: QWidget | None) -> bool:
        """Whether a control is in a panel that lies behind another one, where Qt nevertheless goes with Tab."""
        while widget is not None and widget is not self._window:
            if isinstance(widget, QDockWidget | QTabBar) and widget.parentWidget() is self._window:
                return not _is_seen(widget)
            widget = widget.parentWidget()
        return False

    def show_bottom(self, shown: bool = True) -> None:
        """Open or close the panels below the canvas."""
        for dock in self.bottom:
            dock.setVisible(shown)
        self._settle_tabs()

    def _settle_tabs(self) -> None:
        """Have tabs of panels cut their words where there is no room for all: none is out of sight behind an arrow."""
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setUsesScrollButtons(False)
            bar.setElideMode(Qt.TextElideMode.ElideRight)

    def show(self, name: str) -> None:
        """Show a panel and bring its tab to the front. Raises KeyError for an unknown name."""
        dock = self.docks[name]
        if dock in self.bottom:
            self.show_bottom()
        fresh = name in ON_DEMAND and not any(self.docks[each].isVisible() for each in ON_DEMAND)
        dock.show()
        if fresh and self.area(name) == self.area("palette") and not dock.isFloating():
            # below the palette it would have a few lines only
            self._window.resizeDocks([self.docks["palette"], dock], [1, 1], Qt.Orientation.Vertical)
        dock.raise_()

    def reset(self, with_bottom: bool) -> None:
        """Dock every panel where it was at first, with the ones below the canvas open or not."""
        window, bottom = self._window, [self.docks[name] for name in BOTTOM]
        self.pins.told(())
        for dock in self.docks.values():
            dock.hide()  # side by side, before they lie upon each other, they would widen the window
        for name, (_, area) in PANELS.items():
            self.docks[name].setFloating(False)
            window.addDockWidget(area, self.docks[name])
        window.splitDockWidget(self.docks["palette"], self.docks["outline"], Qt.Orientation.Vertical)
        for first, second in pairwise([self.docks[name] for name in ON_DEMAND]):
            window.tabifyDockWidget(first, second)
        for first, second in pairwise(bottom):
            window.tabifyDockWidget(first, second)
        for name, dock in self.docks.items():
            dock.setVisible(name not in ON_DEMAND and (dock not in bottom or with_bottom))
        bottom[0].raise_()
        sizes = panel_sizes(window.width(), window.height())
        sides = [self.docks["palette"], self.docks["inspector"]]
        window.resizeDocks(sides, [sizes["palette"], sizes["inspector"]], Qt.Orientation.Horizontal)
        window.resizeDocks([bottom[0]], [sizes["bottom"]], Qt.Orientation.Vertical)

    def save(self, settings: Settings) -> None:
        """Remember the size of the window and the places of its panels."""
        settings.set("window/geometry", self._window.saveGeometry())
        settings.set("window/layout", self._window.saveState(LAYOUT_VERSION))
        settings.set("window/pinned", self.pins.pinned)
        settings.flush()
        if self.folder is not None:
            layouts = kept_layouts(settings)
            layouts.pop(str(self.folder), None)
            state = bytes(self._window.saveState(LAYOUT_VERSION).toBase64().data()).decode()
            layouts[str(self.folder)] = [state, *self.pins.pinned]
            settings.set("window/layouts", json.dumps(dict(list(layouts.items())[-LAYOUTS:])))
            settings.flush()

    def enter(self, settings: Settings, folder: Path, fresh: bool) -> None:
        """The window works on the files of a folder from now on: a ``fresh`` one gets the places kept for it."""
        self.folder = folder
        kept = kept_layouts(settings).get(str(folder))
        if fresh and kept and self._window.restoreState(QByteArray.fromBase64(kept[0].encode()), LAYOUT_VERSION):
            self.pins.told(kept[1:])

    def restore(self, settings: Settings) -> None:
        """Give window and panels the size and places remembered, or the first ones.

        The places come first: Qt keeps those that are given to a hidden window which is to be maximized, to try them
        again at its next sizes, and goes to panels that are gone when others are given meanwhile: the process ends.
        """
        window = self._window
        geometry, layout = settings.get("window/geometry"), settings.get("window/layout")
        known = isinstance(layout, QByteArray) and not layout.isEmpty() and window.restoreState(layout, LAYOUT_VERSION)
        if not (isinstance(geometry, QByteArray) and not geometry.isEmpty() and window.restoreGeometry(geometry)):
            room = window.screen().availableGeometry()
            size = first_size(room.width(), room.height())
            window.resize(*size)
            window.move(room.center() - window.rect().center())
            if fills(size, room.height()):
                window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
        if known:
            self.pins.told(settings.get("window/pinned"))
        else:
            self.reset(False)
        for bar in window.findChildren(QTabBar):
            bar.setExpanding(False)
        self._settle_tabs()


def _is_seen(part: QWidget) -> bool:
    """Whether a part of the window is seen; what lies behind a tab stays visible for Qt, which moves it out of view."""
    if isinstance(part, QDockWidget) and part.isFloating():
        return part.isVisible()
    return part.isVisible() and not part.visibleRegion().isEmpty()


def in_view(panel: QWidget) -> bool:
    """Whether what is docked can be seen: it is open, and not behind another panel."""
    part: QWidget | None = panel
    while part is not None and not isinstance(part, QDockWidget):
        part = part.parentWidget()
    return part is not None and _is_seen(part)


def kept_layouts(settings: Settings) -> dict[str, list[str]]:
    """Folder -> what ``saveState`` gave, as base64, and the pinned panels; what cannot be read is left out."""
    try:
        found = json.loads(settings.get("window/layouts") or "{}")
    except ValueError:
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {
        folder: kept
        for folder, kept in entries
        if isinstance(kept, list) and kept and all(isinstance(each, str) for each in kept)
    }
