"""Rows of a list that get their widgets when they come into view: hundreds are listed, a dozen is seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget


class RowsInView(QObject):
    """Fills a list with rows of one height.

    Args:
        view: The list; it is emptied and filled through this object only.
        height: Of a row, px.
    """

    def __init__(self, view: QListWidget, height: int) -> None:
        super().__init__(view)
        self._view, self._height = view, height
        self._makers: list[Callable[[], QWidget]] = []
        view.verticalScrollBar().valueChanged.connect(self._fill)
        view.viewport().installEventFilter(self)

    def clear(self) -> None:
        """Take all rows away."""
        self._makers.clear()  # first: a list that is emptied scrolls, and its last rows must not get widgets then
        self._view.clear()

    def add(self, item: QListWidgetItem, make: Callable[[], QWidget]) -> None:
        """Add a row, of which ``make`` makes the widget at most once."""
        item.setSizeHint(QSize(100, self._height))
        self._view.addItem(item)
        self._makers.append(make)
        if len(self._makers) <= self._room():
            self._dress(len(self._makers) - 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """More rows are in view when there is more room."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._fill()
        return super().eventFilter(watched, event)

    def keep(self, count: int) -> None:
        """Take all rows away but the first ones."""
        if count <= 0:
            self.clear()
            return
        del self._makers[count:]
        while self._view.count() > count:
            self._view.takeItem(self._view.count() - 1)

    def _room(self) -> int:
        """How many rows can be seen; none of a list behind another panel."""
        return self._view.viewport().height() // self._height + 2 if self._view.isVisible() else 0

    def _fill(self, _place: int = 0) -> None:
        first = max(0, self._view.indexAt(QPoint(4, 1)).row())
        for number in range(first, min(len(self._makers), first + self._room())):
            self._dress(number)

    def _dress(self, number: int) -> None:
        item = self._view.item(number)
        if self._view.itemWidget(item) is None:
            self._view.setItemWidget(item, self._makers[number]())
