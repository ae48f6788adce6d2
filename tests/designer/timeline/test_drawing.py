"""The drawing of the chart: the past bright, what comes later faint, and no dearer than what is in view."""

from __future__ import annotations

import time

import replay_kit as kit

from floworch_designer.timeline.drawing import ROW


def test_the_cursor_is_drawn_and_what_comes_later_is_faint(chart, place):
    before = chart.grab().toImage()
    chart.feed.seek(9)
    chart.follow_cursor()
    after = chart.grab().toImage()
    late, early = place(chart, 1, 104.5), place(chart, 0, 100.5)
    assert after.pixelColor(late) != before.pixelColor(late)
    assert after.pixelColor(early) == before.pixelColor(early)


def test_ten_thousand_attempts_stay_smooth(shown):
    small = shown(kit.long_story(200, 100), kit.header(100, b"{}"))
    large = shown(kit.long_story(20_000, 2000), kit.header(2000, b"{}"))
    assert large.gantt.attempts == 10_000

    def cost(chart):
        took = []
        for step in range(8):
            chart.verticalScrollBar().setValue(step * ROW)
            begin = time.process_time()
            chart.viewport().grab()
            took.append(time.process_time() - begin)
        return min(took)

    cost(small)
    assert cost(large) < 3 * cost(small) + 0.004  # it is drawn by what is in view, not by what there is
