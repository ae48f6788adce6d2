"""Braces come in pairs on a line, whose value is what was typed."""

from __future__ import annotations

import pytest


@pytest.fixture
def row(panel):
    panel.context.selection.set(["log"])
    return panel.parameters.form.rows["message"]


def test_typed_into_a_line_the_braces_close_and_the_value_is_an_expression(panel, row, qtbot, node):
    line = row.literal.focusProxy()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "so {{inputs")
    text = row.editor.focusProxy()
    assert node().params["message"] == "so {{ inputs }}"
    qtbot.keyClicks(text, "}}")
    assert node().params["message"] == "so {{ inputs }}", "what is there is stepped over"
    qtbot.keyClicks(text, "!")
    assert node().params["message"] == "so {{ inputs }}!"


def test_all_of_it_typed_by_hand_is_what_it_was(panel, row, qtbot, node):
    line = row.literal.focusProxy()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "{{ inputs }} and {{ data }}")
    assert node().params["message"] == "{{ inputs }} and {{ data }}"
