"""Two runs on one canvas, through the host."""

from __future__ import annotations

import pytest
import replay_kit as kit
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch.model.codec import loads
from floworch.run.events import Event, EventKind
from floworch.run.status import RunStatus
from floworch_designer.app.running.comparing import RunPicker


def good(event):
    """The same run, in which the last node completed."""
    if event.kind == EventKind.NODE_FAILED:
        return Event(event.seq, event.at, EventKind.NODE_COMPLETED, event.node, 1, (), {"output": 4})
    if event.kind == EventKind.RUN_FAILED:
        return Event(event.seq, event.at, EventKind.RUN_COMPLETED, -1, 0, (), {})
    return event


@pytest.fixture
def two(window, host, loop, until):
    """A window with the failed run ``r`` on the canvas and a good one, ``g``, in the store."""
    flow = loads(kit.DEFINITION)
    window.session.document.reset(flow)
    for run_id, events in (("g", [good(event) for event in kit.events()]), ("r", kit.events())):
        host.add(flow, run_id)
        host.past[run_id] = events
    loop.run_until_complete(window.controller.show("r"))
    until(lambda: window.controller.status is RunStatus.FAILED)
    loop.run_until_complete(window.runs._refresh())
    return window


def key(window, qtbot, name, modifier=Qt.KeyboardModifier.NoModifier):
    window.activateWindow()
    QApplication.processEvents()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, getattr(Qt.Key, f"Key_{name}"), modifier)


def test_pick_a_run_see_what_differs_and_end_it(two, qtbot, until):
    key(two, qtbot, "C", Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    picker = two.comparing._picker
    assert picker.isVisible()
    until(lambda: picker.list.count() == 1)
    qtbot.keyClicks(picker.line, "g")
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    until(lambda: two.comparing.comparing)
    assert two.canvas.overlay.differences["d"][0] == "first|first difference: completed → failed"
    assert two.canvas.overlay.differences["a"][0] == "same|"
    assert two.selection.primary == "d"
    assert two.docks["compare"].isVisible()
    assert two.compare_panel.words.text().startswith("g → r: completed → failed")
    two.selection.set(["a"])
    key(two, qtbot, "F4")
    assert two.selection.primary == "d"
    key(two, qtbot, "F4", Qt.KeyboardModifier.ShiftModifier)
    assert two.canvas.overlay.differences == {}
    assert not two.compare_panel.rows
    assert not two.commands["replay.next_difference"].isEnabled()


def test_the_history_compares_and_another_run_ends_it(two, qtbot, until, loop):
    two.history.select("g")
    qtbot.mouseClick(two.history.buttons["compare"], Qt.MouseButton.LeftButton)
    until(lambda: two.comparing.comparing)
    loop.run_until_complete(two.controller.show("g"))
    assert not two.comparing.comparing
    assert two.canvas.overlay.differences == {}


def test_compare_while_no_run_is_shown_opens_the_run_and_asks_for_the_other(two, qtbot, until, loop):
    loop.run_until_complete(two.controller.leave())
    two.history.select("g")
    qtbot.mouseClick(two.history.buttons["compare"], Qt.MouseButton.LeftButton)
    until(lambda: isinstance(QApplication.activePopupWidget() or QApplication.activeWindow(), RunPicker))
    assert two.controller.run_id == "g"
    picker = two.comparing._picker
    assert [picker.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(picker.list.count())] == ["r"]
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    until(lambda: two.comparing.comparing)
    assert two.compare_panel.words.text().startswith("r → g: failed → completed")


def test_a_run_with_itself_asks_for_the_other(two, until):
    two.comparing.compare_with("r")
    until(lambda: two.comparing._picker is not None)
    assert not two.comparing.comparing


def test_the_only_run_has_nothing_to_be_compared_with(two, until):
    two.history.show_runs([run for run in two.history.model.all if run.run_id == "r"])
    two.comparing.compare_with("r")
    until(lambda: "no other run" in two.statusBar().currentMessage())
    assert two.comparing._picker is None


def test_a_run_that_cannot_be_read_is_told(two, until):
    two.comparing.compare_with("nowhere")
    until(lambda: "message" in two.banners.shown)
    assert not two.comparing.comparing


def test_a_plan_covers_the_comparison_and_uncovers_it_again(two, until):
    two.comparing.compare_with("g")
    until(lambda: two.comparing.comparing)
    compared = two.canvas.overlay.words
    view = two.parts["partial"].view
    view.show("Run", {"d": ("runs", "because")}, "Run", None)
    assert two.canvas.overlay.words == {"d": ("runs", "because")}
    view.cancel()
    assert two.canvas.overlay.words == compared != {}


def click_row(window, qtbot, run_id, modifier=Qt.KeyboardModifier.NoModifier):
    """Click a row of the list of runs with the mouse."""
    table = window.history.table
    row = next(number for number, run in enumerate(window.history.model.rows) if run.run_id == run_id)
    place = table.visualRect(window.history.model.index(row, 2)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


@pytest.mark.parametrize("order", [("g", "r"), ("r", "g")])
@pytest.mark.parametrize("shown", [None, "g", "r"])
def test_two_runs_that_are_selected_are_compared_the_older_first(two, host, qtbot, until, loop, order, shown):
    """designer.md 1.4: whatever is on the canvas, and in whichever order they were clicked."""
    host.created["r"] = 101.0
    loop.run_until_complete(two.controller.leave() if shown is None else two.controller.show(shown))
    two.show_panel("runs")
    loop.run_until_complete(two.runs._refresh())
    click_row(two, qtbot, order[0])
    click_row(two, qtbot, order[1], Qt.KeyboardModifier.ControlModifier)
    enabled = {verb for verb, button in two.history.buttons.items() if button.isEnabled()}
    assert enabled == {"compare"}
    qtbot.mouseClick(two.history.buttons["compare"], Qt.MouseButton.LeftButton)
    until(lambda: two.comparing.comparing)
    assert two.compare_panel.words.text().startswith("g → r: completed → failed")
    assert two.controller.run_id == "r"
    assert {run.run_id for run in two.history.runs} == {"g", "r"}, "they stay selected for the next look"


def test_two_runs_are_selected_and_compared_with_keys_alone(two, qtbot, until, loop):
    """The list is made with Shift and the arrows; the key of the action compares what is selected."""
    loop.run_until_complete(two.controller.leave())
    two.show_panel("runs")
    loop.run_until_complete(two.runs._refresh())
    two.activateWindow()
    QApplication.processEvents()
    two.history.table.setFocus()
    qtbot.keyClick(two.history.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(two.history.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(two.history.runs) == 2
    assert two.commands["replay.compare"].isEnabled()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(two.history.table, Qt.Key.Key_C, keys)
    until(lambda: two.comparing.comparing)


def test_one_selected_run_and_none_on_the_canvas_leaves_the_action_off(two, qtbot, loop):
    loop.run_until_complete(two.controller.leave())
    two.show_panel("runs")
    loop.run_until_complete(two.runs._refresh())
    click_row(two, qtbot, "g")
    two.refresh_actions()
    assert not two.commands["replay.compare"].isEnabled()
