"""Strips of kept work stand on the tab that they concern (designer.md 1.11)."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from floworch.model import codec
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
