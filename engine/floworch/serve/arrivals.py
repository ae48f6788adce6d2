"""Which files start a run: what is known, what is seen, and how long it has not changed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from floworch.actions.library.trigger_listing import Mark

Event = Literal["created", "modified", "deleted"]
#: By path, a state that was seen and since when, in epoch seconds.
Unsettled = dict[str, tuple[Mark, float]]


@dataclass(frozen=True, slots=True)
class Change:
    """One file that changed and has settled.

    Attributes:
        path: Its absolute path.
        event: What happened.
        mark: The state it is in; of a deleted file, the last one.
        fires: Whether that starts a run; else it is only to be remembered.
    """

    path: str
    event: Event
    mark: Mark
    fires: bool


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a look at a folder means.

    Attributes:
        changes: Settled changes, by path; each is to be remembered once its run has begun.
        unsettled: To be given to the next look.
        wake: When something may have settled, or None.
    """

    changes: tuple[Change, ...]
    unsettled: Unsettled
    wake: float | None


def arrivals(
    known: Mapping[str, Mark],
    unsettled: Unsettled,
    seen: Mapping[str, Mark],
    events: Collection[str],
    now: float,
    settle: float,
) -> Arrivals:
    """Compare a look at a folder with what is known.

    Args:
        known: Files that are dealt with, by path.
        unsettled: As the last look gave it; empty after a start.
        seen: The files that are there.
        events: Those that start runs.
        now: Epoch seconds.
        settle: Seconds for which a file must not have changed.
    """
    changes: list[Change] = []
    still: Unsettled = {}
    for path, mark in seen.items():
        if known.get(path) == mark:
            continue
        before = unsettled.get(path)
        since = before[1] if before is not None and before[0] == mark else now
        if now - since >= settle:
            event: Event = "modified" if path in known else "created"
            changes.append(Change(path, event, mark, event in events))
        else:
            still[path] = (mark, since)
    gone = (path for path in known if path not in seen)
    changes += [Change(path, "deleted", known[path], "deleted" in events) for path in gone]
    changes.sort(key=lambda change: change.path)
    wake = min((since + settle for _, since in still.values()), default=None)
    return Arrivals(tuple(changes), still, wake)
