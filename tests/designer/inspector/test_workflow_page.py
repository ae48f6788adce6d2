"""The workflow's own page."""

from __future__ import annotations

from floworch.model.workflow import Settings


def test_inputs_are_declared(panel, qtbot):
    inputs = panel.workflow.inputs
    inputs.add_button.click()
    qtbot.keyClicks(inputs.cards[0].form.rows["name"].editor.line, "folder")
    inputs.cards[0].form.rows["required"].editor.box.click()
    assert panel.context.document.workflow.inputs["folder"].required


def test_outputs_and_settings(panel, qtbot):
    page = panel.workflow
    editor = page.outputs.rows["outputs"].editor
    editor.add_button.click()
    _, key, value = editor.rows[0]
    qtbot.keyClicks(key, "answer")
    qtbot.keyClicks(value.line, "{{ nodes.log.output }}")
    qtbot.keyClicks(page.settings.rows["max_concurrency"].editor.line, "4")
    workflow = panel.context.document.workflow
    assert workflow.outputs == {"answer": "{{ nodes.log.output }}"}
    assert workflow.settings.max_concurrency == 4


def test_an_empty_id_is_not_taken(panel):
    line = panel.workflow.about.rows["id"].editor.line
    line.clear()
    line.textEdited.emit("")
    assert panel.context.document.workflow.id == "demo"


def test_the_timeout_of_the_run_is_not_offered_while_it_does_nothing_and_is_kept(panel, qtbot):
    document = panel.context.document
    document.apply(document.workflow.replace(settings=Settings(timeout="1h")), "set")
    settings = panel.workflow.settings
    assert "timeout" not in settings.rows
    qtbot.keyClicks(settings.rows["max_concurrency"].editor.line, "4")
    assert document.workflow.settings.timeout == "1h"
    assert document.workflow.settings.max_concurrency == 4
