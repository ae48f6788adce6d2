"""A whole window over a real engine in this process, and a loop that runs until something holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.runtime.loop import QtLoop
from floworch_designer.app.session import open_session
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.settings import Settings
from floworch_designer.theme.theme import Theme

#: Seconds that anything may take on a machine that is busy with other things.
PATIENCE = 60


class RealWindow:
    """The window and its loop; ``until`` lets both go on. Without ``inside`` a companion process runs what is run."""

    def __init__(self, app: QApplication, folder: Path, inside: bool = True) -> None:
        self.loop = QtLoop(app)
        asyncio.set_event_loop(self.loop)
        self.session = open_session(Settings(folder / "designer.ini"), HostChoice(folder / "store", inside))
        self.window: Any = MainWindow(self.session, Theme("dark"))
        self.window.resize(1400, 900)
        self.window.show()
        self.window.activateWindow()
        self.window.canvas.setFocus()

    def until(self, condition: Callable[[], Any]) -> None:
        """Run the loop until something holds; a TimeoutError after :data:`PATIENCE` seconds."""

        async def poll() -> None:
            async with asyncio.timeout(PATIENCE):
                while not condition():  # noqa: ASYNC110 - what a window shows has no event to wait for
                    await asyncio.sleep(0.005)

        self.loop.run_until_complete(poll())

    def close(self) -> None:
        """Close the window, its engine and its loop."""
        self.loop.run_until_complete(self.session.controller.close())
        self.window._may_close = True
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        asyncio.set_event_loop(None)
        self.loop.close()


@contextmanager
def real_window(app: QApplication, folder: Path, inside: bool = True) -> Iterator[RealWindow]:
    """A real window for the length of a with statement."""
    made = RealWindow(app, folder, inside)
    try:
        yield made
    finally:
        made.close()
