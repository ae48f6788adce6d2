"""The search line that palette and outline share."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch_designer.palette.search_line import SearchLine


@pytest.fixture
def line(theme, qtbot):
    made = SearchLine(theme, "Search", "Search here")
    qtbot.addWidget(made)
    return made


def test_keys_lead_into_the_tree_and_escape_clears(line):
    told = []
    line.down.connect(lambda: told.append("down"))
    line.chosen.connect(lambda: told.append("chosen"))
    QTest.keyClicks(line, "abc")
    QTest.keyClick(line, Qt.Key.Key_Down)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert (told, line.text()) == (["down", "chosen"], "abc")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == ""
    assert (line.accessibleName(), line.placeholderText()) == ("Search here", "Search")
