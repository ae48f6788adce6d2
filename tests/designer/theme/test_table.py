"""The model and the looks that tables share."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

from floworch_designer.theme.table import ROW, RowsModel, dress


class Pairs(RowsModel):
    columns = ("One", "Two")

    def data(self, index: QModelIndex, role: int = 0) -> object:  # type: ignore[override]
        return self.rows[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None


def test_a_table_has_the_rows_and_titles_of_its_model_and_enter_acts(qtbot):
    model, table, entered = Pairs(), QTableView(), []
    model.rows = [(1, 2), (3, 4), (5, 6)]
    qtbot.addWidget(table)
    dress(table, model, "Pairs", {0: 111}, (1,), lambda: entered.append(True))
    table.show()
    assert (model.rowCount(), model.columnCount()) == (3, 2)
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(2)]
    assert titles == ["One", "Two"]
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert (table.columnWidth(0), table.rowHeight(0), table.accessibleName()) == (111, ROW, "Pairs")
    table.activateWindow()
    QApplication.processEvents()
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert entered == [True]
