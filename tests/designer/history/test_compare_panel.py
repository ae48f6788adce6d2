"""The list of what differs."""

from __future__ import annotations

import pytest
from compare_kit import CHANGE, difference, node
from PySide6.QtCore import Qt

from floworch_designer.history.compare_panel import NOTHING, ComparePanel


@pytest.fixture
def panel(qapp, theme, qtbot):
    panel = ComparePanel(theme)
    qtbot.addWidget(panel)
    panel.resize(900, 240)
    panel.show()
    return panel


def texts(panel):
    model = panel.model
    return [[model.index(row, column).data() for column in range(6)] for row in range(model.rowCount())]


def test_nothing_then_what_differs_then_all_then_nothing(panel, qtbot):
    assert panel.words.text() == NOTHING
    assert not panel.table.isVisible()
    found = difference(node("a"), node("b", ("completed", "failed"), (1.0, 3.0), output=[CHANGE]), first="b")
    panel.show_difference(found, str.upper)
    assert texts(panel) == [["B", "completed → failed", "1.00 s", "3.00 s", "+2.00 s", "output.k"]]
    panel.only.setChecked(False)
    assert [row[0] for row in texts(panel)] == ["A", "B"]
    panel.show_difference(None)
    assert panel.words.text() == NOTHING


def test_a_row_chooses_its_node_and_a_button_ends(panel, qtbot):
    panel.show_difference(difference(node("a", output=[CHANGE]), node("b", output=[CHANGE]), first="a"))
    told = []
    panel.chosen.connect(told.append)
    place = panel.table.visualRect(panel.model.index(1, 0)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(panel.table, Qt.Key.Key_Up)
    assert told == ["b", "a"]
    panel.select("b")
    assert told == ["b", "a"]
    with qtbot.waitSignal(panel.ended):
        qtbot.mouseClick(panel.end, Qt.MouseButton.LeftButton)
