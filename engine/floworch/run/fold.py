"""What each kind of event does to the state: one small function a kind, and the table of them.

A node's status changes in one place, ``_move``, by the one transition table (contract C3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from floworch.run import left
from floworch.run.events import Event, EventKind
from floworch.run.idle import cut_off, lose_attempt, rest_ends, went_on
from floworch.run.item_events import (
    close_container,
    forget_control,
    item_completed,
    item_failed,
    item_reopened,
    items_listed,
)
from floworch.run.items import BodyCounts, BodyNode
from floworch.run.migrated import migrated
from floworch.run.status import ALLOWED, NODE_STATUSES, NodeStatus, RunStatus, illegal

if TYPE_CHECKING:
    from floworch.run.state import RunState


_K = EventKind


_PENDING, _RUNNING, _RETRYING, _WAITING = (s.code for s in (NodeStatus.PENDING, NodeStatus.RUNNING, NodeStatus.RETRYING,
                                                            NodeStatus.WAITING))  # fmt: skip
_COMPLETED, _FAILED = NodeStatus.COMPLETED.code, NodeStatus.FAILED.code


#: Counts by status code of no instance.
_NONE = [0] * len(NODE_STATUSES)


def _move(state: RunState, event: Event, new: int) -> BodyNode | None:
    """Change a node's status by the table; returns the body record for a body node."""
    i, scope = event.node, event.scope
    if not scope or i not in state.parents:
        old = state.node_status[i]
        if not ALLOWED[old * 16 + new]:
            raise illegal(state.node_ids[event.node], event.seq, state.run_id, old, new)
        state.node_status[i] = new
        return None
    nodes = state.bodies.get(scope)
    if nodes is None:
        nodes = state.bodies[scope] = {}
    body = nodes.get(i)
    fresh = body is None
    if body is None:
        body = nodes[i] = BodyNode()
    old = body.status
    if not ALLOWED[old * 16 + new]:
        raise illegal(state.node_ids[i], event.seq, state.run_id, old, new)
    counts = state.counts.get(i)
    if counts is None:
        counts = state.counts[i] = BodyCounts()
    row = counts.counts  # ``move``, for every event of a body node
    if not fresh:
        row[old] -= 1
    row[new] += 1
    body.status = new
    return body


def node_started(state: RunState, event: Event) -> None:
    """An attempt of a node begins."""
    again = state.retry_due.pop((event.node, event.scope), None) if state.retry_due else None  # its time goes on
    body = _move(state, event, _RUNNING)
    if body is not None:
        body.attempt = event.attempt
        if again is None or body.started is None:
            body.started = event.at
        return
    i = event.node
    state.attempts[i] = event.attempt
    if again is None or state.started[i] is None:
        state.started[i] = event.at
        if state.idle:
            state.idle.pop(i, None)


def node_completed(state: RunState, event: Event) -> None:
    """A node ended well."""
    body = _move(state, event, _COMPLETED)
    if state.saga is not None:
        state.saga.completed(state, event.node, event.scope, event.payload)
    payload = event.payload
    if body is not None:
        body.ended, body.error = event.at, None
        if payload is not None:
            body.output = payload.get("output")
            body.port = (payload.get("port"), *payload.get("also", ())) if "port" in payload else None
            _absorb(state, payload)
        elif (event.node, event.scope) in state.items:
            body.output = close_container(state, event, well=True).results
        return
    i = event.node
    state.ended[i] = event.at
    if i in state.errors:
        del state.errors[i]
    if payload is None:
        if state.items and (i, ()) in state.items:
            state.output[i] = close_container(state, event, well=True).results
        return
    state.output[i] = payload.get("output")
    if "port" in payload:
        state.ports[i] = (payload["port"], *payload.get("also", ()))
    _absorb(state, payload)


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
        close_container(state, event)
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
    wait = state.waits[event.node, event.scope] = (event.payload or {}).get("wait") or {}
    if wait.get("kind") == "call":
        state.children[event.node, event.scope] = str(wait.get("name"))


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
            close_container(state, event)
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


def _reused(state: RunState, event: Event) -> None:
    """What another run gave, or a pin, stands for what the node would give: all of it, a handled failure too."""
    _move(state, event, NodeStatus.REUSED.code)
    payload, i = event.payload or {}, event.node
    state.ended[i] = event.at
    state.output[i] = payload.get("output")
    state.reused[i] = payload.get("reused_from")
    if "port" in payload:
        state.ports[i] = (payload["port"], *payload.get("also", ()))
    if payload.get("error"):
        state.errors[i] = payload["error"]
    _absorb(state, payload)


#: Stands in ``ports`` for a disabled node that passed through: every port but ``error`` counts as taken (C2.6).
PASSED = ("*",)


def _interrupted(state: RunState, event: Event) -> None:
    lose_attempt(state, event, _move(state, event, _PENDING))


def _in_doubt(state: RunState, event: Event) -> None:
    lose_attempt(state, event, _move(state, event, NodeStatus.IN_DOUBT.code))


def _reset(state: RunState, event: Event) -> None:
    i = event.node
    if event.scope and i in state.parents:
        body = _move(state, event, _PENDING)
        forget_control(state, i, event.scope)
        assert body is not None
        left.go_again(body)
    elif state.node_status[i] != _PENDING:  # else the retry itself has said so
        _go_again(state, event, i)


def _go_again(state: RunState, event: Event, i: int) -> None:
    """A retry lets a node go again; of a container, the items that did not end well (C7.9)."""
    old = state.node_status[i]
    if not ALLOWED[old * 16 + _PENDING]:
        raise illegal(state.node_ids[i], event.seq, state.run_id, old, _PENDING)
    state.node_status[i] = _PENDING
    state.breaks.pop((i, ()), None)
    state.crashes.pop((i, ()), None)
    state.lost[i] = state.attempts[i]
    state.started[i] = state.ended[i] = None
    state.errors.pop(i, None)
    if (i, ()) in state.items:
        items = left.reopen(state, i, ())
        for child in [
            child for child in state.counts if left.inside(state.parents, child, i)
        ]:  # what goes again counts anew
            state.counts[child].counts = list(items.tally.get(child, _NONE))


def _retried(state: RunState, event: Event) -> None:
    _run_becomes(RunStatus.RUNNING)(state, event)
    for name in (event.payload or {}).get("reset", ()):
        _go_again(state, event, state.index[name])


def _compensating(state: RunState, event: Event) -> None:
    saga, key = state.saga, (event.node, event.scope)
    again = saga is not None and saga.current is not None and saga.current.key == key and not saga.current.running
    if not again:  # the first attempt; the node stays compensating between attempts
        _move_back(state, event, NodeStatus.COMPENSATING)
    if saga is not None:
        saga.start(key, event.attempt)


def _compensation_rests(state: RunState, event: Event) -> None:
    if state.saga is not None:
        lost = event.kind == EventKind.NODE_COMPENSATION_INTERRUPTED
        payload = event.payload or {}
        state.saga.rest(None if lost else payload.get("due"), lost, payload.get("crashes", 0))


def _compensated(status: NodeStatus) -> Callable[[RunState, Event], None]:
    def fold(state: RunState, event: Event) -> None:
        _move_back(state, event, status)
        payload = event.payload or {}
        if payload.get("error"):
            body = state.body_of(event.node, event.scope)
            if body is not None:
                body.error = payload["error"]
            else:
                state.errors[event.node] = payload["error"]
        _absorb(state, payload)
        if state.saga is not None:
            state.saga.end((event.node, event.scope), status)

    return fold


def _move_back(state: RunState, event: Event, status: NodeStatus) -> None:
    """``_move`` for a rollback, in which the records of items are those that were kept."""
    node, new = event.node, status.code
    body = state.saga.kept.get(event.scope, {}).get(node) if state.saga is not None and event.scope else None
    if body is None:
        _move(state, event, new)
        return
    if not ALLOWED[body.status * 16 + new]:
        raise illegal(state.node_ids[event.node], event.seq, state.run_id, body.status, new)
    counts = state.counts.setdefault(node, BodyCounts())
    counts.move(body.status, new, fresh=not counts.counts[body.status])  # a retry may have stopped counting it
    body.status = new


def _signal(state: RunState, event: Event) -> None:
    payload = event.payload or {}
    state.signals.append((event.seq, str(payload.get("name", "")), payload.get("payload")))


def _approval(state: RunState, event: Event) -> None:
    state.approvals[event.node, event.scope] = dict(event.payload or {})


def _breakpoint(state: RunState, event: Event) -> None:
    state.breaks[event.node, event.scope] = event.kind == _K.BREAKPOINT_PASSED


def _timed_out(state: RunState, event: Event) -> None:
    state.timed_out = (event.payload or {}).get("error") or {"kind": "timeout_error", "message": "the run timed out"}


def _nothing(_state: RunState, _event: Event) -> None:
    """Logs and progress tell a story but change no state."""


def _run_becomes(status: RunStatus) -> Callable[[RunState, Event], None]:
    def fold(state: RunState, event: Event) -> None:
        payload = event.payload or {}
        before = state.status
        if status is RunStatus.PAUSED and before is RunStatus.CANCELLING:
            state.pause_reason = payload.get("reason")  # the store failed: the cancel still wins (C7.3)
            return
        state.status = status
        if state.saga is not None:
            _turn(state, status, payload)
        if status is RunStatus.RUNNING:
            went_on(state, event.at, crashed=before is RunStatus.RUNNING)
            state.pause_reason, state.pause_cause, state.error, state.ended_at = None, None, None, None
            if state.started_at is None:
                state.started_at = event.at
            if "due" in payload:
                state.deadline, state.timed_out = payload["due"], None
        elif status is RunStatus.PAUSED:
            state.pause_reason, state.pause_cause = payload.get("reason"), payload.get("cause")
            state.stopped_at = event.at
            return
        rest_ends(state, event.at)
        if status.final:
            state.ended_at = event.at
            state.outputs = payload.get("outputs") or {}
            state.error = payload.get("error")

    return fold


def _turn(state: RunState, status: RunStatus, payload: dict[str, Any]) -> None:
    """What the saga learns of the run's own events."""
    saga = state.saga
    assert saga is not None
    if status is RunStatus.ROLLING_BACK:
        saga.begin(payload)
        state.error = saga.error
        state.pause_reason = state.ended_at = None
    elif status is RunStatus.CANCELLING:
        saga.declined = payload.get("compensate") is False
    elif status is RunStatus.RUNNING:
        saga.declined = False


_BY_KIND: dict[EventKind, Callable[[RunState, Event], None]] = {
    _K.NODE_STARTED: node_started,
    _K.NODE_COMPLETED: node_completed,
    _K.NODE_FAILED: _failed,
    _K.NODE_RETRYING: _retrying,
    _K.NODE_WAITING: _waiting,
    _K.NODE_RESUMED: _resumed,
    _K.NODE_SKIPPED: _ended_as(NodeStatus.SKIPPED),
    _K.NODE_BYPASSED: _ended_as(NodeStatus.BYPASSED),
    _K.NODE_CANCELLED: _ended_as(NodeStatus.CANCELLED),
    _K.NODE_REUSED: _reused,
    _K.NODE_INTERRUPTED: _interrupted,
    _K.NODE_IN_DOUBT: _in_doubt,
    _K.NODE_RESET: _reset,
    _K.NODE_COMPENSATING: _compensating,
    _K.NODE_COMPENSATED: _compensated(NodeStatus.COMPENSATED),
    _K.NODE_COMPENSATION_FAILED: _compensated(NodeStatus.COMPENSATION_FAILED),
    _K.NODE_COMPENSATION_RETRYING: _compensation_rests,
    _K.NODE_COMPENSATION_INTERRUPTED: _compensation_rests,
    _K.ITEMS_LISTED: items_listed,
    _K.ITEM_COMPLETED: item_completed,
    _K.ITEM_FAILED: item_failed,
    _K.ITEM_REOPENED: item_reopened,
    _K.SIGNAL_RECEIVED: _signal,
    _K.APPROVAL_GIVEN: _approval,
    _K.FORM_SUBMITTED: _approval,
    _K.BREAKPOINT_HIT: _breakpoint,
    _K.BREAKPOINT_PASSED: _breakpoint,
    _K.NODE_LOGGED: _nothing,
    _K.NODE_PROGRESSED: _nothing,
    _K.RUN_CREATED: _run_becomes(RunStatus.CREATED),
    _K.RUN_STARTED: _run_becomes(RunStatus.RUNNING),
    _K.RUN_RESUMED: _run_becomes(RunStatus.RUNNING),
    _K.RUN_RETRIED: _retried,
    _K.RUN_MIGRATED: migrated,
    _K.RUN_INTERRUPTED: cut_off,
    _K.RUN_TIMED_OUT: _timed_out,
    _K.RUN_PAUSING: _run_becomes(RunStatus.PAUSING),
    _K.RUN_PAUSED: _run_becomes(RunStatus.PAUSED),
    _K.RUN_SUSPENDED: _run_becomes(RunStatus.SUSPENDED),
    _K.RUN_CANCELLING: _run_becomes(RunStatus.CANCELLING),
    _K.RUN_ROLLING_BACK: _run_becomes(RunStatus.ROLLING_BACK),
    _K.RUN_COMPLETED: _run_becomes(RunStatus.COMPLETED),
    _K.RUN_FAILED: _run_becomes(RunStatus.FAILED),
    _K.RUN_CANCELLED: _run_becomes(RunStatus.CANCELLED),
}

#: Kinds that are facts of a node, by number.
NODE_KINDS = frozenset(int(kind) for kind in _BY_KIND if not kind.name.startswith(("RUN_", "SIGNAL_")))

#: The same by kind number; None where there is no such kind. A list, because this is asked for every event.
HANDLERS: list[Callable[[RunState, Event], None] | None] = [None] * 256
for _kind, _handler in _BY_KIND.items():
    HANDLERS[int(_kind)] = _handler
