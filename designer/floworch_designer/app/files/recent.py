"""The menu of the files that were open last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.settings.settings import Settings


class RecentMenu(QMenu):
    """Lists the recent files each time it opens; ``open_path`` is called with the chosen one."""

    def __init__(self, settings: Settings, open_path: Callable[[Path], object], parent: QWidget | None = None) -> None:
        super().__init__(tr("Open recent"), parent)
        self._settings, self._open = settings, open_path
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the files that the settings know now; what is gone is greyed."""
        self.clear()
        for text in self._settings.get("files/recent"):
            path = Path(text)
            action = self.addAction(path.name)
            action.setToolTip(text)
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _checked=False, path=path: self._open(path))
        if self.isEmpty():
            self.addAction(tr("No recent files")).setEnabled(False)
