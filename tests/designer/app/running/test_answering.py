"""Forms and choices that a run waits for are told above the canvas and answered in a dialog."""

from __future__ import annotations

import pytest

from floworch.run.events import EventKind
from floworch_designer.app.running.answering import AnswerDialog

FORM = {"message": "Who are you?", "fields": {
    "name": {"type": "string", "title": "Your name", "required": True},
    "age": {"type": "integer", "default": 30},
    "size": {"type": "string", "choices": ["S", "M"]},
    "sure": {"type": "boolean", "required": True},
}}  # fmt: skip
CHOICE = {"message": "Which?", "labels": ["red", "blue"], "items": [1, 2], "multiple": False}


@pytest.fixture
def dialog(qapp, theme, qtbot):
    def make(details):
        made = AnswerDialog("Ask", details, theme)
        qtbot.addWidget(made)
        return made

    return make


def test_a_form_takes_its_fields_with_their_defaults(dialog):
    made = dialog(FORM)
    assert [field.title for field in made.fields] == ["Your name", "Age", "Size", "Sure"]
    made.accept()
    assert "Your name" in made.message.text()
    assert not made.result()
    made.form.set_values({"name": "Ada", "age": 36})
    made.accept()
    assert made.result()
    assert made.answer() == {"name": "Ada", "age": 36, "sure": False}


def test_a_choice_gives_its_label_and_several_a_list(dialog):
    one = dialog(CHOICE)
    one.form.set_values({"choice": "blue"})
    assert one.answer() == "blue"
    many = dialog({**CHOICE, "multiple": True})
    assert many.answer() == []
    many.form.set_values({"blue": True})
    assert many.answer() == ["blue"]


def test_a_waiting_form_is_told_filled_in_and_handed_to_the_run(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_WAITING, 0, {"wait": {"kind": "form", "name": "", "due": None, "details": FORM}})
    until(lambda: "form first" in window.banners.shown)
    banner = window.banners.shown["form first"]
    assert banner.text.text() == "Who are you?"
    banner.buttons["Fill in…"].click()
    until(lambda: window.findChild(AnswerDialog) is not None)
    made = window.findChild(AnswerDialog)
    made.form.set_values({"name": "Ada"})
    made.send.click()
    until(lambda: any(asked[0] == "submit" for asked in host.asked))
    assert host.asked[-1][:3] == ("submit", run_id, "first")
    host.push(run_id, EventKind.NODE_RESUMED, 0)
    until(lambda: "form first" not in window.banners.shown)
