"""Pan: the middle button, the right one, or the left one with Space held."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor

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


class RightTool(PanTool):
    """The right button: dragging moves the view, a click without dragging opens the menu."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, view: CanvasView, start: Pointer, menu: Callable[[Pointer], None]) -> None:
        super().__init__(view, start)
        self._menu = menu

    def move(self, pointer: Pointer) -> None:
        """Scroll once the mouse has left the place of the press."""
        if self.far_enough(pointer):
            self.view.viewport().setCursor(QCursor(Qt.CursorShape.ClosedHandCursor))
            super().move(pointer)

    def release(self, pointer: Pointer) -> None:
        """Open the menu of what was under the press, unless the view was moved."""
        if not self.moved:
            self._menu(self.start)
