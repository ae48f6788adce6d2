"""Text of several lines: colours, growth, JSON that is not finished."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from floworch_designer.inspector.code import AutoHeightEdit, CodeEditor, JsonEditor, lexer_of
from floworch_designer.inspector.schema import MISSING, Field, Kind


def colours(editor, line=0):
    block = editor.text.document().findBlockByNumber(line)
    return {form.format.foreground().color().name() for form in block.layout().formats()}


def test_code_is_coloured(theme, qtbot):
    editor = CodeEditor(Field("code", "Code", Kind.CODE, language="python"), theme)
    qtbot.addWidget(editor)
    editor.set_value("def f():\n    return 'x' + {{ y }}")
    assert theme.color("hue_violet").name() in colours(editor)
    assert theme.color("hue_pink").name() in colours(editor, 1)


def test_an_unknown_language_is_plain(theme, qtbot):
    assert lexer_of("no-such-language") is None
    editor = CodeEditor(Field("code", "Code", Kind.CODE, language="no-such-language"), theme)
    qtbot.addWidget(editor)
    editor.set_value("x")
    assert editor.value() == "x"


def test_very_long_lines_are_not_lexed(theme, qtbot):
    editor = CodeEditor(Field("code", "Code", Kind.CODE, language="python"), theme)
    qtbot.addWidget(editor)
    editor.set_value("(" * 100_000)
    assert colours(editor) == set()


def test_a_box_grows_with_its_text_up_to_a_limit(qtbot):
    box = AutoHeightEdit(1, 4, code=True)
    qtbot.addWidget(box)
    box.show()
    box.resize(300, box.height())
    heights = []
    for lines in (1, 3, 4, 40):
        box.show_text("\n".join("x" * lines))
        heights.append(box.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_showing_text_is_no_edit_and_tab_writes_spaces(qtbot):
    box = AutoHeightEdit(1, 4, code=True)
    qtbot.addWidget(box)
    seen = []
    box.edited.connect(lambda: seen.append(1))
    box.show_text("a")
    assert seen == []
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert box.toPlainText() == "    a"
    assert seen


@pytest.mark.parametrize(
    ("key", "modifier", "goes"),
    [
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier, "after"),
        (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier, "before"),
        (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, "before"),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "code"),
    ],
)
def test_code_in_which_tab_writes_is_left_both_ways_by_keys(qtbot, key, modifier, goes):
    """WCAG 2.1.2: no trap. Ctrl+Tab is heard here also where it is the key of an action of the window."""
    window = QWidget()
    qtbot.addWidget(window)
    column, acted = QVBoxLayout(window), []
    parts = {"before": QLineEdit(), "code": AutoHeightEdit(1, 4, code=True), "after": QLineEdit()}
    for part in parts.values():
        column.addWidget(part)
    QShortcut("Ctrl+Tab", window).activated.connect(lambda: acted.append(1))
    window.show()
    window.activateWindow()
    QApplication.processEvents()
    parts["code"].setFocus()
    qtbot.keyClick(parts["code"], key, modifier)
    assert window.focusWidget() is parts[goes]
    assert parts["code"].toPlainText() == ("    " if goes == "code" else "")
    assert not acted


def test_who_writes_code_is_told_how_to_leave_it(theme, qtbot):
    editor = CodeEditor(Field("code", "Code", Kind.CODE, language="python"), theme)
    qtbot.addWidget(editor)
    assert "Ctrl+Tab" in editor.text.accessibleDescription()
    assert "Ctrl+Tab" in editor.text.toolTip()


@pytest.mark.parametrize(
    ("text", "value", "wrong"),
    [("", MISSING, False), ("[1, 2]", [1, 2], False), ("{", MISSING, True), ("plain", "plain", False), ("7", 7, False)],
)
def test_json(theme, qtbot, text, value, wrong):
    editor = JsonEditor(Field("x", "X", Kind.JSON), theme)
    qtbot.addWidget(editor)
    editor.text.setPlainText(text)
    assert editor.value() == value
    assert bool(editor.problem()) is wrong
