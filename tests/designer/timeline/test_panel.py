"""The timeline in the bottom panel: it reads what came, tells the critical path, and costs nothing unseen."""

from __future__ import annotations

import pytest
import replay_kit as kit
from tests.helpers.stray_windows import windows_shown

from floworch_designer.runs.feed import RunFeed
from floworch_designer.timeline.panel import AT_ONCE, LEGEND_ROOM, TimelinePanel


@pytest.fixture
def panel(qapp, loop, theme, qtbot):
    panel = TimelinePanel(RunFeed(), theme)
    qtbot.addWidget(panel)
    panel.resize(LEGEND_ROOM + 100, 240)
    return panel


def take(panel, loop, events, begin=True):
    if begin:
        panel._feed.begin(kit.header())
    loop.run_until_complete(panel._feed.take(events))
    panel._feed.flush()


def test_what_came_is_read_and_the_critical_path_is_told(panel, loop, qtbot):
    panel.show()
    assert panel._stack.currentWidget() is panel.none
    take(panel, loop, kit.events()[:9])
    qtbot.waitUntil(lambda: panel.chart.gantt is not None and panel.chart.gantt.attempts == 3)
    assert panel._stack.currentWidget() is panel.chart
    take(panel, loop, kit.events()[9:], begin=False)
    qtbot.waitUntil(lambda: panel.chart.gantt.attempts == 5)
    assert panel.words.text() == "6.00 s: First → b → d"
    panel.critical.click()
    assert not panel.words.isVisible()
    panel._feed.clear()
    qtbot.waitUntil(lambda: panel._stack.currentWidget() is panel.none)


def test_a_panel_that_nobody_sees_reads_nothing(panel, loop):
    take(panel, loop, kit.events())
    assert not panel._late.isActive()
    assert panel.chart.gantt is None
    panel.show()
    assert panel.chart.gantt.attempts == 5


def test_a_long_run_is_read_in_several_frames(panel, loop, qtbot, monkeypatch):
    """(designer.md: nothing blocks the window)"""
    monkeypatch.setattr("floworch_designer.timeline.panel.SLICE", 0.0)
    story = kit.long_story(4 * AT_ONCE, 2)
    panel._feed.begin(kit.header(2))
    loop.run_until_complete(panel._feed.take(story))
    panel.show()
    assert 0 < panel.chart.gantt.attempts < len(story) // 2 - 1, "a part of it in the first frame"
    qtbot.waitUntil(lambda: panel.chart.gantt.attempts == len(story) // 2 - 1)
    qtbot.waitUntil(lambda: panel._stack.currentWidget() is panel.chart)


def test_the_picture_of_what_was_read_has_a_turn_of_its_own(panel, loop, qtbot, monkeypatch):
    """(performance.md: no frame of a live run over 50 ms) with 10 000 nodes each of the two takes 4 to 6 ms"""
    shown = []
    go_on, show = panel._go_on, panel.chart.show_gantt
    story = kit.long_story(4, 2)
    panel._feed.begin(kit.header(2))
    loop.run_until_complete(panel._feed.take(story[:4]))
    panel.show()
    monkeypatch.setattr("floworch_designer.timeline.panel.SLICE", 0.0)
    loop.run_until_complete(panel._feed.take(story))
    monkeypatch.setattr(panel.chart, "show_gantt", lambda gantt: shown.append(gantt) or show(gantt))
    panel.read()
    assert shown == [], "what was read took all of the turn"
    panel._more.stop()
    go_on()
    assert shown == [panel.chart.gantt]


def test_another_run_that_comes_while_a_long_one_is_read_is_shown_whole(panel, loop, qtbot, monkeypatch):
    monkeypatch.setattr("floworch_designer.timeline.panel.SLICE", 0.0)
    panel._feed.begin(kit.header(2))
    loop.run_until_complete(panel._feed.take(kit.long_story(4 * AT_ONCE, 2)))
    panel.show()
    assert panel._more.isActive()
    take(panel, loop, kit.events())
    qtbot.waitUntil(lambda: panel.words.text() == "6.00 s: First → b → d")


def test_a_moment_is_asked_for_as_a_number_of_events(panel, loop, qtbot):
    take(panel, loop, kit.events())
    panel.show()
    with qtbot.waitSignal(panel.sought) as asked:
        panel.chart.sought.emit(102.55)
    assert asked.args == [9]


def test_the_legend_leaves_when_there_is_no_room(panel):
    panel.show()
    assert panel.meanings.isVisible()
    panel.resize(500, 240)
    assert not panel.meanings.isVisible()
    panel.retheme()


def test_the_chart_is_no_window_while_the_panel_is_made(theme, qtbot):
    """It was one for a moment, each time that the designer started."""
    with windows_shown() as seen:
        qtbot.addWidget(TimelinePanel(RunFeed(), theme))
    assert seen == []
