"""The search line over a tree, as palette and outline have it: keys lead from the line into the tree and back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from floworch_designer.theme.magnifier import magnify
from floworch_designer.theme.theme import Theme


class SearchLine(QLineEdit):
    """A line with a magnifier. Esc clears it.

    Signals:
        down: The arrow down: the cursor wants into the tree.
        chosen: Enter.
    """

    down = Signal()
    chosen = Signal()

    def __init__(self, theme: Theme, hint: str, name: str) -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(True)
        self.setAccessibleName(name)
        magnify(self, theme)

    def framed(self) -> QVBoxLayout:
        """The line in a row with room at its sides."""
        row = QVBoxLayout()
        row.setContentsMargins(10, 0, 10, 0)
        row.addWidget(self)
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of the keys that lead into the tree."""
        key = event.key()
        if key == Qt.Key.Key_Down:
            self.down.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
