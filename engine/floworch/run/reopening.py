"""Going on in an item that an earlier try of the run left unfinished (contract C7.9), and in any frame of the state.

A frame gets the counts it had by marking the edges of ended nodes again; then each node that is neither ended nor alive
is decided. Nothing here asks what happened: the state says it.
"""

from __future__ import annotations

from floworch.run.core import Core, Frame, status_code
from floworch.run.events import EventKind
from floworch.run.failing import is_handled
from floworch.run.fold import PASSED
from floworch.run.items import BodyNode
from floworch.run.plan import TOP
from floworch.run.ports import OUT, fired_ports
from floworch.run.status import FINAL, NODE_STATUSES, NodeStatus

_BAD = frozenset({NodeStatus.FAILED, NodeStatus.CANCELLED, NodeStatus.SKIPPED})
_FINAL = frozenset(status.code for status in FINAL)
_PENDING, _FAILED, _COMPLETED = NodeStatus.PENDING.code, NodeStatus.FAILED.code, NodeStatus.COMPLETED.code
#: What goes again when a run is retried, unless its failure was handled.
AGAIN = frozenset(status.code for status in _BAD)


def goes_again(core: Core, node: int, code: int, error: dict[str, object] | None) -> bool:
    """Whether a retry lets a node with this status go again: completed ones and handled failures stay."""
    return code in AGAIN and not (code == _FAILED and is_handled(core, node, error))


def reopen_item(core: Core, frame: Frame, left: dict[int, BodyNode]) -> None:
    """Go on in an item of which a container kept the records: only what did not complete goes again."""
    ids = core.plan.ids
    reset = [ids[node] for node, body in sorted(left.items()) if goes_again(core, node, body.status, body.error)]
    core.emit(EventKind.ITEM_REOPENED, frame.container, 0, frame.scope, {"reset": reset})
    mark_ended(core, frame)
    decide_rest(core, frame)


def mark_ended(core: Core, frame: Frame) -> None:
    """Mark the edges of nodes that have ended, and those that are alive as decided."""
    plan = core.plan
    for node in frame.body.nodes:
        code = status_code(core, node, frame.scope)
        if code in _FINAL:
            _mark_final(core, frame, node, code)
        elif code != _PENDING:
            frame.decided[plan.local[node]] = 1
    _spread_exemptions(core, frame)


def decide_rest(core: Core, frame: Frame) -> None:
    """Decide the nodes whose edges are all resolved, and account for the frame when none is left."""
    plan = core.plan
    for node in frame.body.nodes:
        place = plan.local[node]
        if frame.decided[place] or (frame.unresolved[place] and not (plan.join[node] == 2 and frame.taken[place])):
            continue
        ending = core.decide(frame, node)
        if ending is not None:
            core.settle(frame, node, *ending)
    if not frame.left and frame.container != TOP and frame not in core.closing:
        core.closing.append(frame)


def _spread_exemptions(core: Core, frame: Frame) -> None:
    """Pass exemptions on along taken edges (C4.3): nodes were marked by index, not in the order of the edges."""
    plan = core.plan
    todo = [node for node, exempt in zip(frame.body.nodes, frame.exempt, strict=True) if exempt]
    while todo:
        node = todo.pop()
        fired = fired_ports(core.state, node, frame.scope, node in plan.continues)
        for port, target in plan.out[node]:
            place = plan.local[target]
            if not frame.exempt[place] and (port in fired or (fired == PASSED and port != "error")):
                frame.mark_exempt(place)
                todo.append(target)


def _mark_final(core: Core, frame: Frame, node: int, code: int) -> None:
    """Mark the edges of an ended node without deciding anything."""
    frame.decided[core.plan.local[node]] = 1
    frame.left -= 1
    if code == _COMPLETED and not frame.scope and node not in core.state.ports:  # most of what a run has done
        core.mark(frame, node, OUT, False)
        return
    status = NODE_STATUSES[code]
    fired = fired_ports(core.state, node, frame.scope, node in core.plan.continues)
    failed_before = status is NodeStatus.REUSED and node in core.state.errors  # in the run that it was taken from
    core.mark(frame, node, fired, status in _BAD or failed_before)
    if status is not NodeStatus.FAILED:
        return
    error = core.state.errors.get(node) if not frame.scope else core.state.body(node, frame.scope).error
    if not is_handled(core, node, error):
        if frame.error is None:
            frame.error = {**(error or {}), "node": core.plan.ids[node]}
        frame.stopping = frame.stopping or core.plan.fail_fast
