"""The run's side of a card: border pattern, glyph, bar, ports and badge. Shared by all cards of one outline."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from floworch_designer.canvas.geometry import RADIUS, Shape
from floworch_designer.canvas.items.card import GLYPH, LEFT
from floworch_designer.canvas.items.ports import paint_ports
from floworch_designer.theme import StatusLook, Theme
from floworch_designer.theme.icons import draw_icon


@dataclass(frozen=True, slots=True)
class Rim:
    """Everything the rim of a card depends on; two cards with equal rims share one pixmap."""

    look: StatusLook
    shape: Shape
    used: frozenset[str]
    fed: bool
    tile_top: float
    disabled: bool = False
    known: bool = True
    breakpoint: bool = False
    badge: str = ""
    first: bool = False


def paint_rim(painter: QPainter, theme: Theme, rim: Rim) -> None:
    """Paint a rim around a card whose top left corner is the origin."""
    shape, look = rim.shape, rim.look
    color = theme.color(look.color)
    outline = QRectF(0, 0, shape.width, shape.height)
    if look.through:
        _through(painter, theme, rim, outline)
    if look.bar or look.hatched:
        _left_bar(painter, look, color, outline)
    _border(painter, rim, color, outline)
    if look.double:
        painter.setPen(QPen(color, 1.0))
        painter.drawRoundedRect(outline.adjusted(3, 3, -3, -3), RADIUS - 3, RADIUS - 3)
    if look.glyph and look.glyph != "status-running":
        top = rim.tile_top
        draw_icon(painter, look.glyph, QRectF(shape.width - LEFT - GLYPH, top, GLYPH, GLYPH), color, width=2.6)
    paint_ports(painter, theme, shape, rim.used, rim.fed, rim.first)
    if rim.breakpoint:
        painter.setPen(QPen(theme.color("canvas"), 1.5))
        painter.setBrush(theme.color("failed"))
        painter.drawEllipse(QPointF(0, max(rim.shape.input_y - 20.0, 12.0)), 5, 5)
    if rim.badge:
        paint_badge(painter, theme, rim.badge, QPointF(shape.width - 2, 2))


def _through(painter: QPainter, theme: Theme, rim: Rim, outline: QRectF) -> None:
    """Hatch a card that did nothing, and show the wire that goes through it: below what the card says."""
    clip = QPainterPath()
    clip.addRoundedRect(outline, RADIUS, RADIUS)
    painter.save()
    painter.setClipPath(clip)
    painter.fillRect(outline, QBrush(theme.color(rim.look.color, 0.3), Qt.BrushStyle.BDiagPattern))
    painter.restore()
    out = next((port.y for port in rim.shape.ports if port.name not in ("done", "error")), rim.shape.input_y)
    wide, low = outline.width(), rim.shape.header if rim.shape.rows else outline.height() - 6.0
    way = QPainterPath(QPointF(0, rim.shape.input_y))
    way.cubicTo(18, rim.shape.input_y, 6, low, 30, low)
    way.lineTo(wide - 30, low)
    way.cubicTo(wide - 6, low, wide - 18, out, wide, out)
    painter.setPen(QPen(theme.color("edge_active"), 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(way)


def _left_bar(painter: QPainter, look: StatusLook, color: QColor, outline: QRectF) -> None:
    clip = QPainterPath()
    clip.addRoundedRect(outline, RADIUS, RADIUS)
    painter.save()
    painter.setClipPath(clip)
    bar = QRectF(0, 0, 4 if look.bar else 6, outline.height())
    painter.fillRect(bar, color if look.bar else QBrush(color, Qt.BrushStyle.BDiagPattern))
    painter.restore()


def _border(painter: QPainter, rim: Rim, color: QColor, outline: QRectF) -> None:
    look = rim.look
    pen = QPen(color, look.width)
    if look.pattern:
        pen.setDashPattern(list(look.pattern))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if (rim.disabled or not rim.known) and not look.glyph:
        pen.setDashPattern([4.0, 3.0])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = look.width / 2
    painter.setPen(pen)
    painter.drawRoundedRect(outline.adjusted(inset, inset, -inset, -inset), RADIUS - inset, RADIUS - inset)


def paint_badge(painter: QPainter, theme: Theme, severity: str, centre: QPointF) -> None:
    """The validation mark of 16 px: an octagon for an error, a triangle for a warning."""
    error = severity == "error"
    rect = QRectF(centre.x() - 8, centre.y() - 8, 16, 16)
    back = theme.color("canvas")
    draw_icon(painter, "error-filled" if error else "warning-filled", rect.adjusted(-2, -2, 2, 2), back)
    fill = theme.color("failed" if error else "retrying")
    draw_icon(painter, "error-filled" if error else "warning-filled", rect, fill)
    ink = theme.color("pill_text")
    painter.setPen(QPen(ink, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    drop = 0.0 if error else 1.5
    painter.drawLine(QPointF(centre.x(), centre.y() - 3.5 + drop), QPointF(centre.x(), centre.y() + 0.5 + drop))
    painter.drawPoint(QPointF(centre.x(), centre.y() + 3.5 + drop))
