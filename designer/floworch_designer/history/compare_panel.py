"""The list of what differs between two runs, node by node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from floworch.run.compare import RunDifference
from floworch_designer.history.comparison import Row, change_text, headline, rows_of
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.elided import plain
from floworch_designer.theme.table import Index, RowsModel, dress, stand_alone
from floworch_designer.theme.theme import Theme

COLUMNS = (mark("Node"), mark("Status"), mark("First run"), mark("Second run"), mark("Change"), mark("What differs"))
COLORS = {
    "first": "failed",
    "first output": "retrying",
    "differs": "retrying",
    "time": "pending",
    "same": "text_secondary",
}
GLYPHS = {"first": "error-filled", "first output": "compare", "differs": "compare", "time": "clock", "same": "check"}
_WORDS = {
    "first": mark("The first node that ended differently"),
    "first output": mark("The first node that differs: its output is another"),
    "differs": mark("Ended differently"),
    "time": mark("Took longer or shorter"),
    "same": mark("Ended alike"),
}
#: Beside the words of a cell, px.
PADDING = 20
NOTHING = mark("No comparison. Select a run in Runs and press Compare, or use “Compare with another run…”.")


class CompareModel(RowsModel):
    """Rows of :data:`COLUMNS`; ``title`` says what a node is called."""

    columns, say = COLUMNS, staticmethod(tr)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[Row] = []
        self.title: Callable[[str], str] = lambda node: node

    def show(self, rows: list[Row]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def data(self, index: Index, role: int = 0) -> Any:
        """Text, colour and icon of a cell."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return self._theme.icon(GLYPHS[row.kind], COLORS[row.kind], 16)
        if role == Qt.ItemDataRole.ToolTipRole:
            together = tr("Time of all items together") if row.inside and column in (2, 3, 4) else ""
            return plain("\n".join(filter(None, (together, tr(_WORDS[row.kind]), row.details or row.what))))
        if role == Qt.ItemDataRole.ForegroundRole and (row.kind == "same" or column in (2, 3)):
            return self._theme.color("text_secondary")
        if role == Qt.ItemDataRole.FontRole and row.kind.startswith("first") and column == 0:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (2, 3, 4):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, row: Row, column: int) -> str:
        if column == 0:
            return self.title(row.node)
        if column == 1:
            return row.status[0] if row.status[0] == row.status[1] else " → ".join(row.status)
        if column in (2, 3):
            return row.duration[column - 2]
        if column == 4:
            return change_text(row.change) if row.change is not None else ""
        return row.what


class ComparePanel(QWidget):
    """Shows a RunDifference. ``chosen(node id)`` follows a row that was selected, ``ended`` the button that ends it."""

    chosen = Signal(str)
    ended = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.model = CompareModel(theme, self)
        self.words = QLabel(tr(NOTHING))
        self.words.setMinimumWidth(10)
        self.words.setWordWrap(True)
        self.only = QCheckBox(tr("Only what differs"))
        self.only.setChecked(True)
        self.only.toggled.connect(self._fill)
        self.end = QPushButton(tr("End comparison"))
        self.end.clicked.connect(self.ended)
        self.table = QTableView()
        self._build()
        self.show_difference(None)

    @property
    def rows(self) -> list[Row]:
        """Every node of both runs."""
        return self._rows

    def show_difference(self, found: RunDifference | None, title: Callable[[str], str] = str) -> None:
        """Show what differs, or nothing."""
        self.model.title = title
        self._rows = rows_of(found) if found is not None else []
        for widget in (self.only, self.end, self.table):
            widget.setVisible(found is not None)
        self.words.setText(
            f"{found.runs[0]} → {found.runs[1]}: {headline(found)}" if found is not None else tr(NOTHING)
        )
        stand_alone(self.words, self._column, found is None)
        self.words.setToolTip(self.words.text() if found is not None else "")
        self._fill()

    def select(self, node: str) -> None:
        """Select a node's row, without telling of it."""
        for place, row in enumerate(self.model.rows):
            if row.node == node:
                self.table.selectionModel().blockSignals(True)
                self.table.selectRow(place)
                self.table.selectionModel().blockSignals(False)
                self.table.viewport().update()

    def _fill(self) -> None:
        differing = [row for row in self._rows if row.kind not in ("same", "time")]  # no two runs take as long
        self.model.show(differing if self.only.isChecked() else self._rows)

    def _on_row(self) -> None:
        found = self.table.selectionModel().selectedRows()
        if found:
            self.chosen.emit(self.model.rows[found[0].row()].node)

    def _build(self) -> None:
        table = self.table
        time = table.fontMetrics().horizontalAdvance("59 min 59 s") + PADDING
        widths = dict(enumerate((170, 170, time, time, time)))
        dress(table, self.model, tr("Differences of two runs"), widths, (5,), self._on_row)
        table.selectionModel().selectionChanged.connect(lambda *_: self._on_row())
        bar = QHBoxLayout()
        bar.addWidget(self.words, 1)
        bar.addWidget(self.only)
        bar.addWidget(self.end)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 4)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(table, 1)
        column.addStretch(0)
        self.setMinimumSize(240, 80)
