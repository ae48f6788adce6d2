"""Where one is: calling workflows, the workflow, containers around the selection; by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch.model import codec
from floworch.model.workflow import Node, Workflow
from floworch_designer.app.tabs.breadcrumb import callers


def texts(window):
    return [button.text() for button in window.tab_strip.crumbs.buttons]


@pytest.fixture
def inside(window, tmp_path):
    """A called workflow with a loop in a loop, opened from its caller, with the innermost node selected."""
    nodes = {
        "all": Node(action="flow.foreach", title="All", params={"items": "{{ [1] }}"}),
        "each": Node(action="flow.foreach", parent="all", params={"items": "{{ [1] }}"}),
        "log": Node(action="util.log", parent="each", params={"message": "x"}),
    }
    codec.save(Workflow(id="part", nodes=nodes), tmp_path / "part.flow.json")
    call = Node(action="flow.call", params={"workflow": "part.flow.json"})
    codec.save(Workflow(id="whole", nodes={"call": call}), tmp_path / "whole.flow.json")
    window.files.load(tmp_path / "whole.flow.json")
    window.selection.set(["call"])
    window.commands["tabs.called"].trigger()
    window.selection.set(["log"])
    return window


def test_the_chain_is_walked_by_keys(inside, qtbot):
    assert texts(inside) == ["whole", "part", "All", "each"]
    assert inside.tab_strip.crumbs.isVisible()
    inside.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(inside, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    buttons = inside.tab_strip.crumbs.buttons
    qtbot.waitUntil(buttons[2].hasFocus)
    qtbot.keyClick(buttons[2], Qt.Key.Key_Right)
    assert buttons[3].hasFocus()
    qtbot.keyClick(buttons[3], Qt.Key.Key_Left)
    qtbot.keyClick(buttons[2], Qt.Key.Key_Return)
    assert inside.selection.primary == "all"
    assert texts(inside) == ["whole", "part"]
    inside.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(inside, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    button = inside.tab_strip.crumbs.buttons[0]
    qtbot.waitUntil(button.hasFocus)
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert inside.canvas.hasFocus()


def test_a_click_goes_back_to_the_caller_and_alone_there_is_no_chain(inside, qtbot):
    qtbot.mouseClick(inside.tab_strip.crumbs.buttons[0], Qt.MouseButton.LeftButton)
    assert inside.tab.name == "whole.flow.json"
    assert not inside.tab_strip.crumbs.isVisible()
    inside.commands["go.crumbs"].trigger()
    assert "nothing opened" in inside.statusBar().currentMessage()


def test_workflows_that_call_each_other_end_somewhere(inside):
    inside.tab.caller.caller = inside.tab
    assert callers(inside.tab) == [inside.tab.caller]


def test_a_long_name_is_cut_and_told_whole(inside):
    made = inside.document.workflow
    title = "A very long title that nobody could read in one line & more"
    made = made.replace(nodes={**made.nodes, "all": made.nodes["all"].replace(title=title)})
    inside.document.apply(made, "Rename")
    button = inside.tab_strip.crumbs.buttons[2]
    assert len(button.text()) < 32
    assert title in button.toolTip()


def test_a_called_run_leads_to_the_one_that_called_it(window, flow, host, until):
    window.session.document.reset(flow())
    host.add(flow(), "run-1")
    host.headers["run-1"].options["parent"] = {"run_id": "run-0"}
    host.add(flow(), "run-0")
    window.runs.open_run("run-1")
    until(lambda: texts(window) == ["run-0", "Demo"])
    window.tab_strip.crumbs.buttons[0].click()
    until(lambda: window.controller.run_id == "run-0")
