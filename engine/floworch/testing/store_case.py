"""What the tests of every store share: a header, a story of events, its fold, and a fresh store for each test."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.store.protocol import RunHeader, RunStore

_K = EventKind
#: When the runs of these tests were created (epoch seconds).
EPOCH = 1_700_000_000.0


def make_header(run_id: str = "run-1", created_at: float = EPOCH, **changes: Any) -> RunHeader:
    """A header of a run with three nodes ``a``, ``b`` and ``c``."""
    fields: dict[str, Any] = {
        "run_id": run_id,
        "workflow_id": "orders",
        "definition": b'{"id": "orders"}',
        "definition_hash": "0" * 64,
        "inputs": {"order": {"id": "o-1", "amount": Decimal("12.50")}, "big": 2**70},
        "node_ids": ("a", "b", "c"),
        "created_at": created_at,
        "engine_version": "0.1.0",
        "options": {"durability": "process", "tags": ["Nightly"]},
    }
    return RunHeader(**{**fields, **changes})


def story(end: EventKind | None = _K.RUN_COMPLETED) -> list[Event]:
    """A run of nodes ``a`` and ``b`` with values of every type, and its end (none when ``end`` is None)."""
    facts: list[tuple[EventKind, int, dict[str, Any] | None]] = [
        (_K.RUN_CREATED, -1, {"workflow": "orders"}),
        (_K.RUN_STARTED, -1, None),
        (_K.NODE_STARTED, 0, None),
        (_K.NODE_COMPLETED, 0, {"output": {"n": 2**70, "text": "é😀", "raw": b"\x00\xff", "price": Decimal("1.10")}}),
        (_K.NODE_STARTED, 1, None),
        (_K.NODE_LOGGED, 1, {"level": "info", "message": "half"}),
        (_K.NODE_COMPLETED, 1, {"output": [1, 2.5, None, True], "data": {"set": {"k": "v"}, "delete": []}}),
        (_K.NODE_BYPASSED, 2, None),
    ]
    if end is not None:
        facts.append((end, -1, {"outputs": {"x": 1}} if end is _K.RUN_COMPLETED else None))
    attempts = {_K.NODE_STARTED: 1, _K.NODE_COMPLETED: 1, _K.NODE_LOGGED: 1}
    return [
        Event(seq, EPOCH + seq * 0.5, int(kind), node, attempts.get(kind, 0), (), payload)
        for seq, (kind, node, payload) in enumerate(facts)
    ]


def fold(header: RunHeader, events: list[Event]) -> RunState:
    """The state that these events make."""
    state = RunState.of(header)
    for event in events:
        state.apply(event)
    return state


class StoreCase:
    """A fresh store for each test, through ``make_store``."""

    def make_store(self, path: Path) -> RunStore:
        """The store to test; ``path`` is an empty directory it may use.

        Raises:
            TypeError: A subclass does not define it.
        """
        raise TypeError(f"{type(self).__name__} must define make_store for a store at {path}")

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[RunStore]:
        """A fresh store."""
        store = self.make_store(tmp_path / "store")
        yield store
        close = getattr(store, "close", None)
        if close is not None:
            close()

    def keep(self, store: RunStore, header: RunHeader, events: list[Event]) -> None:
        """Create a run, append the events in batches of two and close it."""
        log = store.create(header)
        for start in range(0, len(events), 2):
            log.append(events[start : start + 2])
        log.close()
