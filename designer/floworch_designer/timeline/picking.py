"""Which bar of the chart is chosen: by a click, or by keys from one to the next in its row."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from floworch_designer.timeline.spans import Row, Span

if TYPE_CHECKING:
    from floworch_designer.timeline.chart import Chart

#: Pixels that a click may be beside a bar.
NEAR = 2


class Picking:
    """The chosen bar of one chart.

    Attributes:
        node: The node that it belongs to, by index; -1 while none is chosen.
        span: The bar, or None.
    """

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self.node = -1
        self.span: Span | None = None

    def clear(self) -> None:
        """Choose no bar."""
        self.node, self.span = -1, None

    def at(self, row: Row, x: float) -> None:
        """Choose what is under a pixel; of items at the same time, the next one at every click."""
        chart = self._chart
        found: list[Span] = []
        if chart.gantt is not None and x >= chart.left() - NEAR - 1:
            moment, near = (chart.scale.moment(x - chart.left() + by) for by in (0, NEAR))
            found = chart.gantt.over(row.node, moment, near)[::-1]  # the one that began last first, as its words say
        place = next((i + 1 for i, span in enumerate(found) if span is self.span), 0)
        self.node, self.span = row.node, found[place % len(found)] if found else None

    def row(self) -> Row | None:
        """The first row whose node is selected."""
        chart = self._chart
        return next((row for row in chart.rows if chart.name_of(row.node) in chart.selected), None)

    def beside(self, by: int) -> Row | None:
        """The row after or before that, at first the first one; None while there are none."""
        rows, here = self._chart.rows, self.row()
        place = rows.index(here) + by if here is not None else 0
        return rows[max(0, min(len(rows) - 1, place))] if rows else None

    def step(self, by: int) -> Row | None:
        """Choose the bar after or before the chosen one in the row, at first its first or last one, and show it.

        Returns:
            The row, which is that of the selected node or the first one.
        """
        chart = self._chart
        row = self.row() or next(iter(chart.rows), None)
        spans = chart.gantt.spans.get(row.node, []) if chart.gantt is not None and row is not None else []
        if row is None or not spans:
            return row
        place = _place(spans, self.span) if self.node == row.node and self.span is not None else -1
        place = (0 if by > 0 else len(spans) - 1) if place < 0 else max(0, min(len(spans) - 1, place + by))
        self.node, self.span = row.node, spans[place]
        if not chart.scale.shows(spans[place].start):
            chart.scale = chart.scale.centred(spans[place].start)
        return row

    def item(self, row: Row) -> tuple[int, ...] | None:
        """The item of a loop that the chosen bar of a row belongs to, outermost first; None of any other bar."""
        return (self.span.scope or None) if self.span is not None and self.node == row.node else None


def _place(spans: list[Span], wanted: Span) -> int:
    """Where a span is among those of its row, which stand in the order in which they began."""
    place = bisect_left(spans, wanted.start, key=lambda span: span.start)
    while place < len(spans) and spans[place].start == wanted.start:
        if spans[place] is wanted:
            return place
        place += 1
    return -1
