"""Serving the triggers of a workflow from the window: activated, looked at, deactivated, and found again."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from floworch.errors import FlowError
from floworch_designer.app.running.activation_dialog import ActivationDialog, served_triggers
from floworch_designer.app.running.fired_runs import FiredRuns
from floworch_designer.runs.activation import Activation
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow

BUTTON = "run.activate"


class Activating(QObject):
    """Handlers of ``activating.*``, and the button beside Run that says whether the triggers are served."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.activation = Activation(window.session.hosts.store, parent=self)
        self.activation.changed.connect(self.follow)
        self.fired = FiredRuns(window, self.activation)
        self.dialog: ActivationDialog | None = None
        self._seen: tuple[object, bool] = (None, False)

    @property
    def concerned(self) -> bool:
        """Whether the workflow in front has triggers that can be served, or is served."""
        document = self._window.tab.document
        if document.workflow is not self._seen[0]:  # a definition never changes: an edit makes another one
            self._seen = document.workflow, bool(served_triggers(document.workflow))
        return self._seen[1] or self.activation.active(document.path)

    def open(self) -> None:
        """Show the triggers of the workflow in front: served or not, next time, addresses, last runs."""
        window = self._window
        self.activation.look()
        if self.dialog is None:
            dialog = self.dialog = ActivationDialog(self.activation, window.session.settings, window.theme, window)
            dialog.wanted.connect(self.turn)
            dialog.run_chosen.connect(window.runs.open_run)
            dialog.finished.connect(lambda _code: setattr(self, "dialog", None))
        self.follow()
        self.dialog.show()
        self.dialog.raise_()

    def turn(self, on: bool) -> None:
        """Serve the triggers of the workflow in front, or no longer."""
        self._window.runs.go(self._turn(on), "activate")

    def follow(self) -> None:
        """Tell of the workflow that is in front now, and how its triggers stand."""
        window = self._window
        document = window.tab.document
        active = self.activation.active(document.path)
        action, button = window.commands[BUTTON], window.run_bar.buttons.get(BUTTON)
        action.setIconText(tr("Active") if active else tr("Activate"))
        if button is not None:
            button.setVisible(self.concerned)
            button.setIcon(window.theme.icon("check" if active else "bell", "success" if active else "text_secondary"))
        if self.dialog is not None:
            self.dialog.show_workflow(document.workflow, document.path, document.dirty)

    def take_up(self) -> None:
        """Serve again what was active when the last window closed; called once at the start."""
        with contextlib.suppress(FlowError):
            count = self.activation.take_up()
            if count:
                one = tr("The triggers of one workflow are active")
                self._window.flash(one if count == 1 else tr("The triggers of {n} workflows are active", n=count))
        self.follow()

    def leave(self) -> None:
        """The window closes: the service goes on, or ends with it, as the person chose."""
        if not self._window.session.settings.get("engine/keep_serving"):
            with contextlib.suppress(FlowError):
                self.activation.rest()

    async def _turn(self, on: bool) -> None:
        window, tab = self._window, self._window.tab
        path = tab.document.path
        if not on:
            if path is not None:
                self.activation.deactivate(path)
            return
        errors = [problem for problem in tab.document.check_now() if problem.severity == "error"]
        if errors:
            window.show_panel("problems")
            raise FlowError(
                tr("The workflow cannot be activated yet."), tr("Mend its problems first; they are listed below.")
            )
        if (tab.document.dirty or path is None) and not await window.files.save_tab(tab):
            return
        if not await window.trusting.wholly(tab):
            return
        path = tab.document.path
        if path is not None:
            self.activation.activate(path)
