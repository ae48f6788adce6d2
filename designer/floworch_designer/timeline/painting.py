"""How spans look: each kind has its own shape, so that none differs by hue alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import TypeVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme
from floworch_designer.timeline.pieces import Piece
from floworch_designer.timeline.scale import Scale
from floworch_designer.timeline.spans import Gantt, Kind, Span

T = TypeVar("T", Span, Piece)
#: Height of a bar in a row, pixels.
BAR = 12.0
#: Word of the event that ended an attempt -> colour token.
OUTCOMES = {
    "completed": "success", "failed": "failed", "retrying": "failed", "cancelled": "cancelled", "waiting": "running",
    "in_doubt": "retrying", "interrupted": "paused", "compensated": "paused", "compensation_failed": "failed",
}  # fmt: skip
#: Ends of attempts that are marked with a cross.
CROSSED = frozenset({"failed", "retrying", "compensation_failed"})


def visible(spans: Sequence[T], scale: Scale) -> Iterator[T]:
    """What is in view of a row; of what shares a pixel the first, so that a row never costs more than its pixels."""
    place = max(0, bisect_right(spans, scale.moment(0.0), key=lambda span: span.start) - 1)
    right = scale.moment(scale.width)
    while place < len(spans) and spans[place].start <= right:
        span = spans[place]
        yield span
        end = span.end if span.end is not None else right
        edge = max(scale.moment(scale.x(span.start) + 1), scale.moment(scale.x(end) - 1))
        place = bisect_left(spans, edge, place + 1, key=lambda each: each.start)


def paint_row(
    painter: QPainter, theme: Theme, chart: Gantt, node: int, scale: Scale, middle: float, now: float
) -> None:
    """Draw what a node did; ``middle`` is the row's middle, ``now`` where what goes on is drawn to, epoch seconds."""
    if node in chart.parents:
        for piece in visible(chart.pieces(node), scale):
            _paint_piece(painter, theme, piece, scale, middle, now)
        return
    for span in visible(chart.spans[node], scale):
        left, right = scale.x(span.start), scale.x(span.end if span.end is not None else now)
        paint_span(painter, theme, span, max(-4.0, left), min(scale.width + 4, right), middle)


def paint_span(painter: QPainter, theme: Theme, span: Span, left: float, right: float, middle: float) -> None:
    """Draw one span between two pixels."""
    if span.kind is Kind.RUNNING or span.kind is Kind.UNDOING:
        _paint_attempt(painter, theme, span, left, right, middle)
    elif span.kind is Kind.QUEUED:
        _line(painter, theme.color("pending"), left, right, middle, Qt.PenStyle.DotLine)
    elif span.kind is Kind.BACKOFF:
        _line(painter, theme.color("retrying"), left, right, middle, Qt.PenStyle.DashLine)
    else:
        color = theme.color("waiting")
        box = QRectF(left, middle - BAR / 2 + 2, max(2.0, right - left), BAR - 4)
        painter.fillRect(box, _faint(color, 0.20))
        painter.setPen(QPen(color, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_attempt(painter: QPainter, theme: Theme, span: Span, left: float, right: float, middle: float) -> None:
    color = theme.color(OUTCOMES.get(span.outcome, "running"))
    box = QRectF(left, middle - BAR / 2, max(2.0, right - left), BAR)
    if span.kind is Kind.UNDOING:
        painter.fillRect(box, _faint(color, 0.35))
        painter.setPen(QPen(color, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.fillRect(box, _faint(color, 0.75 if span.outcome else 1.0))
    if span.outcome in CROSSED and box.width() >= 8:
        x = box.right() - 4.5
        painter.setPen(QPen(theme.color("pill_text"), 1.5))
        painter.drawLine(QPointF(x - 2.5, middle - 2.5), QPointF(x + 2.5, middle + 2.5))
        painter.drawLine(QPointF(x - 2.5, middle + 2.5), QPointF(x + 2.5, middle - 2.5))


def _paint_piece(painter: QPainter, theme: Theme, piece: Piece, scale: Scale, middle: float, now: float) -> None:
    left = max(-4.0, scale.x(piece.start))
    right = min(scale.width + 4, scale.x(piece.end if piece.end is not None else now))
    color = theme.color("running" if piece.end is None else "success")
    box = QRectF(left, middle - BAR / 2 + 1, max(2.0, right - left), BAR - 2)
    painter.fillRect(box, _faint(color, 0.45))
    if piece.failed:
        painter.fillRect(QRectF(left, box.bottom() - 3, box.width(), 3), theme.color("failed"))
    text = tr("{count:,} items", count=piece.count) if piece.count > 1 else ""
    if text and painter.fontMetrics().horizontalAdvance(text) + 10 < box.width():
        painter.setPen(theme.color("text"))
        painter.drawText(box.adjusted(5, -2, -2, 2), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _line(painter: QPainter, color: QColor, left: float, right: float, y: float, style: Qt.PenStyle) -> None:
    painter.setPen(QPen(color, 2, style))
    painter.drawLine(QPointF(left + 1, y), QPointF(max(left + 2, right - 1), y))


def _faint(color: QColor, opacity: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(opacity)
    return made
