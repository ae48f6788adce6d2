"""What a run is started with: the frozen definition and its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow


async def prepare(window: MainWindow, ask: bool) -> tuple[Workflow, dict[str, Any]] | None:
    """The workflow as it stands, frozen, and its inputs; None when it has errors or the person cancelled."""
    document = window.tab.document
    workflow = document.workflow.at(document.path)  # frozen: editing on does not change what runs
    errors = [problem for problem in document.check_now() if problem.severity == "error"]
    if errors:
        window.show_panel("problems")
        count = counted(len(errors), "1 problem", "{n} problems")
        window.tell(
            "error",
            tr("The workflow cannot run yet."),
            tr("{count} to mend first; they are listed below.", count=count),
        )
        window.tab.refused = window.banners.shown.get("message")
        return None
    given = window.sets.inputs(workflow)
    if workflow.inputs and (ask or dialogs.missing_inputs(workflow, given)):
        row = window.sets.row()
        answer = await dialogs.ask_inputs(window, workflow, given, window.theme, row)
        if answer is None:
            return None
        given = answer
        window.sets.took(row, workflow, given)
    return workflow, {name: value for name, value in given.items() if name in workflow.inputs}
