"""Handlers of the ``compare.*`` actions: two runs on one canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from floworch_designer.app.panels.docking import in_view
from floworch_designer.app.widgets.search_popup import SearchPopup
from floworch_designer.history.comparison import pills
from floworch_designer.history.model import status_of
from floworch_designer.runs.words import RUN_ICONS, moment_text
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.store.protocol import RunSummary
    from floworch_designer.app.main_window import MainWindow


class RunPicker(SearchPopup):
    """Finds a run by its id, its workflow, its name or a tag; those of one workflow come first."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, window.theme, tr("Compare with run …"))
        self._main = window

    def fill(self) -> None:
        """List the runs that fit the line."""
        super().fill()
        controller, typed = self._main.controller, self.line.text().lower().split()
        mine = controller.feed.live.workflow_id if controller.feed.live is not None else ""
        runs = [run for run in self._main.history.model.all if run.run_id != controller.run_id]
        for run in sorted(runs, key=lambda run: run.workflow_id != mine):
            words = " ".join((run.run_id, run.workflow_id, run.name, *run.tags)).lower()
            if all(word in words for word in typed):
                self._add(run)
        self.list.setCurrentRow(0)

    def _add(self, run: RunSummary) -> None:
        text = f"{run.name or run.run_id} · {run.workflow_id}"
        self.add(run.run_id, text, RUN_ICONS[status_of(run)], moment_text(run.started_at or run.created_at, self.now))

    @property
    def now(self) -> float:
        """Epoch seconds."""
        return self._main.controller.feed.now()


class CompareActions(QObject):
    """Compares the shown run with another one: words at the cards, a list below."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._picker: RunPicker | None = None
        self._canvas: Any = None
        self.comparing = False
        window.front.feed.replaced.connect(self.end)
        window.compare_panel.chosen.connect(self._choose)
        window.compare_panel.ended.connect(self.end)
        window.history.compare_requested.connect(self.compare_with)
        window.history.compare_two_requested.connect(self.compare_two)

    @property
    def two(self) -> tuple[str, str] | None:
        """Ids of the two runs that are selected in the list while it is in view, the older first; else None."""
        history = self._window.history
        return history.two if in_view(history) else None

    def pick(self) -> None:
        """Compare the two runs that are selected in the list; else choose the one to compare the shown one with."""
        two = self.two
        if two is not None:
            self.compare_two(*two)
            return
        if self._picker is None:
            self._picker = RunPicker(self._window)
            self._picker.chosen.connect(self._picked)
        self._window.runs.refresh_history()
        self._picker.open()

    def compare_with(self, run_id: str) -> None:
        """Compare a run, as the first one, with the shown run; without another it is shown, and one is asked for."""
        window = self._window
        alone = window.controller.run_id in (None, run_id)
        window.runs.go(self._begin_with(run_id) if alone else self._compare(run_id), "compare runs")

    def compare_two(self, first: str, second: str) -> None:
        """Compare two runs of the list; the second is shown."""
        self._window.runs.go(self._compare_two(first, second), "compare runs")

    def next(self) -> None:
        """Select the next thing that differs, of two versions or of two runs."""
        self._step(1)

    def previous(self) -> None:
        """Select the one before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._window.differing.showing:
            self._window.differing.step(by)
            return
        rows = [row for row in self._window.compare_panel.rows if row.kind != "same"]
        if not rows:
            self._window.flash(tr("Nothing differs."))
            return
        names = [row.node for row in rows]
        primary = self._window.selection.primary
        start = names.index(primary) if primary in names else -1 if by > 0 else 0
        place = (start + by) % len(names)
        self._choose(names[place])
        self._window.compare_panel.select(names[place])

    def finish(self) -> None:
        """End what is compared in front: two versions, or two runs."""
        if self._window.differing.showing:
            self._window.differing.end()
        else:
            self.end()

    def end(self) -> None:
        """Take the comparison of two runs off the canvas."""
        if not self.comparing:
            return
        self.comparing = False
        self._paint({})
        self._window.compare_panel.show_difference(None)
        self._window.refresh_actions()

    async def _begin_with(self, run_id: str) -> None:
        window = self._window
        if window.controller.run_id != run_id:
            await window.runs.opened(run_id)
        if window.controller.run_id != run_id:
            return  # another run was opened meanwhile
        if all(run.run_id == run_id for run in window.history.model.all):
            window.flash(tr("There is no other run to compare it with."))
            return
        self.pick()

    async def _compare_two(self, first: str, second: str) -> None:
        window = self._window
        if window.controller.run_id != second:
            await window.runs.opened(second, select=False)
        if window.controller.run_id == second:  # else another run was opened meanwhile
            await self._compare(first)

    async def _compare(self, run_id: str) -> None:
        window = self._window
        shown = window.controller.run_id
        assert shown is not None
        found = await window.controller.ask(lambda host: host.compare(run_id, shown))
        if window.controller.run_id != shown:
            return  # another run was opened meanwhile
        window.compare_panel.show_difference(found, window.controller.feed.title)
        self.comparing = True
        self._paint(pills(window.compare_panel.rows))
        window.show_panel("compare")
        window.refresh_actions()
        if found.first is not None:
            self._choose(found.first)
            window.compare_panel.select(found.first)
        window.flash(tr("Both runs ended alike.") if found.same else "")

    def _picked(self, run_id: object) -> None:
        if self._picker is not None:
            self._picker.close()
        self.compare_with(str(run_id))

    def _choose(self, node: str) -> None:
        window = self._window
        if node in window.document.workflow.nodes:
            window.selection.set([node])
            window.canvas.reveal(node)

    def _paint(self, words: dict[str, tuple[str, str]]) -> None:
        """Write words at the cards of the canvas in front, and take them off the one that had them."""
        if self._canvas is not None and self._canvas is not self._window.canvas:
            self._canvas = None  # it was closed with the run it showed
        canvas = self._canvas or self._window.canvas
        canvas.overlay.differences = words
        canvas.repaint_all()
        self._canvas = canvas if words else None
