"""The inspector follows selection, document, problems and run."""

from __future__ import annotations


def test_the_workflow_is_shown_while_nothing_is_selected(panel, qtbot):
    assert panel.stack.currentWidget() is panel.workflow_tabs
    qtbot.keyClicks(panel.workflow.about.rows["name"].editor.line, "Demo flow")
    assert panel.context.document.workflow.name == "Demo flow"
    assert panel.context.document.undo_stack.count() == 1


def test_a_removed_node_leads_back_to_the_workflow(panel):
    panel.context.selection.set(["log"])
    workflow = panel.context.document.workflow
    panel.context.document.apply(workflow.replace(nodes={}, edges=()), "Empty")
    assert panel.stack.currentWidget() is panel.workflow_tabs
