"""What a run will do, node by node and why, known before anything runs (contract C7.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Plan(StrEnum):
    """What a run does with a node."""

    RUNS = "runs"
    REUSED = "reused"
    PINNED = "pinned"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a run does with one node.

    Attributes:
        plan: ``runs``: it runs if its branches lead to it. ``reused``: what an earlier run gave stands for it.
            ``pinned``: its pin does. ``out``: it takes no part.
        reason: Why, as a sentence without a full stop.
    """

    plan: Plan
    reason: str


@dataclass(frozen=True, slots=True)
class Form:
    """Which part of a workflow a run is asked for; all of it when nothing is said.

    Attributes:
        to: Nodes to run to: they and what leads to them take part.
        from_: Nodes to run from: they and what lies below them run.
        only_changed: Run only what changed, and what lies below it.
    """

    to: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()
    only_changed: bool = False

    @property
    def partial(self) -> bool:
        """Whether anything is said."""
        return bool(self.to or self.from_ or self.only_changed)

    @property
    def reuses(self) -> bool:
        """Whether results of an earlier run are wanted."""
        return bool(self.from_ or self.only_changed)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a run would do, and why. Nothing has run for it, and nothing was written.

    Attributes:
        workflow: Id of the definition.
        form: What was asked for.
        reuse: The earlier run whose results are taken over, or None.
        nodes: A Choice by node id, in the order of the edges; what is inside a container follows it.
    """

    workflow: str
    form: Form
    reuse: str | None
    nodes: Mapping[str, Choice] = field(default_factory=dict)

    def of(self, plan: Plan | str) -> list[str]:
        """Ids of the nodes with this plan, in order."""
        return [node for node, choice in self.nodes.items() if choice.plan == plan]

    @property
    def counts(self) -> dict[str, int]:
        """How many nodes have each plan."""
        return {str(plan): len(self.of(plan)) for plan in Plan}

    def to_json(self) -> dict[str, Any]:
        """The object that ``floworch run --explain --json`` prints."""
        return {
            "workflow": self.workflow,
            "to": list(self.form.to),
            "from": list(self.form.from_),
            "only_changed": self.form.only_changed,
            "reuse": self.reuse,
            "counts": self.counts,
            "nodes": {node: {"plan": str(choice.plan), "reason": choice.reason} for node, choice in self.nodes.items()},
        }

    @classmethod
    def from_json(cls, shape: Mapping[str, Any]) -> Explanation:
        """The explanation that ``to_json`` described. Raises KeyError or ValueError when it is none."""
        return cls(
            shape["workflow"],
            Form(tuple(shape["to"]), tuple(shape["from"]), bool(shape["only_changed"])),
            shape["reuse"],
            {node: Choice(Plan(each["plan"]), each["reason"]) for node, each in shape["nodes"].items()},
        )
