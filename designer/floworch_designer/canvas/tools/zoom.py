"""Zoom: Ctrl with the wheel, pinch, plus and minus; the point under the mouse stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QWheelEvent

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

SMALLEST, LARGEST = 0.02, 4.0
#: Factor of one wheel notch, and of the plus and minus keys.
NOTCH = 1.2


def clamped(factor: float) -> float:
    """A zoom factor within the limits; the border 1.0 is met exactly when it is near."""
    factor = min(LARGEST, max(SMALLEST, factor))
    return 1.0 if abs(factor - 1.0) < 0.02 else factor


def wheel(view: CanvasView, event: QWheelEvent) -> None:
    """Ctrl zooms, without it too where the setting says so; Shift turns the wheel sideways; otherwise it scrolls.

    Scrolling goes by pixels where the device gives them.
    """
    modifiers = event.modifiers()
    angle, pixels = event.angleDelta(), event.pixelDelta()
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    if modifiers & Qt.KeyboardModifier.ControlModifier or (view.wheel_zooms and not shift):
        steps = pixels.y() / 60.0 if not pixels.isNull() else angle.y() / 120.0
        view.zoom_to(view.zoom * NOTCH**steps, event.position())
    else:
        move = pixels if not pixels.isNull() else angle * 0.5
        dx, dy = move.x(), move.y()
        if shift and not dx:
            dx, dy = dy, 0
        view.pan(round(dx), round(dy))
    event.accept()


def pinch(view: CanvasView, event: QNativeGestureEvent) -> bool:
    """Zoom by a trackpad pinch; returns whether the event was one."""
    if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
        return False
    view.zoom_to(view.zoom * (1.0 + event.value()), QPointF(event.position()))
    return True
