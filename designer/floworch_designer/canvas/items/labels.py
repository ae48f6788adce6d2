"""What stands on a wire: the condition it is taken under, how many items went along it, "!" where it is for errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from floworch.model.pictures.labels import HEIGHT, LEAST, LEVEL, MARK, SIDES, condensed, place, spread
from floworch.model.pictures.lengths import flatten, halfway
from floworch.model.pictures.words import condition_on
from floworch_designer.canvas.decor import KNOT
from floworch_designer.canvas.geometry import Point, Rect
from floworch_designer.canvas.graph import Wire
from floworch_designer.canvas.items.counts import fitting, items_on, label_font, label_width
from floworch_designer.settings.words import tr
from floworch_designer.theme import Theme, ui_font

#: Wire that is left free beside a number on a steep wire; on one that runs level it is as much as beside a condition.
STEEP = 2.0
_BETWEEN = " \u00b7 "
#: What is kept with a wire that is taken when no condition holds, as no condition reads.
_ELSE = "\0"


def condition_for(wire: Wire) -> str:
    """The condition that a wire is taken under; empty where there is none. It is looked for once in a wire's life."""
    if wire.condition is None:
        wire.condition = condition_on(wire.source.node, wire.port, _ELSE)
    return tr("otherwise") if wire.condition == _ELSE else wire.condition


def words_on(
    wire: Wire,
    arriving: Mapping[str, Sequence[Wire]],
    at: Point | None = None,
    leaving: Mapping[str, Sequence[Wire]] | None = None,
) -> str:
    """What a wire's label says, as much of it as the wire has room for; empty where there is nothing to say.

    The number of items comes first: the condition stands in the tooltip, too.

    Args:
        wire: A wire that is no pair of portals.
        arriving: All wires by their target.
        at: The middle of the label; None for half-way.
        leaving: All wires by their source (see items_on).
    """
    items, condition = items_on(wire, arriving, leaving or {}), condition_for(wire)
    if items is None and not condition:
        return ""
    left, top, right, bottom = wire.extent
    wide = spread(left, right, at or middle(wire))
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
    return condensed(condition, room, QFontMetricsF(label_font()).horizontalAdvance)


def middle(wire: Wire) -> Point:
    """The point of a wire at half its length, remembered until it runs otherwise."""
    if wire.half is None:
        wire.half = halfway(flatten(wire.points))
    return wire.half


def label_on(
    wire: Wire, arriving: Mapping[str, Sequence[Wire]], leaving: Mapping[str, Sequence[Wire]] | None = None
) -> tuple[str, Rect] | None:
    """A wire's label and where it is: half-way, or where a knot is there half-way along the longest piece without one.

    None where there is nothing to say, or no room for it.
    """
    if not condition_for(wire) and items_on(wire, arriving, leaving or {}) is None:
        return None
    knots = [knot.at for knot in wire.bends]
    return place(wire.points, knots, KNOT, lambda at: words_on(wire, arriving, at, leaving), label_width, middle(wire))


def paint_labels(
    painter: QPainter,
    theme: Theme,
    wires: Iterable[Wire],
    arriving: Mapping[str, Sequence[Wire]],
    leaving: Mapping[str, Sequence[Wire]] | None = None,
) -> None:
    """Write the labels upon wires, scene units; each wire is told where its label is, which the mouse then catches."""
    errors: list[Point] = []
    painter.setFont(label_font())
    for wire in wires:
        if wire.port == "error" and not wire.hidden:
            errors.append(wire.points[0])
        found = None if wire.tags else label_on(wire, arriving, leaving)
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
