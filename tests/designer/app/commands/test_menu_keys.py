"""Menus from the keyboard: Alt opens the bar, letters lead on, and keys of the canvas wait until it is over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar

from floworch_designer.app.commands.menu_keys import _Letters, by_letters


@pytest.fixture
def drawn(window, flow):
    window.document.apply(flow(), "Make")
    window.activateWindow()
    window.canvas.setFocus()
    window.selection.set(["first"])
    return window


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    """As from a keyboard: to the menu that is open, else to what has the focus."""
    QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), key, modifiers)


def alt(window):
    QTest.keyPress(window.canvas, Qt.Key.Key_Alt, Qt.KeyboardModifier.AltModifier)
    QTest.keyRelease(window.canvas, Qt.Key.Key_Alt, Qt.KeyboardModifier.NoModifier)


def opened():
    """Titles of the menus that are open, and the entry that is marked in the innermost."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu.title(), menu.activeAction().text() if menu.activeAction() is not None else None


def test_alt_alone_goes_to_the_menu_bar_and_a_letter_opens_a_menu(drawn):
    alt(drawn)
    assert drawn.menuBar().hasFocus()
    press(Qt.Key.Key_N)
    assert opened() == ("Node", "Add node…")
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Escape)
    assert drawn.canvas.hasFocus()


def test_of_titles_with_one_letter_each_press_takes_the_next(drawn):
    alt(drawn)
    found = []
    for _ in range(3):
        press(Qt.Key.Key_R)
        found.append(drawn.menuBar().activeAction().text())
    assert found == ["Run", "Replay", "Run"]
    press(Qt.Key.Key_Down)
    assert opened()[0] == "Run"
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Escape)


def test_a_letter_carries_out_the_one_entry_that_begins_with_it(drawn):
    alt(drawn)
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_R)
    assert QApplication.activePopupWidget() is None
    assert drawn.canvas._title.isVisible(), "Rename"


def test_of_entries_with_one_letter_each_press_marks_the_next(drawn):
    alt(drawn)
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_D)
    first = opened()
    press(Qt.Key.Key_D)
    assert first == ("Node", "Documentation of the action")
    assert opened() == ("Node", "Disable or enable")
    press(Qt.Key.Key_Return)
    assert drawn.document.workflow.nodes["first"].disabled


def test_a_letter_opens_a_menu_inside_with_its_first_entry_marked(drawn):
    alt(drawn)
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_W)
    title, marked = opened()
    assert title == "Wires"
    assert marked
    for _ in range(3):
        press(Qt.Key.Key_Escape)


@pytest.mark.parametrize("key", [Qt.Key.Key_D, Qt.Key.Key_Delete, Qt.Key.Key_P, Qt.Key.Key_1])
@pytest.mark.parametrize("deep", [False, True])
def test_keys_of_the_canvas_do_nothing_while_a_menu_has_them(drawn, key, deep):
    """The menus list the commands of the canvas: for Qt their keys were those of the focused menu bar as well."""
    before, zoom = drawn.document.workflow, drawn.canvas.zoom
    alt(drawn)
    if deep:
        press(Qt.Key.Key_Down)  # File
    press(key)
    assert drawn.document.workflow is before
    assert drawn.canvas.zoom == zoom
    for _ in range(3):
        press(Qt.Key.Key_Escape)


def test_the_menu_of_the_canvas_takes_letters(drawn):
    canvas = drawn.canvas
    canvas.fit()
    place = canvas.camera().rect(canvas.graph.boxes["second"].rect).center().toPoint()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.RightButton, pos=place + QPoint(0, -10))
    names = [action.text() for action in drawn.menus.menu.actions() if action.isEnabled() and action.text()]
    letter = next(name[0] for name in names if sum(other[0] == name[0] for other in names) > 1)
    QTest.keyClicks(drawn.menus.menu, letter.lower())
    assert opened()[1].startswith(letter)
    press(Qt.Key.Key_Escape)


def test_letters_with_ctrl_or_alt_and_those_of_no_entry_are_left_alone(qtbot):
    menu = QMenu()
    qtbot.addWidget(menu)
    done = []
    menu.addAction("Open").triggered.connect(lambda: done.append("open"))
    menu.addAction("Off").setEnabled(False)
    by_letters(menu)
    by_letters(menu)  # a second time changes nothing
    menu.popup(QPoint(0, 0))
    QTest.keyClick(menu, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(menu, Qt.Key.Key_X)
    assert done == []
    QTest.keyClick(menu, Qt.Key.Key_O)
    assert done == ["open"], "what cannot be used is not counted"


def test_alt_that_listed_ports_leaves_the_keys_on_the_canvas(drawn):
    canvas = drawn.canvas
    canvas.overlay.hover = "first"
    QTest.keyPress(canvas, Qt.Key.Key_Alt, Qt.KeyboardModifier.AltModifier)
    assert canvas.port_list.isVisible()
    QTest.keyRelease(canvas, Qt.Key.Key_Alt, Qt.KeyboardModifier.NoModifier)
    assert not canvas.port_list.isVisible()
    assert canvas.hasFocus()


def test_what_follows_the_letters_keeps_no_menu(qtbot):
    """What ``QAction.menu`` gives goes with the action's own wrapper: opening a menu told of a deleted object then."""
    bar = QMenuBar()
    qtbot.addWidget(bar)
    menu = bar.addMenu("Run")
    inner = menu.addMenu("More")
    by_letters(bar)
    menu.aboutToShow.emit()
    for each in (bar, menu, inner):
        (letters,) = each.findChildren(_Letters, options=Qt.FindChildOption.FindDirectChildrenOnly)
        assert not any(isinstance(kept, (QMenu, QMenuBar)) for kept in vars(letters).values())
