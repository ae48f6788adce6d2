"""The strips of work that a process left behind: each stands on one tab, that of the file which it concerns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab


class KeptStrips(QObject):
    """Keeps the strips on their tabs while these come and go.

    Work of a file that no tab has stands once, on an empty tab or else on the one in front, until its file is opened.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._homes: dict[str, tuple[Path | None, Tab]] = {}
        self._begun: set[str] = set()
        window.tabs.changed.connect(self._follow)

    def show(
        self, key: str, path: Path | None, title: str, text: str, buttons: Sequence[tuple[str, Callable[[], object]]]
    ) -> None:
        """Show a strip for work on a file, or on none, that cannot be closed before the person has decided."""
        home = self._home(path)
        self._homes[key] = path, home
        self._window.banners.show_banner(key, "warning", title, text, buttons, closable=False, scope=home)

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
            _path, home = self._homes.pop(key)
            self._window.banners.remove(key, home)

    def _home(self, path: Path | None, before: Tab | None = None) -> Tab:
        tabs = self._window.tabs
        own = tabs.of_path(path) if path is not None else None
        if own is not None:
            return own
        if before in tabs.all:
            return before
        return next((tab for tab in tabs.all if tab.blank), tabs.front)

    def _follow(self) -> None:
        for key, (path, before) in self._homes.items():
            home = self._home(path, before)
            if home is not before:
                self._homes[key] = path, home
                self._window.banners.rehome(key, before, home)
