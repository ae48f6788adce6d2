"""The parameter set in the run bar: which one the next run takes its inputs from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from floworch.errors import FlowError
from floworch_designer.app.inputs.input_sets import InputSets, completed
from floworch_designer.app.inputs.set_row import SetRow
from floworch_designer.settings.words import tr
from floworch_designer.theme.elided import plain

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow


#: Files whose chosen set is kept.
KEPT = 50


class SetMenu(QToolButton):
    """Says beside Run which parameter set is chosen, and lists all of them when it is pressed.

    It is there only while the workflow in front lies in a file and has inputs.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._chosen = _kept(window.session.settings.get("run/sets"))
        self.list = QMenu(self)
        self.list.aboutToShow.connect(self.fill)
        self.clicked.connect(lambda _checked=False: self.open())
        self.setIcon(window.theme.icon("form"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAccessibleName(tr("Parameter set"))

    @property
    def sets(self) -> InputSets | None:
        """The parameter sets of the file in front; None while it is not saved or takes no inputs."""
        document = self._window.tab.document
        return InputSets(document.path) if document.path is not None and document.workflow.inputs else None

    @property
    def chosen(self) -> str:
        """The name of the chosen set, or empty."""
        path = self._window.tab.document.path
        return self._chosen.get(str(path.resolve()), "") if path is not None else ""

    @property
    def file(self) -> Path | None:
        """The file of the chosen set."""
        sets = self.sets
        return sets.path(self.chosen) if sets is not None and self.chosen else None

    def row(self) -> SetRow | None:
        """The line for the dialog of the inputs."""
        sets = self.sets
        return SetRow(sets, self.chosen) if sets is not None else None

    def inputs(self, workflow: Workflow) -> dict[str, Any]:
        """The inputs that the next run begins with: those of the chosen set as it is now, else those given last.

        Raises:
            FlowError: The chosen set cannot be read; nothing is chosen any more.
        """
        sets = self.sets
        if sets is None or not self.chosen or self._window.operator.on:  # an operator sees what he gives
            return dict(self._window.session.inputs.get(workflow.id, {}))
        try:
            kept = sets.read(self.chosen)
        except FlowError:
            self.choose("")
            raise
        return completed(kept, self._window.session.inputs.get(workflow.id, {}))

    def took(self, row: SetRow | None, workflow: Workflow, values: dict[str, Any]) -> None:
        """A person gave inputs in the dialog: they are the next ones, and of a set only if they are what it holds."""
        self._window.session.inputs[workflow.id] = values
        if row is not None:
            self.choose(row.name if row.same(values) else "")

    def choose(self, name: str) -> None:
        """Take the inputs of the next runs from a set; an empty name chooses none."""
        path = self._window.tab.document.path
        if path is not None:
            known = str(path.resolve())
            self._chosen.pop(known, None)
            if name:
                self._chosen[known] = name
            newest = dict(list(self._chosen.items())[-KEPT:])
            self._window.session.settings.set("run/sets", json.dumps(newest))
        self.follow()

    def fill(self) -> None:
        """List the sets there are now."""
        self.list.clear()
        sets = self.sets
        group = QActionGroup(self.list)
        for name in ["", *(sets.names() if sets is not None else [])]:
            action = self.list.addAction(name.replace("&", "&&") or tr("No parameter set"))
            action.setCheckable(True)
            action.setChecked(name == self.chosen)
            action.setActionGroup(group)
            action.triggered.connect(lambda _checked=False, name=name: self.choose(name))
        self.list.addSeparator()
        self.list.addAction(self._window.commands["run.start_inputs"])

    def open(self) -> None:
        """List the sets below the button."""
        self.list.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def follow(self) -> None:
        """Be there only where there are inputs, and say what is chosen."""
        self.setVisible(self.sets is not None)
        self.setText(self.chosen or tr("No parameter set"))
        self.setToolTip(plain(f"{self.text()}\n{tr('The inputs that Run takes')}"))  # a narrow bar leaves the words out


def _kept(text: str) -> dict[str, str]:
    """The sets that were chosen last, by file; whatever else the settings hold counts as none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(path): str(name) for path, name in found.items()} if isinstance(found, dict) else {}
