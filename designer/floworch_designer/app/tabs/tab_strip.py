"""The strip of tabs above the canvas, and where one is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QGuiApplication, QIcon, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QTabBar, QToolButton

from floworch_designer.app.commands.menu_keys import by_letters
from floworch_designer.app.tabs.breadcrumb import Breadcrumb
from floworch_designer.app.widgets.file_names import told_apart
from floworch_designer.runs.words import RUN_COLORS, RUN_ICONS, RUN_WORDS
from floworch_designer.settings.words import tr
from floworch_designer.theme.elided import plain

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab


#: Width down to which the name of a tab is shortened, px.
LEAST = 150
#: Width of the longest name, px.
MOST = 340


class CloseButton(QToolButton):
    """Closes a tab; shows a dot while there are unsaved changes and the mouse is elsewhere."""

    def __init__(self, window: MainWindow, tab: Tab) -> None:
        super().__init__()
        self._window, self._tab = window, tab
        self.setProperty("role", "row")
        self.setFixedSize(20, 20)
        self.setIconSize(QSize(12, 12))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl+W closes the tab in front
        self.clicked.connect(lambda _checked=False: window.tab_actions.close_tab(tab))
        self.write()

    def write(self, hovered: bool = False) -> None:
        """Show cross or dot, and say which tab it closes."""
        dirty = self._tab.document.dirty
        name = "breakpoint" if dirty and not hovered else "close"
        self.setIcon(self._window.theme.icon(name, "text" if dirty else "text_secondary", 12))
        what = tr("Close {name}, which has unsaved changes") if dirty else tr("Close {name}")
        words = what.format(name=self._tab.name)
        self.setToolTip(plain(words))
        self.setAccessibleName(words)

    def enterEvent(self, event: QEnterEvent) -> None:
        """A cross under the mouse: that is what a click does."""
        super().enterEvent(event)
        self.write(True)

    def leaveEvent(self, event: QEvent) -> None:
        """The dot again, while there are unsaved changes."""
        super().leaveEvent(event)
        self.write()


class TabBar(QTabBar):
    """One entry for each tab of the window: drag reorders, a middle click closes."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._filling = False
        self.menu: QMenu | None = None
        self.setProperty("role", "documents")
        self.setMovable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIconSize(QSize(14, 14))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Open workflows"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.currentChanged.connect(self._on_current)
        self.tabMoved.connect(self._on_moved)

    def minimumSizeHint(self) -> QSize:
        """No wider than the tabs: Qt wants room for two buttons to scroll that are not there, beside a single tab."""
        return super().minimumSizeHint().boundedTo(self.sizeHint())

    def tabSizeHint(self, index: int) -> QSize:
        """No name takes the room of all the others."""
        return super().tabSizeHint(index).boundedTo(QSize(MOST, 1000))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Names are shortened as far as they can still be told apart; then the tabs scroll."""
        whole = self.tabSizeHint(index)
        return QSize(min(whole.width(), LEAST), whole.height())

    def fill(self) -> None:
        """Show the tabs as they are now."""
        self._filling = True
        tabs = self._window.tabs.all
        shown = [self.tabData(index) for index in range(self.count())]
        if shown != tabs:
            while self.count():
                self.removeTab(0)
            for index, tab in enumerate(tabs):
                self.addTab("")
                self.setTabData(index, tab)
                self.setTabButton(index, QTabBar.ButtonPosition.RightSide, CloseButton(self._window, tab))
        for index, (tab, name) in enumerate(zip(tabs, _names(tabs), strict=True)):
            self._write(index, tab, name)
        self.setCurrentIndex(tabs.index(self._window.tab))
        self._filling = False

    def put(self, source: int, target: int) -> None:
        """Move a tab as a drag does; the one in front stays in view where the tabs scroll."""
        self.moveTab(source, target)
        if self.currentIndex() == target:  # Qt scrolls to a tab that becomes the current one, not to one that moves
            self._filling = True
            self.setCurrentIndex(source)
            self.setCurrentIndex(target)
            self._filling = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A middle press does nothing yet: the release closes."""
        if event.button() is not Qt.MouseButton.MiddleButton:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close the tab under a middle click."""
        if event.button() is Qt.MouseButton.MiddleButton:
            self._with(event.position().toPoint(), self._window.tab_actions.close_tab)
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click beside the tabs opens a new one."""
        if self.tabAt(event.position().toPoint()) < 0:
            self._window.tab_actions.new()
        else:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the tab under the mouse."""
        self._with(event.pos(), lambda tab: self._open_menu(tab, event.globalPos()))

    def _open_menu(self, tab: Tab, place: QPoint) -> None:
        window = self._window
        menu = self.menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        by_letters(menu)
        menu.addAction(tr("Close"), lambda: window.tab_actions.close_tab(tab))
        others = menu.addAction(tr("Close the others"), lambda: window.tab_actions.close_others(tab))
        others.setEnabled(len(window.tabs.all) > 1)
        for words, by in ((tr("Move left"), -1), (tr("Move right"), 1)):
            move = menu.addAction(words, partial(window.tab_actions.move_tab, tab, by))
            move.setEnabled(window.tabs.can_move(tab, by))
        menu.addSeparator()
        path = menu.addAction(tr("Copy path"), lambda: QGuiApplication.clipboard().setText(str(tab.path)))
        path.setEnabled(tab.path is not None)
        menu.addSeparator()
        menu.addAction(window.commands["tabs.reopen"])
        menu.popup(place)

    def _with(self, place: QPoint, act: object) -> None:
        index = self.tabAt(place)
        if index >= 0 and callable(act):
            act(self._window.tabs.all[index])

    def _write(self, index: int, tab: Tab, name: str) -> None:
        status, theme = tab.controller.status, self._window.theme
        icon = QIcon() if status is None else theme.icon(RUN_ICONS[status], RUN_COLORS[status], 14)
        self.setTabText(index, name.replace("&", "&&"))
        unsaved = tr("{name}, unsaved changes", name=name) if tab.document.dirty else name
        self.setAccessibleTabName(index, unsaved if status is None else f"{unsaved}, {_small(tr(RUN_WORDS[status]))}")
        self.setTabIcon(index, icon)
        words = "" if status is None else tr("\nRun: {lower}", lower=_small(tr(RUN_WORDS[status])))
        self.setTabToolTip(index, plain(f"{tab.path or tr('Not saved yet')}{words}"))
        button = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
        if isinstance(button, CloseButton):
            button.write(button.underMouse())

    def _on_current(self, index: int) -> None:
        if not self._filling and index >= 0:
            self._window.tabs.show(self._window.tabs.all[index])

    def _on_moved(self, source: int, target: int) -> None:
        if not self._filling:
            self._window.tabs.move(source, target)


class TabStrip(QFrame):
    """The tabs, the button that opens a new one, and the chain of places that leads to what is shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._seen: list[object] = []
        self.setProperty("role", "tabs")
        self.bar = TabBar(window)
        self.add = QToolButton()
        self.add.setDefaultAction(window.commands["tabs.new"])
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.add.setProperty("role", "row")
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add.setAccessibleName(tr("New tab"))
        self.crumbs = Breadcrumb(window)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 10, 0)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addWidget(self.add)
        layout.addStretch(1)
        layout.addWidget(self.crumbs)
        window.tabs.changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Show the tabs as they are now, and where one is."""
        window = self._window
        self.crumbs.follow()
        seen: list[object] = [window.tab]
        seen += [(tab, tab.path, tab.name, tab.document.dirty, tab.controller.status) for tab in window.tabs.all]
        if seen == self._seen:
            return  # it is asked at every edit
        self._seen = seen
        self.bar.fill()


def _names(tabs: Sequence[Tab]) -> list[str]:
    """What tells the tabs apart: what all files end in tells nothing, the folder does where two have one name."""
    paths = [tab.path for tab in tabs if tab.path is not None]
    of_files = iter(told_apart(paths))
    names = [tab.name if tab.path is None else next(of_files) for tab in tabs]
    return [re.sub(r"(\.flow)?\.json(?=$| – )", "", name) for name in names]


def _small(word: str) -> str:
    """A word in the middle of a sentence."""
    return word[:1].lower() + word[1:]
