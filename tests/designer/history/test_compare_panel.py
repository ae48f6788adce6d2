"""The list of what differs."""

from __future__ import annotations

import pytest
from compare_kit import CHANGE, difference, node
from PySide6.QtCore import QPoint, Qt

from floworch.model.diff import FieldChange
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
    assert texts(panel) == [["B", "completed → failed", "1.00 s", "3.00 s", "+2.00 s", "k: 1 → 2"]]
    panel.only.setChecked(False)
    assert [row[0] for row in texts(panel)] == ["A", "B"]
    panel.show_difference(None)
    assert panel.words.text() == NOTHING


def test_a_node_of_which_only_the_time_differs_is_not_among_what_differs(panel, qtbot):
    """designer.md: status, duration and output are compared; no two runs take as long, so that time says little."""
    slower, other = node("slower", took=(1.0, 3.0)), node("other", took=(1.0, 3.0), output=[CHANGE])
    panel.show_difference(difference(slower, other, first="other"))
    assert [row[0] for row in texts(panel)] == ["other"]
    qtbot.mouseClick(panel.only, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.only.height() // 2))
    assert [row[4] for row in texts(panel)] == ["+2.00 s", "+2.00 s"]


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


def test_the_tool_tip_of_a_row_has_every_value_and_reads_no_markup(panel):
    change = [FieldChange("output.page", "<b>old</b>", "<b>new</b>"), FieldChange("output.n", 1, 2)]
    panel.show_difference(difference(node("a", output=change), first="a"))
    tip = panel.model.index(0, 5).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == (
        "<qt>The first node that differs: its output is another<br>"
        "page: &lt;b&gt;old&lt;/b&gt; → &lt;b&gt;new&lt;/b&gt;<br>n: 1 → 2</qt>"
    )


def test_times_of_nodes_in_loops_are_told_as_those_of_all_items(panel):
    counts = ({"completed": 2}, {"completed": 2})
    panel.show_difference(difference(node("a", took=(3.0, 8.0), counts=counts), node("b", took=(1.0, 2.0))))
    panel.only.setChecked(False)
    assert [row[2:5] for row in texts(panel)] == [["3.00 s", "8.00 s", "+5.00 s"], ["1.00 s", "2.00 s", "+1.00 s"]]
    tips = [panel.model.index(row, 3).data(Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert ["all items together" in tip for tip in tips] == [True, False]
    assert "all items together" not in panel.model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)


def test_a_time_of_minutes_is_not_cut(panel):
    found = difference(node("a", took=(3599.0, 3481.0)))
    panel.only.setChecked(False)
    panel.show_difference(found)
    for column in (2, 3):
        words = panel.model.index(0, column).data()
        assert "min" in words
        assert panel.table.columnWidth(column) >= panel.table.fontMetrics().horizontalAdvance(words) + 12
