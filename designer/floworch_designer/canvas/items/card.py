"""The face of a card: surface, icon tile, texts, chips, port rows and marks. Painted once, then blitted."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from floworch_designer.canvas.content import Chip, Content
from floworch_designer.canvas.geometry import RADIUS, Shape
from floworch_designer.theme import Theme, ui_font
from floworch_designer.theme.icons import draw_icon
from floworch_designer.theme.tokens import mix

TILE = 32.0
LEFT = 12.0
TEXT_LEFT = 56.0
GLYPH = 16.0
CHIP_TOP = 48.0
#: Size of a title, px on the screen that it has at least, its size at half zoom, and the one from which on it is alone.
TITLE, READ, LARGEST, ALONE = 13, 11.0, 22, 15
CHIP_HEIGHT = 18.0

_ALIGN = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
#: Letters that hang below a tight line are not cut off.
_TIGHT = _ALIGN | Qt.TextFlag.TextDontClip
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def tile_top(shape: Shape, chips: bool) -> float:
    """Height of the icon tile: 12 above chips or rows, else it is centred."""
    return 12.0 if chips or shape.rows else (shape.height - TILE) / 2


def paint_card(painter: QPainter, theme: Theme, content: Content, shape: Shape) -> None:
    """Paint the face of a card with its top left corner at the origin, without border, status and ports."""
    paint_ground(painter, theme, content, shape)
    paint_words(painter, theme, content, shape)


def ground(content: Content, shape: Shape) -> tuple[Hashable, ...]:
    """Everything that the ground of a card depends on: hundreds of cards have the same."""
    inside, chips = content.inside is not None, bool(content.chips)
    return shape, content.icon, content.category, content.known, content.disabled, inside, chips


def paint_ground(painter: QPainter, theme: Theme, content: Content, shape: Shape) -> None:
    """Paint what lies below the words of a card: the surface and the icon tile."""
    if content.disabled:
        painter.setOpacity(0.45)
    if content.inside is not None:
        _stack(painter, theme, content, shape)
    _surface(painter, theme, shape)
    _tile(painter, theme, content, tile_top(shape, bool(content.chips)))


def letters(zoom: float) -> int:
    """Size of a title in scene units, so that it has 11 px on the screen down to half size; 13 where that is less."""
    return min(max(TITLE, ceil(READ / zoom)), LARGEST)


def paint_words(painter: QPainter, theme: Theme, content: Content, shape: Shape, zoom: float = 1.0) -> None:
    """Paint a card's own on its ground: texts, chips, names of ports and marks, to be read at a zoom."""
    if content.disabled:
        painter.setOpacity(0.45)
    _texts(painter, theme, content, shape, tile_top(shape, bool(content.chips)), letters(zoom))
    if content.chips:
        paint_chips(painter, theme, content.chips, content.more, LEFT, CHIP_TOP, shape.width - 2 * LEFT)
    _rows(painter, theme, shape)
    painter.setOpacity(1.0)
    _marks(painter, theme, content, shape)


def _surface(painter: QPainter, theme: Theme, shape: Shape) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if not theme.dark:
        # A soft edge of a few steps instead of a blur: 12 % black at its strongest.
        for step in range(6, 0, -1):
            painter.setBrush(QColor(16, 24, 40, 5 if step > 3 else 6))
            grow = step * 0.9
            rect = QRectF(-grow, 1.5 - grow, shape.width + 2 * grow, shape.height + 2 * grow)
            painter.drawRoundedRect(rect, RADIUS + grow, RADIUS + grow)
    painter.setBrush(theme.color("card"))
    painter.drawRoundedRect(QRectF(0, 0, shape.width, shape.height), RADIUS, RADIUS)


def _stack(painter: QPainter, theme: Theme, content: Content, shape: Shape) -> None:
    """A second edge below the card: more lies under it."""
    hue = theme.category_color(content.category) if content.known else theme.color("hue_slate")
    painter.setPen(QPen(QColor(mix(hue.name(), theme.tokens["card"], 0.6)), 1))
    painter.setBrush(QColor(mix(hue.name(), theme.tokens["card"], 0.12)))
    painter.drawRoundedRect(QRectF(6.5, 6.5, shape.width - 13, shape.height - 2), RADIUS, RADIUS)


def _tile(painter: QPainter, theme: Theme, content: Content, top: float) -> None:
    hue = theme.category_color(content.category) if content.known else theme.color("hue_slate")
    back = QColor(hue)
    back.setAlphaF(0.18)
    painter.setBrush(back)
    rect = QRectF(LEFT, top, TILE, TILE)
    painter.drawRoundedRect(rect, 8, 8)
    draw_icon(painter, content.icon, rect.adjusted(6, 6, -6, -6), hue, content.category)
    if content.disabled:
        painter.setPen(QPen(theme.color("text"), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(rect.bottomLeft() + QPointF(4, -4), rect.topRight() + QPointF(-4, 4))


def _texts(painter: QPainter, theme: Theme, content: Content, shape: Shape, top: float, size: int) -> None:
    width = shape.width - TEXT_LEFT - LEFT
    painter.setFont(ui_font(size, 600))
    painter.setPen(theme.color("text"))
    # The place of the status glyph is kept free at all times, so that a title never jumps when a run starts.
    first = width - GLYPH - 6
    if size > ALONE:  # the line below it could not be read: the title has the room of both
        lines = title_lines(content.title, first, width, size)
        pitch = size * 1.1
        above = top + TILE / 2 - pitch * len(lines) / 2
        if content.chips:
            above = min(above, CHIP_TOP - pitch * len(lines))
        for number, line in enumerate(lines):
            painter.drawText(QRectF(TEXT_LEFT, above + number * pitch, width, pitch), _TIGHT, line)
        return
    title = _cut(content.title, first, size, 600, Qt.TextElideMode.ElideMiddle)
    painter.drawText(QRectF(TEXT_LEFT, top - 1, width, 18), _ALIGN, title)
    font = ui_font(11, 400)
    painter.setFont(font)
    painter.setPen(theme.color("text_secondary"))
    subtitle = _cut(content.subtitle, width, 11, 400, Qt.TextElideMode.ElideRight)
    painter.drawText(QRectF(TEXT_LEFT, top + 17, width, 15), _ALIGN, subtitle)


@lru_cache(maxsize=4096)
def title_lines(title: str, first: float, second: float, size: int) -> tuple[str, ...]:
    """A title in one line, or in two where it does not fit; what even these have no room for is cut off.

    Args:
        title: The title.
        first: Room in the first line, scene units.
        second: Room in the second line.
        size: Of the letters, scene units.
    """
    metrics = QFontMetricsF(ui_font(size, 600))
    words = title.split()
    if metrics.horizontalAdvance(title) <= first or len(words) < 2:
        return (metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, first),)
    taken = next(
        (
            count
            for count in range(len(words) - 1, 1, -1)
            if metrics.horizontalAdvance(" ".join(words[:count])) <= first
        ),
        1,
    )
    above, below = " ".join(words[:taken]), " ".join(words[taken:])
    return (
        metrics.elidedText(above, Qt.TextElideMode.ElideRight, first),
        metrics.elidedText(below, Qt.TextElideMode.ElideRight, second),
    )


@lru_cache(maxsize=4096)
def _cut(text: str, width: float, pixels: int, weight: int, mode: Qt.TextElideMode) -> str:
    """As much of a text as there is room for; measured once, whatever zooms it is painted at."""
    return QFontMetricsF(ui_font(pixels, weight)).elidedText(text, mode, width)


def chip_width(chip: Chip) -> float:
    """Width of a chip in px."""
    return 5.0 + 12.0 + 4.0 + QFontMetricsF(ui_font(11, 500, tabular=True)).horizontalAdvance(chip.text) + 8.0


def fit_chips(chips: tuple[Chip, ...], more: int, width: float) -> tuple[list[float], int]:
    """Widths of the chips that fit into ``width``, and how many are left over for "+n"."""
    widths = [chip_width(chip) for chip in chips]
    shown = len(chips)
    while shown > 1:
        rest = more + len(chips) - shown
        used = sum(widths[:shown]) + 4.0 * (shown - 1) + (30.0 if rest else 0.0)
        if used <= width:
            break
        shown -= 1
    return [min(one, width - 30.0) for one in widths[:shown]], more + len(chips) - shown


def paint_chips(
    painter: QPainter, theme: Theme, chips: tuple[Chip, ...], more: int, left: float, top: float, width: float
) -> None:
    """Paint middleware chips in a row, and "+n" for what does not fit."""
    font = ui_font(11, 500, tabular=True)
    metrics = QFontMetricsF(font)
    widths, rest = fit_chips(chips, more, width)
    fill = theme.color("text", 0.08)
    for chip, wide in zip(chips, widths, strict=False):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(left, top, wide, CHIP_HEIGHT), 9, 9)
        secondary = theme.color("text_secondary")
        draw_icon(painter, chip.icon, QRectF(left + 5, top + 3, 12, 12), secondary, "utility", 2.4)
        painter.setFont(font)
        painter.setPen(secondary)
        text = metrics.elidedText(chip.text, Qt.TextElideMode.ElideRight, wide - 27)
        painter.drawText(QRectF(left + 21, top, wide - 24, CHIP_HEIGHT), _ALIGN, text)
        left += wide + 4
    if rest:
        painter.setFont(font)
        painter.setPen(theme.color("text_secondary"))
        painter.drawText(QRectF(left + 2, top, 30, CHIP_HEIGHT), _ALIGN, f"+{rest}")


def _rows(painter: QPainter, theme: Theme, shape: Shape) -> None:
    if not shape.rows:
        return
    painter.setPen(QPen(theme.color("divider"), 1.0))
    painter.drawLine(QPointF(1, shape.header), QPointF(shape.width - 1, shape.header))
    font = ui_font(11, 400)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    for port in shape.ports:
        if port.labelled:
            painter.setPen(theme.color("text_secondary" if port.name == "error" else "text"))
            text = metrics.elidedText(port.name, Qt.TextElideMode.ElideRight, shape.width - 2 * LEFT)
            painter.drawText(QRectF(LEFT, port.y - 9, shape.width - 2 * LEFT - 2, 18), _RIGHT, text)


def _marks(painter: QPainter, theme: Theme, content: Content, shape: Shape) -> None:
    if content.noted:
        corner = QPolygonF([QPointF(shape.width - 14, shape.height), QPointF(shape.width, shape.height - 14),
                            QPointF(shape.width - 14, shape.height - 14)])  # fmt: skip
        path = QPainterPath()
        path.addRoundedRect(QRectF(0, 0, shape.width, shape.height), RADIUS, RADIUS)
        painter.setClipPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hue_amber"))
        painter.drawPolygon(corner)
        painter.setClipping(False)
    if content.pinned:
        draw_icon(painter, "pin", QRectF(-5, -8, 18, 18), theme.color("text"), width=2.4)
