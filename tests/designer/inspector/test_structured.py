"""Lists, tables of names and lists of objects: add, remove, move, keep what is unknown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch_designer.inspector.form import Form
from floworch_designer.inspector.schema import MISSING, Field, Kind
from floworch_designer.inspector.structured import LIMIT, ListEditor, MappingEditor, ObjectsEditor

COLUMNS = (Field("when", "When", Kind.TEXT, required=True), Field("port", "Port", Kind.TEXT))


@pytest.fixture
def objects(theme, qtbot):
    editor = ObjectsEditor(Field("cases", "Cases", Kind.OBJECTS, fields=COLUMNS), lambda fields: Form(fields, theme))
    qtbot.addWidget(editor)
    return editor


def test_a_list_grows_by_enter_and_leaves_empty_lines_out(qtbot):
    editor = ListEditor(Field("x", "Names", Kind.LIST, item=Field("value", "V", Kind.TEXT)))
    qtbot.addWidget(editor)
    editor.add_button.click()
    qtbot.keyClicks(editor.rows[0].line, "one")
    qtbot.keyClick(editor.rows[0].line, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.rows[1].line, "two")
    editor.add_button.click()
    assert editor.value() == ["one", "two"]
    editor._remove(editor.rows[0])
    assert editor.value() == ["two"]


def test_a_list_shows_its_default_while_empty(qtbot):
    editor = ListEditor(Field("on", "On", Kind.LIST, default=["transient"]))
    qtbot.addWidget(editor)
    assert "transient" in editor.default.text()
    assert editor.value() == []


def test_mixed_values_keep_their_types(qtbot):
    editor = ListEditor(Field("x", "X", Kind.LIST))
    qtbot.addWidget(editor)
    editor.set_value([1, "a", {"key": "k"}, None])
    assert editor.value() == [1, "a", {"key": "k"}, None]
    assert not editor.accepts(list(range(LIMIT + 1)))


def test_a_mapping_is_typed_and_doubled_names_are_told(qtbot):
    editor = MappingEditor(Field("fields", "Fields", Kind.MAPPING))
    qtbot.addWidget(editor)
    for name, value in (("a", "1"), ("a", "{{ x }}")):
        editor.add_button.click()
        _, key, smart = editor.rows[-1]
        qtbot.keyClicks(key, name)
        qtbot.keyClicks(smart.line, value)
    assert "used twice" in editor.problem()
    editor.rows[-1][1].setText("b")
    assert editor.problem() == ""
    assert editor.value() == {"a": 1, "b": "{{ x }}"}


def test_objects_are_added_moved_and_removed(objects):
    objects.set_value([{"when": "{{ a }}", "port": "x", "extra": 1}, {"when": "b"}])
    assert objects.cards[0].title.text() == "Case 1"
    objects.cards[0].down.click()
    assert objects.value() == [{"when": "b"}, {"when": "{{ a }}", "port": "x", "extra": 1}]
    objects.cards[0].remove.click()
    objects.add_button.click()
    assert objects.value()[0]["extra"] == 1
    assert len(objects.cards) == 2


def test_objects_accept_only_objects(objects):
    assert objects.accepts([{}])
    assert objects.accepts(MISSING)
    assert not objects.accepts(["a"])
    assert not objects.accepts("x")
