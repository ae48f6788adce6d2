"""designer.md 2: everything can be docked; and all that the mouse does works from the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QTabBar

from floworch_designer.app.panels.docking import BOTTOM

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
BELOW = Qt.DockWidgetArea.BottomDockWidgetArea


@pytest.fixture
def wide(window, qtbot):
    """A window with room, and the log in front below the canvas."""
    window.resize(1400, 900)
    window.show_panel("log")
    window.activateWindow()  # without a window manager nobody does it
    qtbot.waitUntil(window.isActiveWindow)
    return window


def chord(window, qtbot, key):
    focus = window.focusWidget()
    qtbot.keyClick(focus, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(focus, key)


def stands(window, name):
    """Where a panel is seen, from the middle of the canvas."""
    dock, canvas = window.docks[name], window.canvas
    assert dock.isVisible()
    assert not dock.visibleRegion().isEmpty()
    place = dock.mapTo(window, dock.rect().center()) - canvas.mapTo(window, canvas.rect().center())
    if abs(place.x()) > canvas.width() / 2:
        return "left" if place.x() < 0 else "right"
    return "below" if place.y() > canvas.height() / 2 else "?"


def test_keys_move_the_panel_that_has_the_focus(wide, qtbot):
    search = wide.palette_panel.search
    search.setFocus()
    chord(wide, qtbot, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: stands(wide, "palette") == "right")
    assert stands(wide, "inspector") == "right"
    assert wide.focusWidget() is search, "the keys stay in the panel"
    assert not search.text(), "no letter of the shortcut was typed"
    chord(wide, qtbot, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: stands(wide, "palette") == "below")
    assert abs(wide.docks["palette"].width() - wide.docks["log"].width()) < 60, "beside the tabs, half of the room each"
    chord(wide, qtbot, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: stands(wide, "palette") == "left")


def test_a_tab_from_below_gets_a_heading_at_the_side_and_is_a_tab_again_below(wide, qtbot):
    wide.log.text.setFocus()
    wide.commands["view.panel_right"].trigger()
    qtbot.waitUntil(lambda: stands(wide, "log") == "right")
    assert wide.focusWidget() is wide.log.text
    assert wide.docks["log"].titleBarWidget().title.text() == "Run log"
    assert wide.docking.area("problems") == BELOW
    wide.commands["view.panel_bottom"].trigger()
    assert wide.docks["log"] in wide.tabifiedDockWidgets(wide.docks["problems"])
    qtbot.waitUntil(lambda: stands(wide, "log") == "below")
    assert wide.docking.pins.pinned == []


def test_what_stands_at_a_side_does_not_come_and_go_with_the_panels_below(wide, qtbot):
    wide.docking.move("runs", LEFT)
    wide.commands["view.bottom"].trigger()
    assert not wide.docks["log"].isVisible()
    assert wide.docks["runs"].isVisible()
    wide.activity.buttons["runs"].click()
    assert not wide.docks["runs"].isVisible()
    wide.commands["view.bottom"].trigger()
    assert wide.docks["log"].isVisible()
    assert not wide.docks["runs"].isVisible()
    wide.show_panel("runs")
    qtbot.waitUntil(lambda: stands(wide, "runs") == "left")


def test_one_that_goes_back_below_opens_the_tabs_it_belongs_to(wide, qtbot):
    wide.docking.move("runs", LEFT)
    wide.docking.show_bottom(False)
    wide.moves.move("runs", BELOW)
    assert all(wide.docks[name].isVisible() for name in BOTTOM)


@pytest.mark.parametrize("name", ["palette", "runs"])
def test_a_panel_that_floats_comes_back_to_where_it_is_sent(wide, qtbot, name):
    wide.docks[name].setFloating(True)
    wide.moves.move(name, wide.docking.area(name))
    assert not wide.docks[name].isFloating()
    qtbot.waitUntil(lambda: stands(wide, name) == ("left" if name == "palette" else "below"))


def test_the_last_tab_below_stays_there_and_says_so(wide, qtbot):
    *most, last = BOTTOM
    for name in most:
        assert wide.docking.move(name, LEFT)
    wide.moves.move(last, LEFT)
    assert wide.docking.area(last) == BELOW
    assert "last tab" in wide.statusBar().currentMessage()


def test_without_a_panel_that_has_the_keys_nothing_moves_and_it_is_said(wide, qtbot):
    wide.canvas.setFocus()
    before = {name: wide.docking.area(name) for name in wide.docks}
    wide.commands["view.panel_right"].trigger()
    assert {name: wide.docking.area(name) for name in wide.docks} == before
    assert "panel first" in wide.statusBar().currentMessage()


def test_it_is_kept_in_the_layout_and_taken_back_by_reset(wide, session, qtbot):
    wide.docking.move("palette", RIGHT)
    wide.docking.move("log", RIGHT)
    wide.docking.save(session.settings)
    wide.commands["view.reset_layout"].trigger()
    assert (wide.docking.area("palette"), wide.docking.area("log")) == (LEFT, BELOW)
    wide.show_panel("log")
    assert wide.docks["log"] in wide.tabifiedDockWidgets(wide.docks["problems"])
    wide.docking.restore(session.settings)
    assert (wide.docking.area("palette"), wide.docking.area("log")) == (RIGHT, RIGHT)
    assert wide.docks["log"].titleBarWidget().title.text() == "Run log"


def menu_over(window, part, place):
    """The menu that a right click at a place of a part opens, by the words of its entries."""
    before = set(window.findChildren(QMenu))
    spot = part.mapTo(window, place)
    window.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, window.mapToGlobal(spot)))
    opened = next(menu for menu in window.findChildren(QMenu) if menu not in before)
    return opened, {action.text(): action for action in opened.actions() if action.text()}


def test_the_menu_of_a_heading_moves_and_hides_its_panel(wide, qtbot):
    heading = wide.docks["palette"].titleBarWidget()
    menu, entries = menu_over(wide, heading, QPoint(20, heading.height() // 2))
    assert not entries["Move to the left"].isEnabled(), "it is there"
    entries["Move to the right"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: stands(wide, "palette") == "right")
    menu, entries = menu_over(wide, heading, QPoint(20, heading.height() // 2))
    entries["Hide"].trigger()
    menu.close()
    assert not wide.docks["palette"].isVisible()


def test_the_menu_of_a_tab_moves_the_panel_of_that_tab(wide, qtbot):
    bar = next(bar for bar in wide.findChildren(QTabBar) if bar.count() == len(BOTTOM))
    index = next(index for index in range(bar.count()) if bar.tabText(index) == "Runs")
    menu, entries = menu_over(wide, bar, bar.tabRect(index).center())
    assert not entries["Hide"].isVisible(), "the tabs come and go together"
    entries["Move to the left"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: stands(wide, "runs") == "left")


def test_inside_a_panel_its_own_menu_opens(wide):
    assert wide.moves.menu_at(wide.palette_panel.mapTo(wide, wide.palette_panel.rect().center())) is None
    assert wide.moves.menu_at(wide.canvas.mapTo(wide, wide.canvas.rect().center())) is None


def test_operator_mode_has_no_panels_to_move(wide):
    wide.operator.set(True)
    assert not wide.commands["view.panel_left"].isEnabled()
