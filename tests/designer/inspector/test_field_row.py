"""A row of a form: literal and expression, nothing lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from tests.helpers.form_kit import shown_form

from floworch_designer.inspector.schema import MISSING


@pytest.fixture
def form(theme, qtbot):
    return shown_form(theme, qtbot)


def test_a_half_typed_number_is_told_and_not_applied(form, qtbot):
    form.set_values({"count": 5})
    seen = []
    form.changed.connect(lambda name, value: seen.append((name, value)))
    line = form.rows["count"].editor.line
    line.selectAll()
    qtbot.keyClicks(line, "-")
    assert seen == []
    assert "not a number" in form.rows["count"].message.text()
    form.set_values({"count": 5})
    assert form.values()["count"] == 5


def test_a_field_becomes_an_expression_and_back(form, qtbot):
    form.set_values({"count": 5})
    row = form.rows["count"]
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert row.value() == "{{ 5 }}"
    assert row.editor is row.expression
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert row.value() == 5
    assert row.editor is row.literal


def test_an_empty_expression_is_not_written_before_it_says_something(form, qtbot):
    form.set_values({})
    row = form.rows["url"]
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert row.value() is MISSING
    qtbot.keyClicks(row.expression.text, "inputs.url")
    assert row.value() == "{{ inputs.url }}"


def test_text_with_braces_is_shown_as_expression(form):
    form.set_values({"url": "http://{{ inputs.host }}/"})
    assert form.rows["url"].editor is form.rows["url"].expression
    assert form.rows["url"].toggle.isChecked()


def test_a_value_of_another_type_is_shown_as_json_and_kept(form):
    form.set_values({"url": {"a": [1, 2]}})
    assert form.values()["url"] == {"a": [1, 2]}


def test_raw_fields_are_expressions_without_a_toggle(form):
    form.set_values({"where": "item.size > 3"})
    assert form.rows["where"].editor is form.rows["where"].expression
    assert not form.rows["where"].toggle.isVisible()
