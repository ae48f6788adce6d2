"""The tabs of the last time: remembered as they change, opened again at the next start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


class Remembering(QObject):
    """Writes the files of the tabs into the settings whenever they change, so that a crash loses none."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.tabs.changed.connect(self.write)

    def write(self) -> None:
        """Remember which files are open, and which one is in front; tabs without a file are not."""
        window = self._window
        settings, front = window.session.settings, window.tab.path
        settings.set("files/session", [str(tab.path.resolve()) for tab in window.tabs.all if tab.path is not None])
        settings.set("files/session_front", str(front.resolve()) if front is not None else "")


def reopen(window: MainWindow, file: Path | None) -> None:
    """Open the tabs of the last time, unless the settings forbid it; ``file`` comes to the front if it is one."""
    settings = window.session.settings
    paths, front = settings.get("files/session"), settings.get("files/session_front")
    if settings.get("files/reopen"):
        window.tabs.restore(paths, str(file.resolve()) if file is not None else front)
    Remembering(window)
