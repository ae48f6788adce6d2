"""Showing the whole workflow: clear of the minimap, and again when the room around the canvas changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize

from floworch_designer.canvas.camera import FIT_MARGIN
from floworch_designer.canvas.geometry import Rect, union

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Up to so many wires are looked at one by one for what is fitted: loops reach beyond the cards.
FEW_WIRES = 400
#: Pixels of further room from which on what was made smaller is fitted again.
MUCH = 80


class Fitting:
    """Fits one canvas, and knows whether it still is as it was fitted."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._stood: tuple[float, int, int] | None = None

    @property
    def fitted(self) -> bool:
        """Whether the whole workflow was fitted and nobody has moved the view since."""
        return self._stood is not None and self._stood == self._stand()

    def fit(self) -> None:
        """Show the whole workflow."""
        view = self._view
        extent = view.graph.extent()
        if extent is None:
            return
        wires = view.graph.wires if len(view.graph.wires) <= FEW_WIRES else ()
        whole = union([extent, *(wire.bounds for wire in wires)]) or extent
        view.look_at(whole)
        taken = self._taken(whole)
        if taken is not None:
            view.look_at(whole, 1.0, taken)
        self._stood = self._stand()

    def glide(self, dy: int) -> None:
        """Move the picture by px because something above it came or went: what was fitted still counts as that."""
        fitted = self.fitted
        self._view.pan(0, dy)
        if fitted:
            self._stood = self._stand()

    def resized(self, by: QSize) -> None:
        """The view, which was fitted, has so much more room: fit again when something is cut, or small without need."""
        view = self._view
        extent = view.graph.extent()
        if extent is None:
            return
        cut = not QRectF(view.viewport().rect()).contains(view.camera().rect(extent))
        if cut or (view.zoom < 1.0 and max(by.width(), by.height()) >= MUCH):
            self.fit()

    def _stand(self) -> tuple[float, int, int]:
        view = self._view
        return view.zoom, view.horizontalScrollBar().value(), view.verticalScrollBar().value()

    def _taken(self, whole: Rect) -> tuple[float, float] | None:
        """The room at the right and below that the minimap takes, where it would cover a card; the lesser loss."""
        view, corner = self._view, self._view.corner
        if corner is None or corner.isHidden():
            return None
        camera, place = view.camera(), QRectF(corner.geometry())
        if not any(place.intersects(camera.rect(box.rect)) for box in view.graph.boxes.values()):
            return None
        room = view.viewport().rect()
        ways = ((room.width() - place.left(), 0.0), (0.0, room.height() - place.top()))

        def zoom(taken: tuple[float, float]) -> float:
            below = max(taken[1], view.bottom_room)
            wide, high = room.width() - taken[0] - 2 * FIT_MARGIN, room.height() - below - 2 * FIT_MARGIN
            return min(wide / max(whole[2] - whole[0], 1.0), high / max(whole[3] - whole[1], 1.0), 1.0)

        return max(ways, key=zoom)
