"""The text of a note, edited in its place: one real text field over the canvas, made when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from floworch_designer.canvas.decor import NoteBox
from floworch_designer.canvas.items.note import height_for
from floworch_designer.document import decor as stored

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


class InlineNote(QPlainTextEdit):
    """Ctrl+Enter, Escape or a click elsewhere keeps the text; a note grows when its text needs it."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._key: str | None = None
        self.setAccessibleName("Text of the note, in Markdown")
        self.setPlaceholderText("Markdown: # Heading, **bold**, - list")
        self.setTabChangesFocus(True)
        view.zoom_changed.connect(lambda _factor: self.keep())
        view.document.changed.connect(lambda _changes: self.give_up())
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(lambda _value: self.keep())
        self.hide()

    def open(self, box: NoteBox) -> None:
        """Edit a note."""
        shown = self._view.camera().rect(box.rect).toAlignedRect()
        shown.setSize(shown.size().expandedTo(self.minimumSizeHint()))
        shown.setWidth(max(shown.width(), 200))
        shown.setHeight(max(shown.height(), 96))
        self._key = None
        self.setPlainText(box.note.text)
        self.setGeometry(shown)
        self._key = box.key
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def keep(self) -> None:
        """Write the text as one undo step and close."""
        key, self._key = self._key, None
        text = self.toPlainText().rstrip()
        self._close()
        document = self._view.document
        note = stored.notes(document.workflow).get(key or "")
        if key is None or note is None or text == note.text:
            return
        wanted = height_for(stored.Note(note.id, text, note.at, note.size))
        size = (note.size[0], max(note.size[1], 12.0 * -(-wanted // 12.0)))
        document.apply(stored.set_decor(document.workflow, key, text=text, size=stored.whole(size)), "Edit note")

    def give_up(self) -> None:
        """Close without writing."""
        self._key = None
        self._close()

    def _close(self) -> None:
        if self.isVisible():
            had_focus = self.hasFocus()
            self.hide()
            if had_focus:
                self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Keep every key from the shortcuts of the canvas below."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape and Ctrl+Enter keep the text: losing what was written would be worse than keeping it."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.keep()
        else:
            super().keyPressEvent(event)
            event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A click elsewhere keeps the text."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.keep()
