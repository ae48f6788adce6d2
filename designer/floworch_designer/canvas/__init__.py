"""The canvas: cards, wires, frames and the gestures on them."""

from __future__ import annotations

from floworch_designer.canvas.live import RunInfo
from floworch_designer.canvas.view import CanvasView

__all__ = ["CanvasView", "RunInfo"]
