"""Tabs whose pages are made when they are first looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QTabWidget, QWidget

from floworch_designer.settings.words import tr

#: Least width, px.
LEAST = 240


class LazyTabs(QTabWidget):
    """Titles in order, each with what makes its page.

    Attributes:
        made: The pages so far, by title.
    """

    def __init__(self, makers: Mapping[str, Callable[[], QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setUsesScrollButtons(True)
        self.tabBar().setProperty("role", "pages")
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self._makers = dict(makers)
        self.made: dict[str, QWidget] = {}
        for title in self._makers:
            self.setTabToolTip(self.addTab(QWidget(), tr(title)), tr(title))

    def minimumSizeHint(self) -> QSize:
        """No more than the page needs: titles are scrolled before the canvas is made narrower."""
        return QSize(LEAST, super().minimumSizeHint().height())

    def page(self, title: str) -> QWidget:
        """The page of a tab, made now if nobody has asked for it. Raises KeyError for an unknown title."""
        page = self.made.get(title)
        if page is None:
            page = self.made[title] = self._makers[title]()
            at, front = list(self._makers).index(title), self.currentIndex()
            stand_in = self.widget(at)
            blocked = self.blockSignals(True)  # which tab is in front does not change
            self.removeTab(at)
            self.setTabToolTip(self.insertTab(at, page, tr(title)), tr(title))
            self.setCurrentIndex(front)
            self.blockSignals(blocked)
            if stand_in is not None:
                stand_in.deleteLater()
        return page

    def front(self) -> QWidget:
        """The page in front."""
        return self.page(list(self._makers)[self.currentIndex()])
