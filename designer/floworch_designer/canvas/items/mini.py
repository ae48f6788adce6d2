"""The small card of the far view: surface, icon block, a line that stands for the title, status border."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from floworch_designer.canvas.geometry import RADIUS, Shape
from floworch_designer.theme import StatusLook, Theme
from floworch_designer.theme.tokens import mix


def flat_color(theme: Theme, look: StatusLook, category: str, known: bool = True) -> QColor:
    """The one colour of a card seen from very far: its status, else its category toned down."""
    if look.glyph:
        return theme.color(look.color)
    hue = theme.category_color(category) if known else theme.color("hue_slate")
    return QColor(mix(hue.name(), theme.tokens["card" if theme.dark else "grid"], 0.5))


def paint_mini(painter: QPainter, theme: Theme, look: StatusLook, category: str, shape: Shape, dim: bool) -> None:
    """Paint a card for zooms below the level-of-detail border, top left corner at the origin."""
    painter.setOpacity(0.45 if dim else look.opacity)
    color = theme.color(look.color)
    live = bool(look.glyph)
    width = 4.0 if live else 2.0
    fill = QColor(mix(color.name(), theme.tokens["card"], 0.16)) if live else theme.color("card")
    painter.setPen(QPen(color, width))
    painter.setBrush(fill)
    inset = width / 2
    painter.drawRoundedRect(
        QRectF(inset, inset, shape.width - width, shape.height - width), RADIUS - inset, RADIUS - inset
    )
    painter.setPen(Qt.PenStyle.NoPen)
    top = 12.0 if shape.rows else (shape.height - 32.0) / 2
    hue = QColor(theme.category_color(category))
    hue.setAlphaF(0.55)
    painter.setBrush(hue)
    painter.drawRoundedRect(QRectF(12, top, 32, 32), 8, 8)
    painter.setBrush(theme.color("text", 0.55))
    painter.drawRoundedRect(QRectF(56, top + 5, 104, 8), 4, 4)
    painter.setBrush(theme.color("text_secondary", 0.4))
    painter.drawRoundedRect(QRectF(56, top + 20, 72, 7), 3.5, 3.5)
    painter.setOpacity(1.0)
