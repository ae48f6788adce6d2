"""Handlers of the ``wire.*`` actions: knots, portals, and going from one wire to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


class WireActions:
    """What is done to wires on the canvas in front."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def next(self) -> None:
        """Select the next wire or knot of the selected node."""
        self._window.canvas.wires.next()

    def knot(self) -> None:
        """Put a knot into the middle of the selected wire."""
        if not self._window.viewing:
            self._window.canvas.wires.add_knots()

    def portals(self) -> None:
        """Show the selected wires as portals, or portals as wires again."""
        if not self._window.viewing:
            self._window.canvas.wires.toggle_portals()

    def jump(self) -> None:
        """Show the other end of the selected portals."""
        self._window.canvas.wires.jump()

    def start(self) -> None:
        """Take a wire in hand at the selected node: arrows choose where it goes, Enter puts it down."""
        if not self._window.viewing:
            self._window.canvas.start_wire()

    def ports(self) -> None:
        """List the ports of the selected node; Enter takes a wire in hand there."""
        canvas = self._window.canvas
        canvas.port_list.show_for(self._window.selection.primary, keep=True)

    def bar(self, shown: bool) -> None:
        """Show the floating bar of the canvas, or hide it; every tab and the next window do the same."""
        self._window.session.settings.set("canvas/bar", shown)

    def square(self, on: bool) -> None:
        """Draw wires in right angles, or as curves; every tab and the next window do the same."""
        self._window.session.settings.set("canvas/square", on)
