"""Handlers of the ``run.*`` actions and of the run history."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from floworch.errors import CorruptJournal, FlowError
from floworch.run.status import RunStatus
from floworch_designer.app.running.history_actions import HistoryActions
from floworch_designer.app.running.list_watch import ListWatch
from floworch_designer.app.running.live_run import interrupted
from floworch_designer.app.running.preparing import prepare
from floworch_designer.app.running.repeating import Repeating
from floworch_designer.app.running.run_banners import RunBanners
from floworch_designer.app.running.start_strips import NAMED, dismissed, tell_more
from floworch_designer.app.running.stopping import Stopping
from floworch_designer.app.running.waiting_runs import tell_waiting
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.widgets.homed_strips import About
from floworch_designer.history.model import is_damaged
from floworch_designer.runs.questions import STANDS
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch.store.protocol import RunSummary
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab
    from floworch_designer.runs.controller import RunController
    from floworch_designer.runs.questions import Question


class RunActions(QObject):
    """Starts, controls and shows runs; every engine error ends in a banner."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.history: HistoryActions = HistoryActions(window, self.go, self._refresh)
        self.stopping, self.repeating = Stopping(window), Repeating(window)
        self.watch = ListWatch(window)
        window.history.refresh_requested.connect(self.refresh_history)
        window.history.open_requested.connect(self.open_run)
        window.history.resume_requested.connect(self.resume_run)
        window.history.retry_requested.connect(self.retry_run)
        window.history.cancel_requested.connect(self.cancel_run)

    @property
    def banners(self) -> RunBanners:
        """The strips that tell of the run in front."""
        return self._window.tab.run_banners

    # -- the actions of the table ------------------------------------------------------------------------

    def start(self) -> None:
        """Run the workflow as it stands; asks for inputs only when some are missing."""
        self.go(self.start_with({}), "start")

    def start_inputs(self) -> None:
        """Ask for the inputs, then run."""
        self.go(self.start_with({}, ask=True), "start")

    def pause(self) -> None:
        """Let running nodes finish, then pause."""
        self.go(self._window.controller.pause(), "pause")

    def pause_now(self) -> None:
        """Interrupt running nodes, which run again on resume; asks where one is not safe to repeat."""
        self.go(self.repeating.pause_now(), "pause now")

    def resume(self) -> None:
        """Go on with the shown run."""
        window = self._window
        if "doubt" in window.banners.shown:
            window.banners.call("doubt")
            window.flash(
                tr("Answer the question above the canvas first: only you can know whether the step took effect.")
            )
            return
        lost = interrupted(window)
        if lost is not None:
            self.resume_run(lost)
            return
        self.go(self.repeating.go_on("resume"), "resume")

    def stop(self) -> None:
        """Cancel the shown run; asks when something would be lost."""
        run_id = self._window.controller.run_id
        if run_id is not None:
            self.cancel_run(run_id)

    def retry(self) -> None:
        """Run what failed again."""
        self.go(self.repeating.go_on("retry"), "retry")

    def leave(self) -> None:
        """Take the run off the canvas."""
        self._window.tab.leave_run_view()
        self._window.banners.remove("message")
        self.go(self._window.controller.leave(), "leave")

    def copy_command(self) -> None:
        """Put the command line that runs this file on the clipboard."""
        window = self._window
        path = window.document.path
        if path is None:
            return
        parts = ["floworch", "run", str(path), "--store", str(window.session.hosts.store)]
        kept, given = window.sets.file, window.session.inputs.get(window.document.workflow.id, {})
        if kept is not None:
            parts += ["--inputs", str(kept)]
            given = {}
        for name, value in given.items():
            text = value if isinstance(value, str) else json.dumps(value)
            parts += ["--set", f"{name}={text}"]
        QGuiApplication.clipboard().setText(shlex.join(parts))
        window.flash(tr("Command line copied"))

    def set_in_process(self, on: bool) -> None:
        """Choose where the next runs live; takes effect when the shown run has ended."""
        window = self._window
        if on == window.session.hosts.in_process:
            return
        window.session.hosts.in_process = on
        window.session.settings.set("engine/in_process", on)
        for tab in window.tabs.all:
            if not tab.controller.busy:
                self.go(_reopen(tab.controller), "change host")
        window.flash(tr("Runs now live inside this window") if on else tr("Runs now go on without this window"))

    # -- runs of the history -----------------------------------------------------------------------------

    def open_run(self, run_id: str) -> None:
        """Show a run of the store on the canvas."""
        self.go(self.opened(run_id), "open run")

    def resume_run(self, run_id: str) -> None:
        """Show a run and go on with it."""
        self.go(self._open_then(run_id, "resume"), "resume run")

    def retry_run(self, run_id: str) -> None:
        """Show a run and run what failed again."""
        self.go(self._open_then(run_id, "retry"), "retry run")

    def cancel_run(self, run_id: str) -> None:
        """Cancel a run of the store; asks when something would be lost."""
        self.go(self.stopping.stop(run_id), "cancel run")

    def answer(self, question: Question, approved: bool, comment: str) -> None:
        """Answer a waiting approval of the shown run."""
        self.go(self._answer(question, approved, comment), "answer")

    def settle(self, answer: str) -> None:
        """Go on with the shown run, with a decision about its nodes in doubt: ``rerun``, ``done`` or ``fail``."""
        self._window.banners.remove("doubt")
        self.go(self._window.controller.resume(in_doubt=answer), "settle")

    def refresh_history(self) -> None:
        """Read the list of runs again."""
        self.go(self._refresh(), "list runs")

    async def look_for_interrupted(self) -> None:
        """Tell about interrupted runs and those that wait for an answer; called once at the start."""
        window = self._window
        try:
            runs = await window.controller.runs(status=str(RunStatus.INTERRUPTED), limit=50)
        except (FlowError, OSError) as error:
            window.tell("warning", tr("The run store cannot be read."), str(error))
            return
        known = {run.run_id for run in runs}
        away = dismissed(window)
        # a run that another one called goes on with that one
        told = [run for run in runs if run.run_id not in away and run.parent not in known]
        for summary in told[:NAMED]:
            await _tell_interrupted(window, summary)
        if told[NAMED:]:
            more = counted(len(told) - NAMED, "1 more run was interrupted", "{n} more runs were interrupted")
            words = more, tr("What they did is safe. The list of runs has them all.")
            tell_more(window, "more interrupted", "warning", words, "Interrupted")
        with contextlib.suppress(FlowError, OSError):  # it could be read just now
            await tell_waiting(window)
        await self._refresh()

    # -- work --------------------------------------------------------------------------------------------

    async def start_with(self, options: dict[str, Any], ask: bool = False) -> None:
        """Run the workflow as it stands with options of ``Engine.start``; asks for inputs that are missing."""
        window, tab = self._window, self._window.tab
        prepared = await prepare(window, ask)
        if prepared is None or not await window.trusting.admit(tab, prepared[0]):
            return
        window.banners.remove("message", tab)
        tab.leave_run_view()
        focused = window.focusWidget()
        if focused is not None and window.run_bar.isAncestorOf(focused):
            window.canvas.setFocus()  # Run turns grey, and Qt would hand the focus to any button that comes next
        waiting = tab.controller.run_id if tab.controller.status is RunStatus.SUSPENDED else None
        run_id = await tab.controller.start(*prepared, **options)
        await self._refresh()
        window.history.select(run_id)
        if waiting is not None:
            window.flash(tr("The run before goes on waiting: {run_id} is in the list of runs.", run_id=waiting))

    async def opened(self, run_id: str, select: bool = True) -> None:
        """Show a run of the store on the canvas; done when it is there. Raises FlowError.

        Without ``select`` the list of runs keeps what is selected in it.
        """
        window = self._window
        shown = window.tabs.of_run(run_id)
        if shown is not None:
            window.tabs.show(shown)
        tab = window.tab
        await tab.controller.show(run_id)
        await asyncio.sleep(0)  # what follows the run was filled; a tab of its own definition is work for another frame
        header = tab.controller.feed.header
        if header is not None and tab.controller.run_id == run_id:
            tab.show_definition_of(header)
            tab.run_banners.refresh()  # strips name nodes of the definition that is in front now
        if select:
            window.history.select(run_id)

    async def _open_then(self, run_id: str, verb: str) -> None:
        if self._window.controller.run_id != run_id:
            await self.opened(run_id)
        if not await self.repeating.admits(run_id, verb):
            return
        await getattr(self._window.controller, verb)(run_id)
        self._window.strips.remove(f"interrupted {run_id}", f"salvaged {run_id}")

    async def _refresh(self) -> None:
        with contextlib.suppress(FlowError, OSError):  # a store that cannot be read was told about at the start
            runs = await self._window.controller.runs(limit=500)
            if not isValid(self._window.history):
                return  # the window closed meanwhile
            self._window.strips.remove(*(f"waiting {run.run_id}" for run in runs if run.status not in STANDS))
            self._window.history.show_runs([_as_shown(self._window, run) for run in runs])
            if self._window.history.isVisible():
                self._window.history.weigh(await self._window.controller.ask(lambda host: host.usage()))

    async def _answer(self, question: Question, approved: bool, comment: str) -> None:
        self._window.banners.remove(" ".join(question.key))
        await self._window.controller.answer(question, approved, comment)

    def go(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Start a piece of work; what goes wrong in it is told in a strip."""
        task = spawn(self._guarded(work, self._window.tab), name)
        task.add_done_callback(lambda _: work.close())  # the window's end may cancel it before it has begun

    async def _guarded(self, work: Coroutine[Any, Any, Any], tab: Tab) -> None:
        try:
            await work
        except CorruptJournal as error:  # its file stands in the run's own directory
            self.banners.tell_damaged(Path(error.file).parent.name)
            await self._refresh()  # the list calls it damaged, too
        except FlowError as error:
            self._window.tell("error", error.message, error.hint, tab=tab)
        except asyncio.CancelledError:
            raise
        if isValid(self._window):
            self._window.refresh_actions()


async def _tell_interrupted(window: MainWindow, run: RunSummary) -> None:
    """Offer to go on with a run, unless its journal cannot be read: the list knows that only of what was read."""
    source = None
    try:
        await window.controller.ask(lambda host: host.load(run.run_id))
        source = (await window.controller.ask(lambda host: host.header(run.run_id))).options.get("source")
    except CorruptJournal:
        window.runs.banners.tell_damaged(run.run_id)
        return
    except (FlowError, OSError):
        pass  # whoever resumes it is told
    about = About(Path(source) if source else None, run.run_id, run.workflow_id)
    window.runs.banners.tell_interrupted(run.run_id, about)


def _as_shown(window: MainWindow, run: RunSummary) -> RunSummary:
    """A run as the tab that shows it knows it, which hears of a wait before the list of the store does."""
    if is_damaged(run):
        return run  # which the tab cannot know: it ends where the damage begins
    tab = window.tabs.of_run(run.run_id)
    state = tab.controller.feed.live if tab is not None and tab.controller.loading is None else None
    if state is None or state.run_id != run.run_id:
        return run
    times = {"started_at": state.started_at, "ended_at": state.ended_at, "rested": state.rested}
    return run.replace(status=str(state.status), **times)


async def _reopen(controller: RunController) -> None:
    """Let the next request open another host, and show the run through it."""
    run_id = controller.run_id
    await controller.close()
    if run_id is not None:
        with contextlib.suppress(FlowError):
            await controller.show(run_id)
