"""Strips of kept work and of interrupted runs stand on the tab that they concern (designer.md 1.1, 1.11)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from floworch.model import codec
from floworch.run.events import EventKind
from floworch_designer.app.files.autosave import left_behind, offer


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "recovery"


def offers(window):
    return {key for key in window.banners.shown if key.startswith("recover")}


def asked(window):
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def left_of(folder, workflow, path):
    """Work on a file that a process left behind."""
    folder.mkdir(exist_ok=True)
    shape = {"path": str(path), "at": 1.0, "definition": codec.dumps(workflow)}
    (folder / f"{path.name.split('.')[0]}.json").write_text(json.dumps(shape), encoding="utf-8")


def click_tab(window, qtbot, tab):
    bar = window.tab_strip.bar
    place = bar.tabRect(window.tabs.all.index(tab)).center()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
    assert window.tab is tab


@pytest.fixture
def files(window, flow, tmp_path):
    """Two files, the first of them open."""
    found = []
    for name in ("one", "two"):
        found.append(tmp_path / f"{name}.flow.json")
        codec.save(flow(), found[-1])
    window.files.load(found[0])
    return found


def test_an_offer_stands_on_the_tab_of_its_file_alone(window, flow, folder, files, qtbot, until):
    window.files.load(files[1])
    first, second = window.tabs.all
    left_of(folder, flow(timeout=9), files[0])
    offer(window, folder)
    assert window.tab is second
    assert not offers(window)
    click_tab(window, qtbot, first)
    assert offers(window) == {"recover one"}
    qtbot.mouseClick(window.banners.shown["recover one"].buttons["Recover"], Qt.MouseButton.LeftButton)
    until(lambda: first.document.dirty)
    assert not offers(window)


def test_an_offer_for_no_open_file_stands_once_and_goes_to_its_file_when_that_opens(
    window, flow, folder, files, qtbot, until
):
    left_of(folder, flow(timeout=9), files[1])
    offer(window, folder)
    first = window.tab
    assert offers(window) == {"recover two"}
    qtbot.mouseClick(window.tab_strip.add, Qt.MouseButton.LeftButton)
    assert window.tab is not first
    assert not offers(window)
    window.files.open_path(files[1])
    until(lambda: window.tab.path == files[1])
    assert offers(window) == {"recover two"}
    own = window.tab
    click_tab(window, qtbot, first)
    assert not offers(window)
    click_tab(window, qtbot, own)
    qtbot.mouseClick(window.banners.shown["recover two"].buttons["Discard"], Qt.MouseButton.LeftButton)
    assert not offers(window)
    assert left_behind(folder) == []


def test_an_offer_outlives_the_tab_that_it_stood_on(window, flow, folder, files, until):
    window.files.load(files[1])
    left_of(folder, flow(timeout=9), files[0])
    offer(window, folder)
    window.tabs.show(window.tabs.all[0])
    window.commands["tabs.close"].trigger()
    until(lambda: len(window.tabs.all) == 1)
    assert window.tab.path == files[1]
    assert offers(window) == {"recover one"}


@pytest.mark.parametrize("after", ["Recover", "Discard"])
def test_a_second_press_before_the_first_is_carried_out_does_nothing(window, flow, folder, files, qtbot, until, after):
    left_of(folder, flow(timeout=9), files[0])
    offer(window, folder)
    buttons = window.banners.shown["recover one"].buttons
    for name in ("Recover", after):
        qtbot.mouseClick(buttons[name], Qt.MouseButton.LeftButton)
    until(lambda: window.tab.document.dirty)
    until(lambda: not offers(window))
    for _ in range(3):
        qtbot.wait(1)
    assert window.tab.document.dirty
    assert window.tab.document.workflow.timeout == flow(timeout=9).timeout
    assert not asked(window)


def test_who_keeps_what_is_open_can_recover_later(window, flow, folder, files, qtbot, until):
    window.tab.document.apply(flow(timeout=3), "Edit")
    left_of(folder, flow(timeout=9), files[0])
    offer(window, folder)
    for answer in ("Cancel", "Don't save"):
        qtbot.mouseClick(window.banners.shown["recover one"].buttons["Recover"], Qt.MouseButton.LeftButton)
        until(lambda: asked(window))
        next(button for button in asked(window)[0].buttons() if button.text() == answer).click()
        until(lambda: not asked(window))
    until(lambda: not offers(window))
    assert window.tab.document.workflow.timeout == flow(timeout=9).timeout


def test_all_that_was_left_behind_is_offered_each_on_its_tab(window, flow, folder, files, tmp_path):
    """designer.md 1.11: five tabs that a crash ends are five offers."""
    for name in "abcde":
        left_of(folder, flow(timeout=9), tmp_path / f"{name}.flow.json")
    offer(window, folder)
    assert offers(window) == {f"recover {name}" for name in "abcde"}


def left_run(host, workflow, run_id, source=None, parent=None):
    """A run that a process left behind."""
    host.add(workflow, run_id)
    host.headers[run_id] = replace(
        host.headers[run_id], options={"source": str(source) if source else None, "parents": []}
    )
    host.push(run_id, EventKind.RUN_STARTED)
    host.parents[run_id] = parent


@pytest.fixture
def left_runs(window, host, loop):
    """Tells of what processes left behind, as the start does."""

    def tell():
        host.dead = True
        loop.run_until_complete(window.runs.look_for_interrupted())
        host.dead = False

    return tell


def told(window):
    return {key for key in window.banners.shown if "interrupted" in key}


def test_an_interrupted_run_is_told_on_the_tab_of_its_definition_alone(
    window, host, flow, files, left_runs, qtbot, until
):
    """designer.md 1.1"""
    codec.save(flow().replace(id="other"), files[1])
    window.files.load(files[1])
    first, second = window.tabs.all
    left_run(host, flow(), "one-7")
    left_runs()
    assert window.tab is second
    assert not told(window)
    assert not window.commands["run.resume"].isEnabled(), "F6 would go on with what no strip here tells of"
    click_tab(window, qtbot, first)
    assert told(window) == {"interrupted one-7"}
    assert window.commands["run.resume"].isEnabled()
    qtbot.mouseClick(window.banners.shown["interrupted one-7"].buttons["Resume"], Qt.MouseButton.LeftButton)
    until(lambda: ("resume", "one-7") in host.asked)
    until(lambda: not told(window))
    assert window.tab is first


def test_of_two_files_of_one_workflow_the_one_that_was_run_has_the_strip(window, host, flow, files, left_runs):
    window.files.load(files[1])
    first, second = window.tabs.all
    assert first.document.workflow.id == second.document.workflow.id
    left_run(host, flow(), "one-7", files[0])
    left_runs()
    assert not told(window)
    window.tabs.show(first)
    assert told(window) == {"interrupted one-7"}


def test_a_run_whose_definition_no_tab_has_is_told_once_until_it_is_opened(window, host, flow, files, left_runs, qtbot):
    codec.save(flow().replace(id="other"), files[1])
    left_run(host, flow().replace(id="other"), "other-3")
    left_runs()
    assert told(window) == {"interrupted other-3"}
    qtbot.mouseClick(window.tab_strip.add, Qt.MouseButton.LeftButton)
    assert not told(window)
    window.files.load(files[1])
    assert told(window) == {"interrupted other-3"}
    qtbot.mouseClick(window.banners.shown["interrupted other-3"].close_button, Qt.MouseButton.LeftButton)
    assert not told(window)
    left_runs()
    for tab in window.tabs.all:
        window.tabs.show(tab)
        assert not told(window), "dismissed"


def test_the_strip_of_a_run_goes_to_the_tab_that_shows_it(window, host, flow, files, left_runs, qtbot, until):
    left_run(host, flow().replace(id="other"), "other-3")
    left_runs()
    first = window.tab
    qtbot.mouseClick(window.tab_strip.add, Qt.MouseButton.LeftButton)
    window.runs.open_run("other-3")
    host.dead = True
    until(lambda: window.controller.run_id == "other-3")
    assert told(window) == {"interrupted other-3"}
    click_tab(window, qtbot, first)
    assert not told(window)


def test_more_interrupted_runs_than_are_named_are_counted_and_listed(window, host, flow, left_runs, qtbot, until):
    for number in range(5):
        left_run(host, flow(), f"r-{number}")
    left_run(host, flow(), "called", parent="r-1")
    left_run(host, flow(), "orphan", parent="gone")
    left_runs()
    more = window.banners.shown["more interrupted"]
    assert more.title.text() == "3 more runs were interrupted", "the called run goes on with its caller"
    window.history.search.setText("billing")
    host.dead = True
    qtbot.mouseClick(more.buttons["Show them"], Qt.MouseButton.LeftButton)
    until(window.docks["runs"].isVisible)
    assert "more interrupted" not in window.banners.shown
    assert {run.run_id for run in window.history.model.rows} == {"orphan", "called", *(f"r-{n}" for n in range(5))}
