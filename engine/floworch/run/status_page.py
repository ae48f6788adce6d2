"""The reference page of all statuses, made from the one table of each kind (contract C3)."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import TypeVar

from floworch.run.status import NODE_TRANSITIONS, RUN_TRANSITIONS, NodeStatus, RunStatus

S = TypeVar("S", bound=StrEnum)

_NODE = {
    NodeStatus.PENDING: "It has not started, or a pause or a crash has sent it back.",
    NodeStatus.RUNNING: "An attempt runs; a container's items are on their way.",
    NodeStatus.RETRYING: "An attempt failed and the next one waits for its moment.",
    NodeStatus.WAITING: "It waits for time, a signal or a person, and holds no slot.",
    NodeStatus.COMPLETED: "It succeeded.",
    NodeStatus.FAILED: "It failed for good.",
    NodeStatus.CANCELLED: "It was stopped for good.",
    NodeStatus.SKIPPED: "It did not run because something before it, or the container around it, failed.",
    NodeStatus.BYPASSED: "It did not run: its branch was not chosen, it is disabled, or its container was empty.",
    NodeStatus.REUSED: "Its output was taken from an earlier run.",
    NodeStatus.IN_DOUBT: "A crash cut it off and a person decides what became of it.",
    NodeStatus.COMPENSATING: "What it did is being undone.",
    NodeStatus.COMPENSATED: "What it did was undone.",
    NodeStatus.COMPENSATION_FAILED: "What it did could not be undone.",
}
_RUN = {
    RunStatus.CREATED: "It is in the journal and nothing has started.",
    RunStatus.RUNNING: "A process works on it.",
    RunStatus.PAUSING: "Nothing starts; what runs may end.",
    RunStatus.PAUSED: "Nothing runs until it is resumed.",
    RunStatus.SUSPENDED: "Everything alive waits for time, signals or people.",
    RunStatus.CANCELLING: "It was cancelled; what runs is being stopped.",
    RunStatus.ROLLING_BACK: "What it did is being undone.",
    RunStatus.COMPLETED: "Every node has ended and no failure was left unhandled.",
    RunStatus.FAILED: "A failure was left unhandled, or its time was over. A retry lets it run again.",
    RunStatus.CANCELLED: "It was cancelled. That is final; as a child run it goes on when its caller is retried.",
    RunStatus.INTERRUPTED: "The process that worked on it died. Shown, never written: it is what the lock says.",
}


def diagram(table: Mapping[S, AbstractSet[S]], first: S) -> str:
    """A Mermaid state diagram of a transition table; ``first`` is where everything begins."""
    order = list(type(first))
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    for old in order:
        lines += [f"    {old} --> {new}" for new in order if new in table[old]]
        if not table[old] and any(old in following for following in table.values()):
            lines.append(f"    {old} --> [*]")
    return "\n".join([*lines, "```"])


def page() -> str:
    """``docs/reference/statuses.md``."""
    node_rows = [f"| `{status}` | {'yes' if status.final else ''} | {_NODE[status]} |" for status in NodeStatus]
    run_rows = [f"| `{status}` | {'yes' if status.final else ''} | {_RUN[status]} |" for status in RunStatus]
    head = ["| status | final | meaning |", "|---|---|---|"]
    return "\n".join(
        [
            "# Statuses",
            "",
            "What a node and a run can be, and what may follow what. Both diagrams are made from the tables in",
            "`floworch.run.status`, by which the engine itself changes a status.",
            "",
            "## Nodes",
            "",
            *head,
            *node_rows,
            "",
            diagram(NODE_TRANSITIONS, NodeStatus.PENDING),
            "",
            "A retry of the run sends `failed`, `skipped` and `cancelled` nodes back to `pending`.",
            "",
            "## Runs",
            "",
            *head,
            *run_rows,
            "",
            diagram(RUN_TRANSITIONS, RunStatus.CREATED),
            "",
            "`running` follows itself when another process goes on after a crash. `paused` follows any living status",
            "but `cancelling` when the store cannot be written. A rollback that is resumed passes through `running`.",
            "A completed run is cancelled only as the child of a run that is rolled back.",
            "",
        ]
    )
