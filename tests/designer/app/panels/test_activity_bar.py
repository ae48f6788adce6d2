"""The bar at the left edge, and the keys of the panels that it shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch_designer.app.panels.activity_bar import PANELS

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def drawn(window, flow):
    window.resize(1400, 900)
    window.session.document.reset(flow())
    window.activateWindow()
    window.canvas.setFocus()
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("name", [name for name, _, _ in PANELS])
def test_a_click_shows_a_panel_and_another_puts_it_away(drawn, qtbot, name):
    button, dock = drawn.activity.buttons[name], drawn.docks[name]
    assert button.isChecked() is dock.isVisible()
    for _ in range(3):
        shown = button.isChecked()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        assert button.isChecked() is not shown
        assert dock.isVisible() is not shown


def test_of_panels_that_share_a_place_the_one_in_view_is_lit(drawn, qtbot):
    buttons = drawn.activity.buttons
    for name in ("outline", "versions", "variables", "outline"):
        qtbot.mouseClick(buttons[name], Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        lit = {each for each in ("outline", "versions", "variables") if buttons[each].isChecked()}
        assert lit == {name}


@pytest.mark.parametrize(
    ("key", "name"), [(Qt.Key.Key_P, "palette"), (Qt.Key.Key_I, "inspector"), (Qt.Key.Key_R, "runs")]
)
def test_a_key_goes_to_a_panel_and_back_to_the_canvas(drawn, key, name):
    dock = drawn.docks[name]
    dock.hide()
    QTest.keyClick(drawn.canvas, key, ALT)
    assert dock.isVisible()
    assert dock.isAncestorOf(drawn.focusWidget())
    QTest.keyClick(drawn.focusWidget(), key, ALT)
    assert not dock.isVisible()
    assert drawn.canvas.hasFocus()
    dock.show()
    drawn.canvas.setFocus()
    QTest.keyClick(drawn.canvas, key, ALT)
    assert dock.isAncestorOf(drawn.focusWidget()), "one that is shown gets the keys first"


def test_the_tool_tip_names_the_key_of_the_keymap(drawn):
    button = drawn.activity.buttons["palette"]
    assert button.toolTip() == "Palette (Alt+P)"
    drawn.commands.use(drawn.commands.keymap.with_keys("view.palette", ("Ctrl+Alt+9",)))
    assert button.toolTip() == "Palette (Ctrl+Alt+9)"


def test_operator_mode_puts_the_bar_away_and_brings_it_back(drawn):
    drawn.commands["view.operator"].trigger()
    assert not drawn.activity.isVisible()
    drawn.commands["view.operator"].trigger()
    assert drawn.activity.isVisible()
