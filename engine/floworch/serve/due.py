"""What a schedule starts at a moment, and what becomes of the times that nobody served. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Literal

from floworch.actions.library.cron_times import dues, next_due

#: A due time that is further back than this many seconds was missed: nobody served, or the machine slept.
GRACE = 60.0
#: Due times that wait for the run before them; further ones are skipped.
MOST_WAITING = 100
#: Seconds that are searched for the last missed time, one span after the other.
_SPANS = (3600.0, 86400.0, 32 * 86400.0, 366 * 86400.0, 10 * 366 * 86400.0)

Why = Literal["missed", "overlap"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A schedule.

    Attributes:
        cron: When it is due.
        zone: The time zone of that.
        tz: The zone's name as the definition has it.
        missed: What follows on missed times: one run for the last of them, or none.
        overlap: What follows when the run before is under way: no run, or one after it.
    """

    cron: str
    zone: tzinfo
    tz: str = "UTC"
    missed: Literal["skip", "run_once"] = "run_once"
    overlap: Literal["skip", "queue"] = "skip"

    @property
    def spec(self) -> str:
        """What memory of it is good for: another schedule has missed nothing yet."""
        return f"{self.cron} {self.tz}"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a schedule.

    Attributes:
        spec: The schedule it belongs to (``Rule.spec``).
        until: Every due time up to here is dealt with, in epoch seconds.
        waiting: Due times whose run is to start when the one before has ended.
    """

    spec: str
    until: float
    waiting: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now.

    Attributes:
        start: The due time to start a run for, or None.
        skipped: Due times that start none, and why.
        memory: What to remember once that is done.
        wake: When to decide again at the latest; None when nothing is due any more.
    """

    start: float | None
    skipped: tuple[tuple[float, Why], ...]
    memory: Memory
    wake: float | None


def decide(rule: Rule, memory: Memory | None, now: float, busy: bool) -> Decision:
    """What a schedule does at a moment.

    Args:
        rule: The schedule.
        memory: What was remembered after the last decision; None, or of another schedule, begins now.
        now: Epoch seconds; earlier than the last decision when the clock was set back, which starts nothing again.
        busy: Whether a run that this schedule started is under way.
    """
    if memory is None or memory.spec != rule.spec:
        memory = Memory(rule.spec, now)
    late = _last(rule, memory.until, now - GRACE)
    fresh = _between(rule, max(memory.until, now - GRACE), now)
    skipped: list[tuple[float, Why]] = []
    if late is not None and (rule.missed == "skip" or fresh):
        skipped.append((late, "missed"))  # a run that is due now is the one run for those before it
    elif late is not None:
        fresh.insert(0, late)
    start: float | None = None
    waiting = list(memory.waiting)
    if waiting and not busy:
        start = waiting.pop(0)
    for at in fresh:
        if start is None and not busy:
            start = at
        elif rule.overlap == "queue" and len(waiting) < MOST_WAITING:
            waiting.append(at)
        else:
            skipped.append((at, "overlap"))
    until = max(memory.until, now)
    kept = replace(memory, until=until, waiting=tuple(waiting))
    return Decision(start, tuple(skipped), kept, next_due(rule.cron, rule.zone, until))


def _between(rule: Rule, after: float, until: float) -> list[float]:
    """The due times in ``(after, until]``."""
    found = []
    for at in dues(rule.cron, rule.zone, after) if after < until else ():
        if at > until:
            break
        found.append(at)
    return found


def _last(rule: Rule, after: float, until: float) -> float | None:
    """The last due time in ``(after, until]``, found without counting through a long gap."""
    for span in _SPANS:
        found = _between(rule, max(after, until - span), until)
        if found:
            return found[-1]
        if until - span <= after:
            return None
    return None
