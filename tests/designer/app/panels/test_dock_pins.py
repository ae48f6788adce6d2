"""Two panels below the canvas are seen at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch_designer.app.panels.docking import BOTTOM


def seen(window):
    return {name for name in BOTTOM if not window.docks[name].visibleRegion().isEmpty()}


def pin(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.AltModifier)


@pytest.fixture
def pinned(window, qtbot):
    """The window with the log pinned beside the problems."""
    window.resize(1300, 800)
    window.show_panel("log")
    window.canvas.setFocus()
    window.activateWindow()  # without a window manager nobody does it
    qtbot.waitUntil(window.isActiveWindow)
    assert seen(window) == {"log"}
    pin(window, qtbot)
    window.show_panel("problems")
    return window


def test_a_panel_is_pinned_by_key_and_two_are_seen_and_put_back_by_its_button(pinned, qtbot):
    qtbot.waitUntil(lambda: seen(pinned) == {"log", "problems"})
    log, problems = pinned.docks["log"], pinned.docks["problems"]
    assert not log.geometry().intersects(problems.geometry())
    assert abs(log.height() - problems.height()) < 60, "beside each other, not one above the other"
    assert log not in pinned.tabifiedDockWidgets(problems)
    qtbot.mouseClick(log.titleBarWidget().pin_button, Qt.MouseButton.LeftButton)
    assert log in pinned.tabifiedDockWidgets(problems)
    qtbot.waitUntil(lambda: seen(pinned) == {"log"})


def test_the_one_with_the_focus_is_put_back_by_the_same_key(pinned, qtbot):
    pinned.log.text.setFocus()
    pin(pinned, qtbot)
    assert pinned.docking.pins.pinned == []
    assert pinned.docks["log"] in pinned.tabifiedDockWidgets(pinned.docks["problems"])


def test_it_is_kept_in_the_layout_and_taken_back_by_reset(pinned, session, qtbot):
    pinned.docking.save(session.settings)
    pinned.commands["view.reset_layout"].trigger()
    assert pinned.docking.pins.pinned == []
    pinned.show_panel("log")
    assert pinned.docks["log"] in pinned.tabifiedDockWidgets(pinned.docks["problems"])
    pinned.docking.restore(session.settings)
    assert pinned.docking.pins.pinned == ["log"]
    assert pinned.docks["log"] not in pinned.tabifiedDockWidgets(pinned.docks["problems"])
    assert hasattr(pinned.docks["log"].titleBarWidget(), "pin_button")


def test_one_tab_always_stays(window, qtbot):
    window.show_panel("log")
    for name in BOTTOM[:-1]:
        assert window.docking.pins.toggle(name)
    assert not window.docking.pins.toggle(BOTTOM[-1])
    for name in BOTTOM[:-1]:
        assert window.docking.pins.toggle(name)
    assert len(window.tabifiedDockWidgets(window.docks["log"])) == len(BOTTOM) - 1
