"""Says that a run goes on with another version of the workflow than the one that is edited."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from floworch_designer.app.running.partial import can_migrate
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.runs.controller import runs_as
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QToolButton

    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow

#: Milliseconds without an edit after which the versions are compared.
PAUSE = 200
#: Nodes of a definition that is hashed at once; larger ones are hashed on a thread.
AT_ONCE = 200


class VersionNote(QObject):
    """Writes on a button which version runs and which one is edited; hides it while both are the same.

    A click lets the run go over to the edited one, where it can; the strips of its questions offer the same.
    """

    def __init__(self, window: MainWindow, label: QToolButton) -> None:
        super().__init__(window)
        self._window, self._label = window, label
        label.hide()
        label.clicked.connect(self._on_clicked)
        self._known: tuple[Workflow, str] | None = None  # what was hashed last
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._compare)
        window.front.status_changed.connect(self.follow)

    def follow(self, *_: object) -> None:
        """The definition in front changed, or another run is shown."""
        if self._ran() is None:
            self._timer.stop()
            self._same()
        else:
            self._timer.start()

    def _ran(self) -> str | None:
        """The version of the shown run; None without a run of the edited workflow."""
        header, edited = self._window.controller.feed.header, self._window.tab.document.workflow
        return header.definition_hash if header is not None and header.workflow_id == edited.id else None

    def _compare(self) -> None:
        workflow, controller = self._window.tab.document.workflow, self._window.controller
        if runs_as(controller, workflow) and controller.feed.header is not None:  # hashed when it began
            self._write(workflow, controller.feed.header.definition_hash)
        elif self._known is not None and self._known[0] is workflow:
            self._write(*self._known)
        elif len(workflow.nodes) <= AT_ONCE:
            self._learn(workflow, _hash(workflow))
        else:
            spawn(self._compare_large(workflow), "compare versions")

    async def _compare_large(self, workflow: Workflow) -> None:
        self._learn(workflow, await asyncio.to_thread(_hash, workflow))

    def _learn(self, workflow: Workflow, edited: str) -> None:
        self._known = workflow, edited
        self._write(workflow, edited)

    def _write(self, workflow: Workflow, edited: str) -> None:
        ran, window = self._ran(), self._window
        if workflow is not window.tab.document.workflow:
            return  # it was edited meanwhile: the timer is on its way
        if ran is None or ran == edited:
            self._same()
            return
        status = window.controller.status
        words = (
            tr("Running version {ran}, editing version {edited}", ran=ran[:7], edited=edited[:7])
            if status is not None and not status.final
            else tr("The run had version {ran}, editing version {edited}", ran=ran[:7], edited=edited[:7])
        )
        self._label.setText(words)
        keeps, goes = tr("A run keeps its definition: what you edit counts from the next run on."), can_migrate(window)
        offer = tr("A click shows what it would do with the edited one, and lets it go over to that.")
        self._label.setToolTip(f"{keeps} {offer}" if goes else keeps)
        self._label.show()
        window.tab.run_banners.offer_edited(goes)

    def _same(self) -> None:
        self._label.hide()
        self._window.tab.run_banners.offer_edited(False)

    def _on_clicked(self, _checked: bool = False) -> None:
        window = self._window
        if can_migrate(window):
            window.commands["run.migrate"].trigger()
        else:
            window.flash(tr("The run can go over to the edited definition when it is paused, waits or has failed."))


def _hash(workflow: Workflow) -> str:
    from floworch.model.codec import logic_hash

    return logic_hash(workflow)
