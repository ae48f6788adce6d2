"""The text of a note, edited in its place: one real text field over the canvas, made when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from floworch_designer.canvas.decor import NoteBox
from floworch_designer.canvas.folding import begin_folded
from floworch_designer.canvas.geometry import Point
from floworch_designer.canvas.inline import InlineEditor
from floworch_designer.canvas.items.note import height_for
from floworch_designer.document import decor as stored
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


class InlineNote(InlineEditor, QPlainTextEdit):
    """Ctrl+Enter, Escape or a click elsewhere keeps the text; a note grows when its text needs it.

    Without a text it goes, and a new one never comes: it is a part of the workflow as soon as it has a text.
    """

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view.viewport())
        self._key: str | None = None
        self._new: Point | None = None  # where a note goes that the workflow has not got yet
        self.setAccessibleName(tr("Text of the note, in Markdown"))
        self.setPlaceholderText(tr("Markdown: # Heading, **bold**, - list"))
        self.setTabChangesFocus(True)
        self.attach(view)

    def open(self, box: NoteBox) -> None:
        """Edit a note; one that the workflow has not got is a new one."""
        shown = self._view.camera().rect(box.rect).toAlignedRect()
        shown.setSize(shown.size().expandedTo(self.minimumSizeHint()))
        shown.setWidth(max(shown.width(), 200))
        shown.setHeight(max(shown.height(), 96))
        self._key = None
        self.setPlainText(box.note.text)
        self.setGeometry(shown)
        self._key = box.key
        self._new = box.note.at if box.key not in stored.notes(self._view.document.workflow) else None
        self.appear()
        self.selectAll()

    def keep(self) -> None:
        """Write the text as one undo step and close."""
        key, self._key, new, self._new = self._key, None, self._new, None
        text = self.toPlainText().rstrip()
        self.disappear()
        document = self._view.document
        note = stored.notes(document.workflow).get(key or "")
        if key is None or (note is None and new is None) or text == (note.text if note is not None else ""):
            return
        if not text:
            document.apply(stored.remove_decor(document.workflow, {key}), tr("Delete note"))
        elif note is not None:
            made = stored.set_decor(document.workflow, key, text=text, size=stored.whole(_size(note, text)))
            document.apply(made, tr("Edit note"))
        elif new is not None:
            size = _size(stored.Note("", text, new), text)
            made, key = stored.add_note(document.workflow, text, new, size)
            begin_folded(self._view.graph, [key], ())
            document.apply(made, tr("Add note"))
            self._view.selection.set(decor=[key])

    def give_up(self) -> None:
        """Close without writing."""
        self._key = self._new = None
        self.disappear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape and Ctrl+Enter keep the text: losing what was written would be worse than keeping it."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.keep()
        else:
            super().keyPressEvent(event)
            event.accept()


def _size(note: stored.Note, text: str) -> Point:
    """What a note needs for a text, and at least what it has."""
    wanted = height_for(stored.Note(note.id, text, note.at, note.size))
    return note.size[0], max(note.size[1], 12.0 * -(-wanted // 12.0))
