"""Runs that are there before anybody chose one: one that goes on, one that a strip tells of."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING

from floworch.errors import FlowError
from floworch.model import codec
from floworch.run.status import RunStatus
from floworch_designer.history.model import status_of
from floworch_designer.runs.stored import stored

if TYPE_CHECKING:
    from floworch.store.protocol import RunSummary
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab
    from floworch_designer.runs.controller import RunController

#: A run in one of these has stopped where a person may go on with it.
_LEFT = frozenset({RunStatus.PAUSED, RunStatus.SUSPENDED})
#: Those whose run is being looked for: a tab may be asked for twice while a window opens.
_looking: weakref.WeakSet[RunController] = weakref.WeakSet()


async def attach(window: MainWindow, tab: Tab | None = None) -> None:
    """Show the run of the opened definition that goes on, if there is one and none is shown.

    When none does, the newest one is shown if it was left paused or waiting: so a person finds again what was there
    when the window was closed.

    Args:
        window: The window.
        tab: Where the definition is; by default the tab in front.
    """
    tab = tab or window.tab
    controller, workflow = tab.controller, tab.document.workflow
    if controller.run_id is not None or controller in _looking:
        return
    _looking.add(controller)
    try:
        with contextlib.suppress(FlowError, OSError):  # a store that cannot be read is told about at the start
            listed = await controller.runs(workflow=workflow.id, limit=50)
            for run in [run for run in listed if status_of(run).live] + _left(listed):
                if run.workflow_id != workflow.id or controller.run_id is not None:
                    continue
                if window.tabs.of_run(run.run_id) is not None:
                    continue
                header, _ = await stored(controller, run.run_id)
                if controller.run_id is not None:
                    return  # a person has chosen another one meanwhile
                if header.definition_hash == codec.logic_hash(workflow):
                    await controller.show(run.run_id)
                    return  # of one of another version the definition would hide what was opened
    finally:
        _looking.discard(controller)


def _left(listed: Sequence[RunSummary]) -> list[RunSummary]:
    """The newest run, if it was paused or waits and is nobody's child; older ones were left on purpose."""
    newest = next((run for run in listed if run.parent is None), None)
    return [newest] if newest is not None and status_of(newest) in _LEFT else []


def interrupted(window: MainWindow) -> str | None:
    """The run that a strip tells to be interrupted, while no run is shown."""
    if window.controller.run_id is not None:
        return None
    keys = (key for key in window.banners.shown if key.startswith("interrupted "))
    return next((key.removeprefix("interrupted ") for key in keys), None)
