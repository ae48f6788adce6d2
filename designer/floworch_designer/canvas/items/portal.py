"""The words on the tags of portals; their outlines are part of the wire's path."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from floworch_designer.canvas.bends import Tag
from floworch_designer.canvas.items.wires import ROUND
from floworch_designer.theme import Theme, ui_font

#: Below this zoom the words could not be read.
READABLE = 0.45


def paint_tags(painter: QPainter, theme: Theme, tags: Iterable[Tag], strong: bool = False) -> None:
    """Fill tags, scene units, and write on them what their portal is called; ``strong`` ones are pointed at."""
    zoom = painter.transform().m11()
    edge = theme.color("selection" if strong else "edge")
    font = ui_font(11, 500)
    for tag in tags:
        left, top, right, bottom = tag.rect
        box = QRectF(left, top, right - left, bottom - top)
        pen = QPen(edge, 2.0 if strong else 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(box, ROUND, ROUND)
        _arrow(painter, theme, box, tag.out)
        if zoom < READABLE:
            continue
        words = box.adjusted(9, 0, -22, 0) if tag.out else box.adjusted(22, 0, -9, 0)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        text = QFontMetricsF(font).elidedText(tag.text, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _arrow(painter: QPainter, theme: Theme, box: QRectF, out: bool) -> None:
    """A small head that points to the right: out of the tag at the source, into the one at the target."""
    x = box.right() - 14 if out else box.left() + 9
    y = box.center().y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("text_secondary"))
    painter.drawPolygon(QPolygonF([QPointF(x, y - 4), QPointF(x + 6, y), QPointF(x, y + 4)]))
