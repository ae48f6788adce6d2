"""Pan: the middle button, or the left one with Space held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from floworch_designer.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


class PanTool(Tool):
    """Moves the view with the mouse."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        super().__init__(view, start)
        self._last = start.at

    def move(self, pointer: Pointer) -> None:
        """Scroll by as much as the mouse moved."""
        step = (pointer.at - self._last).toPoint()
        self._last = self._last + step
        self.view.pan(step.x(), step.y())

    def cancel(self) -> None:
        """Put the view back."""
        back = (self.start.at - self._last).toPoint()
        self.view.pan(back.x(), back.y())
