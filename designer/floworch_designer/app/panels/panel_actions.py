"""Handlers of the actions that help to find one's way: outline, minimap, focus, back and forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


class PanelActions:
    """What is shown beside, upon and of the canvas."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def outline(self) -> None:
        """Show the outline with the cursor in its search line; hide it when the cursor is in it already."""
        dock, panel = self._window.docks["outline"], self._window.outline
        in_view = not panel.visibleRegion().isEmpty()  # behind another tab it is not, though it may have the focus
        if in_view and panel.isAncestorOf(panel.window().focusWidget() or panel):
            dock.hide()
            self._window.canvas.setFocus()
            return
        fresh = not dock.isVisible()
        self._window.show_panel("outline")
        docking = self._window.docking
        if fresh and docking.area("outline") == docking.area("palette"):
            # half of the side: below the palette it would have next to nothing
            side = [self._window.docks["palette"], dock]
            self._window.resizeDocks(side, [1, 1], Qt.Orientation.Vertical)
        panel.open()

    def palette(self) -> None:
        """Show the palette with the cursor in its search line; hide it when the cursor is in it already."""
        self._toggle("palette", self._window.palette_panel.search)

    def inspector(self) -> None:
        """Show the inspector with the keys in it; hide it when they are there already."""
        self._toggle("inspector", _first(self._window.inspector))

    def runs(self) -> None:
        """Show the list of runs with the keys in it; close the panels below when they are there already."""
        panel = self._window.history
        self._toggle("runs", panel.search if panel.table.isHidden() else panel.table)

    def _toggle(self, name: str, into: QWidget) -> None:
        window, dock = self._window, self._window.docks[name]
        focus = window.focusWidget()
        in_view = not dock.widget().visibleRegion().isEmpty()
        if in_view and focus is not None and dock.isAncestorOf(focus):
            if dock in window.bottom:
                window.docking.show_bottom(False)
            else:
                dock.hide()
            window.canvas.setFocus()
            return
        window.show_panel(name)
        into.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def pin(self) -> None:
        """Put the panel in front below the canvas beside the others, or a pinned one with the focus back."""
        docking = self._window.docking
        if not any(dock.isVisible() for dock in docking.bottom):
            docking.show_bottom()
        name = docking.pins.front()
        if name is not None and not docking.pins.toggle(name):
            self._window.flash(tr("The last tab cannot be pinned."))

    def minimap(self, shown: bool) -> None:
        """Show the minimap in the corner of the canvas, or hide it; the next window does the same."""
        self._window.session.settings.set("canvas/minimap", shown)
        self._window.workspace.minimap.set_shown(shown)

    def follow(self, on: bool) -> None:
        """Bring what begins to run into view, or leave the view alone; the next window does the same."""
        self._window.session.settings.set("canvas/follow", on)

    def still(self, on: bool) -> None:
        """Stop everything that turns, flows or slides, or let it move again; the next window does the same."""
        self._window.session.settings.set_still(on)

    def focus(self, on: bool) -> None:
        """Step everything back that is neither before nor after what is selected."""
        self._window.canvas.set_focus_mode(on)

    def operator(self, on: bool) -> None:
        """Show inputs, large buttons, state and result alone; or go back to editing."""
        self._window.operator.set(on)

    def set_bookmark(self, number: int) -> None:
        """Keep the place of the view under a number; where it is already, it is removed."""
        kept = self._window.canvas.bookmarks.toggle(number)
        self._window.flash(
            tr("Bookmark {number} set: {number} comes back here", number=number)
            if kept
            else tr("Bookmark {number} removed", number=number)
        )

    def go_to_bookmark(self, number: int) -> None:
        """Show the place of a number."""
        if not self._window.canvas.bookmarks.go(number):
            self._window.flash(tr("There is no bookmark {number}: Ctrl+{number} sets it here", number=number))

    def back(self) -> None:
        """Look where the view was before its last jump."""
        self._window.canvas.glide.to(self._window.canvas.go)

    def forward(self) -> None:
        """Look where the view came back from."""
        canvas = self._window.canvas
        canvas.glide.to(lambda: canvas.go(forward=True))


def _first(panel: QWidget) -> QWidget:
    """The first widget of a panel that takes the keys."""
    takes = (
        each
        for each in panel.findChildren(QWidget)
        if each.isVisibleTo(panel) and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    )
    return next(takes, panel)
