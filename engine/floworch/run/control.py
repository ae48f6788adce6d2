"""What people and the shell ask of a whole run: start, pause, resume, cancel, finish (contract C7)."""

from __future__ import annotations

from typing import Any

from floworch.run import rollback
from floworch.run.breaks import halt, pass_hits
from floworch.run.calls import heed_child, pause_children
from floworch.run.commands import Op
from floworch.run.core import Core, stop
from floworch.run.events import EventKind
from floworch.run.failing import fail, stop_frame
from floworch.run.reopening import goes_again
from floworch.run.state import Scope
from floworch.run.status import NodeStatus
from floworch.run.waiting import arm, deliver


def start(core: Core, step: bool = False) -> None:
    """Begin a fresh run: its first two events, then the nodes without incoming edges; ``step`` pauses before them."""
    created(core)
    core.emit(EventKind.RUN_STARTED, payload=set_deadline(core))
    core.mode = "running"
    core.begin(core.root)
    if step:
        wait_for_step(core)


def created(core: Core) -> None:
    """Write the first event of a run."""
    core.emit(EventKind.RUN_CREATED, payload={"workflow": core.state.workflow_id, "inputs": core.state.inputs})


def wait_for_step(core: Core) -> None:
    """Pause a run that has just begun before its first node (C7.7)."""
    halt(core, {"reason": "before its first step", "cause": "step"})


def set_deadline(core: Core) -> dict[str, Any] | None:
    """The payload that journals when the run must have ended, and its timer; None when it may take for ever."""
    if core.plan.timeout is None:
        return None
    due = core.now + core.plan.timeout
    core.command(Op.TIMER, value=due)
    return {"due": due}


def pause(core: Core, now: bool, reason: str | None = None) -> None:
    """Journal the intent; nothing starts from here on. ``now`` interrupts what is running (C7.1)."""
    if core.mode == "cancelling":
        core.held = True  # cancel wins over pause; its rollback waits
    if core.mode in ("running", "rolling_back"):
        payload: dict[str, Any] = {"now": now}
        if reason:
            payload["reason"] = reason
        core.emit(EventKind.RUN_PAUSING, payload=payload)
        core.mode = "pausing"
    if now and core.mode == "pausing":
        for node, scope in running_attempts(core):
            core.command(Op.INTERRUPT, node, scope)
    if core.mode == "pausing":
        pause_children(core, now)
        rollback.pause(core, now)


def resume(core: Core) -> None:
    """Go on after a pause in this process: arm the timers again and hand out what arrived meanwhile."""
    if rollback.began(core):
        rollback.resume(core)
        return
    core.emit(EventKind.RUN_RESUMED)
    core.mode, core.halt = "running", None
    if core.watch is not None:
        core.watch.stepping = False
    pass_hits(core)
    rearm(core)
    deliver(core)


def rearm(core: Core, in_doubt: str | None = None, children: bool = True) -> None:
    """Ask for every timer the state knows of, which keep wall-clock time (C7.1), and for the children of calls."""
    if core.state.deadline is not None:
        core.command(Op.TIMER, value=core.state.deadline)
    for (node, scope), at in core.state.retry_due.items():
        if (node, scope) not in core.ready:
            core.command(Op.TIMER, node, scope, value=at)
    for (node, scope), wait in core.state.waits.items():
        if children or wait.get("kind") != "call":
            arm(core, node, scope, wait, in_doubt)


def cancel(core: Core, reason: str, compensate: bool = True) -> None:
    """Cancel for good: running attempts are asked to stop, everything else ends at once (C7.3).

    What completed is compensated then, unless ``compensate`` is false. A run that is rolled back already goes on so.
    """
    if core.mode == "cancelling" or core.state.status.final or rollback.began(core):
        return
    announce_cancel(core, reason, compensate)
    stop_all(core, reason)


def stop_all(core: Core, reason: str) -> None:
    """Nothing starts any more: running attempts are asked to stop, everything else ends at once."""
    core.mode = "cancelling"
    end_doubts(core)
    stop_frame(core, core.root, outside=True)
    for node, scope in running_attempts(core):
        core.command(Op.CANCEL, node, scope, value=reason)


def announce_cancel(core: Core, reason: str, compensate: bool) -> None:
    """Journal that the run is being cancelled."""
    payload: dict[str, Any] = {"reason": reason}
    if not compensate:
        payload["compensate"] = False
    core.emit(EventKind.RUN_CANCELLING, payload=payload)


def end_doubts(core: Core) -> None:
    """Fail every node in doubt: a run that is stopped for good asks nobody any more."""
    why = "was cancelled" if core.state.timed_out is None else "timed out"
    error = {"kind": "cancelled", "message": f"the run {why} while this was in doubt"}
    for node, scope in doubts(core):
        if not heed_child(core, node, scope):  # of a call nothing is in doubt: its child knows
            fail(core, node, scope, error)


def doubts(core: Core) -> list[tuple[int, Scope]]:
    """Every node instance in doubt."""
    code = NodeStatus.IN_DOUBT.code
    found: list[tuple[int, Scope]] = [(i, ()) for i, status in enumerate(core.state.node_status) if status == code]
    for scope, nodes in core.state.bodies.items():
        found += [(i, scope) for i, body in nodes.items() if body.status == code]
    return found


def finish(core: Core, outputs: dict[str, Any] | None, error: dict[str, Any] | None) -> None:
    """The shell evaluated the run's outputs, or failed to: the run ends (C15), unless it was cancelled meanwhile."""
    if core.mode != "finishing":
        return
    if error is not None:
        rollback.end(core, "failed", {"node": None, **error})
    else:
        core.emit(EventKind.RUN_COMPLETED, payload={"outputs": outputs or {}})
        stop(core)


def retry(core: Core) -> None:
    """Let the failed, skipped and cancelled nodes of an ended run go again; completed ones stay (C7.9).

    A failure that was handled stays as well: its error branch has run, and running the other branch too would do both.

    The first event says it for all of them, because a crash may leave no more than that one; the others tell it of
    each node. The caller rebuilds the frames afterwards (``floworch.run.recover``).
    """
    state = core.state
    again = [i for i, code in enumerate(state.node_status) if goes_again(core, i, code, state.errors.get(i))]
    names = [core.plan.ids[i] for i in again]
    core.emit(EventKind.RUN_RETRIED, payload={**(set_deadline(core) or {}), "reset": names})
    for i in again:
        core.emit(EventKind.NODE_RESET, i)


def running_attempts(core: Core) -> list[tuple[int, Scope]]:
    """Every attempt that holds a slot; a container with its items listed does not."""
    state = core.state
    found: list[tuple[int, Scope]] = [
        (i, ())
        for i, code in enumerate(state.node_status)
        if code == NodeStatus.RUNNING.code and (i, ()) not in state.items
    ]
    for scope, nodes in state.bodies.items():
        found += [
            (i, scope)
            for i, body in nodes.items()
            if body.status == NodeStatus.RUNNING.code and (i, scope) not in state.items
        ]
    return found
