"""What can be done to the runs of the history beside opening and controlling them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from shiboken6 import isValid

from floworch.artifact import loaded
from floworch.errors import FlowError
from floworch.model import codec
from floworch.run.status import RunStatus
from floworch_designer.app.panels.docking import in_view
from floworch_designer.app.widgets import dialogs
from floworch_designer.history.model import status_of
from floworch_designer.history.query import label_text, read_label
from floworch_designer.runs.questions import only_people
from floworch_designer.runs.stored import stored
from floworch_designer.settings.words import counted, local_number, mark, tr

if TYPE_CHECKING:
    from floworch.store.protocol import RunSummary
    from floworch_designer.app.main_window import MainWindow

#: Words of the report's forms by their suffix.
REPORTS = {".html": mark("Web page"), ".md": mark("Markdown")}
#: What "Remove old runs" offers: words -> arguments of ``EngineHost.prune``.
PRUNES: dict[str, dict[str, Any]] = {
    mark("Older than 30 days"): {"older_than": 30 * 86400.0},
    mark("All but the newest 20 of each workflow"): {"keep": 20},
}
Go = Callable[[Coroutine[Any, Any, Any], str], None]


class HistoryActions(QObject):
    """Acts on the run that is selected in the history, else on the one on the canvas.

    Args:
        go: Starts a piece of work; what goes wrong in it is told in a strip.
        reread: Reads the list of runs again.
    """

    def __init__(self, window: MainWindow, go: Go, reread: Callable[[], Coroutine[Any, Any, None]]) -> None:
        super().__init__(window)
        self._window, self._go, self._reread = window, go, reread
        self._looked_at: tuple[RunSummary, int | None] | None = None  # a waiting run that was read, and its size then
        window.history.verb_requested.connect(lambda verb, _run_id: getattr(self, verb)())
        window.history.prune_requested.connect(self.prune)
        window.history.chosen.connect(self._on_chosen)
        window.history.model.dataChanged.connect(self._on_chosen)

    def chosen(self) -> str | None:
        """Id of the one run that is acted on, or None; also when several are selected."""
        runs = self.chosen_all()
        return runs[0] if len(runs) == 1 else None

    def chosen_all(self) -> list[str]:
        """Ids of the runs that are acted on."""
        history, shown = self._window.history, self._window.controller.run_id
        selected = [run.run_id for run in history.runs] if in_view(history) else []
        return selected or ([shown] if shown is not None else [])

    def again(self) -> None:
        """Run the definition of a run again, with its inputs."""
        self._with(self._again, "run again")

    def again_inputs(self) -> None:
        """Run the definition of a run again, after asking for its inputs."""
        self._with(lambda run_id: self._again(run_id, True), "run again")

    def label(self) -> None:
        """Ask for a run's name and tags."""
        run_id = self.chosen()
        if run_id is None:
            return
        run = self._summary(run_id)
        banner = self._window.banners.show_banner(
            "label", "info", tr("Name and tags of {run_id}", run_id=run_id),
            tr("Words are the name, #words are tags. Empty: none."),
            ((mark("Save"), lambda: self._take_label(run_id, banner.line.text())),), ask=tr("Night run #nightly"),
        )  # fmt: skip
        banner.line.setFixedWidth(320)
        banner.line.setText(label_text(run) if run is not None else "")
        banner.line.returnPressed.connect(lambda: self._take_label(run_id, banner.line.text()))
        banner.line.setFocus()

    def report(self) -> None:
        """Ask where to, and write a run's report."""
        self._with(self._report, "export a report")

    def delete(self) -> None:
        """Remove the selected runs for ever, after a question."""
        runs = self.chosen_all()
        if runs:
            self._go(self._delete(*runs), "delete run")

    def discard(self, run_id: str) -> None:
        """Remove a run that a strip tells of for ever, after a question."""
        self._go(self._delete(run_id), "delete run")

    def prune(self) -> None:
        """Remove old runs, after saying how many."""
        self._go(self._prune(), "remove old runs")

    async def write_report(self, run_id: str, path: Path) -> None:
        """Write a run's report; its form is that of the file's suffix. Raises FlowError."""
        from floworch.model.files import write_text
        from floworch_designer.export.report import report_of, to_html, to_markdown

        controller = self._window.controller
        header, state = await stored(controller, run_id)
        run = self._summary(run_id)
        definition = codec.to_data(codec.loads(header.definition))
        report = report_of(state, definition, run.name if run is not None else "")
        write_text(path, to_markdown(report) if path.suffix == ".md" else to_html(report))

    def _on_chosen(self, *_what: object) -> None:
        """Offer to resume a waiting run in the list where the run bar offers it, too.

        It is read when it is chosen, and again once something was written into it.
        """
        history = self._window.history
        run = history.run
        if run is None or status_of(run) is not RunStatus.SUSPENDED:
            self._looked_at = None
            return
        size = history.model.size_of(run.run_id)
        before, self._looked_at = self._looked_at, (run, size)
        if before is None or before[0] != run or (before[1] is not None and before[1] != size):
            self._go(self._look(run.run_id), "look at a waiting run")

    async def _look(self, run_id: str) -> None:
        history = self._window.history
        with contextlib.suppress(FlowError, OSError):  # whoever opens it is told
            state = await self._window.controller.ask(lambda host: host.load(run_id))
            if isValid(history) and history.run is not None and history.run.run_id == run_id:
                history.hold(run_id if only_people(state) else None)

    # -- work --------------------------------------------------------------------------------------------

    def _with(self, work: Callable[[str], Coroutine[Any, Any, Any]], name: str) -> None:
        run_id = self.chosen()
        if run_id is not None:
            self._go(work(run_id), name)

    def _summary(self, run_id: str) -> RunSummary | None:
        return next((run for run in self._window.history.model.all if run.run_id == run_id), None)

    async def _again(self, run_id: str, ask: bool = False) -> None:
        window = self._window
        if window.controller.busy:
            window.flash(tr("A run is going on here. Run again when it has ended."))
            return
        header, _ = await stored(window.controller, run_id)
        source = header.options.get("source")
        workflow = codec.loads(header.definition).at(Path(source) if source else None)
        inputs = dict(loaded(header.inputs))
        if ask and workflow.inputs:
            answer = await dialogs.ask_inputs(window, workflow, inputs, window.theme)
            if answer is None:
                return
            inputs = answer
        window.banners.remove("message")
        made = await window.controller.start(workflow, inputs)
        if window.controller.feed.header is not None:
            window.tab.show_definition_of(window.controller.feed.header)
        await self._reread()
        window.history.select(made)

    def _take_label(self, run_id: str, text: str) -> None:
        self._window.banners.remove("label")
        self._go(self._label(run_id, *read_label(text)), "name run")
        self._window.canvas.setFocus()

    async def _label(self, run_id: str, name: str, tags: list[str]) -> None:
        await self._window.controller.ask(lambda host: host.label(run_id, name, tags))
        self._window.runs.refresh_history()

    async def _report(self, run_id: str) -> None:
        window = self._window
        answer = await dialogs.ask_export(window, window.files.folders.first(), run_id, REPORTS)
        if answer is not None:
            path, _suffix = answer
            await self.write_report(run_id, path)
            window.files.folders.remember(path)
            window.flash(tr("Exported {name}", name=path.name))

    async def _delete(self, *runs: str) -> None:
        window, run_id = self._window, runs[0]
        if len(runs) == 1:
            title, text = tr("Delete run"), tr("Delete {run_id} and what it called?", run_id=run_id)
            detail = tr("Its journal, its results and its log go for ever.")
        else:
            title, text = (
                tr("Delete runs"),
                tr("Delete {n} runs and what they called?", n=local_number(f"{len(runs):,}")),
            )
            detail = tr("Their journals, their results and their logs go for ever.")
        buttons = ((mark("Keep"), "reject"), (mark("Delete"), "destroy"))
        if await dialogs.ask(window, title, text, buttons, detail) != "Delete":
            return
        gone: list[str] = []
        try:
            for each in runs:
                if each not in gone:  # it went with the one that called it
                    gone += await self._remove(each)
        finally:
            await self._let_go(gone)
        if len(runs) == 1:
            window.flash(tr("{run_id} deleted", run_id=run_id))
        else:
            window.flash(counted(len(gone), "1 run removed", "{n} runs removed"))

    async def _remove(self, run_id: str) -> list[str]:
        return await self._window.controller.ask(lambda host: host.delete(run_id))

    async def _prune(self) -> None:
        window = self._window
        choices = ((mark("Keep all"), "reject"), *((words, "destroy") for words in PRUNES))
        answer = await dialogs.ask(
            window, tr("Remove old runs"), tr("Which runs that have ended may go?"), choices,
            tr("Paused, waiting and interrupted runs always stay."),
        )  # fmt: skip
        if answer not in PRUNES:
            return
        limits = PRUNES[answer]
        would = await window.controller.ask(lambda host: host.prune(**limits, dry_run=True))
        count = len(would["removed"])
        if not count:
            window.flash(tr("No run is that old."))
            return
        words = counted(count, "Remove 1 run for ever?", "Remove {n} runs for ever?")
        sure = await dialogs.ask(
            window, tr("Remove old runs"), words, ((mark("Keep all"), "reject"), (mark("Remove"), "destroy"))
        )
        if sure == "Remove":
            done = await window.controller.ask(lambda host: host.prune(**limits))
            await self._let_go(done["removed"])
            window.flash(counted(len(done["removed"]), "1 run removed", "{n} runs removed"))

    async def _let_go(self, gone: list[str]) -> None:
        """Runs are gone: none of them stays on a canvas, nor is told of."""
        for run_id in gone:
            self._window.strips.remove(
                *(f"{what} {run_id}" for what in ("interrupted", "damaged", "salvaged", "waiting"))
            )
        for tab in list(self._window.tabs.all):
            if tab.controller.run_id in gone:
                tab.leave_run_view()
                await tab.controller.leave()
        self._window.runs.refresh_history()
