"""Select with a rubber band over empty canvas; a click on it selects nothing."""

from __future__ import annotations

from floworch_designer.canvas.geometry import Rect
from floworch_designer.canvas.hits import areas_inside, inside
from floworch_designer.canvas.tools.base import Pointer, Tool


class BoxSelectTool(Tool):
    """Selects what the band touches; Shift adds, Ctrl toggles. ``frame`` is the container the press fell into."""

    auto_pan = True
    frame: str | None = None

    def move(self, pointer: Pointer) -> None:
        """Draw the band and select as it grows."""
        if not self.far_enough(pointer):
            return
        if self.view.overlay.band is None:
            chosen = self.view.selection
            self._before = (chosen.nodes, chosen.edges, chosen.primary, chosen.decor)
        band = _rect(self.start, pointer)
        self.view.overlay.band = band
        nodes, edges = inside(self.view.graph, band)
        areas = areas_inside(self.view.graph, band)
        if not self.view.graph.decor.knots.keys().isdisjoint(areas):
            edges = []  # the knots are meant, not the wires they are on
        old_nodes, old_edges, primary, old_areas = self._before
        if pointer.control:
            self.view.selection.set(
                old_nodes.symmetric_difference(nodes),
                old_edges.symmetric_difference(edges),
                primary,
                old_areas.symmetric_difference(areas),
            )
        elif pointer.shift:
            self.view.selection.set(old_nodes.union(nodes), old_edges.union(edges), primary, old_areas.union(areas))
        else:
            self.view.selection.set(nodes, edges, decor=areas)
        self.view.repaint_all()

    def release(self, pointer: Pointer) -> None:
        """Keep what is selected; a mere click clears the selection, or selects the container it fell into."""
        if not self.moved and not pointer.shift and not pointer.control:
            self.view.selection.set([self.frame] if self.frame is not None else ())
        self._end()

    def cancel(self) -> None:
        """Select again what was selected before."""
        if self.view.overlay.band is not None:
            self.view.selection.set(*self._before)
        self._end()

    def _end(self) -> None:
        self.view.overlay.band = None
        self.view.repaint_all()


def _rect(start: Pointer, end: Pointer) -> Rect:
    (x1, y1), (x2, y2) = start.scene, end.scene
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
