"""The tabs of a window: several documents, each with its own history, canvas, run and kept work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from floworch_designer.app.running.live_run import attach
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.tabs.tab import Tab

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow

#: Tabs of the last session that are opened again, and closed ones that can be.
KEPT = 30


class Discarded(NamedTuple):
    """What a tab without a file held when it was closed unsaved.

    Attributes:
        workflow: The definition.
        restricted: It came from elsewhere, and nobody had agreed to what it would do.
        companions: Names of examples that it calls, see ``Tab.companions``.
    """

    workflow: Workflow
    restricted: bool
    companions: tuple[str, ...]


class Tabs(QObject):
    """All tabs in their order, of which one is in front.

    Attributes:
        all: The tabs from left to right; never empty.
        front: The one that is shown.
        closed: Files of tabs that were closed, the latest last; of unsaved ones without a file what they held.
    """

    #: Tabs came, went, moved or have other names.
    changed = Signal()
    #: Another tab is in front.
    turned = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.closed: list[Path | Discarded] = []
        self.front: Tab = self._make(Tab(window, window.session.front))
        self.all: list[Tab] = [self.front]

    def open(self) -> Tab:
        """A new empty tab in front; the present one when that is blank."""
        if not self.front.blank:
            tab = self._make(Tab(self._window, self._window.session.new_sheet()))
            self.all.insert(self.all.index(self.front) + 1, tab)
            self.show(tab)
        self.front.caller = None
        return self.front

    def show(self, tab: Tab) -> None:
        """Bring a tab to the front, and read its file when that was put off."""
        window = self._window
        if tab is not self.front:
            self.front = tab
            window.session.front = tab.sheet
            window.turn(tab)
            self.turned.emit()
            self.changed.emit()
        if tab.asleep is not None:
            path, tab.asleep = tab.asleep, None
            if window.files.load_into(tab, path):
                spawn(attach(window, tab), "attach")
            self.changed.emit()

    def step(self, by: int) -> None:
        """Show the tab so many places further to the right, around the end."""
        self.show(self.all[(self.all.index(self.front) + by) % len(self.all)])

    def can_move(self, tab: Tab, by: int) -> bool:
        """Whether there is a place for a tab so many places further to the right."""
        return 0 <= self.all.index(tab) + by < len(self.all)

    def move(self, source: int, target: int) -> None:
        """Put the tab at one place to another one."""
        self.all.insert(target, self.all.pop(source))
        self.changed.emit()
        self._window.refresh_actions()

    async def close(self, tab: Tab) -> None:
        """Take a tab away without asking; a blank one takes the place of the last."""
        window, place = self._window, self.all.index(tab)
        if tab.path is not None:
            self.closed = [*(path for path in self.closed if path != tab.path), tab.path][-KEPT:]
        elif tab.document.dirty and tab.document.workflow.nodes:
            self.closed = [*self.closed, Discarded(tab.document.workflow, tab.restricted, tab.companions)][-KEPT:]
        if len(self.all) == 1:
            self.all.append(self._make(Tab(window, window.session.new_sheet())))
        for other in self.all:
            if other.caller is tab:
                other.caller = tab.caller
        if tab is self.front:
            self.show(self.all[place + 1] if place + 1 < len(self.all) else self.all[place - 1])
        self.all.remove(tab)
        self.changed.emit()
        self._window.refresh_actions()
        tab.close()
        await window.session.drop_sheet(tab.sheet)

    def of_path(self, path: Path) -> Tab | None:
        """The tab of a file."""
        found = path.resolve()
        return next((tab for tab in self.all if tab.path is not None and tab.path.resolve() == found), None)

    def of_run(self, run_id: str) -> Tab | None:
        """The tab that shows a run."""
        return next((tab for tab in self.all if tab.controller.run_id == run_id), None)

    def restore(self, paths: Sequence[str], front: str) -> None:
        """Open the tabs of the last session; of the ones behind nothing is read before they are looked at."""
        for text in paths[:KEPT]:
            path = Path(text)
            if path.is_file() and self.of_path(path) is None:
                self.all.append(self._make(Tab(self._window, self._window.session.new_sheet(), path)))
        shown = self.of_path(Path(front)) if front else None
        if shown is not None and shown is not self.front:
            first = self.front
            self.show(shown)
            if first.blank:
                self.all.remove(first)
                self._window.session.sheets.remove(first.sheet)
                first.close()
        self.changed.emit()
        self._window.refresh_actions()

    def _make(self, tab: Tab) -> Tab:
        tab.named.connect(self.changed)
        return tab
