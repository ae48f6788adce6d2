"""A chart over a run that went through everything."""

from __future__ import annotations

import pytest
import replay_kit as kit
from PySide6.QtCore import QPoint

from floworch_designer.runs.feed import RunFeed
from floworch_designer.timeline.chart import Chart
from floworch_designer.timeline.drawing import ROW, RULER
from floworch_designer.timeline.spans import Gantt


def shown(feed, events, header, loop, theme, qtbot):
    feed.begin(header)
    loop.run_until_complete(feed.take(events))
    chart = Chart(feed, theme)
    qtbot.addWidget(chart)
    chart.resize(800, 200)
    gantt = Gantt(feed.sketch, feed.live.node_ids)
    for event in events:
        gantt.add(event)
    chart.show()
    chart.show_gantt(gantt)
    return chart


@pytest.fixture
def chart(qapp, loop, theme, qtbot):
    chart = shown(RunFeed(), kit.events(), kit.header(), loop, theme, qtbot)
    chart.told = []
    for name in ("chosen", "opened", "sought"):
        getattr(chart, name).connect(lambda *given, name=name: chart.told.append((name, *given)))
    return chart


def place(chart, row, moment):
    return QPoint(round(chart.x_of(moment)), RULER + row * ROW + ROW // 2)


@pytest.fixture(name="place")
def _place():
    return place


@pytest.fixture(name="shown")
def _shown(qapp, loop, theme, qtbot):
    return lambda events, header: shown(RunFeed(), events, header, loop, theme, qtbot)
