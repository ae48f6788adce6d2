"""The choice of the trigger that a run starts at, for a workflow with several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

from PySide6.QtWidgets import QMenu

from floworch.model.triggers import chosen_trigger, triggers_of
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow

#: The workflow that was asked for last, by a weak reference, and its triggers.
_found: list[Any] = []


def choices(workflow: Workflow) -> list[str]:
    """The triggers that a run can start at, in the order of the file; empty when there is nothing to choose."""
    kept = _found[0]() if _found else None
    if kept is not workflow:  # every button asks at every turn of a run: looking through thousands of nodes holds it up
        _found[:] = [ref(workflow), triggers_of(workflow)]
    found: list[str] = _found[1]
    return found if len(found) > 1 else []


class TriggerMenu(QMenu):
    """Lists the triggers of the workflow in front each time it opens; the one that Run takes has a check mark."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(tr("Run from trigger"), window)
        self._window = window
        self.setIcon(window.theme.icon("category-trigger"))
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the triggers as they are now."""
        self.clear()
        window, workflow = self._window, self._window.document.workflow
        usual = chosen_trigger(workflow, None)
        for node_id in choices(workflow):
            node = workflow.nodes[node_id]
            action = self.addAction((node.title or node_id).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(node_id == usual)
            action.setToolTip(f"{node.action}{', which Run starts at' if node_id == usual else ''}")
            action.setEnabled(window.commands["run.start"].isEnabled())
            action.triggered.connect(lambda _checked=False, node_id=node_id: self.start_at(node_id))

    def start_at(self, trigger: str) -> None:
        """Run from one of several triggers, whose event is empty; the others are passed by."""
        runs = self._window.runs
        runs.go(runs.start_with({"trigger": trigger}), "start at a trigger")

    def choose(self) -> None:
        """Ask which trigger to run from, below the Run button."""
        button = self._window.run_bar.buttons["run.start"]
        self.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def follow(self) -> None:
        """Be there only where there is something to choose."""
        self.menuAction().setVisible(bool(choices(self._window.document.workflow)))
