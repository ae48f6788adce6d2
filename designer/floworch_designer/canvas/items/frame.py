"""Frames of containers: a tinted area with a title bar around the nodes of a body."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from floworch_designer.canvas.geometry import FRAME_TITLE, RADIUS
from floworch_designer.canvas.graph import Box
from floworch_designer.canvas.items.card import ALONE, chip_width, fit_chips, letters, paint_chips
from floworch_designer.canvas.items.ports import paint_ports
from floworch_designer.canvas.items.status import paint_badge
from floworch_designer.settings.words import tr
from floworch_designer.theme import StatusLook, Theme, ui_font
from floworch_designer.theme.icons import draw_icon
from floworch_designer.theme.tokens import mix

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def paint_frame(
    painter: QPainter, theme: Theme, box: Box, look: StatusLook, detailed: bool = True, zoom: float = 1.0
) -> None:
    """Paint a container at its place (scene units), to be read at a zoom; without details only area and border."""
    shape, content = box.shape, box.content
    rect = QRectF(box.x, box.y, shape.width, shape.height)
    hue = theme.category_color(content.category) if content.known else theme.color("hue_slate")
    painter.save()
    painter.setOpacity(0.45 if content.disabled else look.opacity)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(mix(hue.name(), theme.tokens["canvas"], 0.12)))
    painter.drawRoundedRect(rect, RADIUS, RADIUS)
    clip = QPainterPath()
    clip.addRoundedRect(rect, RADIUS, RADIUS)
    painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
    bar = QColor(mix(hue.name(), theme.tokens["canvas"], 0.2))
    painter.fillRect(QRectF(rect.x(), rect.y(), rect.width(), FRAME_TITLE), bar)
    painter.restore()
    painter.save()
    color = theme.color(look.color) if look.glyph else QColor(mix(hue.name(), theme.tokens["canvas"], 0.5))
    pen = QPen(color, look.width)
    if look.pattern or content.disabled:
        pen.setDashPattern(list(look.pattern) or [4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = look.width / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)
    painter.translate(box.x, box.y)
    if detailed:
        _title(painter, theme, box, look, hue, letters(zoom))
    painter.restore()


def _items(painter: QPainter, theme: Theme, box: Box, right: float) -> float:
    """Items done and all items of a container in a run, right-aligned; returns where there is room up to."""
    info = box.live.info
    text = info.items if info is not None else ""
    if not text:
        return right
    font = ui_font(12, 600, tabular=True)
    width = QFontMetricsF(font).horizontalAdvance(text)
    painter.setFont(font)
    painter.setPen(theme.color("text"))
    painter.drawText(QRectF(right - width - 4, 0, width + 4, FRAME_TITLE), _LEFT, text)
    return right - width - 14.0


def _title(painter: QPainter, theme: Theme, box: Box, look: StatusLook, hue: QColor, size: int) -> None:
    shape, content = box.shape, box.content
    draw_icon(painter, content.icon, QRectF(12, 9, 18, 18), hue, content.category)
    right = shape.width - 14.0
    if look.glyph and look.glyph != "status-running":
        draw_icon(painter, look.glyph, QRectF(right - 16, 10, 16, 16), theme.color(look.color), width=2.6)
    right -= 22.0
    right = _items(painter, theme, box, right)
    if content.chips:
        room = min(right - 140.0, 190.0)
        widths, rest = fit_chips(content.chips, content.more, room)
        total = sum(widths) + 4.0 * (len(widths) - 1) + (28.0 if rest else 0.0)
        if room > chip_width(content.chips[0]):
            right -= total + 8.0
            paint_chips(painter, theme, content.chips, content.more, right + 4.0, 9.0, room)
    font = ui_font(size, 600)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(theme.color("text"))
    title = metrics.elidedText(content.title, Qt.TextElideMode.ElideMiddle, max(right - 40, 40))
    painter.drawText(QRectF(38, 0, right - 38, FRAME_TITLE), _LEFT, title)
    left = 38 + metrics.horizontalAdvance(title) + 10
    small = ui_font(11, 400)
    painter.setFont(small)
    painter.setPen(theme.color("text_secondary"))
    if right - left > 40 and size <= ALONE and content.subtitle != content.title:
        subtitle = QFontMetricsF(small).elidedText(content.subtitle, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRectF(left, 1, right - left, FRAME_TITLE), _LEFT, subtitle)
    if not box.children:
        body = QRectF(0, FRAME_TITLE, shape.width, shape.height - FRAME_TITLE)
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, tr("Drop nodes here: they are what it runs"))
    paint_ports(painter, theme, shape, box.used, box.fed)
    if box.badge:
        paint_badge(painter, theme, box.badge, QPointF(shape.width - 2, 2))
