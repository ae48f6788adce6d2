"""The run on the canvas: statuses and figures of the nodes that changed, once per frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import WeakMethod

from PySide6.QtCore import QObject, QTimer

from floworch.artifact import Artifact, shown
from floworch.run.items import BodyCounts
from floworch.run.ports import OUT, fired_ports
from floworch.run.state import RunState
from floworch.run.status import NODE_STATUSES, NodeStatus, RunStatus
from floworch_designer.canvas.live import RunInfo
from floworch_designer.inspector.values import cell_text
from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.passing import Counter, Passed

#: Milliseconds between updates of the running nodes' clocks.
TICK = 500
#: In larger runs a node that has not begun looks as without a run: one glyph on every card at once costs frames.
MANY = 2000
_COMPLETED, _SKIPPED, _BYPASSED = (s.code for s in (NodeStatus.COMPLETED, NodeStatus.SKIPPED, NodeStatus.BYPASSED))
_RUNNING = NodeStatus.RUNNING.code
_MOVING = frozenset({NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.COMPENSATING})


def _weakly(method: Callable[[str], str]) -> Callable[[str], str]:
    """The method without its object, which would be held in a circle through the canvas else."""
    kept = WeakMethod(method)

    def call(node: str) -> str:
        found = kept()
        return found(node) if found is not None else ""

    return call


class RunOverlay(QObject):
    """Feeds a canvas from a RunFeed.

    Args:
        canvas: Has ``set_statuses({id: NodeStatus | None})`` and ``set_run_info({id: RunInfo})``.
        feed: The shown run.
    """

    def __init__(self, canvas: Any, feed: RunFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._feed = canvas, feed
        self.follow: Callable[[], bool] = lambda: False  # whether what begins is brought into view
        self._painted: set[str] = set()
        self._moving: set[int] = set()
        self._begun = False
        self._counter = Counter(self)
        self._counter.counted.connect(self._on_counted)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._on_tick)
        feed.batch.connect(self._on_batch)
        feed.replaced.connect(self.repaint)
        canvas.value_of = _weakly(self._value)
        self.repaint()

    def set_canvas(self, canvas: Any) -> None:
        """Paint on another canvas from now on; the former one is wiped."""
        if canvas is not self._canvas:
            self._wipe()
            self._canvas = canvas
            canvas.value_of = _weakly(self._value)
            self.repaint()

    def _value(self, node: str) -> str:
        """What a node gave, in one line: a large value is not read for it."""
        state = self._feed.state
        view = state.node(node) if state is not None and node in state.index else None
        return "" if view is None or view.stored is None else cell_text(shown(view.stored))

    def repaint(self) -> None:
        """Paint the whole run, or wipe the canvas when there is none."""
        self._wipe()
        state = self._feed.state
        self._moving.clear()
        if state is None:
            self._timer.stop()
            return
        self._begun = state.started_at is not None
        if self._begun or len(state.node_ids) <= MANY:  # of a large run that has not begun there is nothing to show
            self._paint(state, range(len(state.node_ids)))

    def show_again(self, nodes: Iterable[str]) -> None:
        """Paint what the run did with these nodes, whose cards were made anew."""
        state = self._feed.state
        if state is not None:
            self._paint(state, [state.index[name] for name in nodes if name in state.index])

    def _wipe(self) -> None:
        if self._painted:
            self._canvas.set_statuses(dict.fromkeys(self._painted))
            self._canvas.set_run_info(dict.fromkeys(self._painted))
            self._painted = set()

    def _on_batch(self, changed: set[int]) -> None:
        state = self._feed.state
        if state is not None:
            indexes = {index for index in changed if index >= 0}
            if self._begun != (state.started_at is not None):  # it began, or a replay went back before that
                self._begun = not self._begun
                indexes |= set(range(len(state.node_ids))) if len(state.node_ids) <= MANY else self._moving
            elif -1 in changed:  # running and held look different
                indexes |= self._moving
            if state.parents:  # what a container does shows on its body too
                indexes.update(child for child, container in state.parents.items() if container in changed)
            self._paint(state, indexes)
            if state.status.final or not state.status.live:
                self._timer.stop()

    def _on_counted(self) -> None:
        """The items of outputs that are kept beside the journal are known now."""
        state = self._feed.state
        if state is not None:
            self._paint(state, [index for index, value in enumerate(state.output) if isinstance(value, Artifact)])

    def _on_tick(self) -> None:
        state = self._feed.state
        if state is None or not self._moving or not state.status.live:
            self._timer.stop()
            return
        self._paint(state, list(self._moving))

    def _paint(self, state: RunState, indexes: Iterable[int]) -> None:
        statuses: dict[str, NodeStatus | None] = {}
        figures: dict[str, RunInfo | None] = {}
        fresh, many = state.started_at is None, len(state.node_ids) > MANY
        # A loop all of whose items wait is not paused, though nobody works on it.
        loops = set(state.parents.values()) if state.status is RunStatus.SUSPENDED else ()
        for index in indexes:
            name = state.node_ids[index]
            if name not in state.index:
                continue  # taken out by a migration
            status = state.status_of(index) if index in state.parents else NODE_STATUSES[state.node_status[index]]
            (self._moving.add if status in _MOVING else self._moving.discard)(index)
            if status is NodeStatus.RUNNING:
                status = NodeStatus.WAITING if index in loops else _in_body(state, index)
            idle = status is NodeStatus.PENDING
            statuses[name] = None if fresh or (idle and many) else status
            figures[name] = None if idle else self._info(state, index, status)
        self._painted.update(statuses)
        if statuses:
            self._canvas.set_statuses(statuses)
            self._canvas.set_run_info(figures)
        begun = next((name for name, status in statuses.items() if status is NodeStatus.RUNNING), None)
        if begun is not None and not self._feed.replaying and state.status.live and self.follow():
            self._canvas.reveal(begun)
        if self._moving and not self._timer.isActive() and state.status.live:
            self._timer.start()

    def _info(self, state: RunState, index: int, status: NodeStatus) -> RunInfo:
        started, ended = state.started[index], state.ended[index]
        held = status in _MOVING and not state.status.live
        if started is not None and ended is None and status in _MOVING and not held:
            ended = self._feed.now()
        done, failed, total = _items(state, index)
        counts, name = state.counts.get(index), state.node_ids[index]
        fraction = self._feed.progress.get(index, (None, ""))[0]
        error = (state.errors.get(index) if state.errors else None) or {}
        return RunInfo(
            duration=max(0.0, ended - started) if started is not None and ended is not None else None,
            attempt=state.attempts[index],
            max_attempts=self._feed.max_attempts(name) if state.attempts[index] > 1 else 0,
            progress=fraction,
            items_done=done,
            items_total=total,
            items_failed=failed,
            passed=self._counter.count(state.output[index]) if counts is None else Passed(counts.counts[_COMPLETED]),
            reached=None if counts is None else sum(counts.counts) - _missed(counts),
            bypassed=0 if counts is None else counts.counts[_BYPASSED],
            skipped=0 if counts is None else counts.counts[_SKIPPED],
            fired=self._fired(state, index, status) if counts is None and status.final else None,
            timed_out=status is NodeStatus.FAILED and error.get("kind") == "timeout_error",
            human=status is NodeStatus.WAITING and _asks(state, index),
            held=held,
            due=state.retry_due.get((index, ())) if status is NodeStatus.RETRYING else None,
        )

    def _fired(self, state: RunState, index: int, status: NodeStatus) -> tuple[str, ...]:
        """The ports that an ended node fired; the definition, whose reading takes time, tells of failures only."""
        if status is NodeStatus.COMPLETED and index not in state.ports:
            return OUT
        failed = status is NodeStatus.FAILED or index in state.errors
        return fired_ports(state, index, (), failed and self._continues(state.node_ids[index]))

    def _continues(self, name: str) -> bool:
        return bool(self._feed.sketch.node(name).on_error == "continue")


def _asks(state: RunState, index: int) -> bool:
    """Whether a node that waits, in any item of a loop, waits for a person who has not answered yet."""
    found = state.waits.get((index, ()))
    if found is not None:
        return _asks_in(state, (index, ()), found)
    return any(key[0] == index and _asks_in(state, key, wait) for key, wait in state.waits.items())


def _asks_in(state: RunState, key: tuple[int, tuple[int, ...]], wait: Mapping[str, Any]) -> bool:
    return wait.get("kind") in {"approval", "form"} and key not in state.approvals


def _items(state: RunState, index: int) -> tuple[int, int, int | None]:
    """Items done, items failed and all items of a container; of a node in its body the instances that it has a part in.

    Rounds that went past the node, by a branch that was not taken or after a failure, are none of its own.
    """
    if not state.items:
        return 0, 0, None
    items = state.items.get((index, ()))
    if items is not None:
        return items.completed + items.failed, items.failed, items.total
    counts = state.counts.get(index)
    body_of = state.items.get((state.parents.get(index, -1), ()))
    if counts is None or body_of is None:
        return 0, 0, None
    missed = _missed(counts)
    if missed >= body_of.total:  # none was its own
        return 0, 0, None
    done = sum(count for code, count in enumerate(counts.counts) if NODE_STATUSES[code].final)
    return done - missed, counts.counts[NodeStatus.FAILED.code], body_of.total - missed


def _in_body(state: RunState, index: int) -> NodeStatus:
    """What a card says whose step is begun: in a loop whether it is done with all items, or waits."""
    counts, items = state.counts.get(index), state.items.get((state.parents.get(index, -1), ()))
    if counts is None or items is None or counts.counts[_RUNNING]:
        return NodeStatus.RUNNING
    done, failed, total = _items(state, index)
    if items.rounds is None and total is not None and done >= total:
        return NodeStatus.FAILED if failed else NodeStatus.COMPLETED
    return NodeStatus.WAITING if state.status is RunStatus.SUSPENDED else NodeStatus.RUNNING


def _missed(counts: BodyCounts) -> int:
    """In how many rounds a node of a body had no turn."""
    return counts.counts[_SKIPPED] + counts.counts[_BYPASSED]
