"""The drawing of the chart: the past bright, what comes later faint, and no dearer than what is in view."""

from __future__ import annotations

import time

import replay_kit as kit

from floworch_designer.timeline.chart import set_squeezed
from floworch_designer.timeline.drawing import ROW, _marks


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


def test_a_long_wait_is_drawn_short_with_a_mark_and_can_be_drawn_as_long_as_it_was(shown):
    chart = shown(kit.waiting_story(), kit.header())
    (gap,) = chart.scale.squeeze.gaps
    assert gap[1] - gap[0] > 3000
    room = chart.scale.width
    assert chart.x_of(gap[1]) - chart.x_of(gap[0]) < room / 4
    short = chart.grab().toImage()
    set_squeezed(chart, False)
    assert not chart.scale.squeeze.gaps
    assert chart.x_of(gap[1]) - chart.x_of(gap[0]) > room * 0.9
    assert chart.grab().toImage() != short


def test_no_word_of_the_ruler_is_cut_or_drawn_upon_another(shown):
    chart = shown(kit.waiting_story(), kit.header())
    for width in (300, 420, 777, 1500):
        chart.resize(width, 200)
        step = chart.scale.step(80)
        marks = list(_marks(chart, step))
        assert marks
        assert all(chart.names_width() < x <= chart.viewport().width() for _, x in marks)
        (gap,) = chart.scale.squeeze.gaps
        assert not [since for since, _ in marks if gap[0] < chart.scale.first + since < gap[1]]
        assert [x for _, x in marks] == sorted(x for _, x in marks)
