"""Nodes that wait for time, signals and people (contract C8)."""

from __future__ import annotations

from typing import Any

from floworch.run.attempts import finish_node
from floworch.run.calls import end_child, go
from floworch.run.commands import Op
from floworch.run.core import Core, status_code
from floworch.run.events import EventKind
from floworch.run.failing import cancel_idle, comes_too_late, fail
from floworch.run.progress import wake
from floworch.run.rounds import NEXT_ROUND, next_round
from floworch.run.state import Scope
from floworch.run.status import NodeStatus

_RETRYING, _WAITING = NodeStatus.RETRYING.code, NodeStatus.WAITING.code


def waiting(core: Core, node: int, scope: Scope, wait: dict[str, Any]) -> None:
    """An attempt asked to wait: it gives its slot back, and a timer is set when the wait has a due time."""
    core.busy -= 1
    attempt, _ = core.state.attempt_of(node, scope)
    core.emit(EventKind.NODE_WAITING, node, attempt, scope, {"wait": wait})
    if comes_too_late(core, node, scope):
        cancel_idle(core, core.frame_of(node, scope), node)
        return
    arm(core, node, scope, wait)
    deliver(core)


def arm(core: Core, node: int, scope: Scope, wait: dict[str, Any], in_doubt: str | None = None) -> None:
    """Set the timer of a wait, and let a call's child go on; ``in_doubt`` as for ``calls.go``."""
    if wait.get("kind") == "call":
        go(core, node, scope, in_doubt)
    if wait.get("due") is not None:
        core.command(Op.TIMER, node, scope, value=wait["due"])


def due(core: Core, node: int, scope: Scope) -> None:
    """The moment of a node's timer has come; a timer that no longer fits the state is ignored."""
    if core.mode != "running":
        return
    code = status_code(core, node, scope)
    if code == _RETRYING:
        if core.state.retry_due.get((node, scope), core.now + 1.0) <= core.now and (node, scope) not in core.ready:
            core.ready.append((node, scope))
    elif code == _WAITING:
        wait = core.state.waits[node, scope]
        if wait.get("due") is not None and wait["due"] <= core.now:
            if wait.get("kind") == "call":
                end_child(core, node, scope, "it took longer than the timeout of the node that called it", late=True)
                return
            wake(core)
            _time_out(core, node, scope, wait)


def _time_out(core: Core, node: int, scope: Scope, wait: dict[str, Any]) -> None:
    on_timeout = wait.get("on_timeout", "fail")
    if on_timeout == NEXT_ROUND:
        next_round(core, node, scope)
        return
    if on_timeout == "complete":
        _complete(core, node, scope, {"output": {"due": wait["due"], "resumed_at": core.now}})
    elif on_timeout in ("approve", "reject"):
        _complete(core, node, scope, answer_payload({"approved": on_timeout == "approve", "by": "timeout"}))
    else:
        what = f"signal {wait.get('name')!r}" if wait.get("kind") == "signal" else str(wait.get("kind", "answer"))
        attempt, _ = core.state.attempt_of(node, scope)
        core.emit(EventKind.NODE_RESUMED, node, attempt, scope)
        fail(core, node, scope, {"kind": "timeout_error", "message": f"no {what} arrived in time"})


def answer_payload(answer: dict[str, Any]) -> dict[str, Any]:
    """The completion of an approval: ports ``approved`` (with ``out``) or ``rejected``."""
    output = {
        "approved": bool(answer.get("approved")),
        "by": str(answer.get("by") or ""),
        "comment": str(answer.get("comment") or ""),
    }
    if output["approved"]:
        return {"output": output, "port": "approved", "also": ["out"]}
    return {"output": output, "port": "rejected"}


def _complete(core: Core, node: int, scope: Scope, payload: dict[str, Any]) -> None:
    attempt, _ = core.state.attempt_of(node, scope)
    core.emit(EventKind.NODE_RESUMED, node, attempt, scope)
    finish_node(core, node, scope, attempt, payload)


def deliver(core: Core) -> None:
    """Hand kept signals and answers to the nodes that wait for them: each signal to one node, in order (C8.2)."""
    if core.mode != "running":
        return
    for key, answer in list(core.state.approvals.items()):
        if key in core.state.waits:
            wake(core)
            form = core.state.waits[key].get("kind") == "form"
            _complete(core, *key, {"output": answer.get("output")} if form else answer_payload(answer))
    for seq, name, payload in list(core.state.signals):
        for (node, scope), wait in list(core.state.waits.items()):
            if wait.get("kind") == "signal" and wait.get("name") == name:
                wake(core)
                _complete(core, node, scope, {"output": payload, "signal": seq})
                break


def signal(core: Core, name: str, payload: Any) -> None:
    """A named signal arrived; it is kept until a node takes it."""
    core.emit(EventKind.SIGNAL_RECEIVED, payload={"name": name, "payload": payload})
    if any(wait.get("kind") == "signal" and wait.get("name") == name for wait in core.state.waits.values()):
        deliver(core)  # else all that is kept has been offered before, and there may be much of it


def answer(core: Core, node: int, scope: Scope, approved: bool, by: str, comment: str) -> None:
    """A person answered an approval."""
    payload = {"approved": approved, "by": by, "comment": comment}
    core.emit(EventKind.APPROVAL_GIVEN, node, 0, scope, payload)
    deliver(core)


def submit(core: Core, node: int, scope: Scope, output: dict[str, Any]) -> None:
    """A person filled in a form, or chose; ``output`` is what the waiting node gives."""
    core.emit(EventKind.FORM_SUBMITTED, node, 0, scope, {"output": output})
    deliver(core)
