"""What is under a point of the chart of attempts, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from floworch_designer.runs.words import span_text, took_text
from floworch_designer.settings.words import counted, mark, tr
from floworch_designer.timeline.drawing import until
from floworch_designer.timeline.spans import Kind

if TYPE_CHECKING:
    from floworch_designer.timeline.chart import Chart

_WORDS = {
    Kind.QUEUED: mark("waited for a free slot"), Kind.BACKOFF: mark("back-off before the next attempt"),
    Kind.WAITING: mark("waited for a timer, a signal or a person"), Kind.UNDOING: mark("compensation"),
}  # fmt: skip


def words_at(chart: Chart, place: QPoint) -> str:
    """What is under a point, in words; the facts of the whole node beside the bars."""
    row = chart.row_at(place.y())
    if row is None or chart.gantt is None:
        return ""
    title = chart.feed.title(chart.name_of(row.node))
    span = chart.span_at(row, place.x())
    if span is None:
        return f"{title}\n{_facts(chart, row.node)}"
    end = span.end if span.end is not None else until(chart)
    what = tr(_WORDS[span.kind]) if span.kind in _WORDS else tr("attempt {number}", number=span.attempt)
    item = f"[{','.join(map(str, span.scope))}]" if span.scope else ""
    outcome = tr((span.outcome or mark("goes on")).replace("_", " "))
    when = f"{span_text(span.start - chart.gantt.begin)} → {span_text(end - chart.gantt.begin)}"
    lines = [f"{title}{item}: {what}", f"{took_text(end - span.start)} · {when}"]
    return "\n".join(lines if span.kind not in (Kind.RUNNING, Kind.UNDOING) else [*lines, outcome])


def _facts(chart: Chart, node: int) -> str:
    assert chart.gantt is not None
    spans = chart.gantt.spans[node]
    attempts = sum(span.kind is Kind.RUNNING for span in spans)
    took = took_text(chart.gantt.took(node, until(chart)))
    many = counted(attempts, "1 attempt", "{n} attempts")
    return f"{took} · {many}" + (tr(" · on the critical path") if node in chart.critical else "")
