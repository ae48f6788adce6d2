"""Progress for logs and pipes: one line per event."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TextIO

from floworch.cli.render.rounds import EVERY, Rounds, pairs, rounds_text
from floworch.cli.render.wording import answer_text, event_text
from floworch.run.events import Event, EventKind

if TYPE_CHECKING:
    from floworch.run.state import RunState


def _quiet(event: Event) -> bool:
    """Whether an event is not worth a line: what starts, and what was logged for whoever looks for it."""
    if event.kind == EventKind.NODE_LOGGED:
        return (event.payload or {}).get("level") == "debug"
    return event.kind == EventKind.RUN_CREATED or (event.kind == EventKind.NODE_STARTED and event.attempt < 2)


class PlainProgress:
    """Writes a line for each event that matters: what ends, waits, fails or logs. A loop gets one at a tenth of its way
    and not more often than every few seconds, one that runs in rounds less and less often (``render.rounds``); what
    starts is not worth a line.

    Args:
        stream: Where to write, usually standard error.
        state: State of the run; the caller folds each batch into it before ``show``.
        store: Text that names the store in suggested commands, see ``store_flag``.
    """

    def __init__(self, stream: TextIO, state: RunState, store: str = "") -> None:
        self._stream = stream
        self._state = state
        self._store = store
        self._rounds = Rounds(state)
        self._tenths: dict[int, int] = {}
        self._told: dict[int, float] = {}  # when a loop had its last line
        self._early: list[str] | None = None  # about nodes that a run of a part settles before it starts

    def show(self, events: list[Event]) -> None:
        """Write about a batch of events that the state already holds."""
        lines: list[str] = []
        for event, after in pairs(events):
            if not self._rounds.hushed(event, after):
                self._about(event, lines)
        if lines:
            self._stream.write("".join(lines))
            self._stream.flush()

    def say(self, text: str) -> None:
        """Write what is no event, on lines of its own."""
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def close(self) -> None:
        """Write what was kept back of a run that never started."""
        self._stream.write("".join(self._early or ()))
        self._early = None

    def _about(self, event: Event, lines: list[str]) -> None:
        state = self._state
        node = state.node_ids[event.node] if event.node >= 0 else None
        duration = None
        if event.kind == EventKind.NODE_COMPLETED and not event.scope:
            duration = state.node(event.node).duration
        text = event_text(event, node, duration)
        stamp = time.strftime("%H:%M:%S", time.localtime(event.at))
        if text is not None and not _quiet(event):
            (lines if self._early is None or node is None else self._early).append(f"{stamp} {text}\n")
        if event.kind == EventKind.RUN_CREATED:
            self._early = []
        elif self._early is not None and node is None:
            lines += self._early  # what it left out or took over is said below the first word about the run itself
            self._early = None
        if event.kind == EventKind.NODE_WAITING and node is not None:
            wait: dict[str, Any] = (event.payload or {}).get("wait") or {}
            answer = answer_text(wait, state.run_id, node, self._store, event.scope)
            if answer is not None and wait.get("kind") != "call":
                lines.append(f"{stamp}   answer with: {answer}\n")
        if event.kind in (EventKind.ITEM_COMPLETED, EventKind.ITEM_FAILED) and len(event.scope) == 1:
            self._item(event, stamp, lines)

    def _item(self, event: Event, stamp: str, lines: list[str]) -> None:
        container = event.node
        items = self._state.items.get((container, ()))
        if items is None or not items.total:
            return
        done = items.completed + items.failed
        name, started = self._state.node_ids[container], self._state.started[container] or event.at
        if items.rounds is not None:
            if self._rounds.due(container, started, event.at):
                lines.append(f"{stamp} {name} {rounds_text(done, items.failed)}\n")
            return
        tenth = done * 10 // items.total
        since = self._told.setdefault(container, started)
        if tenth > self._tenths.get(container, 0) and event.at - since >= EVERY:
            self._tenths[container], self._told[container] = tenth, event.at
            failed = f", {items.failed} failed" if items.failed else ""
            lines.append(f"{stamp} {name} {done} of {items.total} items{failed}\n")
