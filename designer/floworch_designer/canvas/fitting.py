"""Showing the whole workflow, or its start: clear of the minimap, and again when the room around it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize

from floworch_designer.canvas.camera import FIT_MARGIN
from floworch_designer.canvas.geometry import Rect, union
from floworch_designer.canvas.painting import TITLED

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Up to so many wires are looked at one by one for what is fitted: loops reach beyond the cards.
FEW_WIRES = 400
#: Pixels of further room from which on what was made smaller is fitted again.
MUCH = 80
#: So many times as large the whole could be before it is fitted again though its room grew by little each time.
GROWN = 1.2
#: The same where less room has made it smaller before: it grows back as what took the room goes.
BACK = 1.02
#: A workflow that would be smaller than the first when it is opened is shown from its start on, at the second zoom:
#: titles are cut to a few letters below it. Of more than ``TITLED`` cards the whole is worth more than any title.
SMALL, READABLE = 0.5, 0.6


class Fitting:
    """Fits one canvas, and knows whether it still is as it was fitted."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._stood: tuple[float, int, int] | None = None
        self._from_start = False
        self._shrunk = False  # what is shown was made smaller because its room was

    @property
    def fitted(self) -> bool:
        """Whether the whole workflow, or its start, was shown and nobody has moved the view since."""
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
        self._stood, self._from_start, self._shrunk = self._stand(), False, False

    def open(self) -> None:
        """Show the whole workflow where its titles can be read then, else its start."""
        view = self._view
        self.fit()
        extent = view.graph.extent()
        if extent is None or view.zoom >= SMALL or len(view.graph.boxes) > TITLED:
            return
        wide, high = view.viewport().width() / READABLE, (view.viewport().height() - view.bottom_room) / READABLE
        first = min((box.rect for box in view.graph.boxes.values()), key=lambda rect: (rect[0], rect[1]))
        x = _begin(extent[0], extent[2], wide, extent[0])
        y = _begin(extent[1], extent[3], high, (first[1] + first[3]) / 2)
        room = view.viewport().size().toSizeF() / READABLE / 2
        view.jump(READABLE, (x + room.width(), y + room.height()))
        self._stood, self._from_start = self._stand(), True

    def again(self) -> None:
        """Show once more what was shown: the whole, or the start."""
        (self.open if self._from_start else self.fit)()

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
        room = QRectF(view.viewport().rect()).adjusted(0, 0, 0, -view.bottom_room)
        cut = not room.contains(view.camera().rect(extent))
        if cut or (view.zoom < 1.0 and (max(by.width(), by.height()) >= MUCH or self._larger(extent))):
            before, shrunk = view.zoom, self._shrunk
            self.again()
            self._shrunk = shrunk or view.zoom < before

    def _larger(self, extent: Rect) -> bool:
        """Whether the whole has got room to be much larger, a little at a time, or again what was taken from it."""
        room = self._view.viewport().size()
        wide, high = room.width() - 2 * FIT_MARGIN, room.height() - self._view.bottom_room - 2 * FIT_MARGIN
        least = min(wide / max(extent[2] - extent[0], 1.0), high / max(extent[3] - extent[1], 1.0), 1.0)
        return not self._from_start and least >= (BACK if self._shrunk else GROWN) * self._view.zoom

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


def _begin(low: float, high: float, room: float, middle: float) -> float:
    """Where a view of ``room`` begins: all of it in the middle where it fits, else around ``middle``, wasting none."""
    margin = FIT_MARGIN / READABLE
    if high - low + 2 * margin <= room:
        return (low + high - room) / 2
    return min(max(middle - room / 2, low - margin), high + margin - room)
