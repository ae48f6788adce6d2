"""The run under the pointer: it stays there when others come, and a double click opens the one that it began with."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QTableView

from floworch_designer.history.model import RunsModel

_MOUSE = frozenset({QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})


class UnderPointer(QObject):
    """Watches a table of runs. ``opened`` tells of a double click, with the id of the run on which it began."""

    opened = Signal(str)

    def __init__(self, table: QTableView, model: RunsModel) -> None:
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
        return super().eventFilter(watched, event)

    def _open(self) -> None:
        if self._pressed is not None and self.run() is not None:
            self.opened.emit(self._pressed)
