"""What every gesture is: an object that lives from the press of a button to its release or Esc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from floworch_designer.canvas.geometry import Point

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Pixels the mouse may move before a click becomes a drag.
SLACK = 4.0


@dataclass(frozen=True, slots=True)
class Pointer:
    """The mouse at one moment: ``at`` in viewport px, ``scene`` in scene units, ``on_screen`` in global px."""

    at: QPointF
    scene: Point
    modifiers: Qt.KeyboardModifier
    on_screen: QPoint

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def control(self) -> bool:
        """Whether Ctrl (Cmd on a Mac) is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.AltModifier)


class Tool:
    """One gesture. The view creates it on a press and drops it after ``release`` or ``cancel``."""

    #: Whether the view scrolls by itself when the mouse nears its border.
    auto_pan = False
    cursor = Qt.CursorShape.ArrowCursor
    #: The gesture goes on after the button was released, until the next click.
    sticky = False

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        self.view = view
        self.start = start
        self.moved = False

    def far_enough(self, pointer: Pointer) -> bool:
        """Whether the mouse has left the slack around the press; stays true from then on."""
        if not self.moved:
            away = pointer.at - self.start.at
            self.moved = max(abs(away.x()), abs(away.y())) >= SLACK
        return self.moved

    def move(self, pointer: Pointer) -> None:
        """The mouse moved, or the view under it."""

    def release(self, pointer: Pointer) -> None:
        """The button was released: carry the gesture out."""

    def key(self, event: QKeyEvent) -> bool:
        """A key while the gesture goes on without a button; returns whether it meant something."""
        return False

    def cancel(self) -> None:
        """Esc: leave everything as it was before the press."""
