"""What tables share: a model over a sequence of rows, and how such a table looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QVBoxLayout

Index = QModelIndex | QPersistentModelIndex
#: Height of a row, px.
ROW = 26


class RowsModel(QAbstractTableModel):
    """A table over ``rows`` with the titles in ``columns``; a subclass says what its cells show.

    ``say`` gives a title in the language of the window.
    """

    columns: tuple[str, ...] = ()
    say: Callable[[str], str] = staticmethod(str)
    rows: Any = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.say(self.columns[section])
        return None


def dress(
    table: QTableView,
    model: RowsModel,
    name: str,
    widths: Mapping[int, int],
    stretched: Iterable[int],
    enter: Callable[[], Any] | None = None,
    row: int = ROW,
) -> None:
    """Give a table its model and its looks: whole rows, one at a time, no grid.

    Args:
        table: The table.
        model: What it shows.
        name: What a screen reader says.
        widths: Column -> width in px.
        stretched: The columns that share the rest.
        enter: What Enter does; None leaves it to the table.
        row: Height of a row in px.
    """
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setWordWrap(False)  # a row has one line: what is too long is cut in it, not at the last word that fits
    table.setTabKeyNavigation(False)
    table.setAccessibleName(name)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) if enter is not None else ():
        QShortcut(key, table, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(enter)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in widths.items():
        header.resizeSection(column, max(width, header.sectionSizeHint(column)))
    for column in stretched:
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)


def stand_alone(words: QLabel, column: QVBoxLayout, alone: bool) -> None:
    """Put the words of a panel's first line into its middle while there is nothing else to show."""
    words.setAlignment(
        Qt.AlignmentFlag.AlignCenter if alone else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    )
    words.setWordWrap(True)
    words.setProperty("role", "secondary" if alone else "")
    words.style().unpolish(words)
    words.style().polish(words)
    column.setStretch(0, 1 if alone else 0)
