"""Braces come in pairs while one types: in fields, and as a table of what each key does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from floworch_designer.inspector.braces import Answer, answer, pasted
from floworch_designer.inspector.line import Line


def outcome(found, before, behind):
    """The text with its cursor after that; None where nothing is done."""
    if not isinstance(found, Answer):
        return found
    kept = before[: len(before) - found.left] + found.insert
    made, place = kept + behind[found.right :], len(kept) + found.move
    return f"{made[:place]}|{made[place:]}"


@pytest.mark.parametrize(("text", "key", "after"), [
    ("{|", "{", "{{ | }}"),
    ("Dear {|", "{", "Dear {{ | }}"),
    ("{|  ", "{", "{{ | }}  "),
    ("{| there", "{", None),  # something follows
    ("|", "{", None),
    ("{{|", "{", None),
    ("{{ {| }}", "{", "{{ | }}"),  # typed although they are there: no object has an object as its first key
    ("{{  }}{|", "{", "{{ | }}"),
    ("{{  }}{| there", "{", None),
    ("{{ x }} {|", "{", "{{ x }} {{ | }}"),
    ("{{ x| }}", "}", "{{ x }|}"),
    ("{{ x | }}", "}", "{{ x }|}"),  # a space typed beside the one that is there
    ("{{ x }|}", "}", "{{ x }}|"),
    ("{{ | }}", " ", "{{ | }}"),  # it is there
    ("{{ x| }}", " ", None),
    ("{{ |x }}", " ", None),
    ("{{ x }}|", "}", None),
    ("{{ x|}}", "}", "{{ x}|}"),
    ('{{ {"a": 1| }}', "}", None),  # it closes an object
    ('{{ {"a": 1}| }}', "}", '{{ {"a": 1} }|}'),
    ("{|}", "}", None),  # no expression
    ("{{ | }}", "\b", "|"),
    ("{{|}}", "\b", "|"),
    ("so {{ | }} it is", "\b", "so | it is"),
    ("{{ x| }}", "\b", None),
    ("{{ |x }}", "\b", None),
])  # fmt: skip
def test_what_a_key_does(text, key, after):
    before, behind = text.split("|")
    found = answer(before, behind, key)
    assert outcome(found, before, behind) == after


@pytest.mark.parametrize(("text", "clip", "after"), [
    ("{{ | }}", "{{ x }}", "{{ x }}|"),  # those that the toggle wrote
    ("{{|}}", "{{ x }}\n", "{{ x }}\n|"),
    ("so {{ | }} it is", "{{ x }} or {{ y }}", "so {{ x }} or {{ y }}| it is"),
    ("{{  }}|", "{{ x }}", "{{ x }}|"),  # the cursor behind them
    ("{{ a + | }}", "{{ b }}", "{{ a + b| }}"),
    ("{{ a + |", "{{b}}", "{{ a + b|"),
    ("{{ | }}", "x", None),
    ("{{ a | }}", "{{ b }} {{ c }}", None),  # no single expression
    ("|", "{{ x }}", None),
    ("{{ a }} |", "{{ x }}", None),
    ("{{  }}| there", "{{ x }}", None),
])  # fmt: skip
def test_what_a_pasted_text_does(text, clip, after):
    before, behind = text.split("|")
    found = pasted(before, behind, clip)
    assert outcome(found, before, behind) == after


@pytest.fixture
def row(panel):
    panel.context.selection.set(["log"])
    return panel.parameters.form.rows["message"]


def written(edit):
    text, at = edit.toPlainText(), edit.textCursor().position()
    return f"{text[:at]}|{text[at:]}"


@pytest.fixture
def box(row, qtbot):
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    edit = row.expression.text
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_Delete)
    edit.document().clearUndoRedoStacks()
    return edit


def test_in_an_expression_one_undo_takes_the_closing_back(box, qtbot):
    qtbot.keyClicks(box, "{{")
    assert written(box) == "{{ | }}"
    qtbot.keyClicks(box, "1")
    assert written(box) == "{{ 1| }}"
    QTest.keySequence(box, QKeySequence(QKeySequence.StandardKey.Undo))
    assert written(box) == "{{ | }}"
    QTest.keySequence(box, QKeySequence(QKeySequence.StandardKey.Undo))
    assert box.toPlainText() in ("{", "")


def test_backspace_between_the_braces_takes_both(box, qtbot):
    box.insertPlainText("a 😀 ")
    qtbot.keyClicks(box, "{{")
    qtbot.keyClick(box, Qt.Key.Key_Backspace)
    assert box.toPlainText() == "a 😀 "
    QTest.keySequence(box, QKeySequence(QKeySequence.StandardKey.Undo))
    assert box.toPlainText() == "a 😀 {{  }}"


def test_nothing_is_closed_before_other_words_or_over_a_selection(box, qtbot):
    qtbot.keyClicks(box, "x y")
    box.moveCursor(box.textCursor().MoveOperation.Start)
    qtbot.keyClicks(box, "{{")
    assert box.toPlainText() == "{{x y"
    box.selectAll()
    qtbot.keyClicks(box, "{{")
    assert written(box) == "{{ | }}"


def test_code_of_other_languages_keeps_its_braces(panel, qtbot):
    from floworch_designer.inspector.code import AutoHeightEdit

    edit = AutoHeightEdit(code=True)
    qtbot.addWidget(edit)
    qtbot.keyClicks(edit, "f'{{")
    assert edit.toPlainText() == "f'{{"


def test_the_list_of_choices_leaves_the_line_of_mistakes_free(panel, row, qtbot):
    panel.resize(420, 700)
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    edit = row.expression.text
    edit.selectAll()
    qtbot.keyClicks(edit, "{{")
    for _ in range(3):
        QApplication.processEvents()
    qtbot.keyClicks(edit, "no")
    popup = row.completing.popup
    assert popup.isVisible()
    told = row.preview.mapToGlobal(row.preview.rect().bottomLeft()).y()
    assert popup.mapToGlobal(popup.rect().topLeft()).y() >= told


@pytest.mark.parametrize("at_end", [False, True])
def test_whoever_types_the_braces_that_the_toggle_wrote_has_them_once(panel, qtbot, at_end):
    """A field that turns to expressions begins with empty braces; a click beside them puts the cursor behind them."""
    panel.context.selection.set(["log"])
    row = panel.parameters.form.rows["level"]
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    edit = row.expression.text
    assert written(edit) == "{{ | }}"
    if at_end:
        edit.moveCursor(edit.textCursor().MoveOperation.End)
    qtbot.keyClicks(edit, "{{ 1 }}")
    assert edit.toPlainText() == "{{ 1 }}"


def test_an_object_within_an_expression_keeps_its_brace(box, qtbot):
    qtbot.keyClicks(box, "{{ {'a': {'b': 1}}")
    assert written(box).startswith("{{ {'a': {'b': 1}}|")


def test_an_expression_is_pasted_once_into_the_braces_that_the_toggle_wrote(panel, qtbot, qapp):
    panel.context.selection.set(["log"])
    row = panel.parameters.form.rows["level"]
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    edit = row.expression.text
    qapp.clipboard().setText("{{ inputs.level }}")
    QTest.keySequence(edit, QKeySequence(QKeySequence.StandardKey.Paste))
    assert written(edit) == "{{ inputs.level }}|"
    QTest.keySequence(edit, QKeySequence(QKeySequence.StandardKey.Undo))
    assert edit.toPlainText() == "{{  }}"


def test_a_line_pastes_once_by_key_and_menu_and_over_what_is_selected(qtbot, qapp):
    line = Line()
    line.braces = True
    qtbot.addWidget(line)
    edited = []
    line.textEdited.connect(edited.append)
    qapp.clipboard().setText("{{ inputs.name }}")
    line.setText("{{  }}")
    line.setCursorPosition(3)
    QTest.keySequence(line, QKeySequence(QKeySequence.StandardKey.Paste))
    assert line.text() == edited[-1] == "{{ inputs.name }}"
    line.setText("{{ old }}")
    line.setSelection(3, 3)
    QTest.keySequence(line, QKeySequence(QKeySequence.StandardKey.Paste))
    assert line.text() == edited[-1] == "{{ inputs.name }}"
    line.setText("{{  }}")
    line.setCursorPosition(3)
    line.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(2, 2), QPoint(2, 2)))
    menu = next(menu for menu in line.findChildren(QMenu) if menu.isVisible())
    next(action for action in menu.actions() if action.objectName() == "edit-paste").trigger()
    menu.close()
    assert line.text() == edited[-1] == "{{ inputs.name }}"
    line.setText("Dear ")
    QTest.keySequence(line, QKeySequence(QKeySequence.StandardKey.Paste))
    assert line.text() == "Dear {{ inputs.name }}"
