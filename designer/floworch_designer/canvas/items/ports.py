"""Ports: circle for success, octagon for error, square for done; hollow while nothing is connected."""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from floworch_designer.canvas.geometry import Shape
from floworch_designer.theme import Theme

_OCTAGON = [(cos(pi / 8 + index * pi / 4), sin(pi / 8 + index * pi / 4)) for index in range(8)]


def paint_port(
    painter: QPainter, name: str, at: QPointF, radius: float, color: QColor, back: QColor, full: bool
) -> None:
    """Draw one port with its centre at ``at``; the shape tells success, error and done apart."""
    painter.setPen(QPen(color, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(color if full else back)
    if name == "error":
        painter.drawPolygon(QPolygonF([QPointF(at.x() + radius * x, at.y() + radius * y) for x, y in _OCTAGON]))
    elif name == "done":
        side = radius * 0.86
        painter.drawRect(QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side))
    else:
        painter.drawEllipse(at, radius, radius)


def paint_ports(
    painter: QPainter, theme: Theme, shape: Shape, used: frozenset[str], fed: bool, first: bool = False
) -> None:
    """Draw all ports of a card whose top left corner is the origin; an unused ``done`` port stays hidden.

    Nothing leads to the ``first`` card of a run, a trigger: its input is drawn only if something does all the same.
    """
    back, plain = theme.color("canvas"), theme.color("edge")
    if fed or not first:
        paint_port(painter, "in", QPointF(0, shape.input_y), 4.5, plain, back, fed)
    for port in shape.ports:
        full = port.name in used
        if port.name == "done" and not full:
            continue
        error = port.name == "error"
        color = theme.color("failed") if error and full else plain
        if error and not full:
            color = theme.color("edge", 0.75)
        paint_port(painter, port.name, QPointF(shape.width, port.y), 4.8 if error else 4.5, color, back, full)
    painter.setBrush(Qt.BrushStyle.NoBrush)
