"""What the strips above the canvas tell about runs: failures, approvals, interruptions, a lost engine."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from floworch.errors import CorruptJournal
from floworch.host.salvaging import salvage_run
from floworch.run.status import RunStatus
from floworch_designer.app.running.answering import fill_in
from floworch_designer.app.running.child_questions import ChildQuestions
from floworch_designer.app.running.start_strips import dismiss
from floworch_designer.app.widgets.homed_strips import About
from floworch_designer.app.widgets.marked import literal, unmarked
from floworch_designer.inspector.values import cell_text
from floworch_designer.runs.doubts import doubt_text, doubts
from floworch_designer.runs.item_values import UNKNOWN
from floworch_designer.runs.questions import answered
from floworch_designer.runs.words import sentences
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import local_number, mark, tr

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab
    from floworch_designer.app.widgets.banners import Banner
    from floworch_designer.runs.questions import Kind, Question

#: Stands in the strip of a question while what is edited is not what runs.
_GO_OVER = mark("Continue with the edited definition…")


class RunBanners(QObject):
    """Follows the run of one tab, in front or not, and keeps the strips of the tab true."""

    def __init__(self, window: MainWindow, tab: Tab) -> None:
        super().__init__(tab)
        self._window, self._tab = window, tab
        self._asked: dict[tuple[Kind, str], Question] = {}
        self._answered: tuple[str, ...] = ()  # the nodes whose answers the strip tells of
        self._live = ""  # the run that was seen at work
        self._edited = False  # whether what is edited differs from what runs, and the run can go over to it
        self._failure: Banner | None = None  # the strip that tells how the shown run failed
        controller = self._controller = tab.controller
        self._children = ChildQuestions(controller, self)
        self._children.changed.connect(self._on_grown)
        controller.status_changed.connect(self._on_status)
        controller.feed.grew.connect(self._on_grown)
        controller.lost.connect(self._on_lost)
        controller.damaged.connect(self.tell_damaged)

    def refresh(self) -> None:
        """Tell everything that is true now; for a window that has just been made."""
        self._on_status()
        self._on_grown(None)

    def _on_status(self) -> None:
        window, controller = self._window, self._controller
        status = controller.status
        if window.tab is self._tab:
            window.refresh_actions()
        self._tell_answered()
        if status is None or status.final:
            self._clear_questions()
        if status is not None and status.live:
            self._live = controller.run_id or ""
        window.strips.remove(f"waiting {controller.run_id}")  # what it asks is told now
        if status is RunStatus.INTERRUPTED and controller.run_id is not None:
            self.tell_interrupted(controller.run_id)
        elif controller.run_id is not None:
            window.strips.remove(f"interrupted {controller.run_id}")
        fit_open(window)
        self._tell_doubt()
        state = controller.feed.live
        if status is RunStatus.FAILED and state is not None and state.error:
            self._tell_failure(state)
        elif self._failure is not None:  # another run is shown, or this one goes on
            if self._shown().get("message") is self._failure:  # what was refused meanwhile stays
                self._remove("message")
            self._failure = None

    def _tell_failure(self, state: RunState) -> None:
        """Say where and why the run failed, and offer what may be done."""
        window, error = self._window, state.error or {}
        where = error.get("node")
        node = self._tab.workspace.document.workflow.nodes.get(where or "")
        named = where if node is None else node.title or where
        words = sentences(said(str(error.get(key) or "")) for key in ("message", "hint"))
        retry: list[tuple[str, Callable[[], object]]]
        retry = [(tr("Retry…"), window.commands["run.retry_choices"].trigger)]
        child = _called_by(state, where)
        if child:  # what went wrong is seen there
            retry.append((tr("Open the called run"), lambda: window.runs.open_run(child)))
        what = tr("The run failed at “{name}”.", name=named) if named else tr("The run failed.")
        if window.operator.on:  # whose page tells it, with what can be done there
            if self._failure is not None and self._shown().get("message") is self._failure:
                self._remove("message")
            self._failure = None
        else:
            window.tell("error", what, words, node=where, tab=self._tab, actions=retry)
            self._failure = self._shown().get("message")
        if self._live == state.run_id:
            told = f"{named}: {words}" if named else words
            window.notifying.tell(tr("{name}: the run failed", name=self._tab.name), told)
            self._live = ""

    def _on_grown(self, _itself: object = None) -> None:
        self._tell_answered()
        asked = {**self._controller.questions(), **self._children.found}
        for key in self._asked.keys() - asked.keys():
            self._remove(" ".join(key))
        for key, question in asked.items():
            before = self._asked.get(key)
            if before is None or before.item != question.item:
                self._ask(question, again=before is not None)
            elif before.waiting != question.waiting:
                shown = self._shown().get(" ".join(key))
                if shown is not None:  # it may hold a comment that is being written
                    shown.say(self._title_of(question))
        self._asked = asked

    def offer_edited(self, on: bool) -> None:
        """Say in the strips of questions that what is edited does not run, and offer to go over to it; or no longer."""
        if on != self._edited:
            self._edited = on
            shown = self._shown()
            for key, question in self._asked.items():
                if " ".join(key) in shown:
                    self._word(shown[" ".join(key)], question)

    def _tell_answered(self) -> None:
        """Say that what was answered is kept, and what carries it out: a run that stands still shows no effect."""
        nodes = answered(self._controller.feed.live)
        if nodes == self._answered:
            return
        self._answered = nodes
        self._remove("answered")
        if not nodes:
            return
        paused = self._controller.status is RunStatus.PAUSED
        self._window.banners.show_banner(
            "answered",
            "info",
            tr("Answered: {names}", names=", ".join(f"“{self._title(node)}”" for node in nodes)),
            tr("The run is paused: Resume carries it out.") if paused else tr("Resume carries it out."),
            ((tr("Resume"), self._window.runs.resume),),
            closable=False,
            scope=self._tab,
        )

    def _name_of(self, question: Question) -> str:
        return question.title or (question.node if question.run else self._title(question.node))

    def _title(self, node: str) -> str:
        definition = self._tab.workspace.document.workflow.nodes.get(node)
        return (definition.title if definition is not None else "") or node

    def _title_of(self, question: Question) -> str:
        title, item = self._name_of(question), ", ".join(map(str, question.item))
        if not item:
            return tr("“{title}” waits for your answer", title=title)
        if question.waiting == 1:
            return tr("“{title}” waits for your answer for item {item}", title=title, item=item)
        left = local_number(f"{question.waiting - 1:,}")
        return tr(
            "“{title}” waits for your answer for item {item}, then {left} more", title=title, item=item, left=left
        )

    def _ask(self, question: Question, again: bool) -> None:
        """Show the strip of a question; of the items of a loop only the first is notified."""
        window, tab, title = self._window, self._tab, self._title_of(question)
        if not again:
            window.notifying.tell(title, unmarked(question.message))
        open_ = ((tr("Open"), lambda: window.runs.open_run(question.run)),) if question.run else ()
        if question.kind == "form":
            name = self._name_of(question)
            words = tr("Choose…") if question.details.get("labels") else tr("Fill in…")
            fill = (words, lambda: window.runs.go(fill_in(window, tab, question, name), "fill in"))
            self._show(question, title, (fill, *open_))
            return

        def answer(approved: bool) -> None:
            window.runs.answer(question, approved, banner.line.text())

        buttons = ((tr("Approve"), lambda: answer(True)), (tr("Reject"), lambda: answer(False)), *open_)
        banner: Banner = self._show(question, title, buttons, ask=tr("Add a comment"))

    def _show(
        self, question: Question, title: str, buttons: Sequence[tuple[str, Callable[[], object]]], ask: str = ""
    ) -> Banner:
        banner: Banner = self._window.banners.show_banner(
            " ".join(question.key), "waiting", title, "", (*buttons, (tr(_GO_OVER), self._go_over)), ask=ask,
            closable=False, scope=self._tab,
        )  # fmt: skip
        self._word(banner, question)
        return banner

    def _word(self, banner: Banner, question: Question) -> None:
        """Write what is asked; a comment that is being written stays."""
        banner.mark(self._asked_text(question))
        banner.buttons[tr(_GO_OVER)].setVisible(self._edited)
        banner.fit(banner.width())

    def _go_over(self) -> None:
        self._window.commands["run.migrate"].trigger()

    def _asked_text(self, question: Question) -> str:
        """What a question says, as Markdown; of an item of a loop also which it is, that nobody approves a number."""
        words = []
        if question.value is not UNKNOWN:
            words.append(tr("Item {number}: {value}", number=question.item[-1], value=cell_text(question.value)))
        if question.run:
            words.append(tr("Asked by the run that “{caller}” called.", caller=self._title(question.caller)))
        if self._edited:
            words.append(tr("The run goes on with its own definition: what you edited since is not in it."))
        return "\n\n".join(filter(None, (question.message, "  \n".join(map(literal, words)))))

    def _tell_doubt(self) -> None:
        """Ask about nodes of which nobody knows whether they took effect before a crash (contract C7.8)."""
        window, state = self._window, self._controller.feed.live
        self._remove("doubt")
        if state is None or state.status is not RunStatus.PAUSED:
            return
        found = doubts(state)
        if not found:
            return
        several = len(found) > 1 or any(len(items) > 1 for items in found.values())
        window.banners.show_banner(
            "doubt",
            "warning",
            tr("Did {names} take effect before the crash?", names=doubt_text(state, self._title)),
            tr("They are not safe to run twice, so none was started again. Your answer is for all of them.")
            if several
            else tr("It is not safe to run twice, so it was not started again."),
            (
                (tr("Run again"), lambda: window.runs.settle("rerun")),
                (tr("Take as done"), lambda: window.runs.settle("done")),
                (tr("Take as failed"), lambda: window.runs.settle("fail")),
            ),
            closable=False,
            scope=self._tab,
        )

    def tell_interrupted(self, run_id: str, about: About | None = None) -> None:
        """Offer to go on with a run whose process died, on the tab that it concerns."""
        key, strips = f"interrupted {run_id}", self._window.strips
        if strips.has(key, f"damaged {run_id}", f"salvaged {run_id}"):
            return
        strips.show(
            key,
            about or self._about(run_id),
            "warning",
            tr("{run} was interrupted", run=run_id),
            tr("Its process ended before the run did. What was done is safe; Resume goes on from there."),
            (
                (tr("Resume"), lambda: self._window.runs.resume_run(run_id)),
                (tr("Open"), lambda: self._window.runs.open_run(run_id)),
                (tr("Discard"), lambda: self._window.runs.history.discard(run_id)),
            ),
            on_close=lambda: dismiss(self._window, run_id),
        )
        fit_open(self._window)

    def tell_damaged(self, run_id: str) -> None:
        """Say of a run whose journal cannot be read what can be done."""
        self._window.strips.remove(f"interrupted {run_id}")
        command = shlex.join(
            ("floworch", "doctor", "--salvage", run_id, "--store", str(self._window.session.hosts.store))
        )

        def copy() -> None:
            QGuiApplication.clipboard().setText(command)
            self._window.flash(tr("Command line copied"))

        self._window.strips.show(
            f"damaged {run_id}",
            self._about(run_id),
            "error",
            tr("The journal of {run} is damaged", run=run_id),
            tr("It cannot go on as it is. Salvaging keeps what stands before the damage, and the original aside."),
            (
                (tr("Salvage"), lambda: self._window.runs.go(self._salvage(run_id), "salvage")),
                (tr("Copy the command that salvages it"), copy),
            ),
        )

    async def _salvage(self, run_id: str) -> None:
        """Keep the good beginning of a damaged run and show it. Raises FlowError."""
        window = self._window
        with contextlib.suppress(CorruptJournal):
            await window.controller.ask(lambda host: host.load(run_id))
            window.strips.remove(f"damaged {run_id}")
            why = tr("Only what is told of its past is damaged. It can go on; salvaging it would take it back.")
            window.tell("info", tr("{run} is whole", run=run_id), why)
            return
        done = await asyncio.to_thread(salvage_run, window.session.hosts.store, run_id)
        window.strips.remove(f"damaged {run_id}")
        window.strips.show(
            f"salvaged {run_id}",
            self._about(run_id),
            "info",
            tr("{run} is whole again", run=run_id),
            tr(
                "It has the {n} events before its damage. The damaged original is in {folder}.",
                n=local_number(f"{done.events:,}"),
                folder=done.original,
            ),
            ((tr("Resume"), lambda: window.runs.resume_run(run_id)),),
        )
        window.runs.refresh_history()
        window.runs.open_run(run_id)

    def _about(self, run_id: str) -> About:
        """What the strip of a run concerns, as far as the window knows without asking."""
        listed = next((run for run in self._window.history.model.all if run.run_id == run_id), None)
        return About(run=run_id, workflow=listed.workflow_id if listed is not None else "")

    def _clear_questions(self) -> None:
        for key in self._asked:
            self._remove(" ".join(key))
        self._asked = {}

    def _shown(self) -> dict[str, Banner]:
        return self._window.banners.of(self._tab)

    def _remove(self, key: str) -> None:
        self._window.banners.remove(key, self._tab)

    def _on_lost(self, message: str) -> None:
        self._window.flash(tr("The engine's process ended: {message}", message=said(message)))


def _called_by(state: RunState, node: str | None) -> str:
    """The run that the node called at which a run failed, in the item that failed; empty when it called none."""
    found = {scope: run for (i, scope), run in state.children.items() if state.node_ids[i] == node}
    item = (state.error or {}).get("index")
    of_item = found.get((item,)) if isinstance(item, int) else None
    return of_item or next(reversed(found.values()), "")


def fit_open(window: MainWindow) -> None:
    """Offer to open an interrupted run only while it is not the one on screen."""
    for key, banner in window.banners.shown.items():
        if key.startswith("interrupted "):
            banner.buttons[tr("Open")].setVisible(window.tab.controller.run_id != key.removeprefix("interrupted "))
            banner.fit(banner.width())
