"""A text that fits itself into any width: nothing of an error's message is behind the edge of its panel."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from floworch_designer.theme.passage import Passage


def test_long_words_are_broken_and_the_height_follows(qtbot: Any) -> None:
    area, inner = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(inner)
    words = "It was in /" + "a" * 300 + " and is there."
    passage = Passage(words)
    QVBoxLayout(inner).addWidget(passage)
    area.resize(300, 400)
    area.show()
    line = passage.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: passage.height() > 5 * line)
    assert inner.width() <= area.viewport().width()
    high = passage.height()
    area.resize(900, 400)
    qtbot.waitUntil(lambda: passage.height() < high / 2)
    assert passage.verticalScrollBar().maximum() == 0, "all of it is seen"


def test_what_is_copied_is_what_was_said(qtbot: Any, qapp: Any) -> None:
    passage = Passage()
    qtbot.addWidget(passage)
    passage.setText("/srv/" + "photographs-of-the-year/" * 20)
    passage.selectAll()
    passage.copy()
    assert qapp.clipboard().text() == passage.text() == "/srv/" + "photographs-of-the-year/" * 20
