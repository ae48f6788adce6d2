"""New, close, next, move, open again; and from a node that calls a workflow there and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from floworch.model import codec
from floworch.model.workflow import Node
from floworch.run.events import EventKind
from floworch_designer.app.running.partial import child_of
from floworch_designer.app.tabs.tab_actions import called_by


@pytest.fixture
def two(window, flow, tmp_path):
    """Two files open, the second in front."""
    paths = [tmp_path / f"{name}.flow.json" for name in ("one", "two")]
    for path in paths:
        codec.save(flow().replace(id=path.name.split(".")[0]), path)
        window.files.load(path)
    return paths


def box(window):
    return next((found for found in window.findChildren(QMessageBox) if found.isVisible()), None)


def press(window, words, until):
    until(lambda: box(window) is not None)
    next(button for button in box(window).buttons() if button.text() == words).click()
    until(lambda: box(window) is None)


def test_the_keys_open_change_close_and_bring_back(window, two, qtbot, until):
    key, control, shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, key.Key_T, control)
    assert len(window.tabs.all) == 3
    assert window.tab.blank
    qtbot.keyClick(window, key.Key_Tab, control)
    assert window.document.path == two[0]
    qtbot.keyClick(window, key.Key_Backtab, control | shift)
    assert window.tab.blank
    qtbot.keyClick(window, key.Key_W, control)
    until(lambda: len(window.tabs.all) == 2)
    window.tabs.show(window.tabs.all[0])
    qtbot.keyClick(window, key.Key_W, control)
    until(lambda: len(window.tabs.all) == 1)
    assert window.document.path == two[1]
    qtbot.keyClick(window, key.Key_T, control | shift)
    assert window.document.path == two[0]
    assert not window.commands["tabs.reopen"].isEnabled()


def test_keys_move_the_tab_in_front_as_a_drag_does(window, two, qtbot):
    key, both = Qt.Key, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    assert [tab.path for tab in window.tabs.all] == two
    assert not window.commands["tabs.right"].isEnabled(), "it is the last"
    qtbot.keyClick(window, key.Key_PageUp, both)
    assert [tab.path for tab in window.tabs.all] == [*reversed(two)]
    assert window.document.path == two[1], "it stays in front"
    assert window.tab_strip.bar.currentIndex() == 0
    assert [window.tab_strip.bar.tabText(index) for index in range(2)] == ["two", "one"]
    assert not window.commands["tabs.left"].isEnabled()
    qtbot.keyClick(window, key.Key_PageUp, both)
    assert [tab.path for tab in window.tabs.all] == [*reversed(two)], "there is nothing further to the left"
    qtbot.keyClick(window, key.Key_PageDown, both)
    assert [tab.path for tab in window.tabs.all] == two


def test_a_tab_that_is_left_alone_can_be_moved_nowhere(window, two, until):
    assert window.commands["tabs.left"].isEnabled()
    window.commands["tabs.close"].trigger()
    until(lambda: len(window.tabs.all) == 1)
    assert not window.commands["tabs.left"].isEnabled()
    assert not window.commands["tabs.next"].isEnabled()


def test_a_second_new_tab_is_not_made_while_the_first_is_blank(window):
    window.commands["tabs.new"].trigger()
    window.commands["file.new"].trigger()
    assert len(window.tabs.all) == 1


def test_closing_the_last_tab_leaves_a_blank_one(window, flow, until):
    window.document.reset(flow())
    window.commands["tabs.close"].trigger()
    until(lambda: window.tab.blank)
    assert len(window.tabs.all) == 1


@pytest.mark.parametrize(("words", "left"), [("Cancel", 2), ("Don't save", 1)])
def test_unsaved_changes_are_asked_about(window, two, until, words, left):
    window.document.apply(window.document.workflow.replace(name="Edited"), "Edit")
    window.commands["tabs.close"].trigger()
    press(window, words, until)
    until(lambda: not window.files._busy)
    assert len(window.tabs.all) == left


@pytest.mark.parametrize(("words", "left"), [("Stay", 2), ("Close", 1)])
def test_a_run_that_goes_on_is_told_of_and_goes_on(window, two, host, until, words, left):
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    window.commands["tabs.close"].trigger()
    press(window, words, until)
    until(lambda: not window.files._busy)
    assert len(window.tabs.all) == left
    assert not [what for what in host.asked if what[0] in ("cancel", "pause")]


def test_closing_the_others_stops_at_the_first_no(window, two, until):
    window.commands["tabs.new"].trigger()
    mine = window.tab
    window.tabs.show(window.tabs.all[1])
    window.document.apply(window.document.workflow.replace(name="Edited"), "Edit")
    window.tab_actions.close_others(mine)
    press(window, "Cancel", until)
    until(lambda: not window.files._busy)
    assert [tab.path for tab in window.tabs.all] == [two[1], None]


def call_one(window, flow):
    """Have the front workflow call ``one.flow.json``, and select the node that does."""
    node = Node(action="flow.call", params={"workflow": "one.flow.json"})
    window.document.apply(flow().replace(id="two", nodes={"call": node}, edges=()), "Call")
    window.selection.set(["call"])


def test_a_called_workflow_is_entered_and_left_by_keys(window, two, flow, qtbot):
    caller, both = window.tab, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    assert not window.commands["tabs.called"].isEnabled()
    call_one(window, flow)
    assert called_by(window) == two[0]
    qtbot.keyClick(window, Qt.Key.Key_Down, both)
    assert window.document.path == two[0]
    assert window.tab.caller is caller
    assert [button.text() for button in window.tab_strip.crumbs.buttons] == ["two", "one"]
    qtbot.keyClick(window, Qt.Key.Key_Up, both)
    assert window.tab is caller
    assert not window.tab_strip.crumbs.isVisible()


def test_in_a_run_the_run_of_the_called_workflow_is_entered(window, two, flow, host, until):
    call_one(window, flow)
    caller, run = window.tab, host.add(window.document.workflow, "parent")
    host.push(run, EventKind.RUN_STARTED)
    host.push(run, EventKind.NODE_STARTED, 0)
    host.add(codec.load(two[0]), "child")
    host.push(run, EventKind.NODE_WAITING, 0, {"wait": {"kind": "call", "name": "child"}})
    window.runs.open_run(run)
    until(lambda: child_of(window) == "child")
    window.commands["tabs.called"].trigger()
    until(lambda: window.controller.run_id == "child")
    assert window.tab is not caller
    assert caller.controller.run_id == "parent"


@pytest.mark.parametrize("called", ["{{ inputs.which }}", "", 5])
def test_a_call_that_only_the_run_knows_cannot_be_opened(window, flow, called):
    window.document.apply(flow().replace(nodes={"call": Node(action="flow.call", params={"workflow": called})},
                                         edges=()), "Call")  # fmt: skip
    window.selection.set(["call"])
    assert called_by(window) is None


def test_a_called_file_that_is_not_there_is_told(window, two, flow):
    node = Node(action="flow.call", params={"workflow": "nowhere.flow.json"})
    window.document.apply(flow().replace(nodes={"call": node}, edges=()), "Call")
    window.selection.set(["call"])
    window.commands["tabs.called"].trigger()
    assert "nowhere.flow.json is not there" in window.banners.shown["message"].title.text()
    assert len(window.tabs.all) == 2
