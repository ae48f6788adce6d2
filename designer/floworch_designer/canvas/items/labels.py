"""What stands on a wire: the condition it is taken under, how many items went along it, "!" where it is for errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from floworch.model.pictures.lengths import flatten, halfway, length, pieces
from floworch.model.pictures.words import condition_on
from floworch_designer.canvas.geometry import Point, Rect, overlaps
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


def words_on(wire: Wire, arriving: Mapping[str, Sequence[Wire]], at: Point | None = None) -> str:
    """What a wire's label says, as much of it as the wire has room for; empty where there is nothing to say.

    The number of items comes first: the condition stands in the tooltip, too.

    Args:
        wire: A wire that is no pair of portals.
        arriving: All wires by their target.
        at: The middle of the label; None for half-way.
    """
    items, condition = items_on(wire, arriving), condition_for(wire)
    if items is None and not condition:
        return ""
    left, top, right, bottom = wire.extent
    x, _ = at or middle(wire)
    # As much to either side: what stood out of the wire's extent would not be painted anew with it.
    wide = 2 * min(x - left, right - x)
    room = wide - (STEEP if bottom - top > 2 * HEIGHT else LEVEL)
    number = "" if items is None else fitting(items, room)
    if not condition:
        return number
    rest = wide - LEVEL - (label_width(number + _BETWEEN) - 2 * SIDES if number else 0.0)
    if rest < LEAST:
        return number
    elided = _elided(condition, rest - 2 * SIDES)
    return elided + _BETWEEN + number if number else elided


@lru_cache(maxsize=1024)
def _elided(condition: str, room: float) -> str:
    """A condition in one line that fits; measured once, not in every frame."""
    # In the middle: a condition begins with what it looks at and ends with what it compares that to.
    line = " ".join(condition.split())
    return QFontMetricsF(label_font()).elidedText(line, Qt.TextElideMode.ElideMiddle, room)


def middle(wire: Wire) -> Point:
    """The point of a wire at half its length, remembered until it runs otherwise."""
    if wire.half is None:
        wire.half = halfway(flatten(wire.points))
    return wire.half


def label_on(wire: Wire, arriving: Mapping[str, Sequence[Wire]]) -> tuple[str, Rect] | None:
    """A wire's label and where it is: half-way, or where a knot is there half-way along the longest piece without one.

    None where there is nothing to say, or no room for it.
    """
    text = words_on(wire, arriving)
    if not text:
        return None
    place = _around(middle(wire), text)
    if any(overlaps(place, knot.rect) for knot in wire.bends):
        at = halfway(max(pieces(flatten(wire.points), [knot.at for knot in wire.bends]), key=length))
        text = words_on(wire, arriving, at)
        place = _around(at, text)
    return (text, place) if text else None


def _around(at: Point, text: str) -> Rect:
    (x, y), half = at, label_width(text) / 2
    return x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2


def paint_labels(
    painter: QPainter, theme: Theme, wires: Iterable[Wire], arriving: Mapping[str, Sequence[Wire]]
) -> None:
    """Write the labels upon wires, scene units; each wire is told where its label is, which the mouse then catches."""
    errors: list[Point] = []
    painter.setFont(label_font())
    for wire in wires:
        if wire.port == "error" and not wire.hidden:
            errors.append(wire.points[0])
        found = None if wire.tags else label_on(wire, arriving)
        wire.label = found and found[1]
        if found is not None:
            text, (left, top, right, _) = found
            place = QRectF(left, top, right - left, HEIGHT)
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
