"""One run followed live: events are folded as they come and announced once per frame."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from floworch.model.workflow import RetryPolicy
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.store.protocol import RunHeader

#: Milliseconds between two announcements.
FRAME = 16
#: Seconds of folding before the window gets its turn.
SLICE = 0.004
#: Nodes announced in one frame; painting more of them would hold up the window, the rest follows in the next frame.
FRAME_NODES = 800
#: Log lines kept; older ones stay in the journal.
LOG_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a run's log: epoch seconds, node id (empty for the run), level, text, item indexes."""

    at: float
    node: str
    level: str
    message: str
    item: tuple[int, ...] = ()


class RunFeed(QObject):
    """The state of one run, kept up to date.

    ``batch`` carries a set of node indexes that changed, at most once per frame and at most :data:`FRAME_NODES` of
    them; -1 in it says that the run itself changed. ``logged`` follows in the same frame when there are new lines.

    Attributes:
        state: The fold so far, or None before the first run.
        header: The run's header, or None.
        logs: The newest :data:`LOG_LIMIT` lines.
        last_at: When the last event happened, epoch seconds: the moment a paused run stands at.
        log_count: Lines seen since the run began, dropped ones included.
        progress: ``{node index: (fraction or None, message)}`` of running nodes.
    """

    batch = Signal(object)
    logged = Signal()
    replaced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: RunState | None = None
        self.header: RunHeader | None = None
        self.logs: deque[LogLine] = deque(maxlen=LOG_LIMIT)
        self.log_count = 0
        self.last_at = 0.0
        self.progress: dict[int, tuple[float | None, str]] = {}
        self._definition: dict[str, Any] | None = None
        self._changed: set[int] = set()
        self._announced_logs = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self.announce)

    def begin(self, header: RunHeader, state: RunState | None = None) -> None:
        """Turn to another run; ``state`` is an earlier fold of it, else it starts before its first event."""
        self.header, self._definition = header, None
        self.state = state or RunState.of(header)
        self.logs.clear()
        self.log_count = self._announced_logs = 0
        self.progress.clear()
        self._changed.clear()
        self.replaced.emit()

    def clear(self) -> None:
        """Show no run."""
        self.header = self.state = self._definition = None
        self.logs.clear()
        self.log_count = self._announced_logs = 0
        self.progress.clear()
        self._changed.clear()
        self.replaced.emit()

    @property
    def definition(self) -> dict[str, Any]:
        """The run's own definition as plain JSON; read when it is first asked for, empty without a run."""
        if self._definition is None:
            try:
                found: dict[str, Any] = json.loads(self.header.definition) if self.header is not None else {}
            except ValueError:
                found = {}
            self._definition = found
        return self._definition

    def title(self, node: str) -> str:
        """What the run's own definition calls a node; its id when it has no title."""
        found = self.definition.get("nodes", {}).get(node, {}).get("title")
        return str(found) if found else node

    def max_attempts(self, node: str) -> int:
        """How many attempts the run's own definition allows a node: its retry field, else its innermost retry layer."""
        definition = self.definition.get("nodes", {}).get(node, {})
        layers = [*self.definition.get("middleware", []), *definition.get("middleware", [])]
        found = [layer.get("with") or {} for layer in layers if layer.get("use") == "retry"]
        policy = definition.get("retry", found[-1] if found else None)
        if policy is None:
            return 1
        return int(policy.get("max_attempts", RetryPolicy().max_attempts))

    async def take(self, events: Sequence[Event]) -> None:
        """Fold a batch, giving way to the window every few milliseconds."""
        state = self.state
        until = time.monotonic() + SLICE
        for event in events:
            if self.state is not state or state is None:
                return  # another run was chosen meanwhile
            if event.seq >= state.seq:
                self._fold(state, event)
            if time.monotonic() >= until:
                self._announce_soon()
                await asyncio.sleep(0)
                until = time.monotonic() + SLICE
        self._announce_soon()

    def set_status(self, status: RunStatus) -> None:
        """Show a derived status (``interrupted``) that no event says."""
        if self.state is not None and self.state.status is not status:
            self.state.status = status
            self.progress.clear()
            self._changed.add(-1)
            self._announce_soon()

    def flush(self) -> None:
        """Announce everything that changed, now."""
        self._timer.stop()
        changed, self._changed = self._changed, set()
        self._emit(changed)

    def announce(self) -> None:
        """Announce what changed: of a crowd the first ones now, and the others frame by frame."""
        self._timer.stop()
        changed, self._changed = self._changed, set()
        if len(changed) > FRAME_NODES:
            crowd = sorted(changed)  # -1, the run itself, comes first
            changed, self._changed = set(crowd[:FRAME_NODES]), set(crowd[FRAME_NODES:])
            self._timer.start()
        self._emit(changed)

    def _emit(self, changed: set[int]) -> None:
        if changed:
            self.batch.emit(changed)
        if self.log_count != self._announced_logs:
            self._announced_logs = self.log_count
            self.logged.emit()

    def _announce_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _fold(self, state: RunState, event: Event) -> None:
        state.apply(event)
        self.last_at = event.at
        node, kind = event.node, event.kind
        self._changed.add(node)
        if node >= 0 and node in state.parents:
            self._changed.add(state.parents[node])
        if kind == EventKind.NODE_LOGGED:
            payload = event.payload or {}
            self._log(event, str(payload.get("level", "info")), str(payload.get("message", "")))
        elif kind == EventKind.NODE_PROGRESSED:
            payload = event.payload or {}
            self.progress[node] = (_fraction(payload.get("fraction")), str(payload.get("message", "")))
        elif not event.scope or kind >= EventKind.SIGNAL_RECEIVED:
            self.progress.pop(node, None)
            self._tell(event)

    def _tell(self, event: Event) -> None:
        """Write the story of the run beside what its nodes say."""
        if (line := _story(event)) is not None:
            self._log(event, *line)

    def _log(self, event: Event, level: str, message: str) -> None:
        node = self.state.node_ids[event.node] if self.state is not None and event.node >= 0 else ""
        self.logs.append(LogLine(event.at, node, level, message, tuple(event.scope)))
        self.log_count += 1


def _fraction(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return min(1.0, max(0.0, float(value)))
    return None


_STORIES: dict[int, tuple[str, str]] = {
    EventKind.RUN_STARTED: ("info", "Run started"),
    EventKind.RUN_PAUSING: ("info", "Pause requested"),
    EventKind.RUN_PAUSED: ("info", "Run paused"),
    EventKind.RUN_RESUMED: ("info", "Run resumed"),
    EventKind.RUN_SUSPENDED: ("info", "Waiting for an answer, a signal or a timer"),
    EventKind.RUN_CANCELLING: ("warning", "Stop requested"),
    EventKind.RUN_ROLLING_BACK: ("warning", "Rolling back"),
    EventKind.RUN_COMPLETED: ("info", "Run completed"),
    EventKind.RUN_CANCELLED: ("warning", "Run cancelled"),
    EventKind.RUN_RETRIED: ("info", "Retrying what failed"),
    EventKind.RUN_INTERRUPTED: ("warning", "The process of this run had ended; going on from the journal"),
    EventKind.NODE_STARTED: ("debug", "Started"),
    EventKind.NODE_COMPLETED: ("debug", "Completed"),
    EventKind.NODE_SKIPPED: ("debug", "Skipped"),
    EventKind.NODE_CANCELLED: ("warning", "Cancelled"),
    EventKind.NODE_INTERRUPTED: ("info", "Interrupted; runs again on resume"),
    EventKind.NODE_IN_DOUBT: ("warning", "In doubt: it may or may not have taken effect"),
    EventKind.NODE_WAITING: ("info", "Waiting"),
    EventKind.SIGNAL_RECEIVED: ("info", "Signal received"),
}


def _story(event: Event) -> tuple[str, str] | None:
    payload = event.payload or {}
    error = payload.get("error") or {}
    if event.kind in (EventKind.NODE_FAILED, EventKind.RUN_FAILED):
        word = "Failed" if event.node >= 0 else "Run failed"
        return "error", f"{word}: {error.get('message', '')} ({error.get('kind', 'error')})"
    if event.kind == EventKind.NODE_RETRYING:
        delay = payload.get("delay")
        when = f" in {delay:.1f} s" if isinstance(delay, int | float) else ""
        return "warning", f"Attempt {event.attempt} failed: {error.get('message', '')}. Next try{when}."
    if event.kind == EventKind.APPROVAL_GIVEN:
        return "info", "Approved" if payload.get("approved") else "Rejected"
    if event.kind == EventKind.FORM_SUBMITTED:
        return "info", "Answered"
    return _STORIES.get(event.kind)
