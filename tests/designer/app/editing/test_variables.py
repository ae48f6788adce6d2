"""Variables of the workflow in front: found, shown, renamed everywhere as one step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from floworch.model.workflow import Input, Node


def press(window, qtbot, key, modifier=Qt.KeyboardModifier.AltModifier):
    window.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(window, key, modifier)


@pytest.fixture
def used(window, flow):
    """A workflow with an input that two nodes read, and a connection."""
    nodes = {
        "one": Node(action="util.log", title="One", params={"message": "{{ inputs.who }}"}),
        "two": Node(action="util.log", params={"message": "{{ inputs.who | upper }}"}),
        "ask": Node(action="db.query", params={"connection": "shop", "sql": "SELECT 1"}),
    }
    window.session.document.reset(flow(inputs={"who": Input()}).replace(nodes=nodes, edges=()))
    return window


def rows(window):
    tree = window.variables.tree
    tops = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
    return {top.text(0): [top.child(at) for at in range(top.childCount())] for top in tops}


def test_a_name_is_typed_over_by_f2_and_changed_everywhere_as_one_step(used, qtbot):
    press(used, qtbot, Qt.Key.Key_V)
    tree = used.variables.tree
    qtbot.waitUntil(lambda: tree.hasFocus() and "Inputs" in rows(used))
    assert [item.text(1) for item in rows(used)["Inputs"]] == ["2 uses"]
    tree.setCurrentItem(rows(used)["Inputs"][0])
    before = used.document.workflow
    qtbot.keyClick(tree, Qt.Key.Key_F2)
    line = tree.findChild(QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, "name")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: list(used.document.workflow.inputs) == ["name"])
    made = used.document.workflow
    assert made.nodes["two"].params["message"] == "{{ inputs.name | upper }}"
    used.document.undo_stack.undo()
    assert used.document.workflow is before
    tree.setFocus()
    press(used, qtbot, Qt.Key.Key_V)
    assert not used.docks["variables"].isVisible()


def test_a_use_is_shown_on_the_canvas_by_enter(used, qtbot):
    used.show_panel("variables")
    qtbot.waitUntil(lambda: "Inputs" in rows(used))
    item = rows(used)["Inputs"][0].child(1)
    rows(used)["Inputs"][0].setExpanded(True)
    used.variables.tree.setCurrentItem(item)
    qtbot.keyClick(used.variables.tree, Qt.Key.Key_Return)
    assert used.selection.primary == "two"


def test_connections_of_actions_are_known_and_their_own_name_stays(used, qtbot):
    used.show_panel("variables")
    qtbot.waitUntil(lambda: "Connections" in rows(used))
    assert [item.text(0) for item in rows(used)["Connections"]] == ["shop"]
    used.variables.renamed.emit("connection", "shop", "store")
    assert used.document.workflow.nodes["ask"].params["connection"] == "store"
    assert "itself is not renamed" in used.statusBar().currentMessage()
    assert [item.text(0) for item in rows(used)["Connections"]] == ["store"]


def test_a_taken_name_is_refused_and_the_list_follows_edits(used, qtbot):
    used.show_panel("variables")
    before = used.document.workflow
    used.variables.renamed.emit("input", "who", "")
    assert used.document.workflow is before
    assert "name is needed" in used.statusBar().currentMessage()
    used.document.apply(before.replace(inputs={**before.inputs, "more": Input()}), "Input")
    qtbot.waitUntil(lambda: len(rows(used)["Inputs"]) == 2)


def test_what_is_only_looked_at_is_not_renamed(used, qtbot):
    used.tab.look_at(used.document.workflow, "An earlier version", "")
    used.show_panel("variables")
    qtbot.waitUntil(lambda: "Inputs" in rows(used))
    used.variables.renamed.emit("input", "who", "name")
    assert list(used.session.document.workflow.inputs) == ["who"]
    used.variables.tree.setCurrentItem(rows(used)["Inputs"][0])
    used.refresh_actions()
    assert not used.commands["variables.rename"].isEnabled()


def test_the_data_of_the_run_are_shown_live(used, host, until):
    used.show_panel("variables")
    used.commands["run.start"].trigger()
    until(lambda: host.streams.get(used.controller.run_id))
    used.controller.feed.live.data["total"] = [1, 2]
    used.variable_actions.follow()
    until(lambda: "Data of the run" in rows(used))
    assert [(item.text(0), item.text(1)) for item in rows(used)["Data of the run"]] == [("total", "[1, 2]")]
