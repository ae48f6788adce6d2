"""What a run says about a node on the canvas: status, duration, attempts, progress, items."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from floworch.run.status import NodeStatus
from floworch_designer.runs.passing import Passed
from floworch_designer.runs.words import took_text
from floworch_designer.settings.words import counted, local_number, tr


class RunInfo(Struct, frozen=True):  # thousands are made in a frame: a dataclass takes ten times as long
    """Figures of one node in a run.

    Attributes:
        duration: Seconds it took, or has taken so far; None when it has not started.
        attempt: Number of the attempt, from 1.
        max_attempts: How many attempts it may take; shown from the second attempt on.
        progress: Share done, 0 to 1; None when the node does not say.
        items_done, items_total: Items of a container's body, or those of a body that a node in it has a part in;
            total None when it has no items.
        items_failed: Items of these that failed.
        passed: Items that it handed on; None when it has none or does not say.
        reached: Of a node in a container's body: in how many rounds it had its turn; None for others.
        bypassed, skipped: In how many rounds it had none: no branch led to it, or a failure kept it off.
        fired: The ports that it fired when it ended; None as long as it goes on, and for what runs once per item.
        timed_out: The failure was a timeout.
        human: What it waits for is a person.
        due: When its next attempt begins, as a time of day; None when it waits for none.
        held: It was begun, and no process works on it now: the run is paused, waiting or interrupted.
    """

    duration: float | None = None
    attempt: int = 0
    max_attempts: int = 0
    progress: float | None = None
    items_done: int = 0
    items_total: int | None = None
    items_failed: int = 0
    passed: Passed | None = None
    reached: int | None = None
    bypassed: int = 0
    skipped: int = 0
    fired: tuple[str, ...] | None = None
    timed_out: bool = False
    human: bool = False
    held: bool = False
    due: float | None = None

    @property
    def share(self) -> float | None:
        """Progress as a share of 1, taken from the items when the node itself says nothing."""
        if self.progress is not None:
            return min(1.0, max(0.0, self.progress))
        if self.items_total:
            return min(1.0, self.items_done / self.items_total)
        return None

    @property
    def items(self) -> str:
        """``1,204 / 3,400``, empty for a node without items."""
        return "" if self.items_total is None else local_number(f"{self.items_done:,} / {self.items_total:,}")

    def footer(self, items: bool = True, working: bool = False) -> str:
        """The line under the card: duration, attempt and (with ``items``) items; empty when there is nothing to say.

        ``working``: it is being worked on, so that how much is done is of interest.
        """
        parts = (
            [f"{self.share * 100:.0f} %"] if working and self.progress is not None and self.share is not None else []
        )
        if self.duration is not None:
            parts.append(took_text(self.duration))
        if self.attempt > 1:
            # A person's retry grants further attempts: beyond the total of the definition there is none to tell.
            total = f"/{self.max_attempts}" if self.attempt <= self.max_attempts else ""
            parts.append(tr("attempt {attempt}{total}", attempt=self.attempt, total=total))
        if items and self.items_total is not None:
            parts.append(tr("{items} items", items=self.items))
        elif items and self.passed is not None and self.passed.total is not None:
            parts.append(counted(self.passed.total, "1 item", "{n} items"))
        if self.items_failed:
            parts.append(tr("{items_failed:,} failed", items_failed=self.items_failed))
        return "  ·  ".join(parts)


@dataclass(slots=True)
class Live:
    """The run's side of one node on the canvas."""

    status: NodeStatus | None = None
    info: RunInfo | None = None

    @property
    def held(self) -> bool:
        """Whether it was begun and nothing works on it now."""
        return self.status in ACTIVE and self.info is not None and self.info.held


#: Statuses of nodes that are being worked on: the overlay animates them.
ACTIVE = frozenset({NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.COMPENSATING})
