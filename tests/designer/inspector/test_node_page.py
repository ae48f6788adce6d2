"""Parameters and settings of a node: edits are merged undo steps, renaming follows references."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Node
from floworch_designer.document import edits


def test_typing_a_parameter_is_one_undo_step(panel, qtbot, node):
    panel.context.selection.set(["log"])
    editor = panel.parameters.form.rows["message"].editor
    editor.setFocus()
    qtbot.keyClicks(editor.focusProxy(), " there")
    assert "there" in str(node().params["message"])
    assert panel.context.document.undo_stack.count() == 1
    panel.context.document.undo_stack.undo()
    assert node().params == {"message": "hi"}


def test_nodes_with_one_action_share_the_form_and_nothing_typed(panel, qtbot, node):
    panel.context.selection.set(["log"])
    form = panel.parameters.form
    row = form.rows["message"]
    qtbot.keyClicks(row.editor.focusProxy(), " there")
    panel.context.selection.set(["next"])
    assert panel.parameters.form is form
    assert row.value() == "{{ nodes.log.output }}"
    assert row.editor is row.expression
    assert form.help.node == "next"
    panel.context.document.undo_stack.undo()
    assert row.value() == "{{ nodes.log.output }}", "what is undone is another node's"
    panel.context.selection.set(["log"])
    assert row.value() == "hi"
    assert row.editor is row.literal
    panel.context.selection.set(["odd"])
    assert panel.parameters.form is None
    panel.context.selection.set(["next"])
    assert panel.parameters.form.rows["message"].value() == "{{ nodes.log.output }}"


def test_an_unknown_action_keeps_its_parameters(panel, node):
    panel.context.selection.set(["odd"])
    assert panel.parameters.form is None
    assert node("odd").params == {"keep": [1]}


def test_renaming_follows_references(panel, qtbot):
    panel.context.selection.set(["log"])
    panel.show_tab("Settings")
    panel.settings.id_line.setText("first")
    qtbot.keyClick(panel.settings.id_line, Qt.Key.Key_Return)
    workflow = panel.context.document.workflow
    assert workflow.nodes["next"].params["message"] == "{{ nodes.first.output }}"
    assert panel.context.selection.primary == "first"


@pytest.mark.parametrize("wrong", ["next", "Ä", "../x", "-a"])
def test_a_bad_id_is_refused_with_a_reason(panel, qtbot, wrong):
    panel.context.selection.set(["log"])
    panel.show_tab("Settings")
    panel.settings.id_line.setText(wrong)
    qtbot.keyClick(panel.settings.id_line, Qt.Key.Key_Return)
    assert "log" in panel.context.document.workflow.nodes
    assert panel.settings.id_message.isVisible()


def test_settings_of_a_node(panel, qtbot, node):
    panel.context.selection.set(["log"])
    panel.show_tab("Settings")
    settings = panel.settings
    settings.forms[0].rows["disabled"].editor.box.click()
    qtbot.keyClicks(settings.forms[2].rows["timeout"].editor.line, "30s")
    settings.custom_retry.click()
    qtbot.keyClicks(settings.retry.rows["backoff"].editor.line, "5")
    assert node().disabled
    assert node().timeout == "30s"
    assert node().retry.max_attempts == 3
    settings.custom_retry.click()
    assert node().retry is None


def test_tags_of_a_worker_are_typed_one_by_one_and_taken_out_again(panel, qtbot, node):
    """C14"""
    panel.context.selection.set(["log"])
    panel.show_tab("Settings")
    tags = panel.settings.forms[2].rows["tags"].editor
    tags.add_button.click()
    qtbot.keyClicks(tags.rows[0].line, "gpu")
    assert list(node().tags) == ["gpu"]
    for _ in "gpu":
        qtbot.keyClick(tags.rows[0].line, Qt.Key.Key_Backspace)
    assert list(node().tags) == []


def test_the_default_of_safe_to_repeat_says_what_the_action_is(panel, qtbot, node):
    """C7.8: an action's effect may depend on its parameters."""
    document = panel.context.document
    nodes = {
        "wait": Node(action="flow.wait", params={"seconds": 1}),
        "shell": Node(action="shell.run", params={"command": "ls"}),
        "table": Node(action="data.write_table", params={"path": "a.csv", "mode": "append"}),
    }
    document.apply(replace_nodes(document.workflow, nodes), "more")
    panel.context.selection.set(["wait"])
    panel.show_tab("Settings")
    box = panel.settings.forms[2].rows["effect"].editor.box
    assert box.currentText() == "Default: pure"
    panel.context.selection.set(["shell"])
    assert box.currentText() == "Default: unsafe"
    panel.context.selection.set(["table"])
    assert box.currentText() == "Default: unsafe"
    document.apply(edits.set_param(document.workflow, "table", "mode", "replace"), "safer")
    assert box.currentText() == "Default: idempotent"
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert node("table").effect == "unsafe"
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert node("table").effect is None
    panel.context.selection.set(["odd"])
    assert box.currentText() == "Default", "nobody knows what an action that is not there does"


def replace_nodes(workflow, nodes):
    return workflow.replace(nodes={**workflow.nodes, **nodes})
