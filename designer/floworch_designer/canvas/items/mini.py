"""The small card of the far view: surface, icon block, a line that stands for the title, status border."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from floworch_designer.canvas.geometry import RADIUS, Shape
from floworch_designer.theme import StatusLook, Theme, ui_font
from floworch_designer.theme.tokens import mix

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import Box
    from floworch_designer.canvas.painting import Camera

#: Size of a title on a small card, logical px: it does not shrink with the card.
LETTERS = 11
#: A letter that hangs below its line is not cut off where the card is low.
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
#: Where the title begins on a small card, and what stays free on its right, scene units.
INDENT, RIGHT = 52.0, 8.0


def flat_color(theme: Theme, look: StatusLook, category: str, known: bool = True) -> QColor:
    """The one colour of a card seen from very far: its status, else its category toned down."""
    if look.glyph:
        return theme.color(look.color)
    hue = theme.category_color(category) if known else theme.color("hue_slate")
    return QColor(mix(hue.name(), theme.tokens["card" if theme.dark else "grid"], 0.5))


def paint_mini(
    painter: QPainter, theme: Theme, look: StatusLook, category: str, shape: Shape, dim: bool, titled: bool = False
) -> None:
    """Paint a card for zooms below the level-of-detail border, top left corner at the origin.

    ``titled`` leaves the place of the title free: :func:`paint_titles` writes it.
    """
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
    if titled:
        painter.setOpacity(1.0)
        return
    painter.setBrush(theme.color("text", 0.55))
    painter.drawRoundedRect(QRectF(56, top + 5, 104, 8), 4, 4)
    painter.setBrush(theme.color("text_secondary", 0.4))
    painter.drawRoundedRect(QRectF(56, top + 20, 72, 7), 3.5, 3.5)
    painter.setOpacity(1.0)


def paint_titles(painter: QPainter, theme: Theme, camera: Camera, cards: Iterable[Box]) -> None:
    """Write the titles of small cards, in px and cut to the card's width; the painter is in device px."""
    painter.save()
    letters = round(LETTERS * camera.dots)
    painter.setFont(ui_font(letters, 500))
    for box in cards:
        top = box.y + (12.0 if box.shape.rows else (box.shape.height - 32.0) / 2)  # beside the icon
        room = camera.rect((box.x + INDENT, top, box.x + box.shape.width - RIGHT, top + 32.0))
        painter.setPen(theme.color("text", 0.5 if box.node.disabled else 1.0))
        text = _cut(box.node.title or box.id, int(room.width()), letters)
        painter.drawText(room, _LEFT, text)
    painter.restore()


@lru_cache(maxsize=4096)
def _cut(text: str, width: int, letters: int) -> str:
    return QFontMetricsF(ui_font(letters, 500)).elidedText(text, Qt.TextElideMode.ElideRight, width)
