"""The gapless numbering of events (C12), checked where they enter a journal."""

from __future__ import annotations

from collections.abc import Sequence

from floworch.errors import UsageError
from floworch.run.events import Event


def check_sequence(events: Sequence[Event], first: int) -> None:
    """Refuse a batch that does not continue a journal of ``first`` events without a gap (C12).

    Raises:
        UsageError: Naming the number expected and the one found.
    """
    for seq, event in enumerate(events, first):
        if event.seq != seq:
            raise UsageError(f"Event number {event.seq} cannot be journaled: the next number is {seq}.")


def renumber(events: Sequence[Event], first: int) -> list[Event]:
    """The events with sequence numbers from ``first`` on."""
    return [
        Event(seq, event.at, event.kind, event.node, event.attempt, event.scope, event.payload)
        for seq, event in enumerate(events, first)
    ]
