"""Draws the chart of attempts: names, grid, bars, critical path and cursor of what is in view."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from floworch_designer.runs.words import span_text, took_text
from floworch_designer.settings.words import local_number
from floworch_designer.timeline.painting import paint_row
from floworch_designer.timeline.spans import Gantt, Row

if TYPE_CHECKING:
    from floworch_designer.timeline.chart import Chart

ROW = 22
RULER = 24
INDENT = 14


def paint_chart(painter: QPainter, chart: Chart) -> None:
    """Draw the rows in view."""
    painter.fillRect(chart.viewport().rect(), chart.theme.color("panel"))
    gantt = chart.gantt
    if gantt is None:
        return
    rows = chart.rows
    first = max(0, chart.verticalScrollBar().value() // ROW)
    last = min(len(rows), first + (chart.viewport().height() - RULER) // ROW + 2)
    painter.setClipRect(QRectF(0, RULER, chart.viewport().width(), chart.viewport().height()))
    for place in range(first, last):
        _paint_ground(painter, chart, rows[place], chart.y_of(place))
    _paint_grid(painter, chart, False)
    _paint_pauses(painter, chart, gantt)
    clip = QRectF(chart.names_width() + 1, RULER, chart.viewport().width(), chart.viewport().height())
    painter.setClipRect(clip)
    now = until(chart)
    painter.translate(chart.left(), 0)
    for place in range(first, last):
        paint_row(painter, chart.theme, gantt, rows[place].node, chart.scale, chart.y_of(place) + ROW / 2, now)
    painter.translate(-chart.left(), 0)
    _paint_picked(painter, chart, rows, first, last, now)
    if chart.show_critical:
        _paint_critical(painter, chart, gantt, first, last)
    painter.setClipping(False)
    _paint_grid(painter, chart, True)
    _paint_cursor(painter, chart)


def until(chart: Chart) -> float:
    """Where what goes on ends, epoch seconds: now, or where the run stopped while nobody works on it."""
    live = chart.feed.live
    return chart.feed.now() if chart.gantt is None or (live is not None and live.status.live) else chart.gantt.end


def _paint_ground(painter: QPainter, chart: Chart, row: Row, top: int) -> None:
    color, name = chart.theme.color, chart.name_of(row.node)
    width, names = chart.viewport().width(), chart.names_width()
    if name in chart.selected:
        painter.fillRect(0, top, width, ROW, color("selected"))
    on_path = chart.show_critical and row.node in chart.critical
    font = painter.font()
    font.setPixelSize(12)
    font.setWeight(font.Weight.DemiBold if on_path else font.Weight.Normal)
    painter.setFont(font)
    took = took_text(chart.gantt.took(row.node, until(chart))) if chart.gantt is not None else ""
    wide = QFontMetricsF(font).horizontalAdvance(took)
    left = 12 + row.depth * INDENT
    title = QFontMetricsF(font).elidedText(
        chart.feed.title(name), Qt.TextElideMode.ElideMiddle, names - left - wide - 20
    )
    painter.setPen(color("text"))
    painter.drawText(QRectF(left, top, names - left, ROW), Qt.AlignmentFlag.AlignVCenter, title)
    painter.setPen(color("text_secondary"))
    right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    painter.drawText(QRectF(0, top, names - 8, ROW), right, took)


def _paint_grid(painter: QPainter, chart: Chart, ruler: bool) -> None:
    """Lines at round times, or above them the ruler with its words."""
    color, width, height = chart.theme.color, chart.viewport().width(), chart.viewport().height()
    names = chart.names_width()
    if ruler:
        painter.fillRect(0, 0, width, RULER, color("panel"))
        painter.fillRect(0, RULER - 1, width, 1, color("divider"))
        font = painter.font()
        font.setPixelSize(11)
        font.setWeight(font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(color("text_secondary"))
    else:
        painter.fillRect(names, RULER, 1, height, color("divider"))
    step, free = chart.scale.step(80), names + 1.0
    for since, x in _marks(chart, step):
        if not ruler:
            painter.fillRect(QRectF(x, RULER, 1, height), color("grid"))
            continue
        words = _ruler_text(since, step)
        wide = painter.fontMetrics().horizontalAdvance(words)
        painter.fillRect(QRectF(x, RULER - 6, 1, 6), color("divider"))
        if x >= free and x + 4 + wide <= width:  # never cut, never one upon another
            painter.drawText(QPointF(x + 4, RULER - 8), words)
            free = x + wide + 12
    _paint_breaks(painter, chart, ruler)


def _marks(chart: Chart, step: float) -> Iterator[tuple[float, float]]:
    """The marks in view: seconds since the beginning, and the pixel; none within a time that is drawn short."""
    scale, names = chart.scale, chart.names_width()
    first, last = scale.first, scale.moment(scale.width)
    number = max(0, int((scale.moment(0.0) - first) / step))
    while (moment := first + number * step) <= last:
        after = scale.squeeze.after(moment)
        if after > moment:
            number = max(number + 1, math.ceil((after - first) / step))
            continue
        if (x := chart.x_of(moment)) >= names + 1:
            yield number * step, x
        number += 1


def _paint_breaks(painter: QPainter, chart: Chart, ruler: bool) -> None:
    """Where the axis is broken: two slanted strokes on the ruler with how long nothing ran, a hatched band below."""
    color, height = chart.theme.color, chart.viewport().height()
    for start, end in chart.scale.squeeze.gaps:
        left, right = max(chart.names_width() + 1.0, chart.x_of(start)), chart.x_of(end)
        if right <= left:
            continue
        band = QRectF(left, 0.0 if ruler else RULER, right - left, RULER - 1.0 if ruler else height)
        painter.fillRect(band, color("panel"))
        if not ruler:
            painter.fillRect(band, QBrush(color("divider"), Qt.BrushStyle.BDiagPattern))
            continue
        painter.setPen(color("text_secondary"))
        words = took_text(end - start)
        fits = painter.fontMetrics().horizontalAdvance(words) + 4 <= band.width()
        painter.drawText(band, Qt.AlignmentFlag.AlignCenter, words if fits else "//")


def _paint_pauses(painter: QPainter, chart: Chart, gantt: Gantt) -> None:
    tint = QColor(chart.theme.color("paused"))
    tint.setAlphaF(0.10)
    for start, end in gantt.pauses:
        left = max(chart.names_width() + 1.0, chart.x_of(start or 0.0))
        right = chart.x_of(end if end is not None else gantt.end)
        painter.fillRect(QRectF(left, RULER, max(2.0, right - left), chart.viewport().height()), tint)


def _paint_picked(painter: QPainter, chart: Chart, rows: list[Row], first: int, last: int, now: float) -> None:
    """A ring around the bar that is chosen: among the items of a loop, which are drawn as one, that shows which."""
    span = chart.picking.span
    place = next((i for i in range(first, last) if rows[i].node == chart.picking.node), None)
    if span is None or place is None:
        return
    left, right = chart.x_of(span.start), chart.x_of(span.end if span.end is not None else now)
    left, right = max(-9.0, left - 2), min(chart.viewport().width() + 9.0, right + 2)
    painter.setPen(QPen(chart.theme.color("selection"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(QRectF(left, chart.y_of(place) + 2.5, max(6.0, right - left), ROW - 5), 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_critical(painter: QPainter, chart: Chart, gantt: Gantt, first: int, last: int) -> None:
    """A line along the bottom of the bars that nothing could begin before, and from each to the next."""
    places = {row.node: place for place, row in enumerate(gantt.rows())}
    painter.setPen(QPen(chart.theme.color("selection"), 1.5))
    before: tuple[float, int] | None = None
    for node in chart.critical:
        place = places[node]
        y = chart.y_of(place) + ROW - 3
        spans = gantt.spans[node]
        start, end = chart.x_of(spans[0].start), chart.x_of(spans[-1].end or gantt.end)
        if first - 1 <= place <= last:
            painter.drawLine(QPointF(max(-9.0, start), y), QPointF(min(end, chart.viewport().width() + 9.0), y))
        if before is not None:
            x = min(before[0], start) if abs(before[0] - start) < 2 else start
            painter.drawLine(QPointF(x, before[1]), QPointF(x, y))
        before = (end, y)


def _paint_cursor(painter: QPainter, chart: Chart) -> None:
    if not chart.feed.replaying:
        return
    x, width, height = chart.x_of(chart.cursor_at()), chart.viewport().width(), chart.viewport().height()
    if x > width or x < chart.names_width():
        return
    veil = QColor(chart.theme.color("panel"))
    veil.setAlphaF(0.6)
    painter.fillRect(QRectF(x, RULER, width - x, height), veil)
    painter.fillRect(QRectF(x - 0.75, RULER - 8, 1.5, height), chart.theme.color("accent"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(chart.theme.color("accent"))
    painter.drawEllipse(QPointF(x, RULER - 8), 4, 4)


def _ruler_text(seconds: float, step: float) -> str:
    if step >= 1:
        return span_text(seconds) if seconds >= 60 else f"{seconds:.0f} s"
    places = len(f"{step:.4f}".rstrip("0").split(".")[1])
    return local_number(f"{seconds:.{places}f} s")
