"""The list of what differs between two versions of a definition, beside their picture on the canvas."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from floworch_designer.document.picture import Item, Picture, text_of
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.table import Index, RowsModel, dress, stand_alone
from floworch_designer.theme.theme import Theme

COLUMNS = (mark("Change"), mark("Where"), mark("What"), mark("Before"), mark("After"))
#: What a row says of its kind.
_KINDS = {"added": mark("Added"), "removed": mark("Removed"), "changed": mark("Changed"), "moved": mark("Moved")}
_LOOKS = {"added": ("plus", "success"), "removed": ("minus", "failed"), "changed": ("edit", "retrying"),
          "moved": ("drag", "pending")}  # fmt: skip
NOTHING = mark("No comparison. Choose a version in Versions and press Compare, or use “Compare with the saved file”.")


class DifferenceModel(RowsModel):
    """Rows of :data:`COLUMNS`, one for each thing that differs."""

    columns, say = COLUMNS, staticmethod(tr)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: tuple[Item, ...] = ()

    def show(self, rows: tuple[Item, ...]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def data(self, index: Index, role: int = 0) -> Any:
        """Text, colour and icon of a cell."""
        row, column = self.rows[index.row()], index.column()
        cells = (tr(_KINDS[row.kind]), row.title, row.what.removeprefix("params."), row.before, row.after)
        if role == Qt.ItemDataRole.DisplayRole:
            return text_of(cells[column], 200)
        if role == Qt.ItemDataRole.ToolTipRole:
            return cells[column] or None
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            icon, color = _LOOKS[row.kind]
            return self._theme.icon(icon, color, 16)
        if role == Qt.ItemDataRole.ForegroundRole and (not row.runs or column == 3):
            return self._theme.color("text_secondary")
        return None


class DifferencePanel(QWidget):
    """Shows a Picture. ``chosen(Item)`` follows a row that was selected, ``ended`` the button that ends it."""

    chosen = Signal(object)
    ended = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Picture | None = None
        self.model = DifferenceModel(theme, self)
        self.words = QLabel(tr(NOTHING))
        self.words.setMinimumWidth(10)
        self.end = QPushButton(tr("End comparison"))
        self.end.clicked.connect(self.ended)
        self.table = QTableView()
        widths, texts = {0: 110, 1: 180, 2: 140}, (3, 4)
        dress(self.table, self.model, tr("Differences of two versions"), widths, texts, self._on_row)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._on_row())
        bar = QHBoxLayout()
        bar.addWidget(self.words, 1)
        bar.addWidget(self.end)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 4)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        self.setMinimumSize(240, 80)
        self.show_picture(None)

    def show_picture(self, picture: Picture | None) -> None:
        """Show what differs, or nothing; the very same picture keeps the selected row."""
        if picture is self._shown and picture is not None:
            return
        self._shown = picture
        for widget in (self.end, self.table):
            widget.setVisible(picture is not None)
        stand_alone(self.words, self._column, picture is None)
        self.words.setText(picture.headline() if picture is not None else tr(NOTHING))
        self.model.show(picture.items if picture is not None else ())

    @property
    def row(self) -> int:
        """The selected row; -1 for none."""
        found = self.table.selectionModel().selectedRows()
        return found[0].row() if found else -1

    def select(self, row: int) -> None:
        """Select a row, which is then shown on the canvas."""
        self.table.selectRow(row)

    def _on_row(self) -> None:
        if self.row >= 0:
            self.chosen.emit(self.model.rows[self.row])
