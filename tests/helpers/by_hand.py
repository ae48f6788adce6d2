"""What a person does with menus, file dialogs and buttons, as real mouse and key events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget


def key(window: Any, name: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key on the canvas of the window in front: the offscreen platform forgets which one that is."""
    window.activateWindow()
    QApplication.processEvents()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, name, modifiers)


def choose(window: Any, qtbot: Any, menu: str, entry: str) -> None:
    """Open a menu of the menu bar and press an entry of it with the mouse."""
    bar = window.menuBar()
    head = next(action for action in bar.actions() if action.text() == menu)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.actionGeometry(head).center())
    opened = head.menu()
    assert opened.isVisible()
    qtbot.mouseClick(opened, Qt.MouseButton.LeftButton, pos=opened.actionGeometry(window.commands[entry]).center())


def shown(window: QWidget, kind: type[Any]) -> Any:
    """The first visible widget of a kind in a window, or None."""
    return next((each for each in window.findChildren(kind) if each.isVisible()), None)


def press(qtbot: Any, button: QWidget) -> None:
    """Click a button."""
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def name_file(qtbot: Any, window: QWidget, path: Path) -> None:
    """Type the path of a file into the file dialog that is open, and Enter."""
    line = shown(window, QFileDialog).findChild(QLineEdit, "fileNameEdit")
    line.clear()
    qtbot.keyClicks(line, str(path))
    qtbot.keyClick(line, Qt.Key.Key_Return)
