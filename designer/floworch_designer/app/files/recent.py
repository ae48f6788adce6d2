"""The menu of the files that were open last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from floworch_designer.app.widgets.file_names import told_apart
from floworch_designer.settings.words import tr
from floworch_designer.theme.elided import plain

if TYPE_CHECKING:
    from floworch_designer.settings.settings import Settings


#: Width of the longest name, px.
WIDEST = 420


class RecentMenu(QMenu):
    """Lists the recent files each time it opens; ``open_path`` is called with the chosen one."""

    def __init__(self, settings: Settings, open_path: Callable[[Path], object], parent: QWidget | None = None) -> None:
        super().__init__(tr("Open recent"), parent)
        self._settings, self._open = settings, open_path
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the files that the settings know now, of one name each with its folder; what is gone is greyed."""
        self.clear()
        paths = [Path(text) for text in self._settings.get("files/recent")]
        for path, name in zip(paths, told_apart(paths), strict=True):
            short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, WIDEST)
            action = self.addAction(short.replace("&", "&&"))
            action.setToolTip(plain(str(path)))
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _checked=False, path=path: self._open(path))
        if self.isEmpty():
            self.addAction(tr("No recent files")).setEnabled(False)
