"""Showing the whole workflow, or its start: clear of the minimap, and again when panels take or leave room.

Strips above the canvas take room as well, but they come while somebody works: nothing moves for them, unless the first
row of cards would be hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

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
#: Rooms of which it is known how the view stood in them.
ROOMS = 32
#: Px between the first row of cards and a strip that came above it, and between the last one and the bar below.
CLEAR = 8

#: Zoom, and how far the view is scrolled.
Stand = tuple[float, int, int]


class Fitting:
    """Fits one canvas, and knows whether it still is as it was fitted."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._stood: Stand | None = None
        self._covers: Rect | None = None  # what was in view, or was not although it was opened
        self._from_start = False
        self._shrunk = False  # what is shown was made smaller because its room was
        self._above: int | None = None  # where what is above the canvas ends
        self._room = (0, 0)
        self._rooms: dict[tuple[int, int], Stand] = {}
        self._lowered, self._lowered_to = 0, (0.0, 0, 0)

    @property
    def fitted(self) -> bool:
        """Whether the whole workflow, or its start, was shown, and neither the view nor a card has left it since."""
        if self._stood is None or self._stood != self._stand():
            return False
        extent, covers = self._view.graph.extent(), self._covers
        return covers is None or extent is None or union([covers, extent]) == covers

    @property
    def lowered(self) -> bool:
        """Whether what is shown went down with a strip above it: the last row may stand lower than it was fitted."""
        return self._lowered > 0 and self._lowered_to == self._stand()

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
        self._from_start, self._shrunk = False, False
        self._start(extent)

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
        self._from_start = True
        self._start(extent)

    def again(self) -> None:
        """Show once more what was shown: the whole, or the start."""
        (self.open if self._from_start else self.fit)()

    def lies_at(self, y: int, held: bool = False, seen: bool = True) -> None:
        """The canvas begins at ``y``, because a strip above it came or went: its picture stays where it is.

        Only where the strip would hide the first row of cards it goes down with it, and back again with the strip;
        never while somebody holds something with the mouse (``held``). Nothing moves while it is not ``seen``, either.
        """
        away = self._above - y if seen and self._above is not None else 0
        self._above = y
        if not away:
            return
        lowered = self._lowered if self._lowered_to == self._stand() and not held else 0
        by = -min(lowered, away) if away > 0 else 0 if held else self._hidden(-away)
        self._glide(away + by)
        self._lowered, self._lowered_to = lowered + by, self._stand()

    def _hidden(self, px: int) -> int:
        """How much lower the topmost card, which is in view, has to go to stay so when the upper ``px`` are taken."""
        view = self._view
        extent = view.graph.extent()
        top = int(view.camera().rect(extent).top()) if extent is not None else -1
        return min(px, px - top + CLEAR) if 0 <= top < px else 0

    def _glide(self, dy: int) -> None:
        """Move the picture by px: what was fitted still counts as that."""
        fitted = self.fitted
        self._view.pan(0, dy)
        if fitted:
            self._stood = self._stand()
            self._rooms = {room: (zoom, x, y - dy) for room, (zoom, x, y) in self._rooms.items()}

    def resized(self, fitted: bool) -> None:
        """The view has other room: what was ``fitted`` before is fitted again when cut, or small without need.

        In a room that it had before, it stands as it stood there: what comes and goes leaves no trace.
        """
        view, before = self._view, self._room
        room = self._room = self._now()
        extent = view.graph.extent()
        if not fitted or extent is None or room == before:
            return
        known = self._rooms.get(room)
        if known is not None:
            self._put(known)
            return
        inner = QRectF(view.viewport().rect()).adjusted(0, 0, 0, -view.bottom_room - CLEAR)
        cut, more = not inner.contains(view.camera().rect(extent)), max(room[0] - before[0], room[1] - before[1])
        if cut or (view.zoom < 1.0 and (more >= MUCH or self._larger(extent))):
            zoom, shrunk, rooms = view.zoom, self._shrunk, self._rooms
            self.again()
            self._shrunk = shrunk or view.zoom < zoom
            self._rooms = rooms
        self._remember()

    def _start(self, extent: Rect) -> None:
        """What is shown now is what was fitted."""
        view = self._view
        edge = FIT_MARGIN / 2
        inner = QRectF(view.viewport().rect()).adjusted(edge, edge, -edge, -edge - view.bottom_room)
        self._stood, self._covers = self._stand(), union([extent, view.camera().scene(inner)])
        self._room, self._rooms = self._now(), {}
        self._remember()

    def _now(self) -> tuple[int, int]:
        """Width of the view, and where it ends below: strips above it take nothing of this."""
        room = self._view.viewport().size()
        return room.width(), room.height() + (self._above or 0)

    def _remember(self) -> None:
        self._rooms.pop(self._room, None)
        self._rooms[self._room] = self._stand()
        if len(self._rooms) > ROOMS:
            del self._rooms[next(iter(self._rooms))]

    def _put(self, stand: Stand) -> None:
        view, (zoom, x, y) = self._view, stand
        if zoom != view.zoom:
            view.jump(zoom, view.centre())
        here = self._stand()
        view.pan(here[1] - x, here[2] - y)
        self._stood = self._stand()

    def _larger(self, extent: Rect) -> bool:
        """Whether the whole has got room to be much larger, a little at a time, or again what was taken from it."""
        room = self._view.viewport().size()
        wide, high = room.width() - 2 * FIT_MARGIN, room.height() - self._view.bottom_room - 2 * FIT_MARGIN
        least = min(wide / max(extent[2] - extent[0], 1.0), high / max(extent[3] - extent[1], 1.0), 1.0)
        return not self._from_start and least >= (BACK if self._shrunk else GROWN) * self._view.zoom

    def _stand(self) -> Stand:
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
