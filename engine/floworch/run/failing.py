"""What a final failure does to its frame (contract C4.2, C4.3), and how frames are stopped."""

from __future__ import annotations

from typing import Any

from floworch.run.calls import end_child, heed_child
from floworch.run.commands import Op
from floworch.run.core import Core, Frame, Loop, status_code
from floworch.run.events import EventKind
from floworch.run.ports import ports_of_failure
from floworch.run.state import Scope
from floworch.run.status import NodeStatus

_PENDING, _IN_DOUBT = NodeStatus.PENDING.code, NodeStatus.IN_DOUBT.code
_RETRYING, _WAITING = NodeStatus.RETRYING.code, NodeStatus.WAITING.code
_GAPS = (NodeStatus.SKIPPED.code, NodeStatus.CANCELLED.code)


def fail(core: Core, node: int, scope: Scope, error: dict[str, Any]) -> None:
    """Record that a node failed for good, fire its ``error`` and ``done`` ports and stop what must stop."""
    frame = core.frame_of(node, scope)
    attempt, _ = core.state.attempt_of(node, scope)
    continues = node in core.plan.continues
    handled = is_handled(core, node, error)
    payload: dict[str, Any] = {"error": error}
    if handled:
        payload["handled"] = True
    core.emit(EventKind.NODE_FAILED, node, attempt, scope, payload)
    core.loops.pop((node, scope), None)
    unhandled = not handled
    if unhandled and frame.error is None:
        frame.error = {**error, "node": core.plan.ids[node]}
    core.settle(frame, node, ports_of_failure(error, continues), bad=True)
    if unhandled and core.plan.fail_fast and not frame.stopping:
        stop_frame(core, frame, outside=False)


def is_handled(core: Core, node: int, error: dict[str, Any] | None) -> bool:
    """Whether a failure of a node is handled (C4.2); one that a try does not catch is not, whatever its edges."""
    if node in core.plan.continues:
        return True
    return node in core.plan.catches and not (error and error.get("uncaught"))


def stop_frame(core: Core, frame: Frame, outside: bool) -> None:
    """Let nothing new start in a frame and in the containers inside it (C4.3).

    Retrying and waiting nodes are cancelled at once, ready ones skipped; running attempts finish. ``outside`` tells
    that the reason lies outside this frame: an item that is left unfinished by it counts as not ended, one whose
    running attempts finish it has ended as ever.
    """
    frame.stopping = True
    if outside and has_gaps(core, frame):
        frame.cut = True
    _purge_ready(core, frame)
    for node, scope in [*core.state.retry_due, *core.state.waits]:
        if _must_stop(core, frame, node, scope):
            cancel_idle(core, frame, node)
    for (container, scope), loop in list(core.loops.items()):
        if _must_stop(core, frame, container, scope):
            stop_loop(core, loop, "cancel")


def has_gaps(core: Core, frame: Frame) -> bool:
    """Whether a node of an item was skipped or cancelled, so that a stopped item cannot count as ended."""
    nodes = core.state.bodies.get(frame.scope, {})
    return any(node in nodes and nodes[node].status in _GAPS for node in frame.body.nodes)


def comes_too_late(core: Core, node: int, scope: Scope) -> bool:
    """Whether a node that asks to wait, or to open its items, may not any more: it is stopped instead (C4.3, C7.3)."""
    frame = core.frame_of(node, scope)
    return (frame.stopping or core.mode == "cancelling") and _must_stop(core, frame, node, scope)


def _must_stop(core: Core, frame: Frame, node: int, scope: Scope) -> bool:
    """Whether a node instance is in this frame and not exempt from stopping."""
    ours = scope == frame.scope and core.plan.parent[node] == frame.container
    return ours and (core.mode == "cancelling" or not frame.exempt[core.plan.local[node]])


def _purge_ready(core: Core, frame: Frame) -> None:
    kept: list[tuple[int, Scope]] = []
    purged: list[tuple[int, Scope]] = []
    for node, scope in core.ready:
        # a doubt that was decided to run again had begun before this: like a running attempt, it finishes (C4.3)
        goes_on = core.mode != "cancelling" and status_code(core, node, scope) == _IN_DOUBT
        stops = not goes_on and _must_stop(core, frame, node, scope)
        (purged if stops else kept).append((node, scope))
    core.ready.clear()
    core.ready.extend(kept)
    for node, scope in purged:
        if status_code(core, node, scope) != _PENDING:
            continue  # retrying: in ``retry_due`` as well, where it is cancelled; a doubt: failed by the cancel
        if heed_child(core, node, scope):
            continue  # it waits now, and is ended as such
        core.emit(EventKind.NODE_SKIPPED, node, 0, scope)
        frame.cut = True
        core.settle(frame, node, (), bad=True)


def cancel_idle(core: Core, frame: Frame, node: int) -> None:
    """Cancel a retrying or waiting node; a call ends once its child has (C7.3)."""
    scope = frame.scope
    if status_code(core, node, scope) not in (_RETRYING, _WAITING):
        return
    if core.state.waits.get((node, scope), {}).get("kind") == "call":
        end_child(core, node, scope, "the run that called it was stopped")
        return
    core.emit(EventKind.NODE_CANCELLED, node, 0, scope)
    core.loops.pop((node, scope), None)  # a container between two rounds
    frame.cut = True
    core.command(Op.DROP, node, scope)
    core.settle(frame, node, (), bad=True)


def stop_loop(core: Core, loop: Loop, why: str) -> None:
    """Open no more items of a container and stop the ones that are open."""
    if loop.stopped is None:
        loop.stopped = why
    for frame in [
        frame
        for (container, scope), frame in list(core.frames.items())
        if container == loop.container and scope[:-1] == loop.scope
    ]:
        if not frame.stopping or core.mode == "cancelling":  # cancelling spares nothing, exempt nodes neither
            stop_frame(core, frame, outside=True)
