"""Child runs as their parent's scheduler sees them (contract C10.3).

A call is a node that waits (``waits`` of the fold, kind ``call``): it holds no slot, and its wait names the child run
before the child begins. What is kept here is only how each child stands in this process; it is asked for anew after
every resume. The shell begins, pauses and cancels children when it is told to and reports how they stand.
"""

from __future__ import annotations

from typing import Any

from floworch.run.commands import Op
from floworch.run.core import Call, Core, status_code
from floworch.run.events import EventKind
from floworch.run.state import Scope
from floworch.run.status import NodeStatus

#: How a child stands: it works, everything alive in it waits, it stopped without an end, it is asked to end.
ACTIVE, SUSPENDED, STOPPED, ENDING = "active", "suspended", "stopped", "ending"


def go(core: Core, node: int, scope: Scope, in_doubt: str | None = None) -> None:
    """Begin a call's child, or let it go on; ``in_doubt`` settles nodes in doubt inside it (C7.8)."""
    call = core.calls.get((node, scope))
    if core.mode != "running" or (call is not None and call.status == ENDING):
        return  # a pausing run begins nothing; it is asked again at resume
    turn = call.turn + 1 if call is not None else 1
    core.calls[node, scope] = Call(ACTIVE, turn)
    core.command(Op.CHILD, node, scope, value=("go", (in_doubt, turn)))


def pause_children(core: Core, now: bool) -> None:
    """Pass a pause on to the children (C7.1); those that are asked to end go on ending."""
    for (node, scope), call in core.calls.items():
        if call.status in (ACTIVE, SUSPENDED):
            core.command(Op.CHILD, node, scope, value=("pause", now))


def end_child(core: Core, node: int, scope: Scope, reason: str, late: bool = False) -> None:
    """Cancel a call's child; the node ends once the child has (C7.3). ``late``: because its timeout is over."""
    call = core.calls.get((node, scope))
    if call is None:
        call = core.calls[node, scope] = Call(ACTIVE)
    call.late = late
    if call.status != ENDING:
        call.status = ENDING
        core.command(Op.CHILD, node, scope, value=("cancel", reason))


def heed_child(core: Core, node: int, scope: Scope) -> bool:
    """Let a call that a stop finds without its wait wait once more for the child of an earlier moment, if it has one.

    A process may die after its journal says that a call goes on and before it says that it completed. Its child has
    completed then, and it is the child, not the call, that knows: ended here, nobody would undo its work (C9).
    """
    name = core.state.children.get((node, scope))
    if name is None:
        return False
    attempt, _ = core.state.attempt_of(node, scope)
    if status_code(core, node, scope) != NodeStatus.RUNNING.code:
        attempt += 1
        core.emit(EventKind.NODE_STARTED, node, attempt, scope)
    wait: dict[str, Any] = {"kind": "call", "name": name, "due": None, "on_timeout": "fail", "details": {}}
    core.emit(EventKind.NODE_WAITING, node, attempt, scope, {"wait": wait})
    return True


def working(core: Core) -> bool:
    """Whether a child does something by itself."""
    return any(call.status in (ACTIVE, ENDING) for call in core.calls.values())


def child_works(core: Core, key: tuple[int, Scope]) -> bool:
    """Whether a node is a call whose child does something by itself."""
    call = core.calls.get(key)
    return call is not None and call.status in (ACTIVE, ENDING)


def attached(core: Core) -> bool:
    """Whether a child has not come to its stop in this process."""
    return any(call.status != STOPPED for call in core.calls.values())


def stopped(core: Core) -> str:
    """Why children stopped without an end, in words; empty when none did."""
    found = [
        f"{core.plan.ids[node]} waits for run {core.state.waits[node, scope]['name']}, which is {call.reason}"
        for (node, scope), call in core.calls.items()
        if call.status == STOPPED and (node, scope) in core.state.waits
    ]
    return "; ".join(found)
