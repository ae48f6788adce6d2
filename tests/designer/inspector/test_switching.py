"""Selecting, undoing, deleting and reloading in any order never leaves an editor of another node or moment."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Edge, Layer, Node, RetryPolicy, Workflow
from floworch_designer.document import edits
from floworch_designer.inspector.panel import TABS
from floworch_designer.inspector.schema import MISSING

NODES = {
    "log": Node(action="util.log", params={"message": "hi", "level": "debug"}, timeout="5s"),
    "log_2": Node(action="util.log", params={"message": "{{ nodes.log.output }}"}, timeout="5s", join="any"),
    "file": Node(action="file.read", params={"path": "a.txt", "max_mb": 2.5, "extra": [1]}, retry=RetryPolicy(delay=3)),
    "set": Node(action="data.set", params={"fields": {"a": 1, "b": "{{ x }}"}}, middleware=(Layer(use="logging"),)),
    "switch": Node(action="flow.switch", params={"cases": [{"when": "{{ a }}", "port": "p"}]}, disabled=True),
    "odd": Node(action="vendor.unknown", params={"keep": 1}, notes="why"),
    "wrong": Node(action="util.hash", params={"algorithm": {"not": "a choice"}}, on_error="continue"),
}
FLOW = Workflow(id="walk", nodes=NODES, edges=(Edge(source="log", target="log_2"),))


def shown_equals_document(panel, context):
    """Compares what every visible editor stands for with the node it must belong to."""
    primary = panel.node
    if primary is None or len(context.selection.nodes) > 1:
        return
    node = context.document.workflow.nodes[primary]
    tab = panel.node_tabs.currentWidget()
    assert panel.header.title.toolTip() == (node.title or primary)
    if tab is panel.parameters:
        assert panel.parameters.node == primary
        form = panel.parameters.form
        if form is not None:
            assert form.values() == node.params
            for name, row in form.rows.items():
                if name in node.params:
                    assert row.editor.value() == node.params[name]
    elif tab is panel.settings:
        assert panel.settings.id_line.text() == primary
        rows = {name: row for part in panel.settings.forms for name, row in part.rows.items()}
        for name, row in rows.items():
            value = getattr(node, name)
            value = list(value) if isinstance(value, tuple) else value  # forms speak JSON
            assert (row.field.default if row.value() is MISSING else row.value()) == value
        assert panel.settings.custom_retry.isChecked() is (node.retry is not None)
    elif tab is panel.middleware:
        assert [card.index for card in panel.middleware.cards] == list(range(len(node.middleware)))
        for card, layer in zip(panel.middleware.cards, node.middleware, strict=True):
            assert card.form is None or card.form.values() == layer.options


def step(chance, panel, context):
    """One thing a person may do next."""
    document, selection = context.document, context.selection
    nodes = list(document.workflow.nodes)
    what = chance.randrange(9)
    if what <= 2 and nodes:
        selection.set([chance.choice(nodes)])
    elif what == 3:
        panel.show_tab(chance.choice(TABS))
    elif what == 4:
        document.undo_stack.undo()
    elif what == 5:
        document.undo_stack.redo()
    elif what == 6 and nodes:
        name, value = chance.choice([("message", chance.random()), ("level", "warning"), ("path", "b"), ("x", None)])
        document.apply(edits.set_param(document.workflow, chance.choice(nodes), name, value), "Edit", "m")
    elif what == 7 and nodes:
        field, value = chance.choice([("timeout", 9), ("timeout", MISSING), ("title", "T"), ("disabled", True),
                                      ("retry", RetryPolicy(max_attempts=9)), ("retry", MISSING)])  # fmt: skip
        document.apply(edits.set_field(document.workflow, chance.choice(nodes), field, value), "Set")
    elif len(nodes) > 3:
        document.apply(edits.remove(document.workflow, [chance.choice(nodes)]), "Delete")


@pytest.mark.parametrize("seed", range(8))
def test_a_walk_through_everything_shows_the_truth_at_every_step(panel, context, seed):
    chance = random.Random(seed)
    context.document.reset(FLOW)
    for _ in range(60):
        step(chance, panel, context)
        shown_equals_document(panel, context)
    while context.document.undo_stack.can_undo():
        context.document.undo_stack.undo()
        shown_equals_document(panel, context)
    assert context.document.workflow == FLOW


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("name", NODES)
def test_looking_at_a_node_changes_nothing(panel, context, name, tab):
    context.document.reset(FLOW)
    panel.show_tab(tab)
    context.selection.set([name])
    shown_equals_document(panel, context)
    context.selection.clear()
    assert context.document.workflow is FLOW
    assert not context.document.dirty


def test_typing_goes_to_the_node_in_front_only(panel, context, qtbot):
    context.document.reset(FLOW)
    for name in ("log", "log_2", "log"):
        context.selection.set([name])
        row = panel.parameters.form.rows["message"]
        widget = row.editor.focusProxy()
        qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(widget, f"for {name}")
    nodes = context.document.workflow.nodes
    assert (nodes["log"].params["message"], nodes["log_2"].params["message"]) == ("for log", "for log_2")
    assert context.document.undo_stack.count() == 3


def test_edits_of_two_fields_in_turn_are_separate_steps(panel, context, qtbot):
    context.document.reset(FLOW)
    context.selection.set(["file"])
    rows = panel.parameters.form.rows
    for name, text in (("path", "x"), ("max_mb", "5"), ("path", "y")):
        qtbot.keyClicks(rows[name].editor.line, text)
    assert context.document.undo_stack.count() == 3
    for _ in range(3):
        context.document.undo_stack.undo()
    assert rows["path"].editor.line.text() == "a.txt"
    assert rows["max_mb"].editor.line.text() == "2.5"


def test_several_selected_nodes_are_counted_and_none_is_edited(panel, context):
    context.document.reset(FLOW)
    context.selection.set(["log", "file"])
    several = panel.several  # shown in the next turn of the loop, or when somebody asks for it
    assert panel.header.title.text() == "2 nodes"
    assert panel.stack.currentWidget() is several
    context.selection.set(["file"])
    assert panel.stack.currentWidget() is panel.node_tabs


def test_of_a_band_that_grows_only_the_last_selection_is_shown(panel, context, qtbot, monkeypatch):
    context.document.reset(FLOW)
    context.selection.set(["log", "file"])
    several, shown = panel.several, []
    monkeypatch.setattr(several, "show_nodes", lambda nodes: shown.append(sorted(nodes)))
    for nodes in (["log", "log_2"], ["log", "log_2", "file"], ["log_2", "file"]):
        context.selection.set(nodes)
    assert shown == []
    qtbot.waitUntil(lambda: shown == [["file", "log_2"]])


def test_another_action_at_the_same_node_gets_its_own_form(panel, context):
    context.document.reset(FLOW)
    context.selection.set(["log"])
    workflow = context.document.workflow
    other = workflow.nodes["log"].replace(action="file.read", params={"path": "z"})
    context.document.apply(edits.replace_node(workflow, "log", other), "Change the action")
    assert panel.parameters.form.values() == {"path": "z"}
    context.document.undo_stack.undo()
    assert panel.parameters.form.values() == NODES["log"].params
