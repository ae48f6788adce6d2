"""A run that a trigger begins while the window is open is told of on the tab of its workflow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from floworch_designer.app.widgets.homed_strips import About
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.runs.activation import Activation


class FiredRuns(QObject):
    """Looks at what the service says it began. Who puts a strip away is told no more of that file by this window."""

    def __init__(self, window: MainWindow, activation: Activation) -> None:
        super().__init__(window)
        self._window, self._activation = window, activation
        self._known: set[str] | None = None  # what began before the window is no news
        self._quiet: set[str] = set()
        activation.changed.connect(self._look)

    def _look(self) -> None:
        firings = [each for each in self._activation.board.firings if each.get("run_id") and each.get("file")]
        known, self._known = self._known, {each["run_id"] for each in firings}
        if known is None:
            return
        newest: dict[str, dict[str, Any]] = {}
        for firing in firings:
            if firing["run_id"] not in known:
                newest.setdefault(firing["file"], firing)
        for file, firing in newest.items():
            self._tell(file, firing)

    def _tell(self, file: str, firing: dict[str, Any]) -> None:
        window, run_id = self._window, firing["run_id"]
        tab = window.tabs.of_path(Path(file))
        if tab is None or file in self._quiet or window.tabs.of_run(run_id) is not None:
            return
        key = f"fired {file}"

        def show() -> None:
            window.strips.remove(key)
            window.runs.open_run(run_id)

        window.strips.show(
            key,
            About(Path(file)),
            "info",
            tr("A trigger started {run}", run=run_id),
            tr("“{trigger}” fired; the run goes on by itself.", trigger=self._title(Path(file), firing.get("trigger"))),
            ((tr("Show it"), show),),
            on_close=lambda: self._quiet.add(file),
        )

    def _title(self, file: Path, node: object) -> str:
        told = (each.get("title") for each in self._activation.triggers(file) if each.get("node") == node)
        return str(next(told, node))
