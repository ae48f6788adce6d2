"""A line of text on which a list of choices can lie, and whose braces come in pairs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

from floworch_designer.inspector.braces import answer, pasted

#: Keys that an open list of choices gets before the text box below it.
CHOOSING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape})


class Line(QLineEdit):
    """A line of text on which a list of choices can lie."""

    def __init__(self) -> None:
        super().__init__()
        #: Whether a list of choices is open.
        self.choosing: Callable[[], bool] = bool
        #: Whether what is written may be an expression, whose braces close themselves.
        self.braces = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Enter, Tab and Escape to an open list of choices; braces come in pairs."""
        if event.key() in CHOOSING and self.choosing():
            event.ignore()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_text()
        elif not (self.braces and self._pair(event)):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of Qt, whose Paste does what the key does."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.triggered.disconnect()
                action.triggered.connect(self.paste_text)
        menu.popup(event.globalPos())

    def paste_text(self) -> None:
        """Paste; braces that are there already are not there twice."""
        text, clip, at = self.text(), QGuiApplication.clipboard().text(), self.cursorPosition()
        start = self.selectionStart() if self.hasSelectedText() else at
        end = self.selectionEnd() if self.hasSelectedText() else at
        done = pasted(text[:start], text[end:], clip) if self.braces and not self.isReadOnly() else None
        if done is None:
            self.paste()
            return
        self.setSelection(start - done.left, end - start + done.left + done.right)
        self.insert(done.insert)
        self.textEdited.emit(self.text())

    def _pair(self, event: QKeyEvent) -> bool:
        key = typed(event)
        if not key or self.hasSelectedText() or self.isReadOnly():
            return False
        text, at = self.text(), self.cursorPosition()
        done = answer(text[:at], text[at:], key)
        if done is None:
            return False
        if done.left or done.right:
            self.setSelection(at - done.left, done.left + done.right)
        if done.left or done.right or done.insert:
            self.insert(done.insert)  # in the place of what is selected, as one step that can be taken back
            self.textEdited.emit(self.text())
        if done.move:
            self.setCursorPosition(self.cursorPosition() + done.move)
        return True


def typed(event: QKeyEvent) -> str:
    """The character of a key as ``answer`` takes it; nothing for keys that it does not know."""
    if event.key() == Qt.Key.Key_Backspace:
        return "\b" if event.modifiers() == Qt.KeyboardModifier.NoModifier else ""
    return event.text() if event.text() in ("{", "}", " ") else ""
