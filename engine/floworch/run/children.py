"""What becomes of a call when its child run stands differently, or has ended (contract C10.3)."""

from __future__ import annotations

from typing import Any

from floworch.run.attempts import finish_node, try_again
from floworch.run.calls import ACTIVE, ENDING, STOPPED, SUSPENDED
from floworch.run.commands import Op
from floworch.run.core import Call, Core
from floworch.run.events import EventKind
from floworch.run.failing import fail
from floworch.run.progress import wake
from floworch.run.state import Scope


def child(core: Core, node: int, scope: Scope, how: str, detail: dict[str, Any], random: float) -> None:
    """The child of a call stands differently.

    Args:
        core: The run.
        node: Its call.
        scope: Item indexes of the containers around it.
        how: ``active suspended stopped``, or its end: ``completed failed cancelled``; ``none`` when it never began.
        detail: ``{"outputs"}`` of a completed one, with ``undo`` where a rollback finds something to undo in it,
            ``{"error"}`` of one that did not complete, ``{"reason"}`` of a stopped one. One that did not end says
            with ``turn`` after which of the requests to go on that was; ``cancel``: a cancel had reached it.
        random: In [0, 1), places a retry in its jitter.
    """
    key = (node, scope)
    if core.state.waits.get(key, {}).get("kind") != "call" or core.mode == "stopped":
        return
    call = core.calls.setdefault(key, Call(ACTIVE))
    if how in (ACTIVE, SUSPENDED, STOPPED):
        if call.status != ENDING:
            if detail.get("turn", call.turn) != call.turn:
                return  # it came to its pause after it had been asked to go on again, which it will
            call.status, call.reason = how, str(detail.get("reason") or "")
            if how == ACTIVE:
                wake(core)
            return
        if how != STOPPED or not detail.get("cancel"):
            return  # it stopped for a pause before it heard of the cancel, which it will
        # its process could not carry the cancel to the end: nothing more will come from it here
    if call.status == ENDING and call.late and how == "completed" and detail.get("undo"):
        # a late result is no success (C4.5), and no call that completed: as after a timely cancel nothing of it stays
        core.command(
            Op.CHILD, node, scope, value=("undo", "it took longer than the timeout of the node that called it")
        )
        return
    # one that had completed before the cancel reached it has: else nobody would undo it (C9)
    del core.calls[key]
    if call.status == ENDING and not call.late and how != "completed":
        _cancelled(core, node, scope)
    else:
        _ended(core, node, scope, how, detail, random, call.late)


def _cancelled(core: Core, node: int, scope: Scope) -> None:
    frame = core.frame_of(node, scope)
    core.emit(EventKind.NODE_CANCELLED, node, 0, scope)
    frame.cut = True
    core.settle(frame, node, (), bad=True)


def _ended(core: Core, node: int, scope: Scope, how: str, detail: dict[str, Any], random: float, late: bool) -> None:
    wake(core)
    attempt, _ = core.state.attempt_of(node, scope)
    core.emit(EventKind.NODE_RESUMED, node, attempt, scope)
    if how == "completed" and not late:
        payload = {"output": detail["outputs"]}
        if detail.get("undo"):
            payload["undo"] = True
        finish_node(core, node, scope, attempt, payload)
        return
    error = detail.get("error") or {"kind": "cancelled", "message": "the child run was cancelled"}
    if late:
        error = {"kind": "timeout_error", "message": "the child run took longer than the node's timeout"}
    if not try_again(core, node, scope, error, core.plan.retry[node], random):
        fail(core, node, scope, error)
