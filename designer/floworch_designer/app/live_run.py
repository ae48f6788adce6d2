"""Runs that are there before anybody chose one: one that goes on, one that a strip tells of."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from floworch.errors import FlowError
from floworch.model import codec
from floworch_designer.history.model import status_of

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


async def attach(window: MainWindow) -> None:
    """Show the run of the opened definition that is going on, if there is one and none is shown."""
    controller, workflow = window.tab.controller, window.tab.document.workflow
    if controller.run_id is not None:
        return
    with contextlib.suppress(FlowError, OSError):  # a store that cannot be read is told about at the start
        for run in await controller.runs(workflow=workflow.id, limit=50):
            if not status_of(run).live or run.workflow_id != workflow.id or controller.run_id is not None:
                continue
            if window.tabs.of_run(run.run_id) is not None:
                continue
            await controller.show(run.run_id)
            header = controller.feed.header
            if header is not None and header.definition_hash == codec.logic_hash(workflow):
                return
            await controller.leave()  # it runs another version, which would hide what was opened


def interrupted(window: MainWindow) -> str | None:
    """The run that a strip tells to be interrupted, while no run is shown."""
    if window.controller.run_id is not None:
        return None
    keys = (key for key in window.banners.shown if key.startswith("interrupted "))
    return next((key.removeprefix("interrupted ") for key in keys), None)
