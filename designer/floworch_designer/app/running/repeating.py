"""Steps that are not safe to repeat are asked about before a person makes them begin again (contract C7.1, C7.8, C7.9).

After a crash the engine asks; a pause now, a resume after it and a retry are requests, which it carries out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from floworch.errors import ErrorKind
from floworch.model import codec
from floworch.run.plan import effect_of
from floworch.run.status import NODE_STATUSES, NodeStatus, RunStatus
from floworch_designer.app.widgets import dialogs
from floworch_designer.runs.stored import stored
from floworch_designer.settings.words import counted, mark, tr

if TYPE_CHECKING:
    from floworch.model.catalog import Catalog
    from floworch.model.workflow import Workflow
    from floworch.run.state import RunState
    from floworch_designer.app.main_window import MainWindow

    #: Status of a node or of an item's, number of its last attempt, how many were lost, the kind of its error.
    Record = tuple[NodeStatus, int, int, str]
    #: Whether a record is of the ones that are looked for.
    Which = Callable[[Record], bool]

#: Steps that a question names; more are counted.
NAMED = 3
_FINISH, _INTERRUPT = mark("Pause when it is done"), mark("Interrupt it")
_AGAIN, _LEAVE = mark("Begin it again"), mark("Leave it as it is")


class Repeating:
    """Asks about the steps of one window's runs that may take effect twice."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._interrupted: set[str] = set()  # runs whose steps somebody here interrupted, being told what it means
        self._asking = False

    async def pause_now(self) -> None:
        """Interrupt what runs, or let it finish where that was chosen instead. Raises FlowError."""
        controller = self._window.controller
        run_id = controller.run_id
        names = await self._names(run_id, is_running) if run_id is not None else []
        if names:
            answer = await self._ask(
                tr("Pause now"),
                counted(len(names), "Interrupt {names}?", "Interrupt {n} steps: {names}?", names=listed(names)),
                counted(
                    len(names),
                    "It is not safe to repeat. Interrupted now, it begins again at Resume, and what it has done by "
                    "then is done twice.",
                    "They are not safe to repeat. Interrupted now, they begin again at Resume, and what they have done "
                    "by then is done twice.",
                ),
                ((_FINISH, "accept"), (_INTERRUPT, "destroy"), (mark("Cancel"), "reject")),
            )
            if answer not in (_FINISH, _INTERRUPT):
                return
            if controller.run_id != run_id or not controller.can("pause"):
                self._window.flash(tr("{run_id} has ended meanwhile.", run_id=run_id))
                return
            if answer == _FINISH:
                await controller.pause()
                return
            self._interrupted.add(run_id or "")
        await controller.pause(now=True)

    async def go_on(self, verb: str) -> None:
        """``resume`` or ``retry`` the shown run, unless a person does not want to after all. Raises FlowError."""
        controller = self._window.controller
        run_id = controller.run_id
        if run_id is None or (await self.admits(run_id, verb) and controller.run_id == run_id):
            await getattr(controller, verb)()
            self._window.strips.remove(f"salvaged {run_id}")

    async def admits(self, run_id: str, verb: str) -> bool:
        """Whether a ``resume`` or ``retry`` may be asked for: nothing unsafe begins again by it, or a person agreed."""
        if verb == "resume" and run_id in self._interrupted:
            self._interrupted.discard(run_id)
            return True
        names = await self._names(run_id, was_interrupted if verb == "resume" else was_cut_off, verb)
        if not names:
            return True
        text = counted(len(names), "Begin {names} again?", "Begin {n} steps again: {names}?", names=listed(names))
        words = caution(len(names))
        title = tr("Resume") if verb == "resume" else tr("Retry")
        return await self._ask(title, text, words, ((_LEAVE, "reject"), (_AGAIN, "destroy"))) == _AGAIN

    async def _names(self, run_id: str, which: Which, verb: str = "") -> list[str]:
        controller = self._window.controller
        header, state = await stored(controller, run_id)
        if verb == "resume" and state.status is not RunStatus.PAUSED:
            return []  # of a run whose process died the engine asks itself
        return self.unsafe(state, codec.loads(header.definition), which)

    def unsafe(self, state: RunState, workflow: Workflow, which: Which) -> list[str]:
        """Titles of the steps that are not safe to repeat and of which a record is looked for, in order."""
        catalog, found = cast("Catalog", self._window.tab.sheet.actions), list[str]()
        for name in dict.fromkeys(state.node_ids[node] for node, record in records(state) if which(record)):
            node = workflow.nodes.get(name)
            if node is not None and effect_of(node, catalog) == "unsafe":
                found.append(node.title or name)
        return found

    async def _ask(self, title: str, text: str, detail: str, buttons: tuple[tuple[str, str], ...]) -> str:
        if self._asking:
            return ""  # a second press while the question stands
        self._asking = True
        try:
            return await dialogs.ask(self._window, title, text, buttons, detail)
        finally:
            self._asking = False


def records(state: RunState) -> Iterator[tuple[int, Record]]:
    """What is known of each node, and of each item's node that is alive or that a retry would go on with."""
    for node in range(len(state.node_ids)):
        if node not in state.parents:
            kind = (state.errors.get(node) or {}).get("kind", "")
            yield node, (NODE_STATUSES[state.node_status[node]], *state.attempt_of(node), str(kind))
    alive = list(state.bodies.values())
    for nodes in (*alive, *(left for items in state.items.values() for left in items.left.values())):
        for node, body in nodes.items():
            kind = (body.error or {}).get("kind", "")
            yield node, (NODE_STATUSES[body.status], body.attempt, body.lost, str(kind))


def is_running(record: Record) -> bool:
    """An attempt is under way."""
    return record[0] is NodeStatus.RUNNING


def was_interrupted(record: Record) -> bool:
    """A pause now cut its attempt off: it begins again at resume (C7.1)."""
    return record[0] is NodeStatus.PENDING and record[2] > 0


def was_cut_off(record: Record) -> bool:
    """It ended in the middle of an attempt: cancelled beside one that failed, or over its time."""
    status, attempt, _, kind = record
    if status is NodeStatus.CANCELLED:
        return attempt > 0
    return status is NodeStatus.FAILED and kind == ErrorKind.TIMEOUT


def listed(names: list[str]) -> str:
    """The first names in quotes, and how many more there are."""
    told = ", ".join(tr("“{name}”", name=name) for name in names[:NAMED])
    more = len(names) - NAMED
    return told if more <= 0 else tr("{names} and {n} more", names=told, n=more)


def caution(count: int) -> str:
    """What beginning again means for steps that were cut off and are not safe to repeat."""
    return counted(
        count,
        "It was cut off while it ran and is not safe to repeat: what it had done by then is done twice.",
        "They were cut off while they ran and are not safe to repeat: what they had done by then is done twice.",
    )
