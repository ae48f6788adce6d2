"""What a run asks people: approvals, forms and choices, of nodes and of items in loops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch_designer.runs.item_values import UNKNOWN, item_of

#: ``approval`` wants a yes or no, ``form`` values (a choice is one, too).
Kind = Literal["approval", "form"]
KINDS: tuple[Kind, ...] = ("approval", "form")
#: Statuses of a run that takes answers though nothing goes on with it.
STANDS = frozenset({RunStatus.PAUSED, RunStatus.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Question:
    """What a node asks.

    Attributes:
        kind: What is wanted.
        node: Its id.
        item: Which item of a loop asks, in nested ones outermost first; empty outside of loops.
        details: What it says, as the node's wait holds it.
        waiting: How many items of the node wait, this one among them.
        value: The item that asks, or ``item_values.UNKNOWN``.
        run: Of a run that the shown one called: its id; else empty.
        caller: Which node of the shown run called it, or called one that did.
        title: What the node is called by the definition of that run.
    """

    kind: Kind
    node: str
    item: tuple[int, ...]
    details: Mapping[str, Any]
    waiting: int
    value: Any = UNKNOWN
    run: str = ""
    caller: str = ""
    title: str = ""

    @property
    def key(self) -> tuple[Kind, str]:
        """What tells it from others: its kind and node, and of a called run that too."""
        return self.kind, f"{self.run} {self.node}" if self.run else self.node

    @property
    def message(self) -> str:
        """What it asks, in the definition's own words."""
        return str(self.details.get("message") or "")


def questions(state: RunState | None) -> dict[tuple[Kind, str], Question]:
    """What a run asks now, by kind and node: of the items of a loop the first one that nobody has answered."""
    if state is None or state.status.final:
        return {}
    asking: dict[tuple[Kind, str], list[tuple[tuple[int, ...], Mapping[str, Any]]]] = {}
    for (node, scope), wait in state.waits.items():
        for kind in KINDS:
            if wait.get("kind") == kind and (node, scope) not in state.approvals:
                asking.setdefault((kind, state.node_ids[node]), []).append((scope, wait.get("details") or {}))
    return {key: _first(state, key, found) for key, found in asking.items()}


def answered(state: RunState | None) -> tuple[str, ...]:
    """The nodes of a run that stands still which were answered all the same; they go on when somebody resumes it."""
    if state is None or state.status not in STANDS or not state.approvals:
        return ()
    return tuple(dict.fromkeys(state.node_ids[node] for node, scope in state.waits if (node, scope) in state.approvals))


def only_people(state: RunState | None) -> bool:
    """Whether all that a suspended run waits for is somebody's answer, which resumes it by itself.

    Where an answer was given while no process could go on with it, Resume does.
    """
    if state is None or state.status is not RunStatus.SUSPENDED or not state.waits:
        return False
    return not answered(state) and all(wait.get("kind") in KINDS for wait in state.waits.values())


def called(state: RunState | None) -> tuple[tuple[str, str], ...]:
    """The runs that a run waits for, each with the node that called it."""
    if state is None or state.status.final:
        return ()
    waits = ((node, wait) for (node, _scope), wait in state.waits.items() if wait.get("kind") == "call")
    return tuple((state.node_ids[node], str(wait.get("name"))) for node, wait in waits)


def _first(state: RunState, key: tuple[Kind, str], found: list[tuple[tuple[int, ...], Mapping[str, Any]]]) -> Question:
    scope, details = min(found, key=lambda each: each[0])
    value = item_of(state, state.index[key[1]], scope) if scope else UNKNOWN
    return Question(*key, scope, details, len(found), value)
