"""Lists, tables of names and lists of objects: add, remove, move, keep what is unknown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch_designer.app.style import panels_stylesheet
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


def test_name_and_value_have_room_at_the_least_width_and_stand_beside_each_other_in_a_wide_panel(theme, qtbot):
    """designer.md, 2: the property panel; its first width is 288 px in the narrowest window."""
    form = Form((Field("headers", "Headers", Kind.MAPPING),), theme)
    qtbot.addWidget(form)
    form.setStyleSheet(panels_stylesheet(theme))
    form.set_values({"headers": {"Authorization": "Bearer {{ secrets.token }}"}})
    form.resize(249, 400)  # what a form gets there
    form.show()
    ((row, key, smart),) = form.findChild(MappingEditor).rows
    for line in (key, smart.line):
        assert line.width() - 24 >= line.fontMetrics().horizontalAdvance(line.text())
    assert smart.y() >= key.geometry().bottom()
    assert smart.mapTo(row, smart.line.geometry().topRight()).x() == key.geometry().right()
    form.resize(480, 400)
    qtbot.waitUntil(lambda: smart.y() == key.y())
    assert key.geometry().right() < smart.x() < row.remove.x()
    assert smart.width() > key.width()


def test_a_pair_is_walked_by_tab_and_enter_begins_the_next(theme, qtbot):
    form = Form((Field("headers", "Headers", Kind.MAPPING),), theme)
    qtbot.addWidget(form)
    form.resize(249, 400)
    form.show()
    form.activateWindow()
    editor = form.findChild(MappingEditor)
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    for name, value in (("Accept", "text/csv"), ("X-Id", "7")):
        qtbot.waitUntil(lambda: editor.rows[-1][1].hasFocus() and editor.rows[-1][1].isVisible())
        qtbot.keyClicks(form.focusWidget(), name)
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        qtbot.keyClicks(form.focusWidget(), value)
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return)
    assert form.values() == {"headers": {"Accept": "text/csv", "X-Id": 7}}
    editor.rows[1][2].line.setFocus()
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Space)  # on its "×"
    assert form.values() == {"headers": {"Accept": "text/csv"}}
