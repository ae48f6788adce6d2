"""What is typed begins right behind the magnifier."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QToolButton

from floworch_designer.theme.magnifier import magnify


def test_the_text_stands_near_the_magnifier_and_not_under_it(theme: Any, qtbot: Any) -> None:
    line = QLineEdit("a")
    line.setStyleSheet(theme.stylesheet())
    qtbot.addWidget(line)
    magnify(line, theme)
    line.resize(200, 30)
    line.show()
    (glass,) = line.findChildren(QToolButton)
    right = glass.mapTo(line, QPoint(glass.width(), 0)).x()
    line.setCursorPosition(0)
    assert right - 10 <= line.cursorRect().center().x() <= right + 10
    assert line.cursorRect().center().x() > glass.geometry().center().x() + 7


def test_a_screen_reader_is_told_what_the_magnifier_is_for(qtbot: Any, theme: Any) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.setPlaceholderText("Search")
    magnify(line, theme)
    (button,) = line.findChildren(QToolButton)
    assert QAccessible.queryAccessibleInterface(button).text(QAccessible.Text.Name) == "Search"
