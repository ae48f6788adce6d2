"""How many items went along a wire in the run that is shown: a number upon it, and how thick it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log10

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from floworch_designer.canvas.geometry import Point
from floworch_designer.canvas.graph import Wire
from floworch_designer.canvas.items.wires import state_of
from floworch_designer.settings.words import local_number
from floworch_designer.theme import Theme, ui_font

#: Height of a number on a wire, and the room at its sides, scene units.
HEIGHT, SIDES = 16.0, 4.5
#: Wire that is left free beside the number: of one that runs level its ports and a piece, of a steep one little.
LEVEL, STEEP = 20.0, 2.0


def items_on(wire: Wire, arriving: Mapping[str, Sequence[Wire]]) -> int | None:
    """How many items went along a wire; None where that is not known, or it is no wire for items.

    ``arriving``: all wires by their target.
    """
    info = wire.source.live.info
    if info is None or info.passed is None or wire.port == "error":
        return None
    if info.reached is None:
        return info.passed.through(wire.port) if state_of(wire) in ("done", "live") else None
    # In a body there is one item a round: what completed went on, unless its node chose between ports.
    ports = [port.name for port in wire.source.shape.ports if port.name not in ("error", "done")]
    target = wire.target.live.info
    if len(ports) == 1 and wire.port == ports[0]:
        return info.passed.total
    return target.reached if target is not None and len(arriving.get(wire.target.id, ())) == 1 else None


def thicker(wire: Wire, width: float, arriving: Mapping[str, Sequence[Wire]]) -> float:
    """The width of a wire by the items that went along it: a pixel more for every hundred times as many."""
    items = items_on(wire, arriving)
    return width if not items else width + min(round(log10(items)), 6) / 2


def middle(wire: Wire) -> Point:
    """The point of a wire half-way along its curves."""
    points = wire.points
    curves = (len(points) - 1) // 3
    first = 3 * (curves // 2)
    if curves % 2 == 0:
        return points[first]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points[first : first + 4]
    return (x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8


def fitting(items: int, room: float) -> str:
    """A number in the room of a wire: in full, else rounded to thousands; nothing where not even that fits."""
    short = f"{items / 1e6:.0f}M" if items >= 999_500 else f"{items / 1000:.0f}k"
    for text in (local_number(f"{items:,}"), short if items >= 1000 else ""):
        if text and _width(text) <= room:
            return text
    return ""


def paint_counts(
    painter: QPainter, theme: Theme, wires: Iterable[Wire], arriving: Mapping[str, Sequence[Wire]]
) -> None:
    """Write the numbers upon wires, scene units."""
    painter.setFont(ui_font(11, 500, tabular=True))
    for wire in wires:
        items = None if wire.tags else items_on(wire, arriving)
        if items is None:
            continue
        left, top, right, bottom = wire.extent
        text = fitting(items, right - left - (STEEP if bottom - top > 2 * HEIGHT else LEVEL))
        if text:
            x, y = middle(wire)
            wide = _width(text)
            place = QRectF(x - wide / 2, y - HEIGHT / 2, wide, HEIGHT)
            painter.setPen(QPen(theme.color("outline"), 1.0))
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(place, HEIGHT / 2, HEIGHT / 2)
            painter.setPen(theme.color("text"))
            painter.drawText(place.translated(QPointF(0, -0.5)), Qt.AlignmentFlag.AlignCenter, text)


@lru_cache(maxsize=1024)
def _width(text: str) -> float:
    return QFontMetricsF(ui_font(11, 500, tabular=True)).horizontalAdvance(text) + 2 * SIDES
