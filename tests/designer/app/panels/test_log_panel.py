"""The run log."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from floworch.store.protocol import RunHeader
from floworch_designer.app.panels.log_panel import LogPanel
from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.stories import LogLine
from floworch_designer.settings.words import speak


@pytest.fixture
def log(theme, qtbot):
    feed = RunFeed()
    feed.begin(RunHeader("r", "w", b"{}", "", {}, ("n",), 1.0))
    panel = LogPanel(feed, theme)
    qtbot.addWidget(panel)
    return panel


def say(log, *levels):
    for level in levels:
        log._feed.logs.append(LogLine(1.0, "n", level, f"<{level}>", (3,) if level == "error" else ()))
        log._feed.log_count += 1
    log._feed.flush()


def test_lines_are_appended_once_and_filtered_by_level(log):
    say(log, "debug", "info")
    say(log, "error")
    text = log.text.toPlainText()
    assert text.count("<info>") == 1
    assert "<debug>" not in text
    assert "n[3]" in text
    log.level.setCurrentIndex(0)
    assert "<debug>" in log.text.toPlainText()
    log.level.setCurrentIndex(3)
    assert "<info>" not in log.text.toPlainText()


def test_lines_name_nodes_by_their_titles(log):
    log._feed.begin(RunHeader("r", "w", b'{"nodes": {"n": {"title": "Find files"}, "m": {}}}', "", {}, ("m", "n"), 1.0))
    say(log, "info")
    assert "Find files  <info>" in log.text.toPlainText()
    assert log._feed.title("m") == "m"
    assert log._feed.title("unknown") == "unknown"


def test_another_run_starts_an_empty_log(log):
    say(log, "info")
    log._feed.clear()
    assert log.text.toPlainText() == ""


def test_lines_of_the_products_actions_are_in_the_language_of_the_window_and_those_of_authors_stay(log):
    nodes = b'{"nodes": {"f": {"action": "data.filter"}, "s": {"action": "util.log"}}}'
    speak("de")
    try:
        log._feed.begin(RunHeader("r", "w", nodes, "", {}, ("f", "s"), 1.0))
        log._feed.logs.extend(LogLine(1.0, node, "info", "Kept 3 of 10 items.") for node in ("f", "s"))
        log._feed.log_count += 2
        log._feed.flush()
        lines = log.text.toPlainText().splitlines()
    finally:
        speak("en")
    assert lines[0].endswith("f  3 von 10 Elementen behalten.")
    assert lines[1].endswith("s  Kept 3 of 10 items.")


def place_of(log, line, letters):
    """Where some letters of a line stand, as a point in the view."""
    cursor = QTextCursor(log.text.document().findBlockByNumber(line))
    cursor.movePosition(QTextCursor.MoveOperation.Right, n=letters)
    return log.text.cursorRect(cursor).center()


def test_a_click_on_the_name_before_a_line_picks_the_node_and_the_item(log, qtbot):
    """It looks like a link: it is one."""
    log.show()
    say(log, "info", "error")
    picked = []
    log.picked.connect(lambda node, item: picked.append((node, item)))
    begin = log.text.document().findBlockByNumber(1).text().index("n[3]") + 1
    viewport = log.text.viewport()
    for line in (0, 1):
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place_of(log, line, begin))
    assert picked == [("n", ()), ("n", (3,))]
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place_of(log, 1, 2))
    assert len(picked) == 2, "the time is no link"
    qtbot.mouseMove(viewport, place_of(log, 1, begin))
    assert viewport.cursor().shape() is Qt.CursorShape.PointingHandCursor


def test_a_long_reason_is_broken_into_lines_and_none_of_it_is_behind_the_edge(log, qtbot):
    log.resize(400, 300)
    log.show()
    log._feed.logs.append(LogLine(1.0, "n", "error", "It was in /" + "a" * 400 + " and is there."))
    log._feed.log_count += 1
    log._feed.flush()
    assert log.text.horizontalScrollBar().maximum() == 0
    qtbot.waitUntil(lambda: log.text.document().firstBlock().lineCount() > 3)
