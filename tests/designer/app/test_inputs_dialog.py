"""The inputs of a run, typed by a person: every type, what is needed, what is wrong, and giving up."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from floworch.model.workflow import Input, Workflow
from floworch_designer.app.widgets.dialogs import InputsDialog
from floworch_designer.inspector.schema import Kind

TYPES = [
    ("string", "abc", "abc"), ("string", "5", "5"), ("integer", "12", 12), ("number", "1.5", 1.5), ("any", "5", 5),
    ("any", "true", True), ("any", '"5"', "5"), ("any", "words", "words"), ("object", '{"a": 1}', {"a": 1}),
    ("array", "[1, null]", [1, None]),
]  # fmt: skip


@pytest.fixture
def open_dialog(theme, qtbot):
    def make(given=None, **inputs):
        dialog = InputsDialog(Workflow(id="w", inputs=inputs), given or {}, theme)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def type_into(qtbot, dialog, name, text):
    row = dialog.form.rows[name]
    if row.field.kind in {Kind.LIST, Kind.MAPPING}:  # as JSON
        qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    editor = row.editor
    qtbot.keyClicks(editor.focusProxy() or editor, text)


@pytest.mark.parametrize(("kind", "typed", "value"), TYPES)
def test_each_type_is_typed_as_it_is_meant(open_dialog, qtbot, kind, typed, value):
    dialog = open_dialog(x=Input(type=kind, required=True))
    type_into(qtbot, dialog, "x", typed)
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    assert dialog.result() == 1
    assert dialog.values() == {"x": value}
    assert type(dialog.values()["x"]) is type(value)


@pytest.mark.parametrize("clicks", [0, 1, 2])
def test_a_required_yes_or_no_is_answered_by_what_the_box_shows(open_dialog, qtbot, clicks):
    dialog = open_dialog(on=Input(type="boolean", required=True))
    for _ in range(clicks):
        qtbot.keyClick(dialog.form.rows["on"].editor.box, Qt.Key.Key_Space)
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    assert dialog.result() == 1
    assert dialog.values() == {"on": clicks == 1}


def test_what_is_left_empty_is_left_to_the_default(open_dialog, qtbot):
    dialog = open_dialog(
        n=Input(type="integer", default=3), on=Input(type="boolean", default=True), s=Input(type="string")
    )
    assert dialog.form.rows["n"].editor.line.placeholderText() == "3"
    assert dialog.form.rows["on"].editor.box.isChecked()
    dialog.run_button.click()
    assert dialog.result() == 1
    assert dialog.values() == {}


def test_what_was_given_last_is_there_again_and_can_be_changed(open_dialog, qtbot):
    dialog = open_dialog({"s": "last", "n": 0}, s=Input(type="string"), n=Input(type="integer"))
    line = dialog.form.rows["s"].editor.line
    assert line.text() == "last"
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(line, "now")
    dialog.run_button.click()
    assert dialog.values() == {"s": "now", "n": 0}


@pytest.mark.parametrize(("kind", "typed"), [("integer", "1.5"), ("integer", "many"), ("number", "1e999"),
                                             ("object", "{"), ("array", "[1,")])  # fmt: skip
def test_wrong_text_is_named_and_the_dialog_stays(open_dialog, qtbot, kind, typed):
    dialog = open_dialog(x=Input(type=kind, title="The value"))
    type_into(qtbot, dialog, "x", typed)
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert dialog.message.text() == "Please correct: The value"
    assert dialog.message.isVisible()


def test_everything_missing_is_named_at_once(open_dialog, qtbot):
    dialog = open_dialog(a=Input(required=True, title="First"), b=Input(required=True), c=Input())
    dialog.run_button.click()
    assert dialog.message.text() == "Still needed: First, b"


@pytest.mark.parametrize("how", ["button", "escape"])
def test_giving_up_is_no_acceptance(open_dialog, qtbot, how):
    dialog = open_dialog(a=Input(required=True))
    if how == "escape":
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        cancel = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Cancel")
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert dialog.result() == 0
    assert not dialog.isVisible()


def test_titles_and_descriptions_are_shown(open_dialog):
    dialog = open_dialog(a=Input(title="Amount", description="In euros.", required=True))
    row = dialog.form.rows["a"]
    assert row.label.text() == "Amount *"
    assert row.message.text() == "In euros."
    assert not row.toggle.isVisible()


def test_what_is_needed_is_marked_and_has_the_cursor(open_dialog, qtbot):
    """Run told a name at the bottom only: in a long form one had to look for the field."""
    dialog = open_dialog(a=Input(type="string"), due_date=Input(type="string", required=True))
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    row = dialog.form.rows["due_date"]
    assert row.label.text() == "Due date *", "a label, not the name of the file"
    assert row.message.text() == "A value is needed."
    qtbot.waitUntil(row.editor.line.hasFocus)
    qtbot.keyClicks(row.editor.line, "x")
    assert row.message.text() == ""
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    assert dialog.values() == {"due_date": "x"}


def test_a_list_that_is_needed_has_the_keyboard_at_its_button(open_dialog, qtbot):
    dialog = open_dialog(x=Input(type="array", required=True))
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    editor = dialog.form.rows["x"].editor
    qtbot.waitUntil(editor.add_button.hasFocus)
    qtbot.keyClick(editor.add_button, Qt.Key.Key_Space)
    qtbot.keyClicks(editor.rows[0].line, "5")
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    assert dialog.values() == {"x": [5]}
