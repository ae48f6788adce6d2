"""What stands on a wire: the condition it is taken under, how many items went along it, "!" where it is for errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from floworch.model.pictures.words import condition_on
from floworch_designer.canvas.geometry import Point
from floworch_designer.canvas.graph import Wire
from floworch_designer.canvas.items.counts import SIDES, fitting, items_on, label_font, label_width
from floworch_designer.settings.words import tr
from floworch_designer.theme import Theme, ui_font

#: Height of a label on a wire, scene units.
HEIGHT = 16.0
#: Wire that is left free beside a label: of one that runs level its ports and a piece, of a steep one little.
LEVEL, STEEP = 20.0, 2.0
#: A condition that has less room than this is not begun: nobody could guess the rest.
LEAST = 34.0
#: Where the "!" of a wire for errors stands, from the port.
MARK = (9.0, -7.0)
_BETWEEN = " \u00b7 "
#: What is kept with a wire that is taken when no condition holds, as no condition reads.
_ELSE = "\0"


def condition_for(wire: Wire) -> str:
    """The condition that a wire is taken under; empty where there is none. It is looked for once in a wire's life."""
    if wire.condition is None:
        wire.condition = condition_on(wire.source.node, wire.port, _ELSE)
    return tr("otherwise") if wire.condition == _ELSE else wire.condition


def words_on(wire: Wire, arriving: Mapping[str, Sequence[Wire]]) -> str:
    """What a wire's label says, as much of it as the wire has room for; empty where there is nothing to say.

    The number of items comes first: the condition stands in the tooltip, too.

    Args:
        wire: A wire that is no pair of portals.
        arriving: All wires by their target.
    """
    items, condition = items_on(wire, arriving), condition_for(wire)
    if items is None and not condition:
        return ""
    left, top, right, bottom = wire.extent
    room = right - left - (STEEP if bottom - top > 2 * HEIGHT else LEVEL)
    number = "" if items is None else fitting(items, room)
    if not condition:
        return number
    rest = right - left - LEVEL - (label_width(number + _BETWEEN) - 2 * SIDES if number else 0.0)
    if rest < LEAST:
        return number
    line = " ".join(condition.split())
    # In the middle: a condition begins with what it looks at and ends with what it compares that to.
    elided = QFontMetricsF(label_font()).elidedText(line, Qt.TextElideMode.ElideMiddle, rest - 2 * SIDES)
    return elided + _BETWEEN + number if number else elided


def middle(wire: Wire) -> Point:
    """The point of a wire half-way along its curves."""
    points = wire.points
    curves = (len(points) - 1) // 3
    first = 3 * (curves // 2)
    if curves % 2 == 0:
        return points[first]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points[first : first + 4]
    return (x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8


def paint_labels(
    painter: QPainter, theme: Theme, wires: Iterable[Wire], arriving: Mapping[str, Sequence[Wire]]
) -> None:
    """Write the labels upon wires, scene units."""
    errors: list[Point] = []
    painter.setFont(label_font())
    for wire in wires:
        if wire.port == "error" and not wire.hidden:
            errors.append(wire.points[0])
        text = "" if wire.tags else words_on(wire, arriving)
        if text:
            x, y = middle(wire)
            wide = label_width(text)
            place = QRectF(x - wide / 2, y - HEIGHT / 2, wide, HEIGHT)
            painter.setPen(QPen(theme.color("outline"), 1.0))
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(place, HEIGHT / 2, HEIGHT / 2)
            painter.setPen(theme.color("text"))
            painter.drawText(place.translated(QPointF(0, -0.5)), Qt.AlignmentFlag.AlignCenter, text)
    if errors:
        painter.setFont(ui_font(12, 700))
        painter.setPen(theme.color("failed"))
        for x, y in errors:
            place = QRectF(x + MARK[0] - HEIGHT / 2, y + MARK[1] - HEIGHT / 2, HEIGHT, HEIGHT)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "!")
