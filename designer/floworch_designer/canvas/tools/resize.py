"""Resize: pull a side or corner of a note or frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from floworch_designer.canvas.geometry import Rect
from floworch_designer.canvas.tools.base import Pointer, Tool
from floworch_designer.document.decor import LEAST, set_decor, whole
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Sizes go by steps of so many scene units; Ctrl lets them go free.
STEP = 12.0
_SHAPES = {
    "n": Qt.CursorShape.SizeVerCursor, "s": Qt.CursorShape.SizeVerCursor,
    "e": Qt.CursorShape.SizeHorCursor, "w": Qt.CursorShape.SizeHorCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor, "sw": Qt.CursorShape.SizeBDiagCursor,
    "nw": Qt.CursorShape.SizeFDiagCursor, "se": Qt.CursorShape.SizeFDiagCursor,
}  # fmt: skip


def shape_of(part: str) -> Qt.CursorShape:
    """The mouse pointer over these sides of a note or frame."""
    return _SHAPES.get(part, Qt.CursorShape.ArrowCursor)


class ResizeTool(Tool):
    """Shows the new border while it is pulled. ``part`` names the sides that follow the mouse, such as ``se``."""

    def __init__(self, view: CanvasView, start: Pointer, key: str, part: str) -> None:
        super().__init__(view, start)
        self._key, self._part = key, part
        self.cursor = shape_of(part)
        area = view.graph.decor.area(key)
        self._rect: Rect = area.rect if area is not None else (0.0, 0.0, *LEAST)
        chosen = view.selection
        self._before = (chosen.nodes, chosen.edges, chosen.primary, chosen.decor)
        chosen.set(decor=[key])

    def move(self, pointer: Pointer) -> None:
        """Show where the border would be."""
        if self.far_enough(pointer):
            self.view.overlay.ghost = self._pulled(pointer)
            self.view.repaint_all()

    def _pulled(self, pointer: Pointer) -> Rect:
        by = (pointer.scene[0] - self.start.scene[0], pointer.scene[1] - self.start.scene[1])
        left, top, right, bottom = self._rect
        if not pointer.control:
            by = (round(by[0] / STEP) * STEP, round(by[1] / STEP) * STEP)
        if "w" in self._part:
            left = min(left + by[0], right - LEAST[0])
        if "e" in self._part:
            right = max(right + by[0], left + LEAST[0])
        if "n" in self._part:
            top = min(top + by[1], bottom - LEAST[1])
        if "s" in self._part:
            bottom = max(bottom + by[1], top + LEAST[1])
        return left, top, right, bottom

    def release(self, pointer: Pointer) -> None:
        """Keep the new size as one undo step; a frame is never smaller than what it holds."""
        if self.moved:
            left, top, right, bottom = self._pulled(pointer)
            document = self.view.document
            made = set_decor(
                document.workflow, self._key, at=whole((left, top)), size=whole((right - left, bottom - top))
            )
            document.apply(made, tr("Resize note") if self._key.startswith("note:") else tr("Resize frame"))
        self._end()

    def cancel(self) -> None:
        """Leave the size as it was, and what was selected."""
        self._end()
        self.view.selection.set(*self._before)

    def _end(self) -> None:
        self.view.overlay.ghost = None
        self.view.repaint_all()
