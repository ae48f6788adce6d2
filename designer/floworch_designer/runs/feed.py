"""One run, as it is now or as it was: events are folded as they come and announced once per frame."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from floworch.model.workflow import RetryPolicy
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.store.current import header_now
from floworch.store.protocol import RunHeader
from floworch_designer.runs.recording import Picture, Recording
from floworch_designer.runs.sketch import Sketch
from floworch_designer.runs.stories import LogLine
from floworch_designer.settings.run_lines import line_said

#: Milliseconds between two announcements.
FRAME = 16
#: Seconds of folding before the window gets its turn: half of what the loop takes, so that the last piece adds little.
SLICE = 0.002
#: Nodes announced in one frame; painting more of them would hold up the window, the rest follows in the next frame.
FRAME_NODES = 800
#: Log lines kept; older ones stay in the journal.
LOG_LIMIT = 5000
#: Log lines before the cursor of a replay.
REPLAY_LINES = 300


class RunFeed(QObject):
    """One run: what is known of it now, and what is shown of it, which is the same until somebody goes back in it.

    ``batch`` carries a set of node indexes whose picture changed, at most once per frame and at most
    :data:`FRAME_NODES` of them; -1 in it says that the run itself changed. ``logged`` follows in the same frame when
    there are new lines. While the past is shown these two tell of the past only; ``grew`` tells once per frame that
    the run went on, with True when the run itself changed. ``moved`` follows when another moment is shown.
    ``redefined`` comes before all of them, and ``replaced`` after it, when the run went over to another definition.

    Attributes:
        header: The run's header as it stands now, with the definition that it went over to (C7.5), or None.
        logs: The newest :data:`LOG_LIMIT` lines; of the past the last :data:`REPLAY_LINES` before its moment.
        log_count: Lines written since the run began, dropped ones included, up to the moment that is shown.
        recording: Every event so far, or None before the first run.
        cursor: How many of the recorded events are shown while the past is; None while it follows the run.
    """

    batch = Signal(object)
    logged = Signal()
    replaced = Signal()
    grew = Signal(bool)
    moved = Signal()
    redefined = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.header: RunHeader | None = None
        self.logs: deque[LogLine] = deque(maxlen=LOG_LIMIT)
        self.log_count = 0
        self.recording: Recording | None = None
        self.cursor: int | None = None
        self._moment = self._cut_at = 0.0
        self._live: Picture | None = None
        self._shown: Picture | None = None
        self._definition: dict[str, Any] | None = None
        self._sketch: Sketch | None = None
        self._changed: set[int] = set()
        self._moved_on = False  # whether it went over to another definition since the last frame
        self._until = 0.0  # when what is folded gives way to the window
        self._grown = 0  # 1 when the run went on since the last frame, 2 when the run itself changed
        self._announced_logs = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self.announce)

    @property
    def state(self) -> RunState | None:
        """The fold that is shown, or None before the first run."""
        return None if self._shown is None else self._shown.state

    @property
    def live(self) -> RunState | None:
        """The fold of everything so far, whatever is shown."""
        return None if self._live is None else self._live.state

    @property
    def progress(self) -> dict[int, tuple[float | None, str]]:
        """``{node index: (fraction or None, message)}`` of running nodes, as shown."""
        return {} if self._shown is None else self._shown.progress

    @property
    def last_at(self) -> float:
        """When the last event that is shown happened, epoch seconds: the moment a paused run stands at."""
        return 0.0 if self._shown is None else self._shown.last_at

    @property
    def live_at(self) -> float:
        """When the last event so far happened, or the run was seen to be cut off, epoch seconds."""
        return 0.0 if self._live is None else max(self._live.last_at, self._cut_at)

    @property
    def behind(self) -> bool:
        """Whether something came that was not announced yet."""
        return self._timer.isActive()

    @property
    def replaying(self) -> bool:
        """Whether the past is shown."""
        return self.cursor is not None

    def now(self) -> float:
        """The moment that is shown, epoch seconds: the clock's, or that of the cursor."""
        return time.time() if self.cursor is None else self._moment

    def run_of(self, workflow: str) -> RunState | None:
        """The shown run when it is one of that workflow, or None."""
        state, header = self.state, self.header
        return state if state is not None and header is not None and header.workflow_id == workflow else None

    def given(self, workflow: str, node: str) -> Any:
        """What a step gave in the shown run of that workflow, as the run keeps it; None when that is not known."""
        state = self.run_of(workflow)
        return state.node(node).stored if state is not None and node in state.index else None

    def begin(self, header: RunHeader, state: RunState | None = None) -> None:
        """Turn to another run; ``state`` is an earlier fold of it, else it starts before its first event."""
        self._live = self._shown = Picture(state or RunState.of(header))
        self.recording = Recording(self._live)
        self._forget(header_now(header, self._live.state))

    def clear(self) -> None:
        """Show no run."""
        self._live = self._shown = self.recording = None
        self._forget(None)

    def _forget(self, header: RunHeader | None) -> None:
        self.header, self.cursor, self._cut_at = header, None, 0.0
        self._definition = self._sketch = None
        self._moved_on = False
        self.logs.clear()
        self.log_count = self._announced_logs = self._grown = 0
        self._changed.clear()
        self.replaced.emit()

    def seek(self, count: int, moment: float | None = None) -> None:
        """Show the run as it was after its first ``count`` recorded events, at ``moment`` (epoch seconds).

        Without ``moment`` it is that of the last event shown. Nothing of the run is undone.
        """
        recording, shown = self.recording, self._shown
        if recording is None or shown is None or self._live is None or not recording.events:
            return
        count = max(0, min(count, len(recording)))
        before = len(recording) if self.cursor is None else self.cursor
        if self.cursor is not None and count >= before:
            recording.forward(shown, count)
        else:
            self._shown = shown = recording.at(count)
        self.cursor = count
        self._moment = max(shown.last_at or recording.events[0].at, moment or 0.0)
        self._show_lines(recording.lines(count, shown.state.node_ids, REPLAY_LINES), recording.said(count))
        self._show_changes(recording.events[min(before, count) : max(before, count)])

    def follow(self) -> None:
        """Show the run as it is now, and go with it."""
        recording, live = self.recording, self._live
        if recording is None or live is None or self.cursor is None:
            return
        behind = recording.events[self.cursor :]
        self.cursor, self._shown = None, live
        self._show_lines(recording.lines(len(recording), live.state.node_ids, LOG_LIMIT), len(recording.spoken))
        self._show_changes(behind)

    def _show_lines(self, lines: list[LogLine], count: int) -> None:
        self.logs.clear()
        self.logs.extend(lines)
        self.log_count = self._announced_logs = count

    def _show_changes(self, events: Sequence[Event]) -> None:
        """Announce what is told of in these events, one way or the other."""
        for node in {event.node for event in events}:
            self._touch(node)
        self._changed.add(-1)
        self.announce()
        self.moved.emit()

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

    @property
    def sketch(self) -> Sketch:
        """The run's own definition, as far as it is asked for thousands of nodes; empty without a run."""
        if self._sketch is None:
            self._sketch = Sketch.read(self.header.definition) if self.header is not None else Sketch()
        return self._sketch

    def title(self, node: str) -> str:
        """What the run's own definition calls a node; its id when it has no title."""
        found = self.sketch.node(node).title
        return str(found) if found else node

    def told(self, node: str, text: str) -> str:
        """A line of a node, or a word about its progress: in the language of the window where it is the product's."""
        return line_said(text, str(self.sketch.node(node).action) if node else "")

    def max_attempts(self, node: str) -> int:
        """How many attempts the run's own definition allows a node: its retry field, else its innermost retry layer."""
        definition = self.sketch.node(node)
        layers = [*self.sketch.middleware, *definition.middleware]
        found = [layer.get("with") or {} for layer in layers if layer.get("use") == "retry"]
        policy = definition.retry if definition.retry is not None else found[-1] if found else None
        if policy is None:
            return 1
        return int(policy.get("max_attempts", RetryPolicy().max_attempts))

    async def take(self, events: Sequence[Event]) -> None:
        """Fold a batch, giving way to the window every few milliseconds.

        The time counts across batches: of those that wait already the next one is had without giving way.
        """
        state = self.live
        for event in events:
            if time.monotonic() >= self._until:
                self._announce_soon()
                await asyncio.sleep(0)
                self._until = time.monotonic() + SLICE
            if self.live is not state or state is None:
                return  # another run was chosen meanwhile
            if event.seq >= state.seq:
                self._fold(state, event)
        self._announce_soon()

    def set_status(self, status: RunStatus) -> None:
        """Show a derived status (``interrupted``) that no event says."""
        live = self._live
        if live is not None and live.state.status is not status:
            if live.state.status.live:  # it ran until now, which no event says
                self._cut_at = time.time()
            live.state.status = status
            live.progress.clear()
            self._grown = 2
            if self.cursor is None:
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
        if self._moved_on:
            self._moved_on = False
            self.redefined.emit()
            self.replaced.emit()
        if changed:
            self.batch.emit(changed)
        if self.log_count != self._announced_logs:
            self._announced_logs = self.log_count
            self.logged.emit()
        if self._grown:
            grown, self._grown = self._grown, 0
            self.grew.emit(grown > 1)

    def _announce_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _fold(self, state: RunState, event: Event) -> None:
        live, recording = self._live, self.recording
        assert live is not None
        assert recording is not None
        assert live.state is state
        live.apply(event)
        if event.kind == EventKind.RUN_MIGRATED and self.header is not None:
            self.header = header_now(self.header, state)
            self._definition = self._sketch = None
            self._moved_on = True
        line = recording.add(event, live)
        self._grown = 2 if event.node < 0 else self._grown or 1
        if self.cursor is not None:
            return  # the past is shown
        self._changed.add(event.node)
        if event.node in live.state.parents:
            self._changed.add(live.state.parents[event.node])
        if line is not None:
            self.logs.append(line)
            self.log_count += 1

    def _touch(self, node: int) -> None:
        """Note that a node's picture changed, and with it that of its container."""
        self._changed.add(node)
        if node >= 0 and self.live is not None and node in self.live.parents:
            self._changed.add(self.live.parents[node])
