"""The strips of what a process left behind, unsaved work and runs: each stands on one tab, the one that it concerns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab
    from floworch_designer.app.widgets.banners import Banner


class About(NamedTuple):
    """What a strip concerns.

    Attributes:
        path: The file of the definition, if it has one.
        run: Id of the run, if it concerns one.
        workflow: Id of the workflow; empty when only the file tells.
    """

    path: Path | None = None
    run: str = ""
    workflow: str = ""


class HomedStrips(QObject):
    """Keeps the strips on their tabs while these come and go.

    That is the tab that shows the run, else the one of the file, else one of the same workflow. What concerns no tab
    stands once, on an empty tab or else on the one in front, until the tab that it concerns is there.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._homes: dict[str, tuple[About, Tab]] = {}
        self._begun: set[str] = set()
        window.tabs.changed.connect(self._follow)

    def show(
        self,
        key: str,
        about: About,
        level: str,
        title: str,
        text: str,
        buttons: Sequence[tuple[str, Callable[[], object]]],
        closable: bool = True,
        on_close: Callable[[], object] | None = None,
    ) -> Banner:
        """Show a strip, in place of an earlier one with its key."""
        self.remove(key)
        home = self._home(about)
        self._homes[key] = about, home

        def closed() -> None:
            self._homes.pop(key, None)
            if on_close is not None:
                on_close()

        return self._window.banners.show_banner(
            key, level, title, text, buttons, closable=closable, on_close=closed, scope=home
        )

    def has(self, *keys: str) -> bool:
        """Whether there is a strip with one of these keys, on whatever tab."""
        return any(key in self._homes for key in keys)

    def remove(self, *keys: str) -> None:
        """Take strips away from the tabs on which they stand; one that is not there is none to worry about."""
        for key in keys:
            if key in self._homes:
                _about, home = self._homes.pop(key)
                self._window.banners.remove(key, home)

    def begin(self, key: str) -> bool:
        """Whether something can be done about the work now: not a second time before the first is carried out."""
        free = key in self._homes and key not in self._begun
        if free:
            self._begun.add(key)
        return free

    def end(self, key: str, decided: bool) -> None:
        """What was begun has ended; the strip goes when the person has ``decided`` about the work."""
        self._begun.discard(key)
        if decided:
            self.remove(key)

    def _home(self, about: About, before: Tab | None = None) -> Tab:
        tabs = self._window.tabs
        own = tabs.of_run(about.run) if about.run else None
        if own is None and about.path is not None:
            own = tabs.of_path(about.path)
        if own is None and about.workflow:
            own = next(filter(_holds(about.workflow), (tabs.front, *tabs.all)), None)
        if own is not None:
            return own
        if before in tabs.all:
            return before
        return next((tab for tab in tabs.all if tab.blank), tabs.front)

    def _follow(self) -> None:
        for key, (about, before) in self._homes.items():
            home = self._home(about, before)
            if home is not before:
                self._homes[key] = about, home
                self._window.banners.rehome(key, before, home)


def _holds(workflow: str) -> Callable[[Any], bool]:
    """Whether a tab has the workflow; one that has not been read yet is told by its file alone."""
    return lambda tab: tab.asleep is None and bool(tab.document.workflow.nodes) and tab.document.workflow.id == workflow
