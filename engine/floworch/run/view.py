"""State as people and scripts see it: one node, one run as JSON (interfaces.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from floworch.artifact import loaded, shown
from floworch.model.own import own
from floworch.run.status import NodeStatus, RunStatus

if TYPE_CHECKING:
    from floworch.run.state import RunState


def iso(at: float | None) -> str | None:
    """Epoch seconds as ``2026-01-01T10:00:00.000Z``; None stays None."""
    if at is None:
        return None
    moment = datetime.fromtimestamp(round(at, 3), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def span(start: float | None, end: float | None) -> float | None:
    """Seconds between two moments rounded to microseconds, or None while one is missing."""
    return None if start is None or end is None else round(max(0.0, end - start), 6)


def work_time(start: float | None, end: float | None, rested: float) -> float | None:
    """Seconds in which a run was worked on or waited, without those in which it rested; None before its end."""
    whole = span(start, end)
    return None if whole is None else round(max(0.0, whole - rested), 6)


@dataclass(frozen=True, slots=True)
class NodeView:
    """One node at one moment.

    Attributes:
        id: Node id.
        status: NodeStatus; of a body node, one word for all its instances.
        attempts: Number of the last attempt; 0 before the first. Of a body node always 0.
        started_at, ended_at: Epoch seconds or None; of the first attempt that counts and of the last one.
        idle: Seconds between them in which the run stood still.
        stored: The output as the state holds it: a JSON value, or a reference to an artifact; not to be changed.
        error: ``{"kind", "message", ...}`` or None.
        items: ``{"total", "completed", "failed"}`` of a container, else None.
        errors: Failed items of a container, else empty.
        wait: What a waiting node waits for, else None. retry_due: Epoch seconds when a retrying node goes on.
        counts: Of a body node: how many instances are in each status, else None.
        child: Run id of the child run that a call began last, else None.
        reused_from: Run id that a reused node's output came from, else None.
    """

    id: str
    status: NodeStatus
    attempts: int = 0
    started_at: float | None = None
    ended_at: float | None = None
    stored: Any = None
    error: dict[str, Any] | None = None
    items: dict[str, int] | None = None
    errors: tuple[dict[str, Any], ...] = ()
    wait: dict[str, Any] | None = None
    retry_due: float | None = None
    counts: dict[str, int] | None = None
    reused_from: str | None = None
    child: str | None = None
    idle: float = 0.0

    @property
    def output(self) -> Any:
        """The node's output, the caller's own; a large one is loaded. Raises CorruptArtifact when it cannot be."""
        return own(loaded(self.stored))

    @property
    def duration(self) -> float | None:
        """Seconds in which it ran, its waits and retries included, or None before its end.

        Attempts that were lost or started anew, and times in which the run stood still, are left out.
        """
        whole = span(self.started_at, self.ended_at)
        return round(max(0.0, whole - self.idle), 6) if whole is not None and self.idle else whole

    def to_json(self) -> dict[str, Any]:
        """The object under ``nodes`` in ``show --json``."""
        error = self.error
        if error is not None:  # of a container, the node inside that failed is named already
            error = {"kind": error.get("kind"), "message": error.get("message"), "node": self.id} | error
        shape: dict[str, Any] = {
            "status": str(self.status),
            "attempts": self.attempts,
            "started_at": iso(self.started_at),
            "ended_at": iso(self.ended_at),
            "duration": self.duration,
            "output": shown(self.stored),
            "error": error,
            "items": self.items,
            "reused_from": self.reused_from,
        }
        if self.errors:
            shape["errors"] = list(self.errors)
        if self.counts is not None:
            shape["counts"] = self.counts
        if self.wait is not None:
            shape["wait"] = self.wait
        if self.child is not None:
            shape["child"] = self.child
        return shape


class Nodes(Mapping[str, NodeView]):
    """Nodes of a state by id; a view is made when it is asked for. Prints as ``{id: status}``."""

    def __init__(self, state: RunState) -> None:
        self._state = state

    def __getitem__(self, node: str) -> NodeView:
        view: NodeView = self._state.node(node)
        return view

    def __iter__(self) -> Iterator[str]:
        return iter(self._state.index)

    def __len__(self) -> int:
        return len(self._state.index)

    def __repr__(self) -> str:
        words = (f"{name}: {self._state.status_of(i)}" for name, i in self._state.index.items())
        return "{" + ", ".join(words) + "}"


def node_view(state: RunState, i: int) -> NodeView:
    """The view of the node with index ``i``."""
    name = state.node_ids[i]
    status = state.status_of(i)
    if i in state.parents:
        counts = state.counts.get(i)
        outer = state.parents[i]
        while outer in state.parents:
            outer = state.parents[outer]
        reused_from = state.reused.get(outer)
        return NodeView(name, status, counts=counts.to_json() if counts is not None else {}, reused_from=reused_from)
    items = state.items.get((i, ()))
    progress = None
    if items is not None:
        progress = {"total": items.total, "completed": items.completed, "failed": items.failed}
    return NodeView(
        name,
        status,
        state.attempts[i],
        state.started[i],
        state.ended[i],
        state.output[i],
        public_error(state.errors.get(i)),
        progress,
        tuple(own(items.error_list())) if items is not None else (),
        own(state.waits.get((i, ()))),
        state.retry_due.get((i, ())),
        reused_from=state.reused.get(i),
        child=state.children.get((i, ())),
        idle=state.idle.get(i, 0.0),
    )


def public_error(error: dict[str, Any] | None) -> dict[str, Any] | None:
    """An error without its traceback, which is shown on demand only."""
    if not error:
        return None
    return {key: own(value) for key, value in error.items() if key != "traceback"}


def run_json(state: RunState) -> dict[str, Any]:
    """The whole run as ``show --json`` prints it; values are still native (encode with ``model.values``).

    ``duration`` is the time in which it was worked on or waited; a run that rested has ``elapsed``, too, which counts
    from its start to its end.
    """
    ended = state.status in (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)
    error = public_error(state.error)
    if error is not None:
        error = {"kind": error.get("kind"), "message": error.get("message"), "node": error.get("node")}
    return {
        "run_id": state.run_id,
        "workflow": state.workflow_id,
        "status": str(state.status),
        "started_at": iso(state.started_at),
        "ended_at": iso(state.ended_at) if ended else None,
        "duration": work_time(state.started_at, state.ended_at, state.rested) if ended else None,
        **({"elapsed": span(state.started_at, state.ended_at)} if ended and state.rested else {}),
        "inputs": shown(state.inputs),
        "outputs": shown(state.outputs),
        "data": shown(state.data),
        "error": error,
        "pause_reason": state.pause_reason,
        "nodes": {name: node_view(state, i).to_json() for name, i in state.index.items()},
        "compensation": compensation(state),
    }


def compensation(state: RunState) -> dict[str, list[str]]:
    """What a rollback did (contract C9); three empty lists when there was none.

    ``compensated`` and ``failed`` are in the order in which the compensations ended. An item of a container stands as
    ``node[index]``, in nested ones ``node[outer][inner]``. ``not_needed`` lists nodes by id.
    """
    if state.saga is None:
        return {"compensated": [], "failed": [], "not_needed": []}
    return state.saga.lists(state)
