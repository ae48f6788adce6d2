"""Tabs whose pages are made when they are first looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QTabBar, QTabWidget, QToolButton, QWidget

from floworch_designer.settings.words import tr

#: Least width, px.
LEAST = 240
#: What a title gets at most beside the little room that the style gives it, px.
_SPARE = 18
#: Ends a text of the catalogue that is a title, where the word itself is longer or a verb: ``Settings (tab)``.
_TAB = " (tab)"


class TitleBar(QTabBar):
    """Titles that share what room there is; they are scrolled only where they do not fit at their closest."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        for arrow in self.findChildren(QToolButton):
            arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys walk the titles themselves

    def tabSizeHint(self, index: int) -> QSize:
        """The closest size, and an equal share of what is left over."""
        closest = [super(TitleBar, self).tabSizeHint(at) for at in range(self.count())]
        room = (self.parentWidget() or self).width() - sum(each.width() for each in closest)
        return closest[index] + QSize(max(0, min(_SPARE, room // len(closest))), 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Turn to a page; keys that were in the page that goes come here: arrows go on to other pages, Tab into one.

        Qt would give them to the first field of the new page, in which the next letter then changed something.
        """
        tabs, before = self.parentWidget() or self, self.currentIndex()
        focus = tabs.focusWidget()
        inside = focus is not None and focus.hasFocus() and focus is not self
        super().mousePressEvent(event)
        if inside and self.currentIndex() != before:
            self.setFocus(Qt.FocusReason.MouseFocusReason)


class LazyTabs(QTabWidget):
    """Titles in order, each with what makes its page.

    Attributes:
        made: The pages so far, by title.
    """

    def __init__(self, makers: Mapping[str, Callable[[], QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabBar(TitleBar(self))
        self.setDocumentMode(True)
        self.setUsesScrollButtons(True)
        self.tabBar().setProperty("role", "pages")
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self._makers = dict(makers)
        self.made: dict[str, QWidget] = {}
        for title in self._makers:
            self.setTabToolTip(self.addTab(QWidget(), word_of(title)), word_of(title))

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
            self.setTabToolTip(self.insertTab(at, page, word_of(title)), word_of(title))
            self.setCurrentIndex(front)  # before the stand-in goes: keys that are there go on to the page
            self.removeTab(at + 1)
            self.blockSignals(blocked)
            if stand_in is not None:
                stand_in.deleteLater()
        return page

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name
        """Tab goes from the titles into the page in front, which was made after what comes behind it; and back."""
        bar, focus = self.tabBar(), self.focusWidget()
        first = _first_of(self.currentWidget())
        there, back = (first, bar) if next else (bar, first)
        if there is not None and focus is back and focus is not None:
            there.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
            return True
        return super().focusNextPrevChild(next)

    def front(self) -> QWidget:
        """The page in front."""
        return self.page(list(self._makers)[self.currentIndex()])


def _first_of(page: QWidget | None) -> QWidget | None:
    """What Tab reaches first in a page: something inside of it if there is, else the page itself."""
    if page is None:
        return None
    inside, found = page.nextInFocusChain(), page if page.focusPolicy() & Qt.FocusPolicy.TabFocus else None
    while inside is not None and inside is not page:
        if page.isAncestorOf(inside) and inside.focusPolicy() & Qt.FocusPolicy.TabFocus and inside.isVisible():
            return inside
        inside = inside.nextInFocusChain()
    return found


def word_of(title: str) -> str:
    """What a tab is called in the language of the window: the word for a tab where there is one of its own."""
    found = tr(f"{title}{_TAB}")
    return tr(title) if found.endswith(_TAB) else found
