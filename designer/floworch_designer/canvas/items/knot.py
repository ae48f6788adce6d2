"""Knots of edges: discs upon the wire in its colour, large enough to be seen from afar."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from floworch_designer.canvas.decor import KnotBox
from floworch_designer.canvas.items.wires import wire_pen
from floworch_designer.theme import Theme

#: Radius of a disc, and the least on screen in px as far as that does not exceed the greatest, scene units.
RADIUS, LEAST, MOST = 5.0, 1.8, 9.0


def paint_knot(painter: QPainter, theme: Theme, knot: KnotBox, color: QColor | None = None) -> None:
    """Paint a knot, scene units, in the colour of its wire or another."""
    if knot.wire is None:
        return
    zoom = max(painter.transform().m11(), 1e-3)
    radius = min(max(RADIUS, LEAST / zoom), MOST)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color or wire_pen(theme, knot.wire, 1.0).color())
    painter.drawEllipse(QPointF(*knot.at), radius, radius)


def ring_knot(painter: QPainter, theme: Theme, shown: QRectF, knot: KnotBox) -> None:
    """Paint a selected knot with a ring around it; ``shown`` is its square in px."""
    radius = max(min(shown.width(), shown.height()) / 2 + 1.0, 5.0)
    if knot.hidden:
        return
    painter.setPen(QPen(theme.color("selection"), 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(shown.center(), radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("selection"))
    painter.drawEllipse(shown.center(), radius * 0.55, radius * 0.55)
