"""The facts of a run (contract C12). Everything that is known about a run is a sequence of these."""

from __future__ import annotations

from enum import IntEnum, unique
from typing import Any

import msgspec


@unique
class EventKind(IntEnum):
    """Kinds of events. Numbers are written to journals: never renumber, only add."""

    RUN_CREATED = 0
    RUN_STARTED = 1
    RUN_PAUSING = 2
    RUN_PAUSED = 3
    RUN_RESUMED = 4
    RUN_SUSPENDED = 5
    RUN_CANCELLING = 6
    RUN_ROLLING_BACK = 7
    RUN_COMPLETED = 8
    RUN_FAILED = 9
    RUN_CANCELLED = 10
    RUN_RETRIED = 11
    RUN_MIGRATED = 12
    RUN_INTERRUPTED = 13  # a new owner found attempts whose process died
    RUN_TIMED_OUT = 14  # the run took longer than it may; what runs is stopped, then the run fails

    NODE_STARTED = 20
    NODE_COMPLETED = 21
    NODE_FAILED = 22
    NODE_RETRYING = 23
    NODE_WAITING = 24
    NODE_SKIPPED = 25
    NODE_BYPASSED = 26
    NODE_CANCELLED = 27
    NODE_INTERRUPTED = 28  # pause now: running -> pending, the attempt does not count
    NODE_IN_DOUBT = 29
    NODE_REUSED = 30
    NODE_RESET = 31  # retry of a failed run: failed, skipped, cancelled -> pending
    NODE_COMPENSATING = 32
    NODE_COMPENSATED = 33
    NODE_COMPENSATION_FAILED = 34
    NODE_RESUMED = 35  # what it waited for arrived: waiting -> running, the same attempt
    NODE_COMPENSATION_RETRYING = 36  # payload {"error", "due", "delay"}; the node stays compensating
    NODE_COMPENSATION_INTERRUPTED = 37  # pause now or a crash: the attempt does not count and runs again

    ITEMS_LISTED = 40
    ITEM_COMPLETED = 42
    ITEM_FAILED = 43
    ITEM_REOPENED = 44  # a retry goes on in an item that failed or was cut off; payload {"reset": [node id]}

    SIGNAL_RECEIVED = 50
    APPROVAL_GIVEN = 51  # payload {"approved": bool, "by": str, "comment": str}
    FORM_SUBMITTED = 52  # payload {"output": what the waiting node gives}

    NODE_LOGGED = 60  # unsynced, payload {"level", "message"}
    NODE_PROGRESSED = 61  # unsynced, payload {"fraction": float | None, "message": str}

    BREAKPOINT_HIT = 70  # the run pauses before the node; payload {"condition": text} where there is one
    BREAKPOINT_PASSED = 71  # this instance is not asked again; payload {"by": "resume" | "step" | "condition"}

    @property
    def public(self) -> str:
        """The word scripts see: snake case, past tense."""
        return self.name.lower()


#: Kinds that are journaled without a sync and may be dropped when there are too many (C15).
UNSYNCED = frozenset({EventKind.NODE_LOGGED, EventKind.NODE_PROGRESSED})


class Event(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One fact.

    Attributes:
        seq: Gapless number within the run, from 0.
        at: Wall-clock seconds since the Unix epoch.
        kind: An EventKind number.
        node: Index into the run's node-id table, or -1 for facts of the whole run.
        attempt: Attempt number from 1, or 0 where it does not apply.
        scope: Item indexes of the containers around the node, outermost first; empty at top level.
        payload: JSON object with the kind's own fields, or None. Must not be changed after the event is made.
    """

    seq: int
    at: float
    kind: int
    node: int = -1
    attempt: int = 0
    scope: tuple[int, ...] = ()
    payload: dict[str, Any] | None = None

    @property
    def word(self) -> str:
        """The kind as scripts see it, such as ``node_completed``."""
        return EventKind(self.kind).public

    def __repr__(self) -> str:
        place = f" node={self.node}" if self.node >= 0 else ""
        place += f" item={list(self.scope)}" if self.scope else ""
        place += f" attempt={self.attempt}" if self.attempt else ""
        return f"<Event {self.seq} {self.word}{place}{f' {self.payload}' if self.payload else ''}>"
