"""Two runs side by side: what differs in their ends, inputs, outputs and nodes, and where they part first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from floworch.artifact import loaded, shown
from floworch.model.diff import FieldChange, changes_in
from floworch.run.state import RunState
from floworch.run.status import NodeStatus
from floworch.run.view import NodeView, node_view, work_time

#: Seconds by node index.
Times = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class NodeDifference:
    """How one node went in both runs.

    Attributes:
        node: Its id.
        status: Status words in both runs; None where the run does not have the node.
        attempts: Numbers of the last attempt.
        duration: Seconds or None; of a body node those of all its items together.
        error: Messages of its errors, None where there is none.
        output: What differs in its outputs, by dotted path below ``output``.
        counts: Of a body node: instances by status in both runs, else empty dictionaries.
    """

    node: str
    status: tuple[str | None, str | None]
    attempts: tuple[int, int]
    duration: tuple[float | None, float | None]
    error: tuple[str | None, str | None]
    output: tuple[FieldChange, ...]
    counts: tuple[dict[str, int], dict[str, int]]

    @property
    def same(self) -> bool:
        """Whether it ended alike: the same status, output, error and counts. Attempts and time may differ.

        A result that was taken over from an earlier run is like one of its own (C7.6).
        """
        statuses = {str(NodeStatus.COMPLETED) if each == NodeStatus.REUSED else each for each in self.status}
        alike = len(statuses) == 1 and self.error[0] == self.error[1]
        taken_over = NodeStatus.REUSED in self.status
        return alike and not self.output and (taken_over or self.counts[0] == self.counts[1])

    def to_json(self) -> dict[str, Any]:
        """The object under ``nodes`` in ``floworch diff-runs --json``."""
        return {
            "node": self.node,
            "same": self.same,
            "status": list(self.status),
            "attempts": list(self.attempts),
            "duration": list(self.duration),
            "error": list(self.error),
            "output": _changes(self.output),
            **({"counts": list(self.counts)} if any(self.counts) else {}),
        }

    @classmethod
    def from_json(cls, shape: dict[str, Any]) -> NodeDifference:
        """The difference that ``to_json`` described."""
        pairs = {name: tuple(shape[name]) for name in ("status", "attempts", "duration", "error")}
        counts = tuple(shape.get("counts", ({}, {})))
        return cls(node=shape["node"], output=_changed(shape["output"]), counts=counts, **pairs)


@dataclass(frozen=True, slots=True)
class RunDifference:
    """What differs between two runs; pairs are (first run, second run).

    Attributes:
        runs, workflows, status: Ids, workflow ids, status words.
        duration: Seconds, or None, without those in which the run rested.
        inputs, outputs: What differs, by dotted path.
        error: Messages of the runs' errors.
        nodes: Every node of both, in the order in which the first run came to them.
        first: Id of the first node that ended differently, or None.
    """

    runs: tuple[str, str]
    workflows: tuple[str, str]
    status: tuple[str, str]
    duration: tuple[float | None, float | None]
    inputs: tuple[FieldChange, ...]
    outputs: tuple[FieldChange, ...]
    error: tuple[str | None, str | None]
    nodes: tuple[NodeDifference, ...]
    first: str | None

    @property
    def same(self) -> bool:
        """Whether both ended alike: status, outputs, error and every node. Inputs, attempts and time may differ."""
        return (
            self.status[0] == self.status[1] and self.error[0] == self.error[1] and not self.outputs and not self.first
        )

    def to_json(self) -> dict[str, Any]:
        """The object that ``floworch diff-runs --json`` prints."""
        return {
            "runs": list(self.runs),
            "workflows": list(self.workflows),
            "same": self.same,
            "status": list(self.status),
            "duration": list(self.duration),
            "error": list(self.error),
            "inputs": _changes(self.inputs),
            "outputs": _changes(self.outputs),
            "first": self.first,
            "nodes": [node.to_json() for node in self.nodes],
        }

    @classmethod
    def from_json(cls, shape: dict[str, Any]) -> RunDifference:
        """The difference that ``to_json`` described."""
        pairs = {name: tuple(shape[name]) for name in ("runs", "workflows", "status", "duration", "error")}
        return cls(
            inputs=_changed(shape["inputs"]),
            outputs=_changed(shape["outputs"]),
            nodes=tuple(NodeDifference.from_json(node) for node in shape["nodes"]),
            first=shape["first"],
            **pairs,
        )


def compare_runs(
    first: RunState, second: RunState, order: Sequence[str] = (), bodies: tuple[Times, Times] = ({}, {})
) -> RunDifference:
    """Compare two runs, of one definition or of two.

    Args:
        first: The state of one.
        second: The state of the other.
        order: Node ids in the order of the edges, which settles what started at the same moment.
        bodies: How long the body nodes of each took, by node index (see ``run.body_times``).
    """
    names = _in_order(first, second, order)
    took = [
        {state.node_ids[node]: seconds for node, seconds in times.items()}
        for state, times in zip((first, second), bodies, strict=True)
    ]
    nodes = tuple(
        _compare(name, _view(first, name), _view(second, name), (took[0].get(name), took[1].get(name)))
        for name in names
    )
    return RunDifference(
        (first.run_id, second.run_id),
        (first.workflow_id, second.workflow_id),
        (str(first.status), str(second.status)),
        (_duration(first), _duration(second)),
        changes_in(loaded(first.inputs), loaded(second.inputs)),
        changes_in(loaded(first.outputs), loaded(second.outputs)),
        (_message(first.error), _message(second.error)),
        nodes,
        next((node.node for node in nodes if not node.same), None),
    )


def _in_order(first: RunState, second: RunState, order: Sequence[str]) -> list[str]:
    """Ids of both runs by when a run came to them after its start.

    The moment of the run that took over fewer results counts where it has one, else that of the first run.
    """
    places = {name: i for i, name in enumerate(order)}
    when: dict[str, float] = {}
    for state in sorted((second, first), key=lambda state: -len(state.reused)):
        begin = state.started_at or 0.0
        for name, i in state.index.items():
            top = i
            while top in state.parents:
                top = state.parents[top]
            if (started := state.started[top]) is not None:
                when[name] = started - begin
    far = float("inf")
    return sorted(
        {**first.index, **second.index}, key=lambda name: (when.get(name, far), places.get(name, len(places)), name)
    )


def _view(state: RunState, name: str) -> NodeView | None:
    i = state.index.get(name)
    return node_view(state, i) if i is not None else None


def _compare(
    name: str, one: NodeView | None, two: NodeView | None, took: tuple[float | None, float | None]
) -> NodeDifference:
    views = (one, two)
    duration = tuple(
        view.duration if view is not None and view.duration is not None else body
        for view, body in zip(views, took, strict=True)
    )
    status, error, counts = (
        tuple(read(view) if view is not None else default for view in views)
        for read, default in (
            (lambda view: str(view.status), None),
            (lambda view: _message(view.error), None),
            (lambda view: view.counts or {}, {}),
        )
    )
    attempts = (one.attempts if one is not None else 0, two.attempts if two is not None else 0)
    outputs = [loaded(view.output) if view is not None else None for view in views]
    changes = changes_in(outputs[0], outputs[1], "output") if one is not None and two is not None else ()
    return NodeDifference(name, status, attempts, duration, error, changes, counts)  # type: ignore[arg-type]


def _message(error: dict[str, Any] | None) -> str | None:
    return str(error.get("message", "")) if error else None


def _duration(state: RunState) -> float | None:
    return work_time(state.started_at, state.ended_at, state.rested) if state.status.final else None


def _changed(shape: Iterable[dict[str, Any]]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(each["field"], each["old"], each["new"]) for each in shape)


def _changes(changes: Iterable[FieldChange]) -> list[dict[str, Any]]:
    return [{"field": change.field, "old": shown(change.old), "new": shown(change.new)} for change in changes]
