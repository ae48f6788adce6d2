"""What is under a point of the chart, in words."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from floworch_designer.timeline.drawing import RULER
from floworch_designer.timeline.telling import words_at


def test_words_of_a_span_and_of_a_node(chart, place):
    assert words_at(chart, place(chart, 1, 104.5)) == "b: attempt 2\n1.00 s · 4.0 s → 5.0 s\ncompleted"
    assert words_at(chart, place(chart, 1, 103.0)).startswith("b: back-off")
    assert words_at(chart, QPoint(20, RULER + 5)) == "First\n0.90 s · 1 attempt · on the critical path"
    assert words_at(chart, QPoint(20, 190)) == ""
