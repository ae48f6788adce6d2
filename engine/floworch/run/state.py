"""The one fold: events in, state out. Resume, live view, history, replay and command line read this and nothing else.

State is arrays by node index for top-level nodes, so that a node costs a few words and an event a few assignments;
body nodes of containers live in ``floworch.run.items`` records while their item is alive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from floworch.memory import StringPool
from floworch.run.events import Event
from floworch.run.fold import HANDLERS, NODE_KINDS
from floworch.run.items import BodyCounts, BodyNode, ItemsState, unborn
from floworch.run.migrated import Migrated
from floworch.run.saga import Saga
from floworch.run.status import NODE_STATUSES, NodeStatus, RunStatus

if TYPE_CHECKING:
    from floworch.run.public import RunEvent
    from floworch.run.view import NodeView

Scope = tuple[int, ...]
_KINDS = len(HANDLERS)


class Header(Protocol):
    """What the fold needs to know before the first event; ``floworch.store.RunHeader`` fits."""

    @property
    def run_id(self) -> str: ...
    @property
    def workflow_id(self) -> str: ...
    @property
    def node_ids(self) -> tuple[str, ...]: ...
    @property
    def inputs(self) -> dict[str, Any]: ...
    @property
    def created_at(self) -> float: ...
    @property
    def options(self) -> dict[str, Any]: ...


class RunState:
    """Everything known about one run.

    Attributes:
        run_id, workflow_id, inputs, created_at: From the run's header.
        node_ids: Ids in index order. index: the way back, for the nodes of the present definition only: one that a
            migration took out keeps its place in ``node_ids``.
        parents: Container index of each body node: ``{child: container}``.
        status: RunStatus. ``interrupted`` is only ever set by a store that found no living owner.
        seq: Number of events folded, which is the next sequence number.
        started_at, ended_at: Epoch seconds or None.
        outputs, data: Run outputs at the end, shared data now. ``data`` is replaced, never changed in place.
        error: ``{"kind", "message", "node"}`` of a failed run, else None.
        pause_reason: Why a paused run paused, when it was not asked to. pause_cause: ``breakpoint`` or ``step`` where
            that is why, else None.
        node_status, attempts, lost, started, ended, output, errors, ports: By node index; statuses as codes, ``ports``
            the fired port or None, ``lost`` attempts that do not count.
        waits, retry_due: By ``(node, scope)``: what a waiting node waits for, when a retrying one is due.
        items: By ``(container, scope)``: ItemsState.
        bodies: By scope and node: live BodyNode records. counts: by body node.
        signals: Signals received and not yet consumed, in order: ``(seq, name, payload)``.
        children: By ``(node, scope)`` of a call: the id of the child run that it began last.
        approvals: By ``(node, scope)``: answers not yet used.
        crashes: By ``(node, scope)``: how often its process died in a row, and in which attempt the last time (C7.8).
        deadline: When the run must have ended, epoch seconds, or None. timed_out: the error of a run that has not.
        breaks: By ``(node, scope)``: False where a breakpoint was hit, True once it was passed (C7.7).
        reused: By node index, the run that a reused node's result came from; None for a pinned one.
        idle: By node index: seconds since its start in which its run stood still. stopped_at: when it stopped, or None.
        rested: Seconds since its start in which the run was paused, interrupted, or had ended and was retried later.
        saga: What a rollback reads; None when no node declares a compensation.
        migrated: The definition that the run went over to (C7.5), None while it has the one it started with.
    """

    __slots__ = (
        "approvals", "attempts", "bodies", "breaks", "children", "counts", "crashes", "created_at", "data", "deadline",
        "ended", "ended_at", "error", "errors", "idle", "index", "inputs", "items", "lost", "migrated", "node_ids",
        "node_status", "output", "outputs", "parents", "pause_cause", "pause_reason", "ports", "rested", "retry_due",
        "reused", "run_id", "saga", "seq", "signals", "started", "started_at", "status", "stopped_at", "timed_out",
        "waits", "workflow_id",
    )  # fmt: skip

    def __init__(
        self,
        run_id: str,
        workflow_id: str,
        node_ids: Sequence[str],
        inputs: dict[str, Any] | None = None,
        created_at: float = 0.0,
        parents: Mapping[int, int] | None = None,
        compensates: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        n, self.run_id, self.workflow_id = len(node_ids), run_id, workflow_id
        names = StringPool(node_ids)
        self.node_ids = tuple(names)
        self.index: Mapping[str, int] = names.numbers
        self.parents: dict[int, int] = dict(parents or {})
        self.inputs: dict[str, Any] = inputs if inputs is not None else {}
        self.created_at, self.rested = created_at, 0.0
        self.status, self.seq = RunStatus.CREATED, 0
        self.started_at: float | None = None
        self.ended_at: float | None = None
        self.outputs: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.error: dict[str, Any] | None = None
        self.pause_reason: str | None = None
        self.pause_cause: str | None = None
        self.node_status = bytearray(n)
        self.attempts = [0] * n
        self.lost: dict[int, int] = {}
        self.started: list[float | None] = [None] * n
        self.ended: list[float | None] = [None] * n
        self.output: list[Any] = [None] * n
        self.errors: dict[int, dict[str, Any]] = {}
        self.ports: dict[int, Any] = {}
        self.waits: dict[tuple[int, Scope], dict[str, Any]] = {}
        self.retry_due: dict[tuple[int, Scope], float] = {}
        self.items: dict[tuple[int, Scope], ItemsState] = {}
        self.bodies: dict[Scope, dict[int, BodyNode]] = {}
        self.counts: dict[int, BodyCounts] = {}
        self.signals: list[tuple[int, str, Any]] = []
        self.children: dict[tuple[int, Scope], str] = {}
        self.approvals: dict[tuple[int, Scope], dict[str, Any]] = {}
        self.breaks: dict[tuple[int, Scope], bool] = {}
        self.reused: dict[int, str | None] = {}
        self.saga = Saga.of(compensates)
        self.crashes: dict[tuple[int, Scope], tuple[int, int]] = {}
        self.deadline: float | None = None
        self.timed_out: dict[str, Any] | None = None
        self.migrated: Migrated | None = None
        self.idle: dict[int, float] = {}
        self.stopped_at: float | None = None

    @classmethod
    def of(cls, header: Header) -> RunState:
        """Return the state of a run before its first event."""
        parents = {int(child): int(container) for child, container in header.options.get("parents", ())}
        compensates = header.options.get("compensates")
        return cls(
            header.run_id, header.workflow_id, header.node_ids, header.inputs, header.created_at, parents, compensates
        )

    def apply(self, event: Event | RunEvent) -> None:
        """Fold one event in, as the journal holds it or as ``RunHandle.events`` gives it.

        Raises:
            ValueError: The event's number is not the next one, or its kind or node is unknown.
            IllegalTransition: The transition table forbids the change.
        """
        if event.seq != self.seq:
            raise ValueError(f"event {event.seq} follows event {self.seq - 1} in run {self.run_id}")
        if not isinstance(event, Event):
            event = event.record
        kind, node = event.kind, event.node
        handler = HANDLERS[kind] if 0 <= kind < _KINDS else None
        if handler is None:
            raise ValueError(f"event {event.seq} of run {self.run_id} has the unknown kind {kind}")
        if node >= len(self.node_status) or (node < 0 and kind in NODE_KINDS):
            raise ValueError(f"event {event.seq} of run {self.run_id} names the unknown node {node}")
        handler(self, event)
        self.seq += 1

    def status_of(self, node: int | str, scope: Scope = ()) -> NodeStatus:
        """Status of a node by index or id; of one body instance with its ``scope``."""
        i = self.index[node] if isinstance(node, str) else node
        if scope:
            body = self.body_of(i, scope)
            return NODE_STATUSES[body.status] if body is not None else NodeStatus.PENDING
        if i in self.parents:
            counts = self.counts.get(i)
            container = self.status_of(self.parents[i])
            return counts.status(container) if counts is not None else unborn(container)
        return NODE_STATUSES[self.node_status[i]]

    def seen_status(self, node: int, scope: Scope = ()) -> NodeStatus:
        """Status of a node as expressions and actions see it: of a reused one, how it ended where it ran (C7.6)."""
        status = self.status_of(node, scope)
        if status is not NodeStatus.REUSED:
            return status
        return NodeStatus.FAILED if node in self.errors else NodeStatus.COMPLETED

    def body_of(self, node: int, scope: Scope) -> BodyNode | None:
        """The record of a live body node, or the one kept for a rollback; None when there is neither."""
        body = self.bodies.get(scope, {}).get(node)
        if body is None and self.saga is not None:
            return self.saga.kept.get(scope, {}).get(node)
        return body

    def body(self, node: int, scope: Scope) -> BodyNode:
        """The record of a live body node, made when it is first asked for."""
        nodes = self.bodies.get(scope)
        if nodes is None:
            nodes = self.bodies[scope] = {}
        body = nodes.get(node)
        if body is None:
            body = nodes[node] = BodyNode()
        return body

    def attempt_of(self, node: int, scope: Scope = ()) -> tuple[int, int]:
        """``(number of the last attempt, how many of them do not count)``."""
        if scope:
            body = self.bodies.get(scope, {}).get(node)
            return (body.attempt, body.lost) if body is not None else (0, 0)
        return self.attempts[node], self.lost.get(node, 0)

    def counted_running(self) -> int:
        """How many attempts are running, body nodes included and containers not."""
        containers = {container for container, scope in self.items if not scope}
        code = NodeStatus.RUNNING.code
        holders = set(self.parents.values())
        top = self.node_status.count(code) - sum(1 for i in containers if self.node_status[i] == code)
        if self.saga is not None and self.saga.current is not None:
            top += self.saga.current.running
        return top + sum(c.counts[code] for i, c in self.counts.items() if i not in holders)

    def node(self, node: int | str) -> Any:
        """A NodeView of one node by index or id. Raises KeyError for an unknown id."""
        from floworch.run.view import node_view

        return node_view(self, self.index[node] if isinstance(node, str) else node)

    def __repr__(self) -> str:
        return f"<RunState {self.run_id} {self.status}, {self.seq} events>"

    @property
    def nodes(self) -> Mapping[str, NodeView]:
        """A NodeView of every node by id, each made when it is asked for."""
        from floworch.run.view import Nodes

        return Nodes(self)

    def pack(self) -> dict[str, Any]:
        """The state as plain values for a snapshot."""
        from floworch.run.snapshot import pack

        return pack(self)

    def unpack(self, packed: dict[str, Any]) -> None:
        """Fill this fresh state from a snapshot. Raises ValueError for a snapshot of another version."""
        from floworch.run.snapshot import unpack

        unpack(self, packed)

    def to_json(self) -> dict[str, Any]:
        """The object that ``floworch show --json`` prints (interfaces.md section 4)."""
        from floworch.run.view import run_json

        return run_json(self)
