"""The run on the canvas: statuses and figures of the nodes that changed, once per frame."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from floworch.run.state import RunState
from floworch.run.status import NODE_STATUSES, NodeStatus
from floworch_designer.canvas.live import RunInfo
from floworch_designer.runs.feed import RunFeed

#: Milliseconds between updates of the running nodes' clocks.
TICK = 500
_MOVING = frozenset({NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.COMPENSATING})


class RunOverlay(QObject):
    """Feeds a canvas from a RunFeed.

    Args:
        canvas: Has ``set_statuses({id: NodeStatus | None})`` and ``set_run_info({id: RunInfo})``.
        feed: The shown run.
    """

    def __init__(self, canvas: Any, feed: RunFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._feed = canvas, feed
        self._painted: set[str] = set()
        self._moving: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._on_tick)
        feed.batch.connect(self._on_batch)
        feed.replaced.connect(self.repaint)
        self.repaint()

    def set_canvas(self, canvas: Any) -> None:
        """Paint on another canvas from now on; the former one is wiped."""
        if canvas is not self._canvas:
            self._wipe()
            self._canvas = canvas
            self.repaint()

    def repaint(self) -> None:
        """Paint the whole run, or wipe the canvas when there is none."""
        self._wipe()
        state = self._feed.state
        self._moving.clear()
        if state is None:
            self._timer.stop()
            return
        self._paint(state, range(len(state.node_ids)))

    def _wipe(self) -> None:
        if self._painted:
            self._canvas.set_statuses(dict.fromkeys(self._painted))
            self._canvas.set_run_info(dict.fromkeys(self._painted, RunInfo()))
            self._painted = set()

    def _on_batch(self, changed: set[int]) -> None:
        state = self._feed.state
        if state is not None:
            self._paint(state, (index for index in changed if index >= 0))
            if state.status.final or not state.status.live:
                self._timer.stop()

    def _on_tick(self) -> None:
        state = self._feed.state
        if state is None or not self._moving or not state.status.live:
            self._timer.stop()
            return
        self._paint(state, list(self._moving))

    def _paint(self, state: RunState, indexes: Iterable[int]) -> None:
        statuses: dict[str, NodeStatus | None] = {}
        figures: dict[str, RunInfo] = {}
        fresh = state.started_at is None
        for index in indexes:
            name = state.node_ids[index]
            status = state.status_of(index) if index in state.parents else NODE_STATUSES[state.node_status[index]]
            statuses[name] = None if fresh else status
            figures[name] = self._info(state, index, status)
            (self._moving.add if status in _MOVING else self._moving.discard)(index)
        self._painted.update(statuses)
        if statuses:
            self._canvas.set_statuses(statuses)
            self._canvas.set_run_info(figures)
        if self._moving and not self._timer.isActive() and state.status.live:
            self._timer.start()

    def _info(self, state: RunState, index: int, status: NodeStatus) -> RunInfo:
        started, ended = state.started[index], state.ended[index]
        if started is not None and ended is None and status in _MOVING:
            ended = time.time()
        items = state.items.get((index, ()))
        fraction = self._feed.progress.get(index, (None, ""))[0]
        wait = state.waits.get((index, ()))
        error = state.errors.get(index) or {}
        return RunInfo(
            duration=max(0.0, ended - started) if started is not None and ended is not None else None,
            attempt=state.attempts[index],
            progress=fraction,
            items_done=items.completed + items.failed if items is not None else 0,
            items_total=items.total if items is not None else None,
            timed_out=status is NodeStatus.FAILED and error.get("kind") == "timeout_error",
            human=wait is not None and wait.get("kind") in {"approval", "form"},
        )
