"""A loop that polls, told of now and then: its waits between two rounds are worth no line, nor is what they cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from floworch.run.events import Event, EventKind
from floworch.run.rounds import NEXT_ROUND

if TYPE_CHECKING:
    from floworch.run.state import RunState

#: Seconds between the first two lines about a loop; each further pause is twice as long, up to ``LONGEST``.
EVERY = 5.0
LONGEST = 600.0
_ENDS = frozenset({EventKind.NODE_COMPLETED, EventKind.NODE_FAILED, EventKind.NODE_CANCELLED})


def _between_rounds(wait: dict[str, Any]) -> bool:
    return wait.get("on_timeout") == NEXT_ROUND


class Rounds:
    """Knows from the events of a run which lines the rounds of its loops would only repeat.

    Args:
        state: The run before the first event that is shown.
    """

    def __init__(self, state: RunState) -> None:
        self._waits = {key: _between_rounds(wait) for key, wait in state.waits.items()}
        self._told: set[tuple[int, tuple[int, ...]]] = set()  # what was waited for when the run was last suspended
        self._due: dict[int, tuple[float, float]] = {}  # by loop: when its next line is due, and the pause before it

    def hushed(self, event: Event, after: Event | None) -> bool:
        """Take one event in; whether it is worth no line. ``after`` follows it in its batch, if any does."""
        key, kind = (event.node, tuple(event.scope)), event.kind
        if kind == EventKind.NODE_WAITING:
            self._waits[key] = _between_rounds((event.payload or {}).get("wait") or {})
            return self._waits[key]
        if kind == EventKind.NODE_RESUMED or kind in _ENDS:
            return self._waits.pop(key, False) and kind == EventKind.NODE_RESUMED
        if kind == EventKind.RUN_RESUMED:
            woken = after is not None and after.kind == EventKind.NODE_RESUMED
            return woken and self._waits.get((after.node, tuple(after.scope)), False)  # type: ignore[union-attr]
        return kind == EventKind.RUN_SUSPENDED and self._suspended_again()

    def _suspended_again(self) -> bool:
        others = {key for key, between in self._waits.items() if not between}
        polls = len(others) < len(self._waits)
        known = others <= self._told
        self._told = others
        return polls and known

    def due(self, container: int, started: float, at: float) -> bool:
        """Whether a line about a loop is due, whose round has ended; it is taken as written then."""
        due, pause = self._due.get(container, (started + EVERY, EVERY))
        if at < due:
            return False
        pause = min(2 * pause, LONGEST)
        self._due[container] = (at + pause, pause)
        return True


def rounds_text(ended: int, failed: int) -> str:
    """How far a loop is that runs in rounds."""
    return f"{ended} round{'' if ended == 1 else 's'}{f', {failed} failed' if failed else ''}"


def pairs(events: Sequence[Event]) -> list[tuple[Event, Event | None]]:
    """Each event of a batch with the one after it."""
    return [(event, events[place + 1] if place + 1 < len(events) else None) for place, event in enumerate(events)]
