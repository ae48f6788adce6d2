"""Journal first, then act: holds a batch's consequences until the batch is durable (architecture decision 1)."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from floworch.errors import FlowError, StoreError
from floworch.run.commands import Command
from floworch.run.events import UNSYNCED, Event
from floworch.run.large import let_go

if TYPE_CHECKING:
    from floworch.run.scheduler import Scheduler
    from floworch.store.protocol import RunLog

#: Attempts whose ends share one append at the most.
MOST_JOINED = 32

Perform = Callable[[list[Event], list[Command]], None]


class DurableGate:
    """Appends what the scheduler decides and lets it through in order, each batch once it is durable.

    Args:
        scheduler: Where batches come from.
        log: The run's open journal.
        perform: Called on the loop with the events and commands of a durable batch.
        failed: Called once, on the loop, when the journal cannot be written.
    """

    def __init__(
        self, scheduler: Scheduler, log: RunLog, perform: Perform, failed: Callable[[StoreError], None]
    ) -> None:
        self._scheduler = scheduler
        self._log = log
        self._perform = perform
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._replaced: list[tuple[Event, Event]] = getattr(log, "replaced", [])
        self._held: deque[tuple[int, list[Event], list[Command]]] = deque()
        self._planned = False
        self._joined = 0
        self.closed = False
        log.on_durable(self._on_durable)

    def flush(self) -> None:
        """Append what the last stimulus caused."""
        events, commands = self._scheduler.take()
        if self.closed:
            return  # nothing is recorded any more: what ends now runs again later (C7.2)
        if events:
            synced = events[0].kind not in UNSYNCED or any(event.kind not in UNSYNCED for event in events)
            try:
                ticket = self._log.append(events, synced)
            except StoreError as error:
                self._failed(error)
                return
            except (FlowError, TypeError) as error:  # nothing was appended: the state is ahead of the journal
                self._failed(StoreError(f"The journal refused an event: {error}"))
                return
            if self._replaced:
                events = self._let_go(events)
            if self._log.snapshot_due:
                self._log.snapshot(self._scheduler.core.state)
        elif commands:
            ticket = self._held[-1][0] if self._held else 0
        else:
            return
        if self._held or self._log.durable < ticket:
            self._held.append((ticket, events, commands))
        else:
            self._perform(events, commands)

    def _let_go(self, events: list[Event]) -> list[Event]:
        """The batch as it was journaled; the state lets go of the values that are artifacts now (C6.3)."""
        journaled = {event.seq: kept for event, kept in self._replaced}
        for event, kept in self._replaced:
            let_go(self._scheduler.core.state, event, kept)
        self._replaced.clear()
        return [journaled.get(event.seq, event) for event in events]

    def flush_between(self, more: int) -> None:
        """Flush after an attempt, or, when ``more`` starts are at hand, together with the next ones.

        Attempts that end without ever giving the loop a turn share one append. As soon as one does give it a turn,
        the flush that is planned here comes first.
        """
        if more and self._joined < MOST_JOINED:
            self._joined += 1
            if not self._planned:
                self.flush_soon()
        else:
            self._joined = 0
            self.flush()

    def flush_soon(self) -> None:
        """Flush once in this turn of the loop, however many notes come."""
        if not self._planned:
            self._planned = True
            self._loop.call_soon(self._planned_flush)

    def _planned_flush(self) -> None:
        self._planned = False
        if not self.closed:
            self.flush()

    def _on_durable(self, ticket: int, error: StoreError | None) -> None:
        """Called by the journal's writer thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to act on it
            self._loop.call_soon_threadsafe(self._durable, ticket, error)

    def _durable(self, ticket: int, error: StoreError | None) -> None:
        held = self._held
        while held and held[0][0] <= ticket and not self.closed:
            _, events, commands = held.popleft()
            self._perform(events, commands)
        if error is not None and not self.closed:
            self._failed(error)

    def settled(self) -> list[Event]:
        """Events that were held and are durable by a boundary; their commands come too late to be obeyed."""
        events = [event for _, batch, _ in self._held for event in batch]
        self._held.clear()
        return events

    def close(self) -> None:
        """Let nothing through any more."""
        self.closed = True
        self._held.clear()
