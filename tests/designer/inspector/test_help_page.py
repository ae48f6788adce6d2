"""The documentation of an action beside its node."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from floworch.actions.registry import registry
from floworch_designer.inspector.help_page import documentation
from floworch_designer.inspector.panel import TABS


def shown(panel):
    return panel.node_tabs.front().text.toPlainText()


def test_a_click_on_help_shows_what_the_action_does_takes_and_gives(panel, context, qtbot):
    context.selection.set(["log"])
    bar = panel.node_tabs.tabBar()
    place: QPoint = bar.tabRect(TABS.index("Help")).center()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
    spec = registry.find_action("util.log")
    for words in (
        spec.summary,
        "Parameters",
        "message",
        "required",
        "Output",
        "Ports",
        "error",
        "Example",
        '"util.log"',
    ):
        assert words in shown(panel)
    assert context.document.undo_stack.count() == 0, "reading changes nothing"
    context.selection.set(["odd"])
    assert "vendor.unknown" in shown(panel)


def test_where_one_has_read_stays_while_the_node_is_edited(panel, context, qtbot):
    context.selection.set(["log"])
    panel.resize(300, 260)
    panel.open_help()
    text = panel.node_tabs.front().text
    qtbot.keyClick(text, Qt.Key.Key_PageDown)
    read = text.verticalScrollBar().value()
    assert read > 0
    workflow = context.document.workflow
    nodes = {**workflow.nodes, "log": workflow.nodes["log"].replace(title="Say")}
    context.document.apply(workflow.replace(nodes=nodes), "Edit")
    assert text.verticalScrollBar().value() == read


@pytest.mark.parametrize("action", ["http.request", "flow.switch", "flow.fail", "data.join", "trigger.manual"])
def test_every_kind_of_action_is_told_whole(action):
    text = documentation(registry.find_action(action), "#888888")
    for name in registry.find_action(action).params.model_json_schema().get("properties", {}):
        assert f"<code>{name}</code>" in text
    assert "`" not in text


def test_a_parameter_is_told_with_the_label_of_its_field():
    """Who reads of cwd in a file and who fills in “Working folder” are told that they are the same."""
    assert "<code>cwd</code> Working folder" in documentation(registry.find_action("shell.run"), "#888888")


def test_words_of_an_action_are_never_markup():
    from dataclasses import replace

    spec = replace(registry.find_action("util.log"), title="<img src='http://x'>")
    assert "<img" not in documentation(spec, "#888888")
