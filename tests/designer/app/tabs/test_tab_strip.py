"""The strip of tabs: names, marks, mouse and menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QTabBar

from floworch.model import codec
from floworch.run.events import EventKind
from floworch_designer.app.tabs.tab_strip import LEAST, MOST


@pytest.fixture
def bar(window, flow, tmp_path):
    """Three files in tabs."""
    for name in ("one", "two & more", "three"):
        path = tmp_path / f"{name}.flow.json"
        codec.save(flow(), path)
        window.files.load(path)
    return window.tab_strip.bar


def button(bar, index):
    return bar.tabButton(index, QTabBar.ButtonPosition.RightSide)


def test_tabs_are_named_and_marked(window, bar, host, until):
    assert [bar.tabText(index) for index in range(3)] == ["one", "two && more", "three"]
    assert bar.currentIndex() == 2
    clean = button(bar, 2).icon().pixmap(12, 12).toImage()
    window.document.apply(window.document.workflow.replace(name="Edited"), "Edit")
    assert "unsaved changes" in button(bar, 2).accessibleName()
    assert button(bar, 2).icon().pixmap(12, 12).toImage() != clean
    assert bar.tabIcon(2).isNull()
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    window.tabs.step(1)
    assert not bar.tabIcon(2).isNull(), "the run of a tab behind is seen"
    host.push(window.tabs.all[2].controller.run_id, EventKind.RUN_COMPLETED)
    until(lambda: "completed" in bar.tabToolTip(2))


def test_clicks_change_and_close(window, bar, qtbot, until):
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(0).center())
    assert window.document.path.name == "one.flow.json"
    qtbot.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=bar.tabRect(1).center())
    until(lambda: bar.count() == 2)
    assert window.document.path.name == "one.flow.json", "the one in front stays"
    button(bar, 1).click()
    until(lambda: bar.count() == 1)
    window.tab_strip.add.click()
    assert bar.count() == 2
    assert window.tab.blank


def test_dragging_reorders_and_keeps_what_is_in_front(window, bar, qtbot):
    bar.moveTab(2, 0)
    assert [tab.path.name for tab in window.tabs.all] == ["three.flow.json", "one.flow.json", "two & more.flow.json"]
    assert window.document.path.name == "three.flow.json"
    bar.setCurrentIndex(1)
    assert window.document.path.name == "one.flow.json"


def test_a_tab_that_moves_by_keys_stays_in_view_where_the_tabs_scroll(window, bar):
    bar.setMaximumWidth(LEAST + 60)
    bar.resize(LEAST + 60, bar.height())
    window.tabs.show(window.tabs.all[0])
    for _ in range(2):
        window.commands["tabs.right"].trigger()
        rect = bar.tabRect(bar.currentIndex())
        assert bar.rect().contains(rect.center()), rect
    assert window.tab is window.tabs.all[2]


def test_the_menu_acts_on_the_tab_under_the_mouse(window, bar, qapp, until):
    place = bar.tabRect(0).center()
    bar.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, bar.mapToGlobal(place)))
    entries = {action.text(): action for action in bar.menu.actions() if action.text()}
    assert not entries["Move left"].isEnabled()
    entries["Move right"].trigger()
    assert [bar.tabText(index) for index in range(3)] == ["two && more", "one", "three"]
    assert window.document.path.name == "three.flow.json", "another one stays in front"
    window.tab_actions.move_tab(window.tabs.all[1], -1)
    entries["Copy path"].trigger()
    assert qapp.clipboard().text() == str(window.tabs.all[0].path)
    entries["Close the others"].trigger()
    until(lambda: bar.count() == 1)
    bar.menu.close()
    assert window.document.path.name == "one.flow.json"


def test_a_double_click_beside_the_tabs_opens_one(window, bar, qtbot):
    bar.resize(bar.width() + 200, bar.height())
    qtbot.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.tabRect(2).right() + 60, 10))
    assert window.tab.blank


def test_the_button_for_a_new_tab_stands_right_behind_the_last_one(window, qtbot):
    strip = window.tab_strip
    bar = strip.bar
    qtbot.waitUntil(lambda: 0 <= strip.add.x() - bar.x() - bar.tabRect(bar.count() - 1).right() <= 8)


def test_many_tabs_scroll_before_their_names_are_cut_to_nothing(bar):
    bar.setTabText(0, "The name of a workflow that is a good deal longer than a tab")
    for index in range(bar.count()):
        least, whole = bar.minimumTabSizeHint(index), bar.tabSizeHint(index)
        assert least.width() == min(whole.width(), LEAST)


def test_files_of_one_name_are_told_apart_by_their_folders(window, bar, flow, tmp_path):
    (tmp_path / "other").mkdir()
    path = tmp_path / "other" / "two & more.flow.json"
    codec.save(flow(), path)
    window.files.load(path)
    texts = [bar.tabText(index) for index in range(4)]
    assert texts[0::2] == ["one", "three"]
    assert texts[3] == "two && more – other"
    assert texts[1] == f"two && more – {tmp_path.name}"


def test_a_screen_reader_hears_of_unsaved_changes_and_of_the_run(window, bar, until):
    assert bar.accessibleTabName(2) == "three"
    window.document.apply(window.document.workflow.replace(name="Edited"), "Edit")
    assert bar.accessibleTabName(2) == "three, unsaved changes"
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    until(lambda: bar.accessibleTabName(2) == "three, unsaved changes, running")


def test_a_very_long_name_leaves_room_for_the_others_and_no_name_is_markup(window, bar, flow, tmp_path):
    for name in ("n" * 200, "<b>bold"):
        codec.save(flow(), tmp_path / f"{name}.flow.json")
        window.files.load(tmp_path / f"{name}.flow.json")
    assert max(bar.tabRect(index).width() for index in range(5)) <= MOST
    assert "&lt;b&gt;" in bar.tabToolTip(4)
    assert "&lt;b&gt;" in button(bar, 4).toolTip()
