"""In which forms a value is shown, and large ones read on demand, part by part (designer.md §6)."""

from __future__ import annotations

import pytest
from by_hand import press
from PySide6.QtCore import Qt

from floworch.artifact import Artifact
from floworch.model.values import encode
from floworch_designer.inspector.value_view import ValueView

PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def view(context, qtbot):
    view = ValueView(context)
    view.resize(380, 500)
    qtbot.addWidget(view)
    view.show()
    return view


def offered(view):
    return [name for name, button in view.buttons.items() if button.isVisible()]


def test_a_value_offers_the_forms_that_fit_it(view):
    view.set_value({"a": 1})
    assert offered(view) == ["tree", "text"]
    view.set_value([{"a": 1}])
    assert offered(view) == ["tree", "table", "text"]
    view.set_value("<html><p>Hello")
    assert offered(view) == ["tree", "text", "page"]
    view.set_value({"body": PICTURE})
    assert offered(view) == ["tree", "text", "picture"]


def test_a_large_list_is_turned_part_by_part_by_the_mouse(view, qtbot):
    """1 000 rows in parts of 500, from the file of the value; the numbers of rows are those of expressions."""
    view.set_stored(Artifact.of(encode([{"n": number, "fill": "x" * 1200} for number in range(1000)])))
    press(qtbot, view.beginning)
    qtbot.waitUntil(lambda: "table" in offered(view))
    press(qtbot, view.buttons["table"])
    assert view.pager.where.text() == "Rows 0 to 499"
    assert not view.pager.before.isEnabled()
    press(qtbot, view.pager.after)
    assert view.pager.where.text() == "Rows 500 to 999"
    assert view.table.model().index(0, 0).data() == "500"
    assert view.table.model().headerData(0, Qt.Orientation.Vertical) == "500"
    assert not view.pager.after.isEnabled()
    press(qtbot, view.pager.before)
    assert view.table.model().index(0, 0).data() == "0"


def test_a_large_text_is_turned_part_by_part(view, qtbot):
    view.set_stored(Artifact.of(encode("".join(f"line {number}\n" for number in range(200_000)))))
    press(qtbot, view.beginning)
    qtbot.waitUntil(view.text.isVisible)
    assert view.text.toPlainText().startswith("line 0\nline 1\n"), "as it was written, not as JSON"
    first = view.pager.where.text()
    assert first.startswith("Part 1 of ")
    press(qtbot, view.pager.after)
    assert view.pager.where.text().startswith("Part 2 of ")
    assert "line 0\n" not in view.text.toPlainText()
