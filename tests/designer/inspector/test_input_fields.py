"""Declared inputs get the editors that parameters have: lines for lists, cards for objects, names with values."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from floworch.model.workflow import Input
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.input_fields import COLUMNS, input_field, input_fields
from floworch_designer.inspector.schema import Kind
from floworch_designer.inspector.structured import ListEditor, ObjectsEditor

ORDERS = [{"id": "a", "amount": 1, "paid": True, "more": {"x": 1}}, {"id": "b", "amount": 2.5, "paid": False}]


def test_fields_follow_the_declared_types():
    inputs = {
        "folder": Input(type="string"), "path": Input(type="string"), "n": Input(type="integer", default=3),
        "on": Input(type="boolean"), "any": Input(), "rows": Input(type="array"), "order": Input(type="object"),
    }  # fmt: skip
    kinds = [field.kind for field in input_fields(inputs)]
    assert kinds == [
        Kind.FOLDER, Kind.FILE, Kind.INTEGER, Kind.BOOLEAN, Kind.EXPRESSION, Kind.LIST, Kind.MAPPING,
    ]  # fmt: skip


def test_the_default_tells_what_a_list_holds():
    field = input_field("orders", Input(type="array", default=ORDERS))
    assert field.kind is Kind.OBJECTS
    assert [(each.name, each.kind) for each in field.fields] == [
        ("id", Kind.TEXT), ("amount", Kind.NUMBER), ("paid", Kind.BOOLEAN), ("more", Kind.EXPRESSION),
    ]  # fmt: skip
    assert input_field("names", Input(type="array", default=["a"])).item.kind is Kind.TEXT
    assert input_field("mixed", Input(type="array", default=["a", 1])).item.kind is Kind.EXPRESSION
    wide = [{f"c{number}": 1 for number in range(COLUMNS + 1)}]
    assert input_field("wide", Input(type="array", default=wide)).kind is Kind.LIST
    assert input_field("odd", Input(type="array", default=[{"a": 1}, 2])).kind is Kind.LIST


@pytest.fixture
def form(theme, qtbot):
    """Makes the form of one input called ``x``; ``given`` is what it holds."""

    def make(given=None, **declared):
        made = Form(input_fields({"x": Input(**declared)}), theme, expressions=False, as_json=True)
        qtbot.addWidget(made)
        made.set_values({} if given is None else {"x": given})
        made.show()
        return made

    return make


def test_a_list_is_typed_line_by_line(form, qtbot):
    made = form(type="array")
    editor = made.rows["x"].editor
    assert isinstance(editor, ListEditor)
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(editor.rows[0].line, "a")
    qtbot.keyClick(editor.rows[0].line, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.rows[1].line, "5")
    assert made.values() == {"x": ["a", 5]}


def test_a_list_of_texts_keeps_digits_as_text(form, qtbot):
    made = form(type="array", default=["a"])
    editor = made.rows["x"].editor
    assert editor.default.text() == "Default: a"
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(editor.rows[0].line, "5")
    assert made.values() == {"x": ["5"]}


def test_a_list_of_objects_is_filled_field_by_field(form, qtbot):
    made = form(type="array", default=ORDERS)
    editor = made.rows["x"].editor
    assert isinstance(editor, ObjectsEditor)
    assert '"amount": 2.5' in editor.default.text()
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    card = editor.cards[0].form
    assert not editor.default.isVisible()
    qtbot.keyClicks(card.rows["id"].editor.line, "c")
    qtbot.keyClicks(card.rows["amount"].editor.line, "7")
    assert made.values() == {"x": [{"id": "c", "amount": 7}]}


def test_an_object_is_names_with_values(form, qtbot):
    made = form({"id": "a"}, type="object")
    editor = made.rows["x"].editor
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(editor.rows[1][1], "amount")
    qtbot.keyClicks(editor.rows[1][2].line, "2.5")
    assert made.values() == {"x": {"id": "a", "amount": 2.5}}


def test_all_of_it_can_be_pasted_as_json_and_shown_in_lines_again(form, qtbot):
    made = form(["a"], type="array")
    row = made.rows["x"]
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    text = row.editor.focusProxy()
    QTest.keySequence(text, QKeySequence(QKeySequence.StandardKey.SelectAll))
    QGuiApplication.clipboard().setText('["b", {"c": 1}]')
    QTest.keySequence(text, QKeySequence(QKeySequence.StandardKey.Paste))
    assert made.values() == {"x": ["b", {"c": 1}]}
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert [each.value() for each in row.editor.rows] == ["b", {"c": 1}]
    assert made.values() == {"x": ["b", {"c": 1}]}


def test_what_the_lines_cannot_show_stays_json(form, qtbot):
    made = form("all of them", type="array")
    row = made.rows["x"]
    assert row.toggle.isChecked()
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert row.toggle.isChecked()
    assert made.values() == {"x": "all of them"}


def test_an_empty_list_can_be_given_as_json(form, qtbot):
    made = form(type="array", required=True)
    row = made.rows["x"]
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(row.editor.focusProxy(), "[]")
    assert made.values() == {"x": []}
