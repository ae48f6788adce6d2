"""A value of a run as a tree or as text; of one that is too large to be shown its beginning, on demand."""

from __future__ import annotations

import pytest
from by_hand import press
from PySide6.QtCore import Qt

from floworch.artifact import SHOWN, Artifact
from floworch.model.values import encode
from floworch_designer.inspector.value_view import ValueView


@pytest.fixture
def view(context, qtbot):
    view = ValueView(context)
    qtbot.addWidget(view)
    view.show()
    return view


def test_the_beginning_of_a_large_value_is_shown_when_it_is_asked_for(view, qtbot):
    """designer.md 6: values are shown with limits and on demand."""
    stored = Artifact.of(encode({"first": "it begins so", "rest": "x" * (3 * SHOWN)}))
    view.set_stored(stored)
    assert view.beginning.text() == "Show the beginning of 3.1 MB"
    assert view.model.index(0, 0).data() == "$artifact"
    press(qtbot, view.beginning)
    qtbot.waitUntil(lambda: not view.beginning.isVisible())
    text = view.text.toPlainText()
    assert view.text.isVisible()
    assert text.startswith('{"first":"it begins so"')
    assert len(text) < SHOWN
    view.set_stored(stored)
    assert view.text.toPlainText() == text, "the run goes on, what was asked for stays"


def test_a_large_value_whose_file_is_gone_says_so(view, qtbot):
    view.set_stored(Artifact("0" * 64, 2 * SHOWN))
    press(qtbot, view.beginning)
    qtbot.waitUntil(lambda: not view.beginning.isVisible())
    assert "cannot be read" in view.text.toPlainText()


def test_another_value_is_shown_as_what_it_is(view, qtbot):
    view.set_stored(Artifact.of(encode("x" * (2 * SHOWN))))
    press(qtbot, view.beginning)
    view.set_stored(Artifact.of(encode({"small": 1})))
    assert not view.beginning.isVisible()
    assert [view.model.index(0, column).data() for column in range(2)] == ["small", "1"]
    view._collect()  # what was being read is no longer asked for
    assert view.model.index(0, 0).data() == "small"


def test_only_the_forms_that_were_shown_are_made(view, qtbot):
    """A page with three values is made at once when operator mode is entered: each form is ten widgets."""
    assert list(view.pages) == ["tree"]
    view.set_value([{"a": 1}, {"a": 2}])
    for form in ("table", "text", "tree"):
        press(qtbot, view.buttons[form])
        assert [name for name, page in view.pages.items() if page.isVisible()] == [form]
    assert set(view.pages) == {"tree", "table", "text"}


def test_of_several_lists_the_table_shows_the_first_and_any_that_is_chosen(view, qtbot):
    """designer.md 1.3: the values of each node as a table; which one it is is told."""
    view.set_value({"kept": [{"id": 1}], "dropped": [{"id": 2}, {"id": 3}]})
    assert not view.lists.isVisible()
    press(qtbot, view.buttons["table"])
    assert view.lists.isVisible()
    assert view.lists.currentText() == "kept · 1"
    assert view.table.rows.rows == [{"id": 1}]
    qtbot.keyClick(view.lists, Qt.Key.Key_Down)
    assert view.lists.currentText() == "dropped · 2"
    assert list(view.table.rows.rows) == [{"id": 2}, {"id": 3}]
    press(qtbot, view.buttons["tree"])
    assert not view.lists.isVisible()
    view.tree.setCurrentIndex(view.model.index(0, 1))
    press(qtbot, view.buttons["table"])
    assert view.lists.currentText() == "kept · 1"
    assert list(view.table.rows.rows) == [{"id": 1}]
    view.set_value({"rows": [{"id": 4}]})
    assert not view.lists.isVisible()
