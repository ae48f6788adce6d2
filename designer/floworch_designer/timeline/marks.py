"""What is worth a mark in the time of a run, and where it stands; pure.

An :class:`Axis` gives every moment of a recording a place between 0 and 1. Half of it goes by the clock and half by
the number of events, so that neither a night of waiting nor a burst of a thousand items takes all of the bar.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from floworch.run.events import Event, EventKind
from floworch_designer.runs.recording import Recording

_K = EventKind
#: Kind of mark -> the events it stands for. In order of weight: where several fall together the first is seen.
MARKS: dict[str, frozenset[int]] = {
    "failed": frozenset({_K.NODE_FAILED, _K.RUN_FAILED, _K.RUN_TIMED_OUT, _K.NODE_IN_DOUBT, _K.NODE_COMPENSATION_FAILED,
                         _K.RUN_INTERRUPTED, _K.ITEM_FAILED}),
    "retrying": frozenset({_K.NODE_RETRYING, _K.NODE_COMPENSATION_RETRYING}),
    "paused": frozenset({_K.RUN_PAUSED, _K.RUN_PAUSING, _K.BREAKPOINT_HIT}),
    "waiting": frozenset({_K.RUN_SUSPENDED, _K.NODE_WAITING}),
    "cancelled": frozenset({_K.RUN_CANCELLING, _K.RUN_CANCELLED}),
}  # fmt: skip
_KIND_OF = {kind: mark for mark, kinds in MARKS.items() for kind in kinds}
#: Kinds that a step passes over: they change no node.
QUIET = frozenset({int(_K.NODE_LOGGED), int(_K.NODE_PROGRESSED)})
#: Events for each place up to which walking over all of them is cheaper than looking for every place.
FEW = 6


class Marks:
    """The places of the marked events of a recording, by kind of mark; ``read`` takes in what came since."""

    def __init__(self) -> None:
        self.places: dict[str, list[int]] = {mark: [] for mark in MARKS}
        self._recording: Recording | None = None
        self._read = 0

    def read(self, recording: Recording | None) -> None:
        """Take in the events that came since the last time, or another recording."""
        if recording is not self._recording:
            self._recording, self._read = recording, 0
            for places in self.places.values():
                places.clear()
        if recording is None:
            return
        for place in range(self._read, len(recording)):
            mark = _KIND_OF.get(recording.events[place].kind)
            if mark is not None:
                self.places[mark].append(place)
        self._read = len(recording)

    def between(self, first: int, end: int) -> str:
        """The weightiest mark at the places from ``first`` to before ``end``; empty when there is none."""
        for mark, places in self.places.items():
            found = bisect_left(places, first)
            if found < len(places) and places[found] < end:
                return mark
        return ""

    def next(self, count: int, forward: bool) -> int | None:
        """How many events are shown at the nearest mark after, or before, the first ``count``; None without one."""
        found = []
        for places in self.places.values():
            at = bisect_right(places, count - 1) if forward else bisect_left(places, count - 1) - 1
            if 0 <= at < len(places):
                found.append(places[at] + 1)
        return (min(found) if forward else max(found)) if found else None


def mark_of(event: Event) -> str:
    """The kind of mark of an event, or an empty text."""
    return _KIND_OF.get(event.kind, "")


def step(recording: Recording, count: int, forward: bool) -> int:
    """How many events are shown one step further, or one step back: logs and progress are passed over with one."""
    events = recording.events
    if forward:
        while count < len(events):
            count += 1
            if events[count - 1].kind not in QUIET:
                break
        return count
    while count > 0:
        count -= 1
        if events[count].kind not in QUIET:
            break
    return count


class Axis:
    """Places of a recording between 0 and 1."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    @property
    def begin(self) -> float:
        """When the first event happened, epoch seconds."""
        events = self._recording.events
        return events[0].at if events else 0.0

    @property
    def end(self) -> float:
        """When the last event happened, epoch seconds."""
        events = self._recording.events
        return events[-1].at if events else 0.0

    def share(self, count: int) -> float:
        """Where the moment after the first ``count`` events stands."""
        events = self._recording.events
        count = min(count, len(events))
        if count <= 0:
            return 0.0
        whole = self.end - self.begin
        order = count / len(events)
        return (order + (events[count - 1].at - self.begin) / whole) / 2 if whole > 0 else order

    def share_at(self, moment: float) -> float:
        """Where a moment stands that may lie between two events, epoch seconds."""
        events, count = self._recording.events, self._recording.place_of(moment)
        left = self.share(count)
        if count == 0 or count >= len(events):
            return left
        gap = events[count].at - events[count - 1].at
        return left + (self.share(count + 1) - left) * ((moment - events[count - 1].at) / gap if gap > 0 else 0.0)

    def count(self, share: float) -> int:
        """How many events are shown at a place: those whose moments stand before it."""
        return bisect_right(_Shares(self.share, len(self._recording)), max(0.0, share)) - 1

    def counts(self, places: int) -> list[int]:
        """:meth:`count` at the end of each of so many equal parts; of a short recording all are found in one walk."""
        size, share, count = len(self._recording), self._shares(), 0
        walk, near, found = size <= FEW * places, 4 * size // max(1, places) + 1, []
        for place in range(places):
            limit = (place + 1) / places
            if walk:
                while count < size and share(count + 1) <= limit:
                    count += 1
            else:  # it is seldom far from the one before
                end = count + near if count + near < size and share(count + near) > limit else size + 1
                count = bisect_right(range(size + 1), limit, lo=count, hi=end, key=share) - 1
            found.append(count)
        return found

    def _shares(self) -> Callable[[int], float]:
        """``share`` of the recording as it is now: thousands are asked for in a frame."""
        events, begin, whole = self._recording.events, self.begin, self.end - self.begin
        size = len(events)
        if whole <= 0:
            return lambda count: count / size
        return lambda count: (count / size + (events[count - 1].at - begin) / whole) / 2 if count else 0.0


class _Shares:
    """The shares of all counts as a sequence that is computed where it is looked at."""

    def __init__(self, share: Callable[[int], float], count: int) -> None:
        self._share, self._count = share, count

    def __len__(self) -> int:
        return self._count + 1

    def __getitem__(self, count: int) -> float:
        return self._share(count)
