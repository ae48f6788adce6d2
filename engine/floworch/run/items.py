"""State of container bodies: one record per live body node, one per container (contract C10.1).

Only what is alive has a record. When an item ends its body's records go, and the item's result and the counts stay,
so that a loop over 100 000 items needs memory for its items and results only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from floworch.artifact import Artifact, Parts
from floworch.run.round_state import RoundsState
from floworch.run.status import NODE_STATUSES, NodeStatus

WAITING_ITEM, DONE_ITEM, FAILED_ITEM = 0, 1, 2


class BodyNode:
    """One body node of one live item: what the arrays of RunState hold for a top-level node."""

    __slots__ = ("attempt", "ended", "error", "lost", "output", "port", "retry_due", "started", "status", "wait")

    def __init__(self) -> None:
        self.status = 0
        self.attempt = 0
        self.lost = 0
        self.started: float | None = None
        self.ended: float | None = None
        self.output: Any = None
        self.error: dict[str, Any] | None = None
        self.port: Any = None
        self.wait: dict[str, Any] | None = None
        self.retry_due: float | None = None


class StoredItems(Sequence[Any]):
    """An item list that is an artifact: its length is known, its items are loaded when one is asked for.

    Attributes:
        artifact: The reference to the list.
    """

    __slots__ = ("_total", "artifact")

    def __init__(self, artifact: Artifact, total: int) -> None:
        self.artifact = artifact
        self._total = total

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, index: Any) -> Any:
        return self.artifact.load()[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.artifact.load())


def item_list(listed: Any, total: int) -> Any:
    """The items of a container from what its journal holds: a list of its own, a reference to one, or to its parts."""
    if type(listed) is dict:
        return Parts(listed["parts"], listed["starts"], total)
    return StoredItems(listed, total) if type(listed) is Artifact else list(listed or ())


def packed_list(listed: Sequence[Any]) -> Any:
    """What ``item_list`` makes the items of again."""
    if isinstance(listed, Parts):
        return listed.to_json()
    return listed.artifact if isinstance(listed, StoredItems) else listed


class ItemsState:
    """Progress of one container: its items, what ended how, and the results in item order.

    ``tally`` counts the statuses of body nodes in completed items, ``{body node: counts by code}``: what stays when the
    other items go again. ``left`` holds the records of items that failed or were cut off, ``{index: {body node:
    record}}``, in which a retry goes on (``floworch.run.left``). ``rounds`` is set for containers whose items are
    rounds (``floworch.run.rounds``).
    """

    __slots__ = ("completed", "concurrency", "done", "errors", "failed", "items", "left", "on_item_error", "results",
                 "rounds", "tally")  # fmt: skip

    def __init__(self, items: Any, concurrency: int, on_item_error: str) -> None:
        self.items = items
        self.concurrency = concurrency
        self.on_item_error = on_item_error
        self.done = bytearray(len(items))
        self.results: list[Any] = [None] * len(items)
        self.errors: dict[int, dict[str, Any]] = {}
        self.completed = 0
        self.failed = 0
        self.tally: dict[int, list[int]] = {}
        self.left: dict[int, dict[int, BodyNode]] = {}
        self.rounds: RoundsState | None = None

    @property
    def total(self) -> int:
        """How many items there are."""
        return len(self.items)

    def complete(self, index: int, output: Any) -> None:
        """Note that an item ended well."""
        self.done[index] = DONE_ITEM
        self.results[index] = output
        self.completed += 1

    def fail(self, index: int, error: dict[str, Any]) -> None:
        """Note that an item failed; its result stays null (C15)."""
        self.done[index] = FAILED_ITEM
        self.errors[index] = error
        self.failed += 1

    def count(self, node: int, counts: list[int]) -> None:
        """Add instances of a body node in a completed item, by status code."""
        row = self.tally.get(node)
        self.tally[node] = list(counts) if row is None else [a + b for a, b in zip(row, counts, strict=True)]

    def count_one(self, node: int, status: int) -> None:
        """Add one instance of a body node in a completed item, by its status code."""
        row = self.tally.get(node)
        if row is None:
            row = self.tally[node] = [0] * len(NODE_STATUSES)
        row[status] += 1

    def reopen(self) -> None:
        """Let failed items go again (C7.9); a try begins with its first round."""
        if self.rounds is not None and self.rounds.kind == "try":
            self.items, self.done, self.results = [None], bytearray(1), [None]
            self.errors.clear()
        for index in self.errors:
            self.done[index] = WAITING_ITEM
        self.errors.clear()
        self.failed = 0

    def error_list(self) -> list[dict[str, Any]]:
        """Failed items as ``{index, kind, message, node}``, in item order (C15)."""
        return [
            {"index": index, **{key: error.get(key) for key in ("kind", "message", "node")}}
            for index, error in sorted(self.errors.items())
        ]


class BodyCounts:
    """How many instances of one body node are in each status."""

    __slots__ = ("counts",)

    def __init__(self) -> None:
        self.counts = [0] * len(NODE_STATUSES)

    def move(self, old: int, new: int, fresh: bool) -> None:
        """Count one instance from ``old`` to ``new``; ``fresh`` when it was not counted before."""
        if not fresh:
            self.counts[old] -= 1
        self.counts[new] += 1

    def to_json(self) -> dict[str, int]:
        """``{status word: n}`` without zeros."""
        return {str(NODE_STATUSES[code]): n for code, n in enumerate(self.counts) if n}

    def status(self, container: NodeStatus) -> NodeStatus:
        """One word for all instances: what a card shows. A live one wins, then a failed one."""
        for word in (NodeStatus.IN_DOUBT, NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.WAITING,
                     NodeStatus.COMPENSATING):  # fmt: skip
            if self.counts[word.code]:
                return word
        if not container.final:
            return NodeStatus.RUNNING if any(self.counts) and container is NodeStatus.RUNNING else NodeStatus.PENDING
        for word in (NodeStatus.COMPENSATION_FAILED, NodeStatus.COMPENSATED, NodeStatus.FAILED, NodeStatus.CANCELLED,
                     NodeStatus.COMPLETED, NodeStatus.SKIPPED):  # fmt: skip
            if self.counts[word.code]:
                return word
        return NodeStatus.BYPASSED if self.counts[NodeStatus.BYPASSED.code] else unborn(container)


def unborn(container: NodeStatus) -> NodeStatus:
    """Status of a body node without any instance: what became of its container decides (C2.4).

    It is ``skipped`` where a failure or a cancel kept it from running, ``bypassed`` where there was nothing to
    run it for.
    """
    if not container.final:
        return NodeStatus.PENDING
    if container is NodeStatus.REUSED:
        return container
    kept_off = container in (NodeStatus.SKIPPED, NodeStatus.FAILED, NodeStatus.CANCELLED)
    return NodeStatus.SKIPPED if kept_off else NodeStatus.BYPASSED
