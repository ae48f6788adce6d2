"""Rolling a run back: its completed nodes are compensated one after the other, the last one first (contract C9).

A rollback begins when nothing else is alive any more, so frames, joins and ready nodes play no part in it: what is to
be done stands in the fold (``RunState.saga``), and a new process needs nothing else to go on.
"""

from __future__ import annotations

from typing import Any

from floworch.model.workflow import RetryPolicy
from floworch.run.commands import Op
from floworch.run.core import Core, stop
from floworch.run.events import EventKind
from floworch.run.retrying import delay_before_retry
from floworch.run.saga import Undo
from floworch.run.state import Scope


def end(core: Core, outcome: str, error: dict[str, Any] | None = None) -> None:
    """End a run whose nodes have all ended: at once, or after its rollback when something is to be compensated.

    Args:
        core: The run.
        outcome: How it ends: ``failed`` or ``cancelled``.
        error: Why it failed, with the node's id.
    """
    saga = core.state.saga
    if saga is None or not saga.order or (outcome == "cancelled" and saga.declined):
        _finish(core, outcome, error)
        return
    _announce(core, outcome, error)
    core.mode = "rolling_back"
    if core.held:
        hold(core)
    else:
        go_on(core)


def _announce(core: Core, outcome: str, error: dict[str, Any] | None) -> None:
    payload: dict[str, Any] = {"outcome": outcome}
    if error is not None:
        payload["error"] = error
    core.emit(EventKind.RUN_ROLLING_BACK, payload=payload)


def _finish(core: Core, outcome: str, error: dict[str, Any] | None) -> None:
    if outcome == "failed":
        core.emit(EventKind.RUN_FAILED, payload={"error": error})
    else:
        core.emit(EventKind.RUN_CANCELLED)
    stop(core)


def began(core: Core) -> bool:
    """Whether the run's rollback has begun; there is never a second one."""
    return core.state.saga is not None and core.state.saga.began


def hold(core: Core) -> None:
    """Leave the rollback that has just begun to whoever resumes the run."""
    saga = core.state.saga
    count = len(saga.order) if saga is not None else 0
    reason = f"to be rolled back: {count} completed step{'s' if count != 1 else ''}"
    core.emit(EventKind.RUN_PAUSED, payload={"reason": reason})
    stop(core)


def go_on(core: Core) -> None:
    """Start the next compensation, or end the run when none is left."""
    saga = core.state.saga
    if core.busy or saga is None:
        return
    key = saga.next()
    if key is None:
        _finish(core, saga.outcome, saga.error)
        return
    undo = saga.current
    if undo is not None and undo.due is not None and undo.due > core.now:
        return  # its timer is asked for
    attempt = undo.attempt + 1 if undo is not None else 1
    core.emit(EventKind.NODE_COMPENSATING, key[0], attempt, key[1])
    core.busy += 1
    core.command(Op.COMPENSATE, *key, attempt)


def ended_well(core: Core, node: int, scope: Scope, payload: dict[str, Any] | None) -> None:
    """A compensation took effect; ``payload`` is that of ``node_compensated``."""
    undo = _current(core, node, scope)
    core.emit(EventKind.NODE_COMPENSATED, node, undo.attempt, scope, payload)


def failed(
    core: Core, node: int, scope: Scope, error: dict[str, Any], policy: RetryPolicy | None, random: float
) -> None:
    """An attempt of a compensation failed: it is tried again if its policy allows, else the next one follows."""
    undo = _current(core, node, scope)
    delay = delay_before_retry(policy, undo.attempt - undo.lost, error, random)
    if delay is None:
        core.emit(EventKind.NODE_COMPENSATION_FAILED, node, undo.attempt, scope, {"error": error})
        return
    due = core.now + delay
    payload = {"error": error, "due": due, "delay": delay}
    core.emit(EventKind.NODE_COMPENSATION_RETRYING, node, undo.attempt, scope, payload)
    core.command(Op.TIMER, node, scope, value=due)


def interrupted(core: Core, node: int, scope: Scope, reason: str) -> None:
    """A running attempt of a compensation was stopped by *pause now*: it does not count and runs again."""
    undo = _current(core, node, scope)
    core.emit(EventKind.NODE_COMPENSATION_INTERRUPTED, node, undo.attempt, scope, {"reason": reason})


def _current(core: Core, node: int, scope: Scope) -> Undo:
    core.busy -= 1
    saga = core.state.saga
    assert saga is not None
    assert saga.current is not None
    assert saga.current.key == (node, scope)
    return saga.current


def in_flight(core: Core) -> list[tuple[int, Scope]]:
    """The compensation that runs now, if any."""
    saga = core.state.saga
    return [saga.current.key] if saga is not None and saga.current is not None and saga.current.running else []


def pause(core: Core, now: bool) -> None:
    """Pass a pause on to what runs: ``now`` interrupts a compensation, a child run that is undone pauses (C7.1)."""
    for node, scope in in_flight(core):
        if now or node in core.plan.undo_calls:
            core.command(Op.INTERRUPT, node, scope, value=now)


def lose(core: Core, reason: str) -> None:
    """Record that a compensation which was running has died with its process: it runs again, whatever its effect.

    That is what "at least once" means (C9): a step left standing because nobody knows is worse than one undone twice,
    and the key that stays the same lets the other side tell. One whose process dies again and again has failed, so that
    it keeps nobody from undoing the rest (C7.8).
    """
    saga = core.state.saga
    for node, scope in in_flight(core):
        assert saga is not None
        assert saga.current is not None
        crashed = core.state.status.live and node not in core.plan.undo_calls  # a child run counts its own
        attempt, crashes = saga.current.attempt, saga.current.crashes + crashed
        lost = [[core.plan.ids[node], attempt, list(scope)]]
        core.emit(EventKind.RUN_INTERRUPTED, payload={"lost": lost, "reason": reason})
        if crashed and crashes >= core.most_crashes:
            error = {
                "kind": "processing_error",
                "message": f"its process died {crashes} times while it undid this step",
            }
            core.emit(EventKind.NODE_COMPENSATION_FAILED, node, attempt, scope, {"error": error})
            continue
        payload = {"reason": reason, "crashes": crashes} if crashed else {"reason": reason}
        core.emit(EventKind.NODE_COMPENSATION_INTERRUPTED, node, attempt, scope, payload)


def take_up(core: Core, reason: str) -> None:
    """Continue a rollback that this process has just taken over."""
    lose(core, reason)
    resume(core)


def resume(core: Core) -> None:
    """Go on after a pause."""
    saga = core.state.saga
    assert saga is not None
    outcome, error = saga.outcome, saga.error
    core.emit(EventKind.RUN_RESUMED)
    _announce(core, outcome, error)
    core.mode, core.halt = "rolling_back", None
    undo = saga.current
    if undo is not None and undo.due is not None and undo.due > core.now:
        core.command(Op.TIMER, *undo.key, value=undo.due)


def undo_completed(core: Core, reason: str) -> None:
    """Roll a completed run back, which ends it as ``cancelled``: how a caller's saga undoes a child run (C15).

    Nothing happens to a run in which nothing is to be compensated.
    """
    saga = core.state.saga
    if saga is None or not saga.order:
        return
    core.emit(EventKind.RUN_CANCELLING, payload={"reason": reason})
    _announce(core, "cancelled", None)
    core.mode = "rolling_back"
