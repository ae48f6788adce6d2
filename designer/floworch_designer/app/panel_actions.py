"""Handlers of the actions that show and hide outline and minimap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


class PanelActions:
    """The outline beside the canvas and the minimap upon it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def outline(self) -> None:
        """Show the outline with the cursor in its search line; hide it when the cursor is in it already."""
        dock, panel = self._window.docks["outline"], self._window.outline
        if dock.isVisible() and panel.isAncestorOf(panel.window().focusWidget() or panel):
            dock.hide()
            self._window.canvas.setFocus()
            return
        fresh = not dock.isVisible()
        self._window.show_panel("outline")
        if fresh:  # half of the side: below the palette it would have next to nothing
            side = [self._window.docks["palette"], dock]
            self._window.resizeDocks(side, [1, 1], Qt.Orientation.Vertical)
        panel.open()

    def minimap(self, shown: bool) -> None:
        """Show the minimap in the corner of the canvas, or hide it; the next window does the same."""
        self._window.session.settings.set("canvas/minimap", shown)
        self._window.workspace.minimap.set_shown(shown)
