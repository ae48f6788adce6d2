"""A page of the settings with a list of named things: add, change, remove, and a line that says what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.inspector.widgets import restyle


class NamedPage(QWidget):
    """What connections and secrets have in common on their pages.

    Args:
        about: What these things are, in one or two sentences.
        columns: Titles of the columns; the first one holds the name.
        empty: What the list says when there is nothing in it.

    Attributes:
        list: The list; the name of an entry is the text of its first column.
        buttons: The buttons below it by their words; the last one is at the right.
    """

    #: Another entry is chosen, or none.
    turned = Signal()

    def __init__(self, about: str, columns: Sequence[str], empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QPushButton] = {}
        note = QLabel(about)
        note.setProperty("role", "secondary")
        note.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(list(columns))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setProperty("role", "plain")
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.list.setAccessibleName(columns[0])
        self.list.header().setStretchLastSection(True)
        self.list.header().setSectionsMovable(False)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.list.currentItemChanged.connect(lambda _new, _old: self.turned.emit())
        self._empty = _centred(empty, self.list)
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.undo_button = QPushButton()
        self.undo_button.setProperty("kind", "quiet")
        self.undo_button.setAutoDefault(False)
        self.undo_button.hide()
        said = QHBoxLayout()
        said.addWidget(self.message, 1)
        said.addWidget(self.undo_button, 0, Qt.AlignmentFlag.AlignTop)
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 8)
        column.setSpacing(10)
        column.addWidget(note)
        column.addWidget(self.list, 1)
        column.addLayout(said)
        column.addLayout(self.row)

    @property
    def name(self) -> str:
        """The chosen entry's name; empty for none."""
        item = self.list.currentItem()
        return item.text(0) if item is not None else ""

    def button(self, words: str, slot: object, stretch: bool = False) -> QPushButton:
        """Add a button at the end of the row; ``stretch`` leaves the room of the row before it."""
        button = self.buttons[words] = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        if stretch:
            self.row.addStretch(1)
        self.row.addWidget(button)
        return button

    def show_rows(self, rows: Sequence[Sequence[str]], chosen: str = "") -> None:
        """List these rows; ``chosen`` or what was chosen before is chosen again, else the first one."""
        chosen = chosen or self.name
        self.list.clear()
        for texts in rows:
            item = QTreeWidgetItem(list(texts))
            for column, text in enumerate(texts):
                item.setToolTip(column, text)
            self.list.addTopLevelItem(item)
            if texts[0] == chosen:
                self.list.setCurrentItem(item)
        if rows and not self.name:
            self.list.setCurrentIndex(self.list.model().index(0, 0))
        for column in range(self.list.columnCount() - 1):
            self.list.resizeColumnToContents(column)
            self.list.setColumnWidth(column, min(240, max(140, self.list.columnWidth(column) + 16)))
        self._empty.setVisible(not rows)
        self.turned.emit()

    def say(self, text: str, role: str = "caption") -> None:
        """Say what came of something; ``error`` in the colour of failures."""
        self.undo_button.hide()
        self.message.setText(text)
        restyle(self.message, "role", role)


def _centred(text: str, within: QWidget) -> QLabel:
    """A text in the middle of an empty list."""
    label = QLabel(text)
    label.setProperty("role", "secondary")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    QVBoxLayout(within).addWidget(label)
    return label
