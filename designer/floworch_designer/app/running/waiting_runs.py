"""At the start: runs that wait for somebody's answer, paused or not, and that no tab shows, are told of in strips."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from floworch.errors import FlowError
from floworch.run.status import RunStatus
from floworch_designer.app.running.start_strips import NAMED, dismiss, dismissed, tell_more
from floworch_designer.app.widgets.homed_strips import About
from floworch_designer.app.widgets.marked import unmarked
from floworch_designer.runs.questions import called, questions
from floworch_designer.runs.stored import stored
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from collections.abc import Collection

    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunSummary
    from floworch_designer.app.main_window import MainWindow


async def tell_waiting(window: MainWindow) -> None:
    """Tell of each run that waits for an answer, those that go on by themselves first. Raises FlowError, OSError."""
    runs = [
        run
        for status in (RunStatus.SUSPENDED, RunStatus.PAUSED)
        for run in await window.controller.runs(status=str(status), limit=50)
    ]
    away = dismissed(window)
    ids, told = {run.run_id for run in runs}, 0
    for run in runs:
        if _key(run.run_id) in away or run.parent in ids:
            continue  # what a called run asks is told where its caller is watched
        with contextlib.suppress(FlowError):  # whoever opens it is told
            header, state = await stored(window.controller, run.run_id)
            if window.tabs.of_run(run.run_id) is None and _asks(state, ids):
                told += 1
                if told <= NAMED:
                    _tell(window, run, header, state)
    if told > NAMED:
        more = counted(told - NAMED, "1 more run waits for an answer", "{n} more runs wait for an answer")
        tell_more(window, "more waiting", "waiting", (more, tr("The list of runs has them all.")), "Paused or waiting")


def _asks(state: RunState, waiting: Collection[str]) -> bool:
    """Whether a run asks somebody, or one that it called waits and so does."""
    return bool(questions(state)) or any(run_id in waiting for _node, run_id in called(state))


def _tell(window: MainWindow, run: RunSummary, header: RunHeader, state: RunState) -> None:
    run_id, source = run.run_id, header.options.get("source")
    title = tr("{run} waits for an answer", run=run_id)
    if run.status == RunStatus.PAUSED:
        title = tr("{run} is paused and waits for an answer", run=run_id)
    asked = next((unmarked(question.message) for question in questions(state).values()), "")
    window.strips.show(
        _key(run_id),
        About(Path(source) if source else None, run_id, run.workflow_id),
        "waiting",
        title,
        asked.partition("\n")[0],
        ((tr("Open"), lambda: window.runs.open_run(run_id)),),
        on_close=lambda: dismiss(window, _key(run_id)),
    )


def _key(run_id: str) -> str:
    """Of the strip, by which it is remembered that it was put away: the run may be interrupted all the same."""
    return f"waiting {run_id}"
