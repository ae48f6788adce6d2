"""How long the earlier runs of a workflow were at work, for what is left of the one that is shown."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from floworch.errors import FlowError
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.runs.expected import earlier, is_asking, last, waited
from floworch_designer.runs.words import elapsed

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.runs.sketch import Sketch


class EarlierRuns:
    """What the run bar asks. Times in which a run only waited for a person or a signal are left out of both.

    They are told by the nodes of a run: the records of those runs are read once, and nothing is told until they are.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._waited: dict[str, float | None] = {}  # by run; None of one whose record cannot be read
        self._sketch: Sketch | None = None
        self._asking: frozenset[str] = frozenset()
        self._bodies = False  # whether one of them is in a body, of which no times are known
        self._reading = False

    def took(self, state: RunState) -> list[float]:
        """How long the last completed runs of the workflow of a run were at work, seconds, as far as it is known."""
        asking, every = self._nodes(), self._window.history.model.all
        if not asking:
            return earlier(every, state.workflow_id, state.run_id)
        if self._bodies:
            return []
        runs = last(every, state.workflow_id, state.run_id)
        missing = [run.run_id for run in runs if run.run_id not in self._waited]
        if missing:
            if not self._reading:
                self._reading = True
                spawn(self._read(missing, asking), "earlier runs")
            return []
        known = ((run.duration or 0.0, self._waited[run.run_id]) for run in runs)
        return [max(0.0, took - rested) for took, rested in known if rested is not None]

    def worked(self, state: RunState, now: float) -> float:
        """Seconds in which the run that is shown was at work up to ``now``."""
        asking = self._nodes()
        return max(0.0, elapsed(state, now) - waited(state, asking, now)) if asking else elapsed(state, now)

    def _nodes(self) -> frozenset[str]:
        sketch = self._window.front_feed.sketch
        if sketch is not self._sketch:
            found = {name for name, node in sketch.nodes.items() if is_asking(str(node.action))}
            self._sketch, self._asking = sketch, frozenset(found)
            self._bodies = any(sketch.nodes[name].parent is not None for name in found)
            self._waited.clear()
        return self._asking

    async def _read(self, runs: list[str], asking: frozenset[str]) -> None:
        for run_id in runs:
            found = None
            with contextlib.suppress(FlowError, OSError, EOFError):  # it has just gone, or is damaged
                found = await self._waited_in(run_id, asking)
            if asking is self._asking:
                self._waited[run_id] = found
        self._reading = False

    async def _waited_in(self, run_id: str, asking: frozenset[str]) -> float:
        state = await self._window.controller.ask(lambda host: host.load(run_id))
        return waited(state, asking, state.ended_at or 0.0)
