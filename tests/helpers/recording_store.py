"""A store that knows in which order everything was written, and one as a crash at any moment left it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floworch.run.events import Event
from floworch.store.memory import MemoryLog, MemoryStore
from floworch.store.protocol import RunHeader

Entry = tuple[str, RunHeader | Event]


class RecordingLog(MemoryLog):
    """Notes every event in the order of the whole store."""

    order: list[Entry]

    def append(self, events: Sequence[Event], sync: bool = True) -> int:
        self.order += [(self.header.run_id, event) for event in events]
        return super().append(events, sync)


class RecordingStore(MemoryStore):
    """A store that knows in which order everything was written."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[Entry] = []

    def create(self, header: Any) -> MemoryLog:
        self.order.append((header.run_id, header))
        log = super().create(header)
        log.__class__ = RecordingLog
        log.order = self.order  # type: ignore[attr-defined]
        return log


def cut(order: Sequence[Entry]) -> MemoryStore:
    """A store as a process left it that was killed after these writes."""
    store = MemoryStore()
    logs: dict[str, MemoryLog] = {}
    for run_id, entry in order:
        if isinstance(entry, RunHeader):
            logs[run_id] = store.create(entry)
        else:
            logs[run_id].append([entry])
    for log in logs.values():
        log.abandon()
    return store
