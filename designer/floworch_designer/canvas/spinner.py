"""The ring that turns on a card that is worked on: its faint track is a picture that is kept, its arc is drawn."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

#: Width of the ring, scene units, and how much of its colour the track has.
WIDTH, FAINT = 2.2, 0.25
#: How much of the ring is lit, in sixteenths of a degree.
LIT = 100 * 16


def paint_spinner(painter: QPainter, circle: QRectF, color: QColor, zoom: float, ratio: float, angle: float) -> None:
    """Paint a ring around the middle of a circle in logical px, lit from ``angle`` (degrees) on."""
    width = WIDTH * zoom
    # Qt takes ten times as long for a circle with a faint pen as for a picture of it.
    left, top = circle.left() * ratio, circle.top() * ratio
    across, down = floor(left), floor(top)
    sizes = round(circle.width(), 4), round(width, 4), round(left - across, 4), round(top - down, 4)
    pad = _pad(width * ratio)
    painter.drawPixmap(QPointF((across - pad) / ratio, (down - pad) / ratio), _track(color.rgb(), ratio, *sizes))
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(circle, round(-angle * 16), -LIT)


@lru_cache(maxsize=1024)
def _track(rgb: int, ratio: float, side: float, width: float, across: float, down: float) -> QPixmap:
    """A ring whose circle is these parts of a device px away from a whole one; few as long as the zoom rests, since
    cards stand in rows and columns."""
    pad = _pad(width * ratio)
    size = ceil(side * ratio) + 2 * pad + 1
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(ratio, ratio)  # not by sizes in px: Qt draws a scaled circle with other corners
    faint = QColor(rgb)
    faint.setAlphaF(FAINT)
    painter.setPen(QPen(faint, width))
    painter.drawEllipse(QRectF((pad + across) / ratio, (pad + down) / ratio, side, side))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def _pad(width: float) -> int:
    """Device px around the circle in the picture of its track: half of the ring is outside."""
    return ceil(width / 2) + 1
