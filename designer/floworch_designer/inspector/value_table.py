"""The rows of a value as a table; only the cells in view are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from floworch_designer.inspector.value_kinds import cell_of, columns_of
from floworch_designer.inspector.values import bounded_text, cell_text
from floworch_designer.settings.words import local_number, tr
from floworch_designer.theme.table import ROW, Index

#: Width of a column, px: the least, the most, and what it has beside its words.
_LEAST, _MOST, _BESIDE = 60, 260, 26


class TableModel(QAbstractTableModel):
    """Rows that are objects or lists; the first of them has the number ``first``."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Any] = ()
        self.columns: tuple[str, ...] = ()
        self.first = 0

    def set_rows(self, rows: Sequence[Any], first: int = 0) -> None:
        """Show other rows; the columns of an earlier part stay."""
        self.beginResetModel()
        found = columns_of(rows)
        self.columns = tuple(dict.fromkeys((*self.columns, *found))) if first else found
        self.rows, self.first = rows, first
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """All of them."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """The columns of the first rows."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Names of columns, and the numbers of the items as expressions count them, from 0."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self.columns[section]
        return local_number(f"{self.first + section:,}")

    def data(self, index: Index, role: int = 0) -> Any:
        """The text of a cell; its tool tip holds more of a long one."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.TextAlignmentRole):
            return None
        value = cell_of(self.rows[index.row()], self.columns[index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if value is None:
            return ""
        return cell_text(value) if role == Qt.ItemDataRole.DisplayRole else bounded_text(value, 2000)


class ValueTable(QTableView):
    """The table of a value."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = TableModel()
        self.setModel(self.rows)
        self.setAccessibleName(tr("Value as a table"))
        self.setMinimumHeight(180)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, rows: Sequence[Any], first: int = 0) -> None:
        """Show rows; columns are as wide as the words of the first ones, and stay so in later parts."""
        before = self.rows.columns
        self.rows.set_rows(rows, first)
        self.scrollToTop()
        if self.rows.columns == before and first:
            return
        for number, name in enumerate(self.rows.columns):
            cells = [cell_text(cell_of(row, name)) for row in rows[:20]]
            longest = max((name, *cells), key=len)
            words = self.fontMetrics().horizontalAdvance(longest[:100]) + _BESIDE
            self.setColumnWidth(number, min(_MOST, max(_LEAST, words)))
