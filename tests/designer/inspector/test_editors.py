"""Editors of single values keep what they are given, say what is wrong, and react to real keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from floworch_designer.inspector.editors import (
    BooleanEditor,
    ChoiceEditor,
    DurationEditor,
    NumberEditor,
    PathEditor,
    SmartEditor,
    TextEditor,
    parse_smart,
    spell_smart,
    type_word,
)
from floworch_designer.inspector.schema import MISSING, Field, Kind


def field(kind, **changes):
    return Field("x", "X", kind, **changes)


def test_text_is_typed_and_emptied(qtbot):
    editor = TextEditor(field(Kind.TEXT))
    qtbot.addWidget(editor)
    with qtbot.waitSignal(editor.edited):
        qtbot.keyClicks(editor.line, "hi")
    assert editor.value() == "hi"
    editor.line.clear()
    assert editor.value() is MISSING


def test_an_emptied_text_is_the_default_that_the_line_shows(qtbot):
    editor = TextEditor(field(Kind.TEXT, default="utf-8"))
    qtbot.addWidget(editor)
    assert editor.value() is MISSING
    qtbot.keyClicks(editor.line, "a")
    qtbot.keyClick(editor.line, Qt.Key.Key_Backspace)
    assert editor.value() is MISSING
    assert editor.line.placeholderText() == "utf-8"


@pytest.mark.parametrize(("typed", "value"), [("5", 5), ("30s", "30s"), ("", MISSING), ("1.5", 1.5)])
def test_durations(qtbot, typed, value):
    editor = DurationEditor(field(Kind.DURATION))
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor.line, typed)
    assert editor.value() == value
    assert editor.problem() == ""


def test_a_wrong_duration_says_how(qtbot):
    editor = DurationEditor(field(Kind.DURATION))
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor.line, "soon")
    assert "ms, s, m" in editor.problem()


def test_numbers_of_any_size_bounds_and_steps(qtbot):
    editor = NumberEditor(field(Kind.INTEGER, minimum=1, maximum=10**30, default=3))
    qtbot.addWidget(editor)
    qtbot.keyClick(editor.line, Qt.Key.Key_Up)
    assert editor.value() == 4
    editor.set_value(10**25)
    assert editor.value() == 10**25
    editor.set_value(0)
    assert "least" in editor.problem()
    editor.line.setText("1.5")
    assert "whole" in editor.problem()
    editor.line.setText("many")
    assert "not a number" in editor.problem()
    assert editor.value() is MISSING


def test_a_boolean_is_missing_while_it_equals_its_default(qtbot):
    editor = BooleanEditor(field(Kind.BOOLEAN, default=True))
    qtbot.addWidget(editor)
    assert editor.box.isChecked()
    assert editor.value() is MISSING
    editor.box.click()
    assert editor.value() is False
    assert editor.box.text() == ""  # "No" beside an empty box would read like a choice that was made


def test_a_choice_names_its_default(qtbot):
    editor = ChoiceEditor(field(Kind.ENUM, default="a", choices=("a", "b")))
    qtbot.addWidget(editor)
    assert editor.box.itemText(0) == "a (default)"
    editor.set_value("b")
    assert editor.value() == "b"
    editor.set_value("a")
    assert editor.value() is MISSING


def test_a_chosen_path_counts_as_an_edit(qtbot):
    editor = PathEditor(field(Kind.FILE))
    qtbot.addWidget(editor)
    with qtbot.waitSignal(editor.edited):
        editor._chosen("/tmp/x")
    assert editor.value() == "/tmp/x"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_smart_lines_read_back_what_they_show(value):
    text = spell_smart(value)
    if value != "" and not (isinstance(value, str) and "\n" in value):
        assert parse_smart(text) == value


@pytest.mark.parametrize(
    ("value", "word"),
    [("a", "text"), (1, "number"), (True, "yes/no"), ([], "list"), ({}, "object"), (None, "null"), ("{{ x }}", "fx")],
)
def test_the_badge_names_the_type(value, word):
    assert type_word(value) == word


def test_a_smart_line_is_typed(qtbot):
    editor = SmartEditor(field(Kind.TEXT))
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor.line, "[1, 2]")
    assert editor.value() == [1, 2]
    assert editor.badge.text() == "list"


@pytest.mark.parametrize(
    ("default", "shown"),
    [
        (31536000.0, "365d"),
        (3600, "1h"),
        (90.0, "90s"),
        (300, "5m"),
        (30.0, "30s"),
        (0.25, "250ms"),
        (0, "0s"),
        ("7d", "7d"),
    ],
)
def test_the_default_of_a_duration_is_shown_with_its_unit(qtbot, default, shown):
    """A year was shown as 31536000.0."""
    editor = DurationEditor(field(Kind.DURATION, default=default))
    qtbot.addWidget(editor)
    assert editor.line.placeholderText() == shown


def test_the_default_of_a_number_is_shown_without_a_point_that_says_nothing(qtbot):
    editor = NumberEditor(field(Kind.NUMBER, default=50.0))
    qtbot.addWidget(editor)
    assert editor.line.placeholderText() == "50"
