"""Stopping a run is final (contract C7.3): it is asked about when something would be lost by it, and only then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from floworch.model import codec
from floworch.run.status import NodeStatus, RunStatus
from floworch_designer.app.widgets import dialogs
from floworch_designer.runs.stored import stored
from floworch_designer.runs.words import clock_text, elapsed
from floworch_designer.settings.words import counted, mark, tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch.run.state import RunState
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.runs.controller import RunController

#: Whether it is asked at all.
ASKS = "engine/ask_stop"
#: Seconds of work that nobody wants to lose by a slip.
LONG = 600.0
#: What is waited for that somebody or something else has to give, and will not give again.
_GIVEN = frozenset({"approval", "form", "signal"})
_STOP, _PAUSE = mark("Stop"), mark("Pause")


class Stopping:
    """Cancels runs of one window, after a question where one is due."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._asked: set[str] = set()  # runs of which a question is open, or on its way
        #: The time of day in epoch seconds.
        self.now = time.time

    async def stop(self, run_id: str) -> None:
        """Cancel a run, or pause it where that was chosen instead; one question at a time. Raises FlowError."""
        if run_id in self._asked:
            return  # a second press before the question is there
        self._asked.add(run_id)
        try:
            await self._stop(run_id)
        finally:
            self._asked.discard(run_id)

    async def _stop(self, run_id: str) -> None:
        window = self._window
        tab = window.tabs.of_run(run_id)
        controller = window.controller if tab is None else tab.controller
        if window.session.settings.get(ASKS):
            feed = controller.feed
            state, header = (feed.live, feed.header) if tab is not None else (None, None)
            if state is None or header is None:
                header, state = await stored(controller, run_id)
            lost = losses(state, codec.loads(header.definition), self.now())
            if lost:
                answer = await self._ask(run_id, lost, tab is not None and _works(controller))
                if answer not in (_PAUSE, _STOP):
                    return
                if await self._is_over(controller, run_id):
                    window.flash(tr("{run_id} has ended meanwhile.", run_id=run_id))
                    return
                if answer == _PAUSE:
                    await controller.pause()
                    return
        await controller.cancel(run_id)

    async def _is_over(self, controller: RunController, run_id: str) -> bool:
        """Whether a run ended, or is being stopped by somebody else, while the question stood."""
        if controller.run_id == run_id:
            return not controller.can("cancel")
        return (await controller.ask(lambda host: host.load(run_id))).status.final

    async def _ask(self, run_id: str, lost: list[str], pause: bool) -> str:
        instead = ((_PAUSE, "accept"),) if pause else ()
        last = tr("A stopped run cannot be resumed, a paused one can.") if pause else tr("It cannot be resumed then.")
        return await dialogs.ask(
            self._window,
            tr("Stop the run"),
            tr("Stop {run_id} for good?", run_id=run_id),
            ((mark("Keep it"), "reject"), *instead, (_STOP, "destroy")),
            "\n".join([*lost, last]),
            unless=(self._window.session.settings, ASKS),
        )


def _works(controller: RunController) -> bool:
    """Whether a pause would hold something back: of a run that only waits it would not."""
    return controller.status is not RunStatus.SUSPENDED and controller.can("pause")


def losses(state: RunState, workflow: Workflow, now: float) -> list[str]:
    """What a cancel of a run would cost, a sentence each; nothing when it has just begun or has ended."""
    if state.status.final:
        return []
    found = []
    waiting = list(
        dict.fromkeys(state.node_ids[i] for (i, _), wait in state.waits.items() if wait.get("kind") in _GIVEN)
    )
    if waiting:
        node = workflow.nodes.get(waiting[0])
        name = (node.title if node is not None else "") or waiting[0]
        found.append(counted(len(waiting), "“{name}” waits for an answer.", "{n} steps wait for an answer.", name=name))
    worked = elapsed(state, now)
    if worked >= LONG:
        found.append(tr("It has been going for {time}.", time=clock_text(worked)))
    undone = sum(
        node.compensate is not None and name in state.index and state.status_of(name) is NodeStatus.COMPLETED
        for name, node in workflow.nodes.items()
    )
    if undone:
        found.append(counted(undone, "1 step that is done is undone.", "{n} steps that are done are undone."))
    return found
