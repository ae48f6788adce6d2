"""A workflow is built, wired, run and inspected without a mouse: every step is a key event to what has the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from real_window import real_window

from floworch.run.status import NodeStatus, RunStatus

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def desk(qapp, tmp_path):
    with real_window(qapp, tmp_path) as found:
        yield found


class Keyboard:
    """Keys go to what has the focus; after a popup the window is in front again, as a window manager sees to."""

    def __init__(self, desk):
        self.desk = desk

    def focus(self):
        if QApplication.focusWidget() is None:
            self.desk.window.activateWindow()
            self.desk.until(lambda: QApplication.focusWidget() is not None)
        return QApplication.focusWidget()

    def press(self, key, modifiers=NONE):
        QTest.keyClick(self.focus(), key, modifiers)

    def write(self, text):
        QTest.keyClicks(self.focus(), text)

    def back(self):
        """Alt+C gives the keys to the canvas from wherever they are."""
        self.press(Qt.Key.Key_C, ALT)
        self.leave_for(self.desk.window.canvas.hasFocus)

    def find(self, words):
        """Ctrl+F, letters and Enter select a node."""
        self.press(Qt.Key.Key_F, CTRL)
        self.leave_for(lambda: QApplication.focusWidget() is self.desk.window.parts["view"].finder.line)
        self.write(words)
        self.press(Qt.Key.Key_Return)
        self.leave_for(self.desk.window.canvas.hasFocus)

    def leave_for(self, condition):
        """Wait until the focus went where the key sent it."""

        def there():
            if QApplication.focusWidget() is None:
                self.desk.window.activateWindow()
            return QApplication.focusWidget() is not None and condition()

        self.desk.until(there)

    def add(self, action):
        """Tab asks for a node; its letters and Enter choose it."""
        window = self.desk.window
        self.leave_for(window.canvas.hasFocus)
        self.press(Qt.Key.Key_Tab)
        self.leave_for(lambda: QApplication.focusWidget() is window.quick_add.line)
        self.write(action)
        self.press(Qt.Key.Key_Return)
        self.leave_for(window.canvas.hasFocus)


@pytest.fixture
def keyboard(desk):
    return Keyboard(desk)


def test_a_workflow_is_built_wired_run_and_inspected_by_keyboard_alone(desk, keyboard):
    window = desk.window
    keyboard.add("util.datetime")
    keyboard.add("util.log")  # after the selected node, so that it is wired to it
    workflow = window.document.workflow
    (edge,) = workflow.edges
    first, second = edge.source, edge.target
    assert workflow.nodes[first].action == "util.datetime"
    assert window.selection.primary == second

    keyboard.press(Qt.Key.Key_E)  # the wire, which is taken away and drawn again
    assert list(window.selection.edges) == [0]
    keyboard.press(Qt.Key.Key_Delete)
    assert not window.document.workflow.edges
    keyboard.find("datetime")
    assert window.selection.primary == first
    keyboard.press(Qt.Key.Key_W)
    keyboard.press(Qt.Key.Key_Right)
    keyboard.press(Qt.Key.Key_Return)
    assert [(wire.source, wire.target) for wire in window.document.workflow.edges] == [(first, second)]
    keyboard.press(Qt.Key.Key_Right)
    assert window.selection.primary == second

    keyboard.press(Qt.Key.Key_Return)  # its parameters
    keyboard.leave_for(lambda: window.inspector.isAncestorOf(QApplication.focusWidget()))
    keyboard.press(Qt.Key.Key_A, CTRL)
    keyboard.write("built by hand")
    assert window.document.workflow.nodes[second].params["message"] == "built by hand"
    keyboard.back()

    keyboard.press(Qt.Key.Key_F2)  # its title
    keyboard.leave_for(lambda: QApplication.focusWidget() is not window.canvas)
    keyboard.press(Qt.Key.Key_A, CTRL)
    keyboard.write("Say it")
    keyboard.press(Qt.Key.Key_Return)
    assert window.document.workflow.nodes[second].title == "Say it"
    keyboard.leave_for(window.canvas.hasFocus)

    keyboard.press(Qt.Key.Key_Left)  # along the wire
    assert window.selection.primary == first
    keyboard.press(Qt.Key.Key_D)  # and back again
    keyboard.press(Qt.Key.Key_D)
    keyboard.press(Qt.Key.Key_Z, CTRL)
    keyboard.press(Qt.Key.Key_Z, CTRL)
    assert not window.document.workflow.nodes[first].disabled

    keyboard.press(Qt.Key.Key_F5)
    desk.until(lambda: window.controller.status is RunStatus.COMPLETED)
    keyboard.press(Qt.Key.Key_Right)
    assert window.selection.primary == second
    desk.until(lambda: window.canvas.graph.boxes[second].live.status is NodeStatus.COMPLETED)

    keyboard.press(Qt.Key.Key_R, CTRL)  # what the run came to
    assert window.inspector.workflow_tabs.currentWidget() is window.inspector.result
    keyboard.find("say")  # the node again by its new name
    assert window.selection.primary == second
    assert "built by hand" in window.log.text.toPlainText()


def test_keys_and_the_command_palette_reach_what_has_no_key(desk, keyboard):
    window = desk.window
    keyboard.add("util.datetime")
    keyboard.leave_for(window.canvas.hasFocus)
    keyboard.press(Qt.Key.Key_K, CTRL)
    keyboard.leave_for(lambda: QApplication.focusWidget() is not window.canvas)
    keyboard.write("reset layout")
    window.docks["palette"].hide()
    keyboard.press(Qt.Key.Key_Return)
    assert window.docks["palette"].isVisible()
    keyboard.back()
    keyboard.press(Qt.Key.Key_S, SHIFT)  # a note
    keyboard.leave_for(lambda: QApplication.focusWidget() is not window.canvas)
    keyboard.write("remember")
    keyboard.press(Qt.Key.Key_Return, CTRL)
    assert [note["text"] for note in window.document.workflow.view["notes"]] == ["remember"]
