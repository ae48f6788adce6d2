"""What an earlier run left, as far as another run can take it over (contract C7.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from floworch.artifact import loaded
from floworch.model.codec import loads
from floworch.model.graph import Plan, plan_of
from floworch.model.workflow import Workflow
from floworch.run.content import outcome_hash
from floworch.run.events import Event, EventKind
from floworch.run.ports import port_fired
from floworch.run.state import Header, RunState
from floworch.run.status import NodeStatus, RunStatus

_K, _S = EventKind, NodeStatus
_WHY = {
    _S.FAILED: "it failed in {run}",
    _S.CANCELLED: "it was cancelled in {run}",
    _S.SKIPPED: "it was skipped in {run}",
    _S.COMPENSATED: "it was undone in {run}",
    _S.COMPENSATING: "it was undone in {run}",
    _S.COMPENSATION_FAILED: "undoing it failed in {run}",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a node ended in an earlier run.

    Attributes:
        kind: The event that says the same in another run: NODE_REUSED, NODE_BYPASSED or NODE_SKIPPED; None when
            nothing can be taken over.
        payload: That event's payload.
        why: Why nothing can be taken over, else empty.
        doubtful: Why the result does not belong to the definition of that run, else empty: it was pinned, or taken
            over although the node had changed.
    """

    kind: EventKind | None
    payload: dict[str, Any]
    why: str = ""
    doubtful: str = ""

    @property
    def ran(self) -> bool:
        """Whether there is a result, perhaps a handled failure; a node that was not reached has none."""
        return self.kind is EventKind.NODE_REUSED

    @property
    def hash(self) -> str:
        """The hash that the content keys of the nodes below hold."""
        return outcome_hash(self.payload if self.ran else None)


class Earlier:
    """An earlier run of a workflow.

    Args:
        header: Its header.
        workflow: The definition it began with; the one that it went over to (C7.5) is among its events.
        events: All of its events.

    Attributes:
        run_id, workflow, graph, status, inputs, options: The run, and the options of its header.
        versions: Versions of its actions that were not 1.
        order: By node index of that run, the number of the event with which it ended.
        written: By node index of that run, what the node, or what is inside it, wrote to the run's data.
    """

    def __init__(self, header: Header, workflow: Workflow, events: Iterable[Event]) -> None:
        self.run_id, self.options = header.run_id, header.options
        self.versions: dict[str, int] = dict(header.options.get("versions") or {})
        self.order: dict[int, int] = {}
        self.written: dict[int, dict[str, Any]] = {}
        self._ends: dict[int, dict[str, Any]] = {}
        self.state = RunState.of(header)
        for event in events:
            self.state.apply(event)
            self._note(event)
        migrated = self.state.migrated
        self.workflow = workflow if migrated is None else loads(migrated.definition)
        self._stale = frozenset(migrated.stale if migrated is not None else ())
        self.graph: Plan = plan_of(self.workflow)
        self.inputs: dict[str, Any] = loaded(self.state.inputs)

    @property
    def status(self) -> RunStatus:
        """Its status as written."""
        return self.state.status

    def _note(self, event: Event) -> None:
        if event.kind not in _ENDS:
            return
        payload = event.payload or {}
        top = event.node
        while top in self.state.parents:
            top = self.state.parents[top]
        if top == event.node:
            self.order[top] = event.seq
            self._ends[top] = payload
        changes = payload.get("data")
        if changes:
            kept = self.written.setdefault(top, {"set": {}, "delete": []})
            for key in changes.get("delete") or ():
                kept["set"].pop(key, None)
                kept["delete"].append(key)
            kept["set"].update(changes.get("set") or {})
            kept["delete"] = [key for key in dict.fromkeys(kept["delete"]) if key not in kept["set"]]

    def has(self, node: str) -> bool:
        """Whether the run had a node of that id outside containers."""
        i = self.graph.index.get(node)
        return i is not None and self.graph.parent[i] < 0

    def ended(self, node: str) -> int:
        """The number of the event with which a node ended, 0 for one that did not."""
        return self.order.get(self.state.index.get(node, -1), 0)

    def writers(self) -> dict[str, frozenset[str]]:
        """By id of every node that wrote to the run's data, the keys that it wrote or deleted."""
        ids = self.state.node_ids
        return {ids[i]: frozenset((*kept["set"], *kept["delete"])) for i, kept in self.written.items()}

    def outcome(self, node: str) -> Outcome:
        """How the node of that id ended, as another run can take it over."""
        if not self.has(node):
            return Outcome(None, {}, f"{self.run_id} did not have it")
        i = self.state.index[node]
        status, payload = self.state.status_of(i), self._ends.get(i, {})
        if status in (_S.COMPLETED, _S.REUSED):
            return Outcome(_K.NODE_REUSED, self._result(i), doubtful=self._doubt(node, payload))
        if status is _S.FAILED and payload.get("handled"):
            return Outcome(_K.NODE_REUSED, self._result(i))
        if status is _S.BYPASSED and not payload.get("out"):
            kept: dict[str, Any] = {key: payload[key] for key in ("output", "passed") if key in payload}
            return Outcome(_K.NODE_BYPASSED, {**kept, "reused_from": self.run_id})
        if status is _S.SKIPPED and not self._would_run(self.graph.index[node]):
            return Outcome(_K.NODE_SKIPPED, {"reused_from": self.run_id})
        if payload.get("out"):
            return Outcome(None, {}, f"{self.run_id} left it out")
        return Outcome(None, {}, _WHY.get(status, "{run} did not come to it").format(run=self.run_id))

    def _result(self, i: int) -> dict[str, Any]:
        state = self.state
        result: dict[str, Any] = {}
        if state.output[i] is not None:
            result["output"] = state.output[i]
        if i in state.ports:
            result["port"], *also = state.ports[i]
            if also:
                result["also"] = also
        if i in state.errors:
            result["error"] = state.errors[i]
        kept = self.written.get(i)
        if kept is not None:
            result["data"] = {name: part for name, part in kept.items() if part}
        return {**result, "reused_from": self.run_id}

    def _doubt(self, node: str, payload: dict[str, Any]) -> str:
        if node in self._stale:
            return f"{self.run_id} kept its result from an earlier form of it"
        if payload.get("pinned"):
            return f"its output in {self.run_id} was pinned"
        return f"it had changed before {self.run_id} took its result over" if payload.get("changed") else ""

    def _would_run(self, number: int) -> bool:
        """Whether the edges into a skipped node would have let it run: then only the end of the run kept it back."""
        ids, nodes = self.graph.ids, self.graph.nodes
        incoming = self.graph.incoming[number]
        taken = [
            port_fired(
                self.state, self.state.index[ids[link.source]], (), link.port, nodes[link.source].on_error == "continue"
            )
            for link in incoming
        ]
        return all(taken) if nodes[number].join == "all" else any(taken) or not taken


#: Kinds that end a node.
_ENDS = frozenset(
    {_K.NODE_COMPLETED, _K.NODE_REUSED, _K.NODE_FAILED, _K.NODE_SKIPPED, _K.NODE_BYPASSED, _K.NODE_CANCELLED}
)
