"""The one fold: events in, state out. Resume, live view, history, replay and command line read this and nothing else.

State is arrays by node index for top-level nodes, so that a node costs a few words and an event a few assignments;
body nodes of containers live in ``floworch.run.items`` records while their item is alive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from floworch.run.events import Event, EventKind
from floworch.run.items import BodyCounts, BodyNode, ItemsState
from floworch.run.status import ALLOWED, NODE_STATUSES, NodeStatus, RunStatus

Scope = tuple[int, ...]


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


class IllegalTransition(RuntimeError):  # noqa: N818 - reads as what happened
    """An event that the transition table forbids: a bug of ours or a journal made by hand."""


class RunState:
    """Everything known about one run.

    Attributes:
        run_id, workflow_id, inputs, created_at: From the run's header.
        node_ids: Ids in index order; ``index`` is the way back.
        parents: Container index of each body node: ``{child: container}``.
        status: RunStatus. ``interrupted`` is only ever set by a store that found no living owner.
        seq: Number of events folded, which is the next sequence number.
        started_at, ended_at: Epoch seconds or None.
        outputs, data: Run outputs at the end, shared data now. ``data`` is replaced, never changed in place.
        error: ``{"kind", "message", "node"}`` of a failed run, else None.
        pause_reason: Why a paused run paused, when it was not asked to.
        node_status, attempts, lost, started, ended, output, errors, ports: By node index; statuses as codes, ``ports``
            the fired port or None, ``lost`` attempts that do not count.
        waits, retry_due: By ``(node, scope)``: what a waiting node waits for, when a retrying one is due.
        items: By ``(container, scope)``: ItemsState.
        bodies: By scope and node: live BodyNode records. counts: by body node.
        signals: Signals received and not yet consumed, in order: ``(seq, name, payload)``.
        approvals: By ``(node, scope)``: answers not yet used.
    """

    __slots__ = (
        "approvals", "attempts", "bodies", "counts", "created_at", "data", "ended", "ended_at", "error", "errors",
        "index", "inputs", "items", "lost", "node_ids", "node_status", "output", "outputs", "parents", "pause_reason",
        "ports", "retry_due", "run_id", "seq", "signals", "started", "started_at", "status", "waits", "workflow_id",
    )  # fmt: skip

    def __init__(
        self,
        run_id: str,
        workflow_id: str,
        node_ids: Sequence[str],
        inputs: dict[str, Any] | None = None,
        created_at: float = 0.0,
        parents: Mapping[int, int] | None = None,
    ) -> None:
        n = len(node_ids)
        self.run_id = run_id
        self.workflow_id = workflow_id
        self.node_ids = tuple(node_ids)
        self.index = {node: i for i, node in enumerate(self.node_ids)}
        self.parents: dict[int, int] = dict(parents or {})
        self.inputs: dict[str, Any] = inputs if inputs is not None else {}
        self.created_at = created_at
        self.status = RunStatus.CREATED
        self.seq = 0
        self.started_at: float | None = None
        self.ended_at: float | None = None
        self.outputs: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.error: dict[str, Any] | None = None
        self.pause_reason: str | None = None
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
        self.approvals: dict[tuple[int, Scope], dict[str, Any]] = {}

    @classmethod
    def of(cls, header: Header) -> RunState:
        """Return the state of a run before its first event."""
        parents = {int(child): int(container) for child, container in header.options.get("parents", ())}
        return cls(header.run_id, header.workflow_id, header.node_ids, header.inputs, header.created_at, parents)

    def apply(self, event: Event) -> None:
        """Fold one event in.

        Raises:
            ValueError: The event's number is not the next one, or its kind or node is unknown.
            IllegalTransition: The transition table forbids the change.
        """
        if event.seq != self.seq:
            raise ValueError(f"event {event.seq} follows event {self.seq - 1} in run {self.run_id}")
        handler = _HANDLERS.get(event.kind)
        if handler is None:
            raise ValueError(f"event {event.seq} of run {self.run_id} has the unknown kind {event.kind}")
        handler(self, event)
        self.seq += 1

    def status_of(self, node: int | str, scope: Scope = ()) -> NodeStatus:
        """Status of a node by index or id; of one body instance with its ``scope``."""
        i = self.index[node] if isinstance(node, str) else node
        if scope:
            body = self.bodies.get(scope, {}).get(i)
            return NODE_STATUSES[body.status] if body is not None else NodeStatus.PENDING
        if i in self.parents:
            counts = self.counts.get(i)
            container = self.status_of(self.parents[i])
            return counts.status(container) if counts is not None else _unborn(container)
        return NODE_STATUSES[self.node_status[i]]

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
        top = sum(1 for i, status in enumerate(self.node_status) if status == code and i not in containers)
        return top + sum(c.counts[code] for i, c in self.counts.items() if i not in set(self.parents.values()))

    def node(self, node: int | str) -> Any:
        """A NodeView of one node by index or id. Raises KeyError for an unknown id."""
        from floworch.run.view import node_view

        return node_view(self, self.index[node] if isinstance(node, str) else node)

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


def _unborn(container: NodeStatus) -> NodeStatus:
    """Status of a body node that never came to be."""
    return container if container in (NodeStatus.SKIPPED, NodeStatus.BYPASSED) else NodeStatus.PENDING


_PENDING, _RUNNING, _RETRYING, _WAITING = (s.code for s in (NodeStatus.PENDING, NodeStatus.RUNNING, NodeStatus.RETRYING,
                                                            NodeStatus.WAITING))  # fmt: skip
_COMPLETED, _FAILED = NodeStatus.COMPLETED.code, NodeStatus.FAILED.code


def _illegal(state: RunState, event: Event, old: int, new: int) -> IllegalTransition:
    name = state.node_ids[event.node]
    return IllegalTransition(
        f"event {event.seq} of run {state.run_id}: node {name!r} cannot go from {NODE_STATUSES[old]} to {NODE_STATUSES[new]}"
    )


def _move(state: RunState, event: Event, new: int) -> BodyNode | None:
    """Change a node's status by the table; returns the body record for a body node."""
    i = event.node
    if not event.scope or i not in state.parents:
        old = state.node_status[i]
        if not ALLOWED[old * 16 + new]:
            raise _illegal(state, event, old, new)
        state.node_status[i] = new
        return None
    fresh = i not in state.bodies.get(event.scope, ())
    body = state.body(i, event.scope)
    if not ALLOWED[body.status * 16 + new]:
        raise _illegal(state, event, body.status, new)
    counts = state.counts.get(i)
    if counts is None:
        counts = state.counts[i] = BodyCounts()
    counts.move(body.status, new, fresh)
    body.status = new
    return body


def _started(state: RunState, event: Event) -> None:
    if state.retry_due:
        state.retry_due.pop((event.node, event.scope), None)
    body = _move(state, event, _RUNNING)
    if body is not None:
        body.attempt = event.attempt
        if body.started is None:
            body.started = event.at
        return
    i = event.node
    state.attempts[i] = event.attempt
    if state.started[i] is None:
        state.started[i] = event.at


def _completed(state: RunState, event: Event) -> None:
    body = _move(state, event, _COMPLETED)
    payload = event.payload
    if body is not None:
        body.ended, body.error = event.at, None
        if payload is not None:
            body.output = payload.get("output")
            body.port = (payload.get("port"), *payload.get("also", ())) if "port" in payload else None
            _absorb(state, payload)
        elif (event.node, event.scope) in state.items:
            body.output = _close_container(state, event).results
        return
    i = event.node
    state.ended[i] = event.at
    if i in state.errors:
        del state.errors[i]
    if payload is None:
        if state.items and (i, ()) in state.items:
            state.output[i] = _close_container(state, event).results
        return
    state.output[i] = payload.get("output")
    if "port" in payload:
        state.ports[i] = (payload["port"], *payload.get("also", ()))
    _absorb(state, payload)


def _close_container(state: RunState, event: Event) -> ItemsState:
    """Forget what was alive in the bodies of a container that ended."""
    container, scope = event.node, event.scope
    for inner in [s for s in state.bodies if len(s) > len(scope) and s[: len(scope)] == scope]:
        nodes = state.bodies[inner]
        for child in [child for child in nodes if _inside(state, child, container)]:
            del nodes[child]
            state.items.pop((child, inner), None)
            state.waits.pop((child, inner), None)
            state.retry_due.pop((child, inner), None)
        if not nodes:
            del state.bodies[inner]
    return state.items[container, scope]


def _inside(state: RunState, node: int, container: int) -> bool:
    parent = state.parents.get(node)
    while parent is not None and parent != container:
        parent = state.parents.get(parent)
    return parent == container


def _absorb(state: RunState, payload: dict[str, Any]) -> None:
    """Make a completed node's writes visible and drop the signal it consumed."""
    data = payload.get("data")
    if data is not None:
        merged = {**state.data, **data.get("set", {})}
        for key in data.get("delete", ()):
            merged.pop(key, None)
        state.data = merged
    consumed = payload.get("signal")
    if consumed is not None:
        state.signals = [signal for signal in state.signals if signal[0] != consumed]


def _failed(state: RunState, event: Event) -> None:
    body = _move(state, event, _FAILED)
    error = (event.payload or {}).get("error") or {}
    _forget_waits(state, event)
    if (event.node, event.scope) in state.items:
        _close_container(state, event)
    if body is not None:
        body.ended, body.error = event.at, error
        return
    state.ended[event.node] = event.at
    state.errors[event.node] = error


def _forget_waits(state: RunState, event: Event) -> None:
    key = (event.node, event.scope)
    state.retry_due.pop(key, None)
    state.waits.pop(key, None)
    state.approvals.pop(key, None)


def _retrying(state: RunState, event: Event) -> None:
    payload = event.payload or {}
    body = _move(state, event, _RETRYING)
    state.retry_due[event.node, event.scope] = float(payload.get("due", event.at))
    if body is not None:
        body.error = payload.get("error")
    else:
        state.errors[event.node] = payload.get("error") or {}


def _waiting(state: RunState, event: Event) -> None:
    _move(state, event, _WAITING)
    state.waits[event.node, event.scope] = (event.payload or {}).get("wait") or {}


def _resumed(state: RunState, event: Event) -> None:
    _move(state, event, _RUNNING)
    _forget_waits(state, event)


def _ended_as(status: NodeStatus) -> Callable[[RunState, Event], None]:
    code = status.code

    def fold(state: RunState, event: Event) -> None:
        body = _move(state, event, code)
        if state.waits or state.retry_due:
            _forget_waits(state, event)
        if state.items and (event.node, event.scope) in state.items:
            _close_container(state, event)
        output = event.payload.get("output") if event.payload else None
        passed = bool(event.payload and event.payload.get("passed"))
        if body is not None:
            body.ended, body.output = event.at, output
            body.port = PASSED if passed else None
            return
        state.ended[event.node] = event.at
        state.output[event.node] = output
        if passed:
            state.ports[event.node] = PASSED

    return fold


#: Stands in ``ports`` for a disabled node that passed through: every port but ``error`` counts as taken (C2.6).
PASSED = ("*",)


def _interrupted(state: RunState, event: Event) -> None:
    body = _move(state, event, _PENDING)
    if body is not None:
        body.lost += 1
    else:
        state.lost[event.node] = state.lost.get(event.node, 0) + 1


def _in_doubt(state: RunState, event: Event) -> None:
    _move(state, event, NodeStatus.IN_DOUBT.code)


def _reset(state: RunState, event: Event) -> None:
    body = _move(state, event, _PENDING)
    if body is not None:
        body.lost, body.ended, body.error = body.attempt, None, None
        return
    i = event.node
    state.lost[i] = state.attempts[i]
    state.ended[i] = None
    state.errors.pop(i, None)
    items = state.items.get((i, ()))
    if items is not None:
        items.reopen()


def _compensation(status: NodeStatus) -> Callable[[RunState, Event], None]:
    def fold(state: RunState, event: Event) -> None:
        _move(state, event, status.code)
        if event.payload and event.payload.get("error"):
            state.errors[event.node] = event.payload["error"]

    return fold


def _items_listed(state: RunState, event: Event) -> None:
    payload = event.payload or {}
    items = list(payload.get("items") or ())
    state.items[event.node, event.scope] = ItemsState(
        items, int(payload.get("concurrency", 4)), str(payload.get("on_item_error", "stop"))
    )


def _item_completed(state: RunState, event: Event) -> None:
    items = state.items[event.node, event.scope[:-1]]
    items.complete(event.scope[-1], (event.payload or {}).get("output"))
    _drop_body(state, event)


def _item_failed(state: RunState, event: Event) -> None:
    items = state.items[event.node, event.scope[:-1]]
    items.fail(event.scope[-1], (event.payload or {}).get("error") or {})
    _drop_body(state, event)


def _drop_body(state: RunState, event: Event) -> None:
    nodes = state.bodies.get(event.scope)
    if nodes is None:
        return
    for child in [child for child in nodes if state.parents.get(child) == event.node]:
        del nodes[child]
        state.items.pop((child, event.scope), None)
    if not nodes:
        del state.bodies[event.scope]


def _signal(state: RunState, event: Event) -> None:
    payload = event.payload or {}
    state.signals.append((event.seq, str(payload.get("name", "")), payload.get("payload")))


def _approval(state: RunState, event: Event) -> None:
    state.approvals[event.node, event.scope] = dict(event.payload or {})


def _nothing(_state: RunState, _event: Event) -> None:
    """Logs and progress tell a story but change no state."""


def _run_becomes(status: RunStatus) -> Callable[[RunState, Event], None]:
    def fold(state: RunState, event: Event) -> None:
        payload = event.payload or {}
        state.status = status
        if status is RunStatus.RUNNING:
            state.pause_reason, state.error, state.ended_at = None, None, None
            if state.started_at is None:
                state.started_at = event.at
        elif status is RunStatus.PAUSED:
            state.pause_reason = payload.get("reason")
        elif status.final:
            state.ended_at = event.at
            state.outputs = payload.get("outputs") or {}
            state.error = payload.get("error")

    return fold


_K = EventKind
_HANDLERS: dict[int, Callable[[RunState, Event], None]] = {
    _K.NODE_STARTED: _started,
    _K.NODE_COMPLETED: _completed,
    _K.NODE_FAILED: _failed,
    _K.NODE_RETRYING: _retrying,
    _K.NODE_WAITING: _waiting,
    _K.NODE_RESUMED: _resumed,
    _K.NODE_SKIPPED: _ended_as(NodeStatus.SKIPPED),
    _K.NODE_BYPASSED: _ended_as(NodeStatus.BYPASSED),
    _K.NODE_CANCELLED: _ended_as(NodeStatus.CANCELLED),
    _K.NODE_REUSED: _ended_as(NodeStatus.REUSED),
    _K.NODE_INTERRUPTED: _interrupted,
    _K.NODE_IN_DOUBT: _in_doubt,
    _K.NODE_RESET: _reset,
    _K.NODE_COMPENSATING: _compensation(NodeStatus.COMPENSATING),
    _K.NODE_COMPENSATED: _compensation(NodeStatus.COMPENSATED),
    _K.NODE_COMPENSATION_FAILED: _compensation(NodeStatus.COMPENSATION_FAILED),
    _K.ITEMS_LISTED: _items_listed,
    _K.ITEM_COMPLETED: _item_completed,
    _K.ITEM_FAILED: _item_failed,
    _K.SIGNAL_RECEIVED: _signal,
    _K.APPROVAL_GIVEN: _approval,
    _K.NODE_LOGGED: _nothing,
    _K.NODE_PROGRESSED: _nothing,
    _K.RUN_CREATED: _run_becomes(RunStatus.CREATED),
    _K.RUN_STARTED: _run_becomes(RunStatus.RUNNING),
    _K.RUN_RESUMED: _run_becomes(RunStatus.RUNNING),
    _K.RUN_RETRIED: _run_becomes(RunStatus.RUNNING),
    _K.RUN_MIGRATED: _nothing,
    _K.RUN_INTERRUPTED: _nothing,
    _K.RUN_PAUSING: _run_becomes(RunStatus.PAUSING),
    _K.RUN_PAUSED: _run_becomes(RunStatus.PAUSED),
    _K.RUN_SUSPENDED: _run_becomes(RunStatus.SUSPENDED),
    _K.RUN_CANCELLING: _run_becomes(RunStatus.CANCELLING),
    _K.RUN_ROLLING_BACK: _run_becomes(RunStatus.ROLLING_BACK),
    _K.RUN_COMPLETED: _run_becomes(RunStatus.COMPLETED),
    _K.RUN_FAILED: _run_becomes(RunStatus.FAILED),
    _K.RUN_CANCELLED: _run_becomes(RunStatus.CANCELLED),
}
