"""Bringing the whole of a new card into view, with room beside it for the next wire: no further than it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Px kept free around a card, and at its right, where the next wire is pulled from.
MARGIN, FOR_WIRE = 28, 64


def reveal_whole(view: CanvasView, node: str) -> None:
    """Scroll so far that a card with its ports is in view, clear of the bar; a folded frame that hides it is opened.

    The way there is shown unless motion is reduced. What is too large for the view is shown from its upper left on.
    """
    box = view.graph.boxes.get(node)
    if box is None:
        return
    view.areas.open_around(box)
    room = QRectF(view.viewport().rect()).adjusted(MARGIN, MARGIN, -FOR_WIRE, -MARGIN - view.bottom_room)
    shown = view.camera().rect(box.rect)
    dx = _way(shown.left(), shown.right(), room.left(), room.right())
    dy = _way(shown.top(), shown.bottom(), room.top(), room.bottom())
    if dx or dy:
        view.glide.to(lambda: view.pan(dx, dy))


def _way(low: float, high: float, least: float, most: float) -> int:
    """How far a stretch has to move to lie within another one; where it is longer, they begin together."""
    if low < least or high - low > most - least:
        return round(least - low)
    return min(0, round(most - high))
