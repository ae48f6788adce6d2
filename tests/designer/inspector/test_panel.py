"""The inspector follows selection, document, problems and run; edits are merged undo steps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.actions.registry import registry
from floworch.model.codec import dumps, logic_hash
from floworch.model.workflow import Edge, Layer, Node, Workflow
from floworch.run.events import Event, EventKind
from floworch.store.protocol import RunHeader
from floworch_designer.document.document import Document
from floworch_designer.document.selection import Selection
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.panel import InspectorPanel
from floworch_designer.runs.feed import RunFeed

FLOW = Workflow(
    id="demo",
    nodes={
        "log": Node(action="util.log", params={"message": "hi"}),
        "next": Node(action="util.log", params={"message": "{{ nodes.log.output }}"}),
        "odd": Node(action="vendor.unknown", params={"keep": [1]}),
    },
    edges=(Edge(source="log", target="next"),),
)


@pytest.fixture
def panel(theme, qtbot):
    import floworch  # noqa: F401 - installs the loader of the layers

    document = Document(catalog=registry)
    document.reset(FLOW)
    panel = InspectorPanel(Context(document, Selection(), theme, registry, RunFeed()))
    qtbot.addWidget(panel)
    panel.show()
    return panel


def node(panel, name="log"):
    return panel.context.document.workflow.nodes[name]


def test_the_workflow_is_shown_while_nothing_is_selected(panel, qtbot):
    assert panel.stack.currentWidget() is panel.workflow_tabs
    qtbot.keyClicks(panel.workflow.about.rows["name"].editor.line, "Demo flow")
    assert panel.context.document.workflow.name == "Demo flow"
    assert panel.context.document.undo_stack.count() == 1


def test_typing_a_parameter_is_one_undo_step(panel, qtbot):
    panel.context.selection.set(["log"])
    editor = panel.parameters.form.rows["message"].editor
    editor.setFocus()
    qtbot.keyClicks(editor.focusProxy(), " there")
    assert "there" in str(node(panel).params["message"])
    assert panel.context.document.undo_stack.count() == 1
    panel.context.document.undo_stack.undo()
    assert node(panel).params == {"message": "hi"}


def test_an_unknown_action_keeps_its_parameters(panel):
    panel.context.selection.set(["odd"])
    assert panel.parameters.form is None
    assert node(panel, "odd").params == {"keep": [1]}


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


def test_settings_of_a_node(panel, qtbot):
    panel.context.selection.set(["log"])
    panel.show_tab("Settings")
    settings = panel.settings
    settings.forms[0].rows["disabled"].editor.box.click()
    qtbot.keyClicks(settings.forms[2].rows["timeout"].editor.line, "30s")
    settings.custom_retry.click()
    qtbot.keyClicks(settings.retry.rows["backoff"].editor.line, "5")
    assert node(panel).disabled
    assert node(panel).timeout == "30s"
    assert node(panel).retry.max_attempts == 3
    settings.custom_retry.click()
    assert node(panel).retry is None


def test_middleware_is_added_moved_by_keys_and_removed(panel, qtbot):
    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    page = panel.middleware
    page.add("logging")
    page.add("timeout")
    assert [layer.use for layer in node(panel).middleware] == ["logging", "timeout"]
    qtbot.keyClick(page.cards[1], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [layer.use for layer in node(panel).middleware] == ["timeout", "logging"]
    qtbot.keyClicks(page.cards[0].form.rows["after"].editor.line, "5s")
    assert node(panel).middleware[0] == Layer(use="timeout", options={"after": "5s"})
    qtbot.keyClick(page.cards[0], Qt.Key.Key_Delete)
    assert [layer.use for layer in node(panel).middleware] == ["logging"]


def test_middleware_of_the_workflow_is_named_at_its_nodes(panel):
    panel.workflow_tabs.setCurrentIndex(1)
    panel.workflow_middleware.add("logging")
    assert panel.context.document.workflow.middleware[0].use == "logging"
    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    assert "logging" in panel.middleware.inherited.text()


def test_inputs_are_declared(panel, qtbot):
    inputs = panel.workflow.inputs
    inputs.add_button.click()
    qtbot.keyClicks(inputs.cards[0].form.rows["name"].editor.line, "folder")
    inputs.cards[0].form.rows["required"].editor.box.click()
    assert panel.context.document.workflow.inputs["folder"].required


def test_what_a_node_did_is_shown(panel, qtbot):
    feed = panel.context.feed
    header = RunHeader("r", "demo", dumps(FLOW).encode(), logic_hash(FLOW), {}, ("log", "next", "odd"), 1.0)
    panel.context.selection.set(["log"])
    panel.show_tab("Run")
    assert panel.run.nothing.isVisible()
    feed.begin(header)
    events = [
        Event(0, 1.0, EventKind.RUN_CREATED),
        Event(1, 1.0, EventKind.RUN_STARTED),
        Event(2, 2.0, EventKind.NODE_STARTED, 0, 1),
        Event(3, 2.5, EventKind.NODE_LOGGED, 0, 1, (), {"level": "info", "message": "said"}),
        Event(4, 3.0, EventKind.NODE_COMPLETED, 0, 1, (), {"output": {"deep": [1, 2]}}),
        Event(5, 3.0, EventKind.NODE_STARTED, 1, 1),
        Event(6, 4.0, EventKind.NODE_FAILED, 1, 1, (), {
            "error": {"kind": "processing_error", "message": "boom", "traceback": "Traceback …"}}),
    ]  # fmt: skip
    for event in events:
        feed._fold(feed.state, event)
    feed.flush()
    assert panel.run.status.text() == "Completed"
    assert panel.run.output.model.index(0, 0).data() == "deep"
    assert "said" in panel.run.log.toPlainText()
    panel.context.selection.set(["next"])
    assert panel.run.error.message.text() == "boom"
    assert not panel.run.error.trace.isVisible()  # folded
    assert not panel.run.output_section.isVisible()


def test_a_removed_node_leads_back_to_the_workflow(panel):
    panel.context.selection.set(["log"])
    workflow = panel.context.document.workflow
    panel.context.document.apply(workflow.replace(nodes={}, edges=()), "Empty")
    assert panel.stack.currentWidget() is panel.workflow_tabs
