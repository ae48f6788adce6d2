"""Cut: draw a line across edges to remove them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from floworch.model.pictures.lengths import flatten
from floworch_designer.canvas.geometry import Point, bounds, overlaps
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.tools.base import Pointer, Tool
from floworch_designer.document import edits
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


class CutTool(Tool):
    """A line in hand; the edges it crosses are marked while it grows and removed on release."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        super().__init__(view, start)
        self._line: list[Point] = [start.scene]

    def move(self, pointer: Pointer) -> None:
        """Draw on."""
        if self.far_enough(pointer):
            self._line.append(pointer.scene)
            self.view.overlay.cut = tuple(self._line)
            self.view.overlay.cut_edges = frozenset(crossed(self.view.graph, self._line))
            self.view.repaint_all()

    def release(self, pointer: Pointer) -> None:
        """Remove what was crossed, as one undo step."""
        gone = crossed(self.view.graph, self._line) if self.moved else []
        self._end()
        if gone:
            document = self.view.document
            text = tr("Cut edge") if len(gone) == 1 else tr("Cut {n} edges", n=len(gone))
            document.apply(edits.disconnect(document.workflow, gone), text)

    def cancel(self) -> None:
        """Cut nothing."""
        self._end()

    def _end(self) -> None:
        self.view.overlay.cut, self.view.overlay.cut_edges = (), frozenset()
        self.view.repaint_all()


def crossed(graph: CanvasGraph, line: list[Point]) -> list[int]:
    """The indexes of the edges that a line crosses."""
    if len(line) < 2:
        return []
    around = bounds(line)
    near = (wire for wire in graph.wire_grid.near(around) if overlaps(around, wire.bounds))
    return sorted(wire.index for wire in near if any(_cross(line, flatten(strand)) for strand in wire.strands))


def _cross(first: list[Point], second: list[Point]) -> bool:
    return any(_meet(a, b, c, d) for a, b in pairwise(first) for c, d in pairwise(second))


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two segments cross."""
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0 and not (a == b or c == d)


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
