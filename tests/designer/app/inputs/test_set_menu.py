"""The parameter set in the run bar."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from floworch.model import codec
from floworch.model.workflow import Input
from floworch_designer.app.inputs.input_sets import InputSets
from floworch_designer.app.inputs.set_menu import SetMenu
from floworch_designer.app.widgets.dialogs import InputsDialog

INPUTS = {"limit": Input(type="integer", required=True), "name": Input(type="string")}


@pytest.fixture
def sets(window, flow, tmp_path):
    path = tmp_path / "orders.flow.json"
    codec.save(flow(inputs=INPUTS), path)
    sets = InputSets(path)
    sets.write("day", {"limit": 1, "name": "d"})
    sets.write("night", {"limit": 9})
    window.files.load(path)
    return sets


def choose(window, qtbot, name):
    """Open the list by its key and take an entry with the mouse."""
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    found = window.sets.list
    assert found.isVisible()
    entry = next(action for action in found.actions() if action.text() == name)
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton, pos=found.actionGeometry(entry).center())


def started(host):
    return [what for what in host.asked if what[0] == "start"]


def run(window, qtbot, host, until):
    qtbot.mouseClick(window.run_bar.buttons["run.start"], Qt.MouseButton.LeftButton)
    until(lambda: started(host) and window.controller.run_id is not None)
    return started(host)[-1]


def test_a_set_chosen_beside_run_gives_the_inputs_and_nothing_is_asked(window, qtbot, host, until, sets):
    assert window.sets.isVisible()
    choose(window, qtbot, "night")
    assert window.sets.text() == "night"
    assert {"limit": 9} in run(window, qtbot, host, until)
    window.commands["run.copy_command"].trigger()
    assert f"--inputs {sets.path('night')}" in QGuiApplication.clipboard().text()


def test_it_is_read_when_the_run_begins_and_what_is_gone_is_told(window, qtbot, host, until, sets):
    choose(window, qtbot, "night")
    sets.remove("night")
    qtbot.mouseClick(window.run_bar.buttons["run.start"], Qt.MouseButton.LeftButton)
    until(lambda: "message" in window.banners.shown)
    assert "orders.night.inputs.json" in window.banners.shown["message"].title.text()
    assert not started(host)
    assert not window.sets.chosen


@pytest.mark.parametrize(("text", "chosen"), [("", "night"), ("12", "")])
def test_inputs_of_the_dialog_count_and_the_set_stays_only_if_they_are_its_own(
    window, qtbot, host, until, sets, text, chosen
):
    choose(window, qtbot, "night")
    window.commands["run.start_inputs"].trigger()
    until(lambda: any(each.isVisible() for each in window.findChildren(InputsDialog)))
    dialog = window.findChild(InputsDialog)
    if text:
        line = dialog.form.rows["limit"].editor.line
        line.selectAll()
        qtbot.keyClicks(line, text)
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    until(lambda: started(host))
    assert {"limit": int(text or 9)} in started(host)[-1]
    assert window.sets.chosen == chosen


def test_it_is_there_only_for_a_file_with_inputs(window, flow, sets, tmp_path):
    choose_row = window.commands["run.set"]
    assert choose_row.isEnabled()
    codec.save(flow(), tmp_path / "plain.flow.json")
    window.files.load(tmp_path / "plain.flow.json")
    assert not window.sets.isVisible()
    assert not choose_row.isEnabled()


def test_the_chosen_set_is_there_at_the_next_start(window, qtbot, sets):
    choose(window, qtbot, "night")
    again = SetMenu(window)
    qtbot.addWidget(again)
    assert again.chosen == "night"
    assert again.inputs(window.document.workflow) == {"limit": 9}
    window.sets.choose("")
    assert SetMenu(window).chosen == ""


@pytest.mark.parametrize("text", ["", "[1]", "{", "null"])
def test_settings_that_hold_something_else_choose_none(window, sets, text):
    window.session.settings.set("run/sets", text)
    assert SetMenu(window).chosen == ""


def test_in_a_narrow_window_it_is_a_picture_that_says_its_words(window, sets):
    """With words it kept the window wider than a screen of 960 points, in German."""
    bar = window.run_bar
    window.resize(bar.layout().minimumSize().width() + 400, 700)
    assert window.sets.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    window.resize(bar.minimumSizeHint().width() + 4, 700)
    assert window.sets.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert window.sets.toolTip().startswith("No parameter set")
