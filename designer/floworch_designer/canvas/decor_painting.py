"""Notes and frames painted among the areas of containers, in the near and in the far view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from floworch_designer.canvas.decor import Decor, GroupBox, KnotBox, NoteBox
from floworch_designer.canvas.geometry import RADIUS, Rect
from floworch_designer.canvas.graph import Box
from floworch_designer.canvas.items.group import UNTITLED, paint_folded, paint_group
from floworch_designer.canvas.items.knot import paint_knot, ring_knot
from floworch_designer.canvas.items.mini import LETTERS
from floworch_designer.canvas.items.note import CORNER, paint_note
from floworch_designer.document.framing import BAR
from floworch_designer.settings.words import tr
from floworch_designer.theme import Theme, ui_font

if TYPE_CHECKING:
    from floworch_designer.canvas.painting import Camera

#: Room at both sides of a name that is seen from afar, scene units.
NAME_INDENT = 14.0

Area = GroupBox | NoteBox | KnotBox
Below = list[Box | GroupBox | NoteBox]


class View(Protocol):
    """How scene units become px; a ``Camera``."""

    @property
    def zoom(self) -> float:
        """Logical px per scene unit."""
        ...

    def rect(self, rect: Rect) -> QRectF:
        """A scene rectangle in logical px."""
        ...


def stacked(frames: Iterable[Box], areas: Iterable[Area]) -> Below:
    """What lies below wires and cards, from below: frames and containers by size, then notes."""
    open_groups = [area for area in areas if isinstance(area, GroupBox) and not area.folded]
    found: Below = list(frames)
    if open_groups:
        found = sorted([*found, *open_groups], key=_size, reverse=True)
    return found + [area for area in areas if isinstance(area, NoteBox)]


def _size(item: Box | GroupBox | NoteBox) -> float:
    left, top, right, bottom = item.rect
    return (right - left) * (bottom - top)


def paint_area(painter: QPainter, theme: Theme, area: GroupBox | NoteBox, detailed: bool, zoom: float = 1.0) -> None:
    """Paint a note or an open frame, scene units, to be read at a zoom."""
    if isinstance(area, NoteBox):
        paint_note(painter, theme, area, detailed)
    else:
        paint_group(painter, theme, area, detailed, zoom)


def paint_names(painter: QPainter, theme: Theme, camera: Camera, frames: Iterable[Box], areas: Iterable[Area]) -> None:
    """Write the names of containers and frames seen from afar, in px, into what their cards leave free above."""
    painter.save()
    font = ui_font(round(LETTERS * camera.dots), 600)
    painter.setFont(font)
    painter.setPen(theme.color("text"))
    metrics = QFontMetricsF(font)
    groups = [area for area in areas if isinstance(area, GroupBox) and area.inside is None]
    for rect, folded, name in (
        *((box.rect, False, box.node.title or box.id) for box in frames),
        *((area.rect, area.folded, area.group.title or tr(UNTITLED)) for area in groups),
    ):
        left, top, right, bottom = rect
        room = camera.rect((left + NAME_INDENT, top, right - NAME_INDENT, bottom if folded else top))
        if not folded:
            room.setHeight(max(BAR * camera.zoom, metrics.height() + 2))
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def paint_cards(painter: QPainter, theme: Theme, areas: Iterable[Area], detailed: bool) -> None:
    """Paint folded frames and knots, which lie above the wires, scene units."""
    for area in areas:
        if isinstance(area, KnotBox):
            if not area.laid:
                paint_knot(painter, theme, area)
        elif isinstance(area, GroupBox) and area.folded:
            paint_folded(painter, theme, area, detailed)


def paint_handles(painter: QPainter, theme: Theme, camera: View, decor: Decor, selected: Iterable[str]) -> None:
    """Ring the selected areas; what can be resized has a grip at each corner. The painter is in px."""
    color, canvas = theme.color("selection"), theme.color("canvas")
    for key in selected:
        area = decor.area(key)
        if area is None or (isinstance(area, GroupBox) and area.inside is not None):
            continue
        if isinstance(area, KnotBox):
            ring_knot(painter, theme, camera.rect(area.rect), area)
            continue
        note = isinstance(area, NoteBox)
        shown = camera.rect(area.rect).adjusted(-1, -1, 1, 1)
        radius = (CORNER if note else RADIUS) * camera.zoom + 1
        painter.setPen(QPen(color, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(shown, radius, radius)
        if (isinstance(area, GroupBox) and area.folded) or min(shown.width(), shown.height()) < 40:
            continue
        painter.setPen(QPen(canvas, 1.0))
        painter.setBrush(color)
        for corner in (shown.topLeft(), shown.topRight(), shown.bottomLeft(), shown.bottomRight()):
            painter.drawRoundedRect(QRectF(corner.x() - 4, corner.y() - 4, 8, 8), 2, 2)
