"""Progress for logs and pipes: one line per event."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TextIO

from floworch.cli.render.wording import answer_text, event_text
from floworch.run.events import Event, EventKind

if TYPE_CHECKING:
    from floworch.run.state import RunState


class PlainProgress:
    """Writes a line for each event that matters and, for loops, one at every tenth of the way.

    Args:
        stream: Where to write, usually standard error.
        state: State of the run; the caller folds each batch into it before ``show``.
        store: Text that names the store in suggested commands, see ``store_flag``.
    """

    def __init__(self, stream: TextIO, state: RunState, store: str = "") -> None:
        self._stream = stream
        self._state = state
        self._store = store
        self._tenths: dict[int, int] = {}

    def show(self, events: list[Event]) -> None:
        """Write about a batch of events that the state already holds."""
        lines: list[str] = []
        for event in events:
            self._about(event, lines)
        if lines:
            self._stream.write("".join(lines))
            self._stream.flush()

    def close(self) -> None:
        """Nothing is left to write."""

    def _about(self, event: Event, lines: list[str]) -> None:
        state = self._state
        node = state.node_ids[event.node] if event.node >= 0 else None
        duration = None
        if event.kind == EventKind.NODE_COMPLETED and not event.scope and state.started[event.node] is not None:
            duration = event.at - (state.started[event.node] or event.at)
        text = event_text(event, node, duration)
        stamp = time.strftime("%H:%M:%S", time.localtime(event.at))
        if text is not None:
            lines.append(f"{stamp} {text}\n")
        if event.kind == EventKind.NODE_WAITING and node is not None:
            wait: dict[str, Any] = (event.payload or {}).get("wait") or {}
            answer = answer_text(wait, state.run_id, node, self._store)
            if answer is not None:
                lines.append(f"{stamp}   answer with: {answer}\n")
        if event.kind in (EventKind.ITEM_COMPLETED, EventKind.ITEM_FAILED) and len(event.scope) == 1:
            self._item(event.node, stamp, lines)

    def _item(self, container: int, stamp: str, lines: list[str]) -> None:
        items = self._state.items.get((container, ()))
        if items is None or not items.total:
            return
        done = items.completed + items.failed
        tenth = done * 10 // items.total
        if tenth > self._tenths.get(container, 0):
            self._tenths[container] = tenth
            failed = f", {items.failed} failed" if items.failed else ""
            lines.append(f"{stamp} {self._state.node_ids[container]} {done} of {items.total} items{failed}\n")
