"""Frames around nodes: a tinted area with a bar; folded, a card that tells what its nodes came to."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from floworch.run.status import NodeStatus
from floworch_designer.canvas.decor import STACK, GroupBox
from floworch_designer.canvas.geometry import RADIUS
from floworch_designer.canvas.items.card import letters
from floworch_designer.canvas.items.note import hue_of
from floworch_designer.canvas.items.ports import paint_port
from floworch_designer.document.framing import BAR
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme import Theme, ui_font
from floworch_designer.theme.icons import draw_icon
from floworch_designer.theme.statuses import look
from floworch_designer.theme.tokens import mix

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
#: Statuses in the order in which a folded frame tells them, the gravest first.
_S = NodeStatus
ORDER: tuple[NodeStatus, ...] = (
    _S.FAILED, _S.COMPENSATION_FAILED, _S.IN_DOUBT, _S.RETRYING, _S.RUNNING, _S.COMPENSATING, _S.WAITING, _S.CANCELLED,
    _S.COMPLETED, _S.REUSED, _S.COMPENSATED, _S.BYPASSED, _S.SKIPPED, _S.PENDING,
)  # fmt: skip
UNTITLED = mark("Frame")
#: How much of its colour the area of a frame has, and the tile of a card.
FILL, TILE = 0.12, 0.18


def counts(box: GroupBox) -> list[tuple[NodeStatus, int]]:
    """How many of a frame's nodes have each status in the shown run, the gravest first; empty without a run."""
    found = Counter(member.live.status for member in box.members if member.live.status is not None)
    return [(status, found[status]) for status in ORDER if status in found]


def summary(box: GroupBox) -> str:
    """What a folded frame says below its title: ``3 nodes``, or in a run ``1 failed, 2 completed``."""
    found = counts(box)
    if found:
        return ", ".join(f"{number} {_small(tr(look(status).label))}" for status, number in found[:3])
    number = len(box.members)
    return tr("1 node") if number == 1 else tr("{number:,} nodes", number=number)


def _small(word: str) -> str:
    """A word in the middle of a sentence."""
    return word[:1].lower() + word[1:]


def paint_group(painter: QPainter, theme: Theme, box: GroupBox, detailed: bool = True, zoom: float = 1.0) -> None:
    """Paint an open frame at its place (scene units), to be read at a zoom; without details only area and border."""
    left, top, right, bottom = box.rect
    rect = QRectF(left, top, right - left, bottom - top)
    hue, canvas = hue_of(box.group.color), theme.tokens["canvas"]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(mix(hue, canvas, FILL)))
    painter.drawRoundedRect(rect, RADIUS, RADIUS)
    path = QPainterPath()
    path.addRoundedRect(rect, RADIUS, RADIUS)
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.fillRect(QRectF(left, top, rect.width(), BAR), QColor(mix(hue, canvas, 0.2)))
    painter.restore()
    painter.setPen(QPen(QColor(mix(hue, canvas, 0.5)), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    if detailed:
        font = ui_font(letters(zoom), 600)
        painter.setFont(font)
        painter.setPen(theme.color("text" if box.group.title else "text_secondary"))
        room = QRectF(left + 12, top, max(rect.width() - 24, 10), BAR)
        title = QFontMetricsF(font).elidedText(
            box.group.title or tr(UNTITLED), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, _LEFT, title)


def paint_folded(painter: QPainter, theme: Theme, box: GroupBox, detailed: bool = True) -> None:
    """Paint a folded frame as a card with a second edge below, its title, member count and statuses."""
    left, top, right, bottom = box.rect
    rect = QRectF(left, top, right - left, bottom - top)
    hue = hue_of(box.group.color)
    border = QColor(mix(hue, theme.tokens["card"], 0.6))
    painter.setPen(QPen(border, 1))
    painter.setBrush(QColor(mix(hue, theme.tokens["card"], 0.12)))
    painter.drawRoundedRect(rect.adjusted(6, 6, -6, STACK), RADIUS, RADIUS)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    found = counts(box)
    if found:
        _segments(painter, theme, QRectF(left + 12, bottom - 10, rect.width() - 24, 4), found)
    if not detailed:
        return
    tile = QRectF(left + 12, top + (rect.height() - 32) / 2 - (3 if found else 0), 32, 32)
    back = QColor(hue)
    back.setAlphaF(TILE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(tile, 8, 8)
    draw_icon(painter, "group", tile.adjusted(6, 6, -6, -6), hue)
    _texts(painter, theme, box, QRectF(left + 56, tile.y(), rect.width() - 92, 32))
    if found and look(found[0][0]).glyph:
        glyph = look(found[0][0])
        spot = QRectF(right - 28, tile.y() + 8, 16, 16)
        draw_icon(painter, glyph.glyph, spot, theme.color(glyph.color), width=2.6)
    plain, canvas = theme.color("edge"), theme.color("canvas")
    for at in (box.input_point, box.output_point):
        paint_port(painter, "out", QPointF(*at), 4.5, plain, canvas, True)


def _texts(painter: QPainter, theme: Theme, box: GroupBox, room: QRectF) -> None:
    font, small = ui_font(13, 600), ui_font(11, 400, tabular=True)
    painter.setFont(font)
    painter.setPen(theme.color("text"))
    title = QFontMetricsF(font).elidedText(box.group.title or tr(UNTITLED), Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(QRectF(room.x(), room.y() - 1, room.width(), 18), _LEFT, title)
    painter.setFont(small)
    painter.setPen(theme.color("text_secondary"))
    text = QFontMetricsF(small).elidedText(summary(box), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(QRectF(room.x(), room.y() + 16, room.width(), 16), _LEFT, text)


def _segments(painter: QPainter, theme: Theme, room: QRectF, found: list[tuple[NodeStatus, int]]) -> None:
    """A bar with a piece for each status, as long as its share; a small share is still to be seen."""
    total = sum(number for _, number in found)
    widths = [max(4.0, room.width() * number / total) for _, number in found]
    scale = room.width() / sum(widths)
    x = room.x()
    for (status, _), width in zip(found, widths, strict=True):
        painter.fillRect(QRectF(x, room.y(), max(width * scale - 1, 1), room.height()), theme.status_color(status))
        x += width * scale
