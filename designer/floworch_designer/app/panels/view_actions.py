"""Handlers of the ``view.*`` actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from floworch_designer.app.commands.popups import CommandPalette
from floworch_designer.app.panels.finder import NodeFinder

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from floworch_designer.app.main_window import MainWindow

ZOOM_STEP = 1.2


class ViewActions:
    """Zoom, theme, layout of the panels, and the lists of actions and nodes."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._palette: CommandPalette | None = None
        self._finder: NodeFinder | None = None

    def fit(self) -> None:
        """Show all nodes."""
        canvas = self._window.canvas
        canvas.glide.to(canvas.fit)

    def actual(self) -> None:
        """Zoom to 100 %."""
        self._window.canvas.zoom_to(1.0)

    def zoom_in(self) -> None:
        """Come closer."""
        canvas = self._window.canvas
        canvas.zoom_to(canvas.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        """Step back."""
        canvas = self._window.canvas
        canvas.zoom_to(canvas.zoom / ZOOM_STEP)

    def frame(self) -> None:
        """Show the selected nodes."""
        canvas = self._window.canvas
        canvas.glide.to(canvas.frame_selection)

    def theme(self) -> None:
        """Change between dark and light."""
        self._window.theme_requested.emit("light" if self._window.theme.dark else "dark")

    def show_result(self) -> None:
        """Show what the whole run came to: outputs, inputs, error."""
        self._window.selection.clear()
        self._window.show_panel("inspector")
        self._window.inspector.show_result()

    def bottom(self) -> None:
        """Open the panels below the canvas, or close them."""
        self._window.docking.show_bottom(not any(dock.isVisible() for dock in self._window.bottom))

    def reset_layout(self) -> None:
        """Put every panel back where it was at first."""
        self._window.docking.reset(self._window.controller.feed.state is not None)

    def commands(self) -> None:
        """Open the command palette."""
        if self._palette is None:
            self._palette = CommandPalette(self._window.commands, self._window.theme, self._window)
            self._palette.setting_chosen.connect(self._window.parts["help"].setting)
        self._palette.open()

    @property
    def finder(self) -> NodeFinder:
        """The box that finds nodes."""
        if self._finder is None:
            window = self._window
            self._finder = NodeFinder(
                window,
                window.theme,
                lambda: window.document.workflow,
                lambda: {name: box.live.status for name, box in window.canvas.graph.boxes.items()},
                window.reactions.show_node,
                self._icon,
            )
        return self._finder

    def _icon(self, action: str) -> QIcon:
        kind = self._window.canvas.graph.kind(action)
        return self._window.theme.action_icon(kind.icon, kind.category)

    def canvas(self) -> None:
        """Give the keys to the canvas, whatever had them."""
        self._window.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def find(self) -> None:
        """Open the box that finds nodes."""
        self.finder.open()

    def find_next(self) -> None:
        """Show the next node of the last search."""
        self.finder.step(1, self._window.selection.primary)

    def find_previous(self) -> None:
        """Show the previous node of the last search."""
        self.finder.step(-1, self._window.selection.primary)
