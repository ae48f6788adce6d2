"""How each node status looks: glyph, border pattern and colour token, so that no state differs by hue alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from floworch.run.status import NodeStatus


@dataclass(frozen=True, slots=True)
class StatusLook:
    """The drawing of one status.

    Attributes:
        label: The status as a word for tooltips, legends and screen readers.
        color: Colour token of glyph and border.
        glyph: Icon name of the 16 px glyph; empty for none.
        width: Border width in px.
        pattern: Dash lengths in units of the border width; empty for a solid line.
        opacity: Opacity of the whole card.
        double: A second, inner border line.
        bar: A 4 px bar in the status colour along the left edge.
        hatched: A hatched strip along the left edge.
        through: The whole body is hatched, and a wire is seen to pass through it.
    """

    label: str
    color: str
    glyph: str
    width: float = 1.0
    pattern: tuple[float, ...] = ()
    opacity: float = 1.0
    double: bool = False
    bar: bool = False
    hatched: bool = False
    through: bool = False


IDLE: Final = StatusLook("Not run", "border", "")
PAUSED: Final = StatusLook("Paused", "paused", "status-paused", 2.0, hatched=True)
TIMED_OUT: Final = StatusLook("Timed out", "failed", "status-timed-out", 2.0, bar=True)
HUMAN: Final = StatusLook("Waiting for a person", "waiting", "status-hand", 2.0, (1.0, 2.0))

LOOKS: Final[dict[NodeStatus, StatusLook]] = {
    NodeStatus.PENDING: StatusLook("Pending", "pending", "status-pending", 1.0, (1.0, 3.0)),
    NodeStatus.RUNNING: StatusLook("Running", "running", "status-running", 2.0),
    NodeStatus.RETRYING: StatusLook("Retrying", "retrying", "status-retrying", 2.0, (4.0, 2.0)),
    NodeStatus.WAITING: StatusLook("Waiting", "waiting", "status-waiting", 2.0, (1.0, 2.0)),
    NodeStatus.COMPLETED: StatusLook("Completed", "success", "status-success", 1.0),
    NodeStatus.FAILED: StatusLook("Failed", "failed", "status-failed", 2.0, bar=True),
    NodeStatus.CANCELLED: StatusLook("Cancelled", "cancelled", "status-cancelled", 1.0, (6.0, 3.0, 1.0, 3.0)),
    NodeStatus.SKIPPED: StatusLook("Skipped", "skipped", "status-skipped", 1.0, (4.0, 3.0), 0.6),
    NodeStatus.BYPASSED: StatusLook("Bypassed", "skipped", "status-bypassed", 1.0, (4.0, 3.0), 0.6, through=True),
    NodeStatus.REUSED: StatusLook("Reused", "cached", "status-reused", 1.0, double=True),
    NodeStatus.IN_DOUBT: StatusLook("In doubt", "retrying", "status-in-doubt", 2.0, (1.0, 2.0)),
    NodeStatus.COMPENSATING: StatusLook("Compensating", "paused", "status-compensating", 2.0),
    NodeStatus.COMPENSATED: StatusLook("Compensated", "pending", "status-compensated", 1.0),
    NodeStatus.COMPENSATION_FAILED: StatusLook(
        "Compensation failed", "failed", "status-compensation-failed", 2.0, bar=True
    ),
}


def look(status: NodeStatus | None) -> StatusLook:
    """How a node of this status is drawn; None is a node that has not been part of a run."""
    return IDLE if status is None else LOOKS[status]
