"""The run under the pointer: it stays there when others come, and a double click opens the one that it began with."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QTableView

from floworch_designer.history.model import RunsModel

_MOUSE = frozenset({QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})


class Runs(QTableView):
    """A table that can be scrolled past its end, row by row, while a pointer holds a run where it is."""

    _further = 0

    def go_to(self, row: int) -> None:
        """Have this row as the first one, also where the rows below it leave room."""
        self._further = row
        self.updateGeometries()
        self.verticalScrollBar().setValue(row)

    def let_go(self) -> None:
        """Be scrolled no further than there are rows."""
        if self._further:
            self._further = 0
            self.updateGeometries()

    def updateGeometries(self) -> None:
        """Work out how far it can be scrolled."""
        bar = self.verticalScrollBar()
        before = bar.value()
        super().updateGeometries()
        if self._further > bar.maximum():
            bar.setMaximum(self._further + 1)  # at the very end Qt would move the last row to the bottom
            bar.setValue(before)


class UnderPointer(QObject):
    """Watches a table of runs. ``opened`` tells of a double click, with the id of the run on which it began."""

    opened = Signal(str)

    def __init__(self, table: Runs, model: RunsModel) -> None:
        super().__init__(table)
        self._table, self._model = table, model
        self._place: QPoint | None = None
        self._pressed: str | None = None
        table.viewport().setMouseTracking(True)
        table.viewport().installEventFilter(self)

    def run(self) -> tuple[str, int] | None:
        """Id and row of the run under the pointer."""
        row = -1 if self._place is None else self._table.indexAt(self._place).row()
        return (self._model.rows[row].run_id, row) if 0 <= row < len(self._model.rows) else None

    def moved(self, before: tuple[str, int] | None) -> int:
        """How many rows further down a run stands than :meth:`run` said before the rows were replaced."""
        if before is None:
            return 0
        run_id, row = before
        return next((now for now, run in enumerate(self._model.rows) if run.run_id == run_id), row) - row

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer."""
        kind = event.type()
        if kind in _MOUSE and isinstance(event, QMouseEvent):
            self._place = event.position().toPoint()
            if kind is QEvent.Type.MouseButtonPress:
                self._pressed = pointed[0] if (pointed := self.run()) else None
            elif kind is QEvent.Type.MouseButtonDblClick and event.button() is Qt.MouseButton.LeftButton:
                self._open()
        elif kind is QEvent.Type.Leave:
            self._place = None
            self._table.let_go()
        return super().eventFilter(watched, event)

    def _open(self) -> None:
        if self._pressed is not None and self.run() is not None:
            self.opened.emit(self._pressed)
