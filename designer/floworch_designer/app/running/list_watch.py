"""Keeps the list of runs true while it is on screen: other processes pause, resume and end runs, too."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from floworch.errors import FlowError
from floworch.run.status import RunStatus
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.history.model import is_damaged, status_of

if TYPE_CHECKING:
    from floworch.store.protocol import RunSummary
    from floworch_designer.app.main_window import MainWindow

#: Milliseconds between two looks at the store; listing ten thousand runs takes it ten of them.
AGAIN = 3000
#: In these nobody follows a run, so that a tab does not hear of one that goes on in another process.
_STILL = frozenset({RunStatus.PAUSED, RunStatus.SUSPENDED, RunStatus.INTERRUPTED, RunStatus.FAILED})


class ListWatch(QObject):
    """Looks at the store when the panel of runs is shown and every few seconds from then on.

    The list is shown anew only when something changed. A tab whose run went on elsewhere follows it again.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._seen: list[RunSummary] | None = None
        self._looking = False
        self._timer = QTimer(self, interval=AGAIN)
        self._timer.timeout.connect(self.look)
        window.history.installEventFilter(self)

    def look(self) -> None:
        """Ask the store anew, unless it is being asked."""
        if not self._looking:
            self._looking = True
            spawn(self._look(), "look at the list of runs")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin when the panel comes on screen, and end when it leaves it."""
        if event.type() == QEvent.Type.Show:
            self.look()
            self._timer.start()
        elif event.type() == QEvent.Type.Hide:
            self._timer.stop()
        return super().eventFilter(watched, event)

    async def _look(self) -> None:
        window = self._window
        try:
            with contextlib.suppress(FlowError, OSError):  # a store that cannot be read was told about at the start
                runs = await window.controller.runs(limit=500)
                if runs == self._seen:
                    return
                self._seen = runs
                await self._catch_up(runs)
                window.runs.refresh_history()
        finally:
            self._looking = False

    async def _catch_up(self, runs: list[RunSummary]) -> None:
        """Follow again what goes on elsewhere; once for a change, as the list may lag behind what a tab heard."""
        listed = {run.run_id: run for run in runs if not is_damaged(run)}
        for tab in list(self._window.tabs.all):
            controller = tab.controller
            run = listed.get(controller.run_id or "")
            if run is None or controller.loading is not None or controller.status not in _STILL:
                continue
            if status_of(run) is not controller.status:
                await controller.reshow(run.run_id)
