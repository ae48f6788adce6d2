"""A run as it was after any number of its events: the events themselves, and folds kept at intervals; pure.

To go to a place in the run, the nearest kept fold before it is copied and the events between are folded in. Going to
any place therefore costs no more than :data:`EVERY` events in runs of a hundred thousand.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from floworch.run.copies import copy_state
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch_designer.runs.stories import LogLine, line_of

#: When a run began, how long it has rested since, and when it stopped.
_Count = tuple[float | None, float, float | None]
#: Events between two kept folds, at first.
EVERY = 2000
#: Nodes of a definition for one event between two kept folds: a fold of many nodes is dear to keep.
NODES_PER_EVENT = 8
#: Kept folds; when there are more, every second one goes and the intervals double.
KEPT = 64


class Picture:
    """What a number of events come to.

    Attributes:
        state: Their fold.
        progress: ``{node index: (fraction or None, message)}`` of running nodes.
        last_at: When the last of them happened, epoch seconds; 0 before the first.
    """

    __slots__ = ("last_at", "progress", "state")

    def __init__(self, state: RunState) -> None:
        self.state = state
        self.progress: dict[int, tuple[float | None, str]] = {}
        self.last_at = 0.0

    def apply(self, event: Event) -> None:
        """Fold one event in. Raises what ``RunState.apply`` raises."""
        self.state.apply(event)
        self.last_at = event.at
        if event.kind == EventKind.NODE_PROGRESSED:
            payload = event.payload or {}
            self.progress[event.node] = (_fraction(payload.get("fraction")), str(payload.get("message", "")))
        elif self.progress and event.kind != EventKind.NODE_LOGGED and not event.scope:
            self.progress.pop(event.node, None)

    def copy(self) -> Picture:
        """One that goes its own way."""
        made = Picture(copy_state(self.state))
        made.progress, made.last_at = dict(self.progress), self.last_at
        return made


class Recording:
    """Every event of a run since ``first``, and the way back to any of them.

    Args:
        begin: The run before the first event that is recorded.

    Attributes:
        events: In order; the event at place ``i`` has the number ``first + i``.
        first: Number of the first event.
        spoken: Places of the events that write a line into the log.
    """

    def __init__(self, begin: Picture) -> None:
        self.first = begin.state.seq
        self.events: list[Event] = []
        self.spoken: list[int] = []
        self._every = max(EVERY, len(begin.state.node_ids) // NODES_PER_EVENT)
        self._kept = [begin.copy()]
        #: How the run's time is counted from a place on: ``(place, start, seconds at rest, when it stopped)``.
        self._counted: list[tuple[int, _Count]] = [(0, _count_of(begin.state))]

    def __len__(self) -> int:
        return len(self.events)

    def add(self, event: Event, picture: Picture) -> LogLine | None:
        """Record an event that was just folded into ``picture``; returns the line that it writes into the log."""
        line = line_of(event, picture.state.node_ids)
        if line is not None:
            self.spoken.append(len(self.events))
        self.events.append(event)
        count = _count_of(picture.state)
        if count != self._counted[-1][1]:
            self._counted.append((len(self.events), count))
        if len(self.events) % self._every == 0:
            self._kept.append(picture.copy())
            if len(self._kept) > KEPT:
                del self._kept[1::2]
                self._every *= 2
        return line

    def at(self, count: int) -> Picture:
        """The run after its first ``count`` recorded events, as a picture of its own."""
        count = max(0, min(count, len(self.events)))
        kept = self._kept[min(count // self._every, len(self._kept) - 1)]
        return self.forward(kept.copy(), count)

    def forward(self, picture: Picture, count: int) -> Picture:
        """Take a picture of this run on to its first ``count`` events; returns it."""
        for event in self.events[picture.state.seq - self.first : count]:
            picture.apply(event)
        return picture

    def said(self, count: int) -> int:
        """How many lines the first ``count`` events write into the log."""
        return bisect_right(self.spoken, count - 1)

    def lines(self, count: int, node_ids: tuple[str, ...], most: int) -> list[LogLine]:
        """The last ``most`` lines that the first ``count`` events write into the log."""
        end = self.said(count)
        found = (line_of(self.events[place], node_ids) for place in self.spoken[max(0, end - most) : end])
        return [line for line in found if line is not None]

    def worked(self, count: int) -> float:
        """Seconds that the run had been worked on when the last of its first ``count`` events happened.

        What it was paused, interrupted or over before a retry is no part of it, as of every other time that is told.
        """
        count = max(0, min(count, len(self.events)))
        if not count:
            return 0.0
        started, rested, stopped = self._counted[bisect_right(self._counted, count, key=lambda each: each[0]) - 1][1]
        at = self.events[count - 1].at
        return 0.0 if started is None else max(0.0, (at if stopped is None else min(at, stopped)) - started - rested)

    def place_of(self, at: float) -> int:
        """How many events happened up to a moment, epoch seconds."""
        return bisect_right(self.events, at, key=lambda event: event.at)


def _count_of(state: RunState) -> _Count:
    return state.started_at, state.rested, state.stopped_at if state.ended_at is None else state.ended_at


def _fraction(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return min(1.0, max(0.0, float(value)))
    return None
