"""The attempts of all items of a body node, where they overlap as one: kept up with every event, never gone through
again, since a loop may have a hundred thousand items. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Piece:
    """Spans of many items as one: when at least one was worked on, how many were, how many attempts failed."""

    start: float
    end: float | None
    count: int
    failed: int


class Opened(Protocol):
    """What is asked of a span."""

    start: float
    end: float | None
    outcome: str
    scope: tuple[int, ...]


class Pieces:
    """Those of one node. Spans are told in the order in which they begin, each of them once more when it ends.

    Only the last piece is still open to change: a span that goes on lets no new one begin.
    """

    def __init__(self) -> None:
        self._made: list[Piece] = []
        self._start, self._end, self._open, self._failed = 0.0, 0.0, 0, 0
        self._items: set[tuple[int, ...]] = set()  # of the last piece: one that is tried twice is one
        self._fresh = True

    def begin(self, span: Opened, attempt: bool) -> None:
        """A span begins; ``attempt`` when something is worked on in it."""
        if not self._made or (not self._open and span.start > self._end):
            self._settle()
            self._made.append(Piece(span.start, None, 0, 0))
            self._start = self._end = span.start
            self._failed, self._items = 0, set()
        self._open += 1
        if attempt:
            self._items.add(span.scope)
        self._fresh = False

    def end(self, span: Opened) -> None:
        """A span that has begun ends."""
        self._open -= 1
        self._end = max(self._end, span.end or 0.0)
        self._failed += span.outcome in ("failed", "retrying")
        self._fresh = False

    def made(self) -> list[Piece]:
        """The pieces so far, by their beginnings."""
        self._settle()
        return self._made

    def took(self, now: float) -> float:
        """Seconds from the first beginning to the last end, or to ``now`` while something goes on."""
        if not self._made:
            return 0.0
        return (max(now, self._end) if self._open else self._end) - self._made[0].start

    def _settle(self) -> None:
        if not self._fresh:
            end = None if self._open else self._end
            self._made[-1] = Piece(self._start, end, len(self._items), self._failed)
            self._fresh = True
