"""A form over one object: literal and expression, problems at fields, conditions, nothing lost."""

from __future__ import annotations

import pytest
from tests.helpers.form_kit import FIELDS, shown_form
from tests.helpers.stray_windows import windows_shown

from floworch.model.problem import Problem
from floworch_designer.inspector import form as form_module
from floworch_designer.inspector.form import Form


@pytest.fixture
def form(theme, qtbot):
    return shown_form(theme, qtbot)


def test_values_go_in_and_come_out_with_unknown_keys(form):
    values = {"url": "x", "count": 5, "unknown": [1]}
    form.set_values(values)
    assert form.values() == values


def test_typing_tells_name_and_value(form, qtbot):
    form.set_values({})
    with qtbot.waitSignal(form.changed) as signal:
        qtbot.keyClicks(form.rows["url"].editor.line, "h")
    assert signal.args == ["url", "h"]


def test_conditional_fields_follow_the_other_field(form):
    form.set_values({})
    assert not form.rows["only_b"].isVisible()
    form.set_values({"mode": "b"})
    assert form.rows["only_b"].isVisible()
    form.set_values({"only_b": "kept"})
    assert form.rows["only_b"].isVisible()  # a set value is never hidden


def test_problems_are_shown_at_their_field(form):
    form.set_values({"url": "x"})
    problems = [
        Problem("bad", "error", "nodes.n.params.url", "No such host.", "Correct it."),
        Problem("bad", "error", "nodes.n.params.urls", "Another field."),
    ]
    form.set_problems(problems, "nodes.n.params")
    assert form.rows["url"].message.text() == "No such host. Correct it."
    assert form.rows["url"].editor.line.property("invalid") == "true"
    form.set_problems([], "nodes.n.params")
    assert form.rows["url"].message.text() == "Where to."


def test_problems_of_thousands_of_other_nodes_are_not_held_against_each_field(form, monkeypatch):
    """It is done at every edit, whatever was edited."""
    compared = []
    below = form_module._below
    monkeypatch.setattr(form_module, "_below", lambda path, prefix: compared.append(path) or below(path, prefix))
    others = [Problem("bad", "error", f"nodes.m{at}.params.url", "Elsewhere.") for at in range(1000)]
    form.set_problems([*others, Problem("bad", "error", "nodes.n.params.url", "No such host.")], "nodes.n.params")
    assert form.rows["url"].message.text() == "No such host."
    assert len(compared) == len(form.rows)


def test_the_parts_of_a_form_are_no_windows_while_it_is_made(theme, qtbot):
    """(designer.md, motion: no flicker) each field's button was one, at every selection of a node"""
    with windows_shown() as seen:
        qtbot.addWidget(Form(FIELDS, theme))
    assert seen == []
