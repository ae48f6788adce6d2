"""The bar of a run's time under mouse and keys."""

from __future__ import annotations

import pytest
import replay_kit as kit
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter

from floworch_designer.runs.feed import RunFeed
from floworch_designer.timeline.track import MARGIN, Track


@pytest.fixture
def track(qapp, loop, theme, qtbot):
    feed = RunFeed()
    feed.begin(kit.header())
    loop.run_until_complete(feed.take(kit.events()))
    feed.flush()
    track = Track(feed, theme)
    qtbot.addWidget(track)
    track.resize(600, track.height())
    track.sought.connect(feed.seek)
    feed.moved.connect(track.show_cursor)
    track.read()
    track.show()
    return track


def at(track, count):
    from floworch_designer.timeline.marks import Axis

    return QPoint(round(track.x_of(Axis(track._feed.recording).share(count))), 16)


def test_press_and_drag(track, qtbot):
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=at(track, 5))
    assert track._feed.cursor == 5
    qtbot.mouseMove(track, at(track, 13))
    assert track._feed.cursor == 13
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=at(track, 13))
    qtbot.mouseMove(track, at(track, 3))
    assert track._feed.cursor == 13


def test_end_is_now_also_before_the_newest_events_are_drawn(qapp, loop, theme, qtbot):
    """A run that goes on is measured a few times a second; End would have left the window in the past."""
    feed, events = RunFeed(), kit.events()
    feed.begin(kit.header())
    loop.run_until_complete(feed.take(events[:9]))
    track = Track(feed, theme)
    qtbot.addWidget(track)
    track.read()
    loop.run_until_complete(feed.take(events[9:]))
    asked = []
    track.sought.connect(asked.append)
    qtbot.keyClick(track, Qt.Key.Key_End)
    assert asked == [len(events)]


def test_near_a_mark_it_is_the_mark(track):
    assert track.count_at(at(track, 8).x() + 2) == 8
    assert track.count_at(0) == 0
    assert track.count_at(track.width()) == len(track._feed.recording)


@pytest.mark.parametrize(
    ("begin", "key", "shown"),
    [(5, "Right", 6), (5, "Left", 4), (5, "PageDown", 8), (12, "PageUp", 11), (5, "Home", 0), (5, "End", 18)],
)
def test_keys(track, qtbot, begin, key, shown):
    track._feed.seek(begin)
    qtbot.keyClick(track, getattr(Qt.Key, f"Key_{key}"))
    assert track._feed.cursor == shown
    assert track.value() == shown
    assert track.accessibleDescription()


def test_words_say_when_where_and_what(track):
    assert track.words(8) == "2.0 s · b: retrying · event 8 of 18"
    assert track.words(3) == "0.10 s · First: started · event 3 of 18"


def test_the_past_is_drawn_bright_and_marks_in_their_colours(track):
    track._feed.seek(12)
    image = track.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(MARGIN, 590) for y in range(2, 11)}
    for token in ("retrying", "paused"):
        assert track._theme.color(token).name() in colours
    assert track._theme.color("failed").name() not in colours  # it comes later: faint
    track._feed.follow()
    image = track.grab().toImage()
    assert track._theme.color("failed").name() in {
        image.pixelColor(x, y).name() for x in range(MARGIN, 600) for y in range(2, 11)
    }


def test_no_run_no_marks(qapp, theme, qtbot):
    track = Track(RunFeed(), theme)
    qtbot.addWidget(track)
    track.read()
    track.grab()
    assert (track.words(0), track.count_at(50), track.maximum()) == ("", 0, 0)


def test_sizes_that_nobody_sees_cost_nothing(track, qtbot, monkeypatch):
    """designer.md section 5: nothing long in a frame; panels that find their places resize the bar many times."""
    counted, columns = [], track._columns
    monkeypatch.setattr(track, "_columns", lambda: counted.append(track.width()) or columns())
    for width in (500, 420, 300):
        track.resize(width, track.height())
    assert not counted
    track.grab()
    track.grab()
    assert counted == [300]
    track.read()
    track.grab()
    assert counted == [300, 300]


def test_what_lies_ahead_is_drawn_only_where_there_is_something_ahead(track, monkeypatch):
    """(performance.md: no frame of a live run over 50 ms) while a run goes on it is drawn ten times a second"""
    drawn, draw = [], track._picture
    monkeypatch.setattr(
        track, "_picture", lambda columns, opacity, tone: drawn.append(tone) or draw(columns, opacity, tone)
    )
    track.read()
    track.repaint()
    assert drawn == ["edge"]
    track._feed.seek(5)
    track.repaint()
    track.repaint()
    assert drawn == ["edge", "divider"]


def test_the_columns_are_drawn_by_one_call(track, monkeypatch):
    """Beside a busy thread each call that paints may wait for the interpreter."""
    calls = []

    class Counting(QPainter):
        def drawRects(self, rects):
            calls.append(len(rects))
            super().drawRects(rects)

        def fillRect(self, *given):
            calls.append(0)
            super().fillRect(*given)

    monkeypatch.setattr("floworch_designer.timeline.track.QPainter", Counting)
    track._picture([(3, "")] * 500, 1.0, "edge")
    assert calls == [500]
