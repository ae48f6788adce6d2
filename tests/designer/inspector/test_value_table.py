"""A value as a table: only the cells in view are asked for (designer.md §6: with limits and on demand)."""

from __future__ import annotations

import pytest
from by_hand import press
from PySide6.QtCore import Qt

from floworch_designer.inspector.value_view import ValueView


@pytest.fixture
def view(context, qtbot):
    view = ValueView(context)
    view.resize(380, 500)
    qtbot.addWidget(view)
    view.show()
    return view


def test_rows_are_shown_as_a_table_and_the_next_rows_too(view, qtbot):
    view.set_value({"rows": [{"name": "ada", "size": 3}, {"name": "bob", "more": [1]}]})
    press(qtbot, view.buttons["table"])
    model = view.table.model()
    assert view.table.isVisible()
    assert not view.tree.isVisible()
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)]
    assert titles == ["name", "size", "more"]
    assert [model.index(1, column).data() for column in range(3)] == ["bob", "", "[1 item]"]
    view.set_value([{"other": 5}])
    assert view.table.isVisible(), "what was chosen stays while it fits"
    assert model.index(0, 0).data() == "5"
    view.set_value(7)
    assert view.tree.isVisible(), "what does not fit is shown as a tree"


def test_a_million_rows_are_shown_without_being_gone_through(view, qtbot):
    class Rows(list):
        asked = 0

        def __getitem__(self, at):
            Rows.asked += 1
            return super().__getitem__(at)

    view.set_value(Rows([{"n": 1}] * 1_000_000))
    press(qtbot, view.buttons["table"])
    assert view.table.model().rowCount() == 1_000_000
    qtbot.keyClick(view.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    view.grab()
    assert Rows.asked < 5000
