"""Progress for people at a terminal: the nodes that matter now, redrawn in place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TextIO

from floworch.cli.render.wording import NODE_SIGNS, RUN_COLOURS, answer_text, wait_text
from floworch.model.durations import duration_text
from floworch.run.events import Event, EventKind
from floworch.run.status import NODE_STATUSES, NodeStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from floworch.run.state import RunState

_FRAMES_PER_SECOND = 8
_BAR = 24
_OPEN = frozenset({NodeStatus.PENDING.code, NodeStatus.RUNNING.code, NodeStatus.RETRYING.code,
                    NodeStatus.WAITING.code})  # fmt: skip
_ACTIVE = frozenset({NodeStatus.RUNNING.code, NodeStatus.RETRYING.code, NodeStatus.WAITING.code,
                     NodeStatus.IN_DOUBT.code, NodeStatus.COMPENSATING.code})  # fmt: skip


_MOVING = frozenset({NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.WAITING})


class LiveProgress:
    """A block of lines that is redrawn a few times a second; what ended longest ago leaves it first.

    Args:
        stream: A terminal.
        state: State of the run; the caller folds each batch into it before ``show``.
        store: Text that names the store in suggested commands, see ``store_flag``.
    """

    def __init__(self, stream: TextIO, state: RunState, store: str = "") -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        self._state = state
        self._store = store
        self._recent: dict[int, None] = {}  # node indexes, the one touched last at the end
        self._started = time.monotonic()
        self._spinner = Spinner("dots")
        self._console = Console(file=stream, force_terminal=True)
        self._live = Live(
            get_renderable=self._draw,
            console=self._console,
            refresh_per_second=_FRAMES_PER_SECOND,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def show(self, events: list[Event]) -> None:
        """Note a batch of events that the state already holds; log lines scroll by above the block."""
        from rich.text import Text

        recent = self._recent
        for event in events:
            if event.node >= 0 and not event.scope:
                recent.pop(event.node, None)
                recent[event.node] = None
            payload = event.payload or {}
            if event.kind == EventKind.NODE_LOGGED and payload.get("level") != "debug":
                node = self._state.node_ids[event.node]
                # As a Text: markup=False would also hold for the block below, which is drawn again with it.
                self._console.print(Text(f"{node}: {payload.get('message', '')}"))
            if event.kind == EventKind.NODE_WAITING:
                self._ask(event.node, event.scope, payload.get("wait") or {})
        while len(recent) > 500:
            del recent[next(iter(recent))]

    def _ask(self, i: int, scope: Sequence[int], wait: dict[str, Any]) -> None:
        """Say above the block, once, how to answer: on lines of their own, which can be copied as they are."""
        from rich.text import Text

        node = self._state.node_ids[i]
        answer = answer_text(wait, self._state.run_id, node, self._store, scope)
        if answer is not None and wait.get("kind") != "call":
            item = f"[{', '.join(map(str, scope))}]" if scope else ""
            self._console.print(Text(f"{node}{item} waits {wait_text(wait)}"), soft_wrap=True)
            self._console.print(Text(f"  answer with: {answer}"), soft_wrap=True)

    def say(self, text: str) -> None:
        """Write what is no event above the block, on lines of its own."""
        from rich.text import Text

        self._console.print(Text(text), soft_wrap=True)

    def close(self) -> None:
        """Draw the last state and leave it on the screen."""
        self._live.stop()

    # -- drawing

    def _draw(self) -> RenderableType:
        from rich.console import Group
        from rich.table import Table

        table = Table.grid(padding=(0, 1))
        rows = max(4, self._console.size.height - 6)
        for node in self._chosen(rows):
            table.add_row(*self._row(node))
        return Group(table, self._footer())

    def _chosen(self, rows: int) -> list[int]:
        statuses = self._state.node_status
        active = [i for i in self._recent if statuses[i] in _ACTIVE]
        ended = [i for i in self._recent if statuses[i] not in _ACTIVE]
        room = max(0, rows - len(active))
        return ended[-room:] + active[-rows:] if room else active[-rows:]

    def _row(self, i: int) -> tuple[RenderableType, str, str, str]:
        state = self._state
        status = NODE_STATUSES[state.node_status[i]]
        sign, colour = NODE_SIGNS[status]
        shown: RenderableType = self._spinner if status is NodeStatus.RUNNING else f"[{colour}]{sign}[/]"
        started, ended = state.started[i], state.ended[i]
        took = duration_text((ended if ended is not None else time.time()) - started) if started is not None else ""
        return shown, _plain(state.node_ids[i]), f"[dim]{took}[/]", self._what(i, status)

    def _what(self, i: int, status: NodeStatus) -> str:
        state = self._state
        items = state.items.get((i, ()))
        if items is not None and items.rounds is not None:
            done = items.completed + items.failed
            return f"[cyan]{done} round{'s' if done != 1 else ''} done[/]" if status in _MOVING else ""
        if items is not None and items.total:
            done = items.completed + items.failed
            filled = _BAR * done // items.total
            failed = f" [red]{items.failed} failed[/]" if items.failed else ""
            return f"[cyan]{'━' * filled}[/][dim]{'━' * (_BAR - filled)}[/] {done}/{items.total}{failed}"
        if status is NodeStatus.WAITING:
            return _plain(f"waits {wait_text(state.waits.get((i, ())) or {})}")
        error = state.errors.get(i)
        if status is NodeStatus.COMPENSATING:
            return self._undoing()
        if error and status in (NodeStatus.FAILED, NodeStatus.RETRYING, NodeStatus.COMPENSATION_FAILED):
            return f"[red]{_plain(str(error.get('message', '')))}[/]"
        if state.attempts[i] > 1 and status is NodeStatus.RUNNING:
            return f"[yellow]attempt {state.attempts[i]}[/]"
        return ""

    def _undoing(self) -> str:
        undo = self._state.saga.current if self._state.saga is not None else None
        if undo is None or (undo.attempt < 2 and undo.running):
            return "undoing"
        return f"[yellow]undoing, attempt {undo.attempt}{'' if undo.running else ', again soon'}[/]"

    def _footer(self) -> Table:
        from rich.table import Table

        state = self._state
        statuses, total = state.node_status, len(state.node_ids)
        gone = total - len(state.index)  # taken out by a migration
        done = total - sum(statuses.count(code) for code in _OPEN)  # body nodes stay pending in the array
        total -= len(state.parents) + gone
        filled = _BAR * done // max(1, total)
        colour = RUN_COLOURS[state.status]
        footer = Table.grid(padding=(0, 1))
        footer.add_row(
            f"[{colour}]{state.status.value.replace('_', ' ')}[/]",
            f"[green]{'━' * filled}[/][dim]{'━' * (_BAR - filled)}[/]",
            f"{done}/{total} nodes",
            f"[dim]{duration_text(time.monotonic() - self._started)}[/]",
            f"[dim]{state.run_id}[/]",
        )
        return footer


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
