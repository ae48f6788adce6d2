"""What is under a point of the chart, in words."""

from __future__ import annotations

import replay_kit as kit
from PySide6.QtCore import QPoint

from floworch_designer.timeline.drawing import ROW, RULER, until
from floworch_designer.timeline.telling import words_at


def test_words_of_a_span_and_of_a_node(chart, place):
    assert words_at(chart, place(chart, 1, 104.5)) == "b: attempt 2\n1.00 s · 4.0 s → 5.0 s\ncompleted"
    assert words_at(chart, place(chart, 1, 103.0)).startswith("b: back-off")
    assert words_at(chart, QPoint(20, RULER + 5)) == "First\n0.90 s · 1 attempt · on the critical path"
    assert words_at(chart, QPoint(20, 190)) == ""


def test_what_a_paused_run_left_open_ends_where_it_paused(shown):
    paused = next(index for index, step in enumerate(kit.STORY) if step[1] is kit.K.RUN_PAUSED)
    chart = shown(kit.events(kit.STORY[: paused + 1]), kit.header())
    assert words_at(chart, QPoint(20, RULER + ROW + 5)) == "b\n1.70 s · 1 attempt · on the critical path"
    assert until(chart) == 102.7
