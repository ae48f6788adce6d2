"""Handlers of the ``align.*`` actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


class AlignActions:
    """Where what is selected stands."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def left(self) -> None:
        """Align left sides."""
        self._window.canvas.aligning.align("left")

    def right(self) -> None:
        """Align right sides."""
        self._window.canvas.aligning.align("right")

    def top(self) -> None:
        """Align upper sides."""
        self._window.canvas.aligning.align("top")

    def bottom(self) -> None:
        """Align lower sides."""
        self._window.canvas.aligning.align("bottom")

    def centre(self) -> None:
        """Put the middles on one upright line."""
        self._window.canvas.aligning.align("centre")

    def middle(self) -> None:
        """Put the middles on one level line."""
        self._window.canvas.aligning.align("middle")

    def across(self) -> None:
        """Make the gaps from left to right equal."""
        self._window.canvas.aligning.distribute("across")

    def down(self) -> None:
        """Make the gaps from top to bottom equal."""
        self._window.canvas.aligning.distribute("down")

    def straighten(self) -> None:
        """Move the selected nodes so that the wires into them run level."""
        self._window.canvas.aligning.straighten()
