"""What resuming a run with an edited definition would do, node by node (contract C7.5, C15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from floworch.model.diff import Difference

#: ``kept`` its result or its wait stays · ``stale`` kept although it, or the way to it, changed · ``runs`` will run, or
#: run again · ``new`` · ``removed`` · ``refused`` the run cannot go over to this definition because of it.
What = Literal["kept", "stale", "runs", "new", "removed", "refused"]


@dataclass(frozen=True, slots=True)
class NodeFate:
    """What becomes of one node: what, why in one sentence (may be empty), and its status before (empty when new)."""

    node: str
    what: What
    reason: str = ""
    status: str = ""

    def to_json(self) -> dict[str, Any]:
        """``{"node", "what", "reason", "status"}``; status is null for a new node."""
        return {"node": self.node, "what": self.what, "reason": self.reason, "status": self.status or None}


@dataclass(frozen=True, slots=True)
class Migration:
    """A run, the definition it has, another one, and what going over to it means.

    Attributes:
        run_id: The run.
        difference: Between the run's definition and the other one.
        nodes: The fate of every node of both, in id order.
        refusals: What the run as a whole cannot take over, one sentence each.
        payload: Of the ``run_migrated`` event, without the definition.
    """

    run_id: str
    difference: Difference
    nodes: tuple[NodeFate, ...] = ()
    refusals: tuple[str, ...] = ()
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[str, ...]:
        """Every reason against it, one sentence each; empty when the run can go over."""
        return (*self.refusals, *(f"{fate.node}: {fate.reason}" for fate in self.nodes if fate.what == "refused"))

    @property
    def possible(self) -> bool:
        """Whether the run can go over to the other definition."""
        return not self.refused

    @property
    def needed(self) -> bool:
        """Whether anything would change: the definition, or which nodes run again."""
        return not self.difference.empty or bool(self.payload.get("reset"))

    def of(self, what: What) -> tuple[str, ...]:
        """Ids of the nodes with this fate."""
        return tuple(fate.node for fate in self.nodes if fate.what == what)

    def to_json(self) -> dict[str, Any]:
        """The object that ``floworch resume RUN --migrate --dry-run --json`` prints."""
        return {
            "run_id": self.run_id,
            "possible": self.possible,
            "needed": self.needed,
            "refused": list(self.refused),
            "nodes": [fate.to_json() for fate in self.nodes],
            "difference": self.difference.to_json(),
        }
