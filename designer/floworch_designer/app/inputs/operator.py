"""Operator mode: the inputs of one workflow as a form, large buttons, the state in words, the result; nothing else.

Nothing can be edited in it: the canvas and the panels are put away, and of the action table only the rows of
:data:`ALLOWED` work. The strips above stay, for they ask for approvals and tell what was refused; how a run failed
is told on the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer
from PySide6.QtWidgets import QToolBar, QWidget

from floworch_designer.app.inputs.operator_page import OperatorPage

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow

#: Rows of the action table that work in operator mode.
ALLOWED: Final = frozenset({
    "run.start", "run.pause", "run.pause_now", "run.resume", "run.stop", "run.retry", "run.would_do", "view.operator",
    "view.theme", "view.commands", "file.quit", "help.keys", "help.about",
})  # fmt: skip
#: Milliseconds after which the window has been painted without the page.
PAINTED: Final = 20


class Operator(QObject):
    """Turns a window to operator mode and back.

    Attributes:
        on: Whether the window is in it.
        locked: It was opened in it, and stays in it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.on = self.locked = False
        self.page: OperatorPage | None = None
        self._layout: QByteArray | None = None
        self._hidden: list[QWidget] = []

    def set(self, on: bool) -> None:
        """Enter or leave it; leaving is not possible where the window was opened in it."""
        if on == self.on or (self.locked and not on):
            return
        self.on = on
        (self._enter if on else self._leave)()
        for tab in self._window.tabs.all:
            tab.run_banners.refresh()  # what they offer is what can be done here
        self._window.commands["view.operator"].setChecked(on)
        self._window.refresh_actions()

    def lock(self) -> None:
        """Enter it for good."""
        self.set(True)
        self.locked = True
        if self.page is not None:
            self.page.leave.hide()

    def permits(self, row: str) -> bool:
        """Whether a row of the action table works now."""
        return not self.on or (row in ALLOWED and not (self.locked and row == "view.operator"))

    def follow(self) -> None:
        """Another workflow is in front: show its form."""
        page, tab = self.page, self._window.tab
        if self.on and page is not None and page.workflow is not tab.document.workflow and not page.take(tab):
            self._place()

    def retheme(self) -> None:
        """Show what has colours of its own in those the theme has now."""
        if self.page is not None:
            self.page.refresh()

    def _enter(self) -> None:
        window = self._window
        self._layout = window.saveState()
        bars = window.findChildren(QToolBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        docks = list(window.docks.values())
        around = (window.menuBar(), window.tab_strip, window.canvases, window.scrubber, window.statusBar())
        self._hidden = [widget for widget in (*around, *bars, *docks) if not widget.isHidden()]
        _let_go(window)
        for widget in self._hidden:
            widget.hide()
        window.scrubber.stay_away(True)
        self._place()

    def _leave(self) -> None:
        window = self._window
        self._drop()
        window.setUpdatesEnabled(False)  # nothing is painted at the places that are only passed through
        for widget in self._hidden:
            widget.show()
        if self._layout is not None:
            window.restoreState(self._layout)
        window.setUpdatesEnabled(True)
        window.scrubber.stay_away(False)
        window.canvas.setFocus()
        QTimer.singleShot(PAINTED, self, self._look)  # another canvas takes as long as the panels do

    def _look(self) -> None:
        """Show what the run in front ran: it may be one of an earlier version that was looked at."""
        tab, header = self._window.tab, self._window.controller.feed.header
        if not self.on and header is not None:
            tab.show_definition_of(header)
            self._window.canvas.setFocus()

    def _place(self) -> None:
        self._drop()
        self.page = OperatorPage(self._window)
        self.page.leave.setVisible(not self.locked)
        self._window.centre.addWidget(self.page, 1)
        self.page.show()  # a layout shows it later, and until then the strips would take all the room
        self.page.begin()

    def _drop(self) -> None:
        old, self.page = self.page, None
        if old is not None:
            _let_go(self._window)
            self._window.centre.removeWidget(old)
            old.hide()
            old.deleteLater()


def _let_go(window: MainWindow) -> None:
    """Take the focus from what is about to be hidden: Qt would look for the next one at each part, among all others."""
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()
