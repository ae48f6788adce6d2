"""What the runs ask people that a run has called: told where the calling run is watched, too."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from floworch.errors import FlowError
from floworch.run.status import RunStatus
from floworch.store.current import header_now
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.runs.questions import Kind, Question, called, questions

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch_designer.runs.controller import RunController

#: Milliseconds between two looks at called runs: what happens in them is not told to those who follow the caller.
AGAIN = 1500
#: Called runs that are looked at, and how deep calls within calls are.
MOST, DEEPEST = 12, 5


class ChildQuestions(QObject):
    """Looks at the runs that the shown run waits for. ``changed`` follows when they ask something else.

    Attributes:
        found: What they ask, as ``questions.questions`` gives it.
    """

    changed = Signal()

    def __init__(self, controller: RunController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._called: tuple[tuple[str, str], ...] = ()
        self._titles: dict[tuple[str, int], dict[str, str]] = {}
        self._looking = self._stands = self._hurry = False
        self.found: dict[tuple[Kind, str], Question] = {}
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        controller.feed.grew.connect(self._on_grown)
        controller.feed.replaced.connect(self._on_grown)

    def look(self) -> None:
        """Ask the store anew."""
        if self._called and not self._looking:
            self._looking, self._hurry = True, False
            spawn(self._look(), "look at called runs")

    def _on_grown(self, _itself: object = None) -> None:
        status, live = self._controller.status, self._controller.feed.live
        stood, self._stands = self._stands, status is RunStatus.SUSPENDED
        works = status is not None and (status.live or self._stands)
        now = called(live) if works else ()
        if now == self._called:
            if self._stands and not stood:  # what it called has come to its own stop: now it asks, if it does
                self._hurry = True
                self.look()
            return
        self._called = now
        self._timer.stop()
        if now:
            self.look()
        else:
            self._take({})

    async def _look(self) -> None:
        found: dict[tuple[Kind, str], Question] = {}
        asked = self._called
        try:
            for caller, run_id in asked[:MOST]:
                await self._ask(caller, run_id, found, DEEPEST)
        except (FlowError, OSError, EOFError):
            pass  # a lost engine, or a run that has just gone: who follows the caller tells of it
        finally:
            self._looking = False
        if not isValid(self):
            return
        if asked == self._called:
            self._take(found)
        if self._called:
            self._timer.start(0 if self._hurry or asked != self._called else AGAIN)

    async def _ask(self, caller: str, run_id: str, found: dict[tuple[Kind, str], Question], deepest: int) -> None:
        state = await self._controller.ask(lambda host: host.load(run_id))
        for question in questions(state).values():
            titles = await self._titles_of(run_id, state)
            told = replace(question, run=run_id, caller=caller, title=titles.get(question.node, ""))
            found[told.key] = told
        for _node, child in called(state) if deepest > 1 else ():
            await self._ask(caller, child, found, deepest - 1)

    async def _titles_of(self, run_id: str, state: RunState) -> dict[str, str]:
        """What the nodes of a run are called by the definition that it has now."""
        key = run_id, state.migrated.times if state.migrated is not None else 0
        if key not in self._titles:
            header = header_now(await self._controller.ask(lambda host: host.header(run_id)), state)
            nodes = json.loads(header.definition).get("nodes", {})
            self._titles[key] = {node: str(each.get("title") or "") for node, each in nodes.items()}
        return self._titles[key]

    def _take(self, found: dict[tuple[Kind, str], Question]) -> None:
        if found != self.found:
            self.found = found
            self.changed.emit()
