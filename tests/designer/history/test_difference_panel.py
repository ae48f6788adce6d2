"""The list of what differs between two versions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Node, Workflow
from floworch_designer.document.picture import picture
from floworch_designer.history.difference_panel import COLUMNS, NOTHING, DifferencePanel


@pytest.fixture
def panel(theme, qtbot):
    panel = DifferencePanel(theme)
    qtbot.addWidget(panel)
    panel.resize(800, 200)
    panel.show()
    return panel


def found():
    old = Workflow(id="w", nodes={"a": Node(action="util.log", params={"message": "x\ny"})})
    new = Workflow(id="w", nodes={"a": Node(action="util.log", params={"message": "z"}), "b": Node(action="data.set")})
    return picture(old, new)


def test_rows_say_what_where_before_and_after(panel):
    assert panel.words.text() == NOTHING
    panel.show_picture(found())
    rows = [[panel.model.index(row, column).data() for column in range(len(COLUMNS))] for row in range(2)]
    assert rows == [["Changed", "a", "message", "x ⏎ y", "z"], ["Added", "b", "", "", ""]]
    panel.show_picture(None)
    assert panel.model.rowCount() == 0
    assert not panel.table.isVisible()


def test_keys_walk_the_rows_and_the_same_picture_keeps_the_row(panel, qtbot):
    shown, chosen = found(), []
    panel.show_picture(shown)
    panel.chosen.connect(lambda item: chosen.append(item.where))
    panel.select(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert chosen == ["a", "b"]
    panel.show_picture(shown)
    assert panel.row == 1


def test_both_texts_have_the_same_room(panel):
    panel.show_picture(found())
    assert abs(panel.table.columnWidth(3) - panel.table.columnWidth(4)) <= 1
