"""What fields share that take a value dragged from the output of a step before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object

#: MIME type of the path of a value that is dragged from the outputs of earlier nodes.
PATH_MIME = "application/x-floworch-path"


def dropped_path(event: QDropEvent | QDragEnterEvent) -> str:
    """The path of the value that is dragged, or an empty text."""
    data = event.mimeData()
    return bytes(data.data(PATH_MIME).data()).decode() if data.hasFormat(PATH_MIME) else ""


class TakesPaths(_Widget):
    """Stands before a widget in a class's bases; the class says what becomes of a path."""

    def put_path(self, path: str) -> None:
        """Write the expression that stands for a value."""
        raise TypeError(f"{type(self).__name__} takes no {path}")  # abstract: every subclass overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a value that is dragged here."""
        if dropped_path(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Write its path."""
        self.put_path(dropped_path(event))
        event.acceptProposedAction()
