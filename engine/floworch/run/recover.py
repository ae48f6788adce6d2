"""Rebuilding the scheduler from a folded state: after a pause elsewhere, a crash, or before a retry (C7.2, C7.4).

Every frame is made again from the state (``floworch.run.reopening``). Nothing here asks what happened: the state says.
"""

from __future__ import annotations

from floworch.run import rollback
from floworch.run.attempts import finish_node
from floworch.run.breaks import pass_hits
from floworch.run.calls import heed_child
from floworch.run.control import announce_cancel, doubts, end_doubts, rearm, running_attempts
from floworch.run.core import Core, Frame, Loop, status_code
from floworch.run.deadline import blame, expire
from floworch.run.events import EventKind
from floworch.run.failing import fail, has_gaps, stop_frame
from floworch.run.items import FAILED_ITEM, WAITING_ITEM
from floworch.run.loops import open_items
from floworch.run.plan import TOP
from floworch.run.reopening import decide_rest, mark_ended
from floworch.run.state import Scope
from floworch.run.status import NodeStatus
from floworch.run.waiting import deliver

#: A container whose items go on; one that waits is between two rounds.
_GOES_ON = (NodeStatus.RUNNING.code, NodeStatus.WAITING.code)


def lose_attempts(core: Core, reason: str) -> None:
    """Record that attempts which were running have died with their process (C7.8).

    Pure and idempotent ones are pending again and do not count; unsafe ones are in doubt, and so are those whose
    process has died too often. One on a cluster may live on there, so that it is looked for first (C14). When the run
    was being cancelled they are cancelled, but for calls with a child.
    """
    crashed = core.state.status.live
    lost = running_attempts(core)
    if not lost:
        return
    names = [[core.plan.ids[node], core.state.attempt_of(node, scope)[0], list(scope)] for node, scope in lost]
    core.emit(EventKind.RUN_INTERRUPTED, payload={"lost": names, "reason": reason})
    for node, scope in lost:
        attempt, _ = core.state.attempt_of(node, scope)
        if core.mode == "cancelling":
            if not heed_child(core, node, scope):
                core.emit(EventKind.NODE_CANCELLED, node, attempt, scope, {"reason": reason})
        elif node in core.plan.unsafe and node not in core.plan.remote:
            core.emit(EventKind.NODE_IN_DOUBT, node, attempt, scope)
        elif not crashed and node not in core.plan.remote:
            core.emit(EventKind.NODE_INTERRUPTED, node, attempt, scope, {"reason": reason})
        else:
            _crashed(core, node, scope, attempt, reason)


def _crashed(core: Core, node: int, scope: Scope, attempt: int, reason: str) -> None:
    """Count a crash: in a row without an outcome, one after the other, they are crashes of one attempt."""
    before, last = core.state.crashes.get((node, scope), (0, 0))
    crashes = before + 1 if last == attempt - 1 and before else 1
    if crashes >= core.most_crashes:
        core.emit(EventKind.NODE_IN_DOUBT, node, attempt, scope, {"crashes": crashes})
    else:
        core.emit(EventKind.NODE_INTERRUPTED, node, attempt, scope, {"reason": reason, "crashes": crashes})


def rebuild(core: Core) -> None:
    """Make frames, loops and the ready queue from the state; may end nodes whose joins are decided."""
    core.root = Frame(core.plan, TOP, ())
    core.frames = {(TOP, ()): core.root}
    core.loops.clear()
    core.calls.clear()
    core.asked.clear()
    core.ready.clear()
    _restore(core, core.root)
    for frame in list(core.frames.values()):
        if frame.stopping:  # the failure was journaled, perhaps not all that it stops (C4.3)
            stop_frame(core, frame, outside=frame.cut)


def _restore(core: Core, frame: Frame) -> None:
    """Restore one frame and, inside it, the containers that were running."""
    mark_ended(core, frame)
    for node in frame.body.nodes:
        if status_code(core, node, frame.scope) in _GOES_ON and (node, frame.scope) in core.state.items:
            _restore_loop(core, node, frame.scope)
    decide_rest(core, frame)


def _restore_loop(core: Core, container: int, scope: Scope) -> None:
    """Restore a running container: the items that had begun and not ended, then new ones."""
    loop = core.loops[container, scope] = Loop(container, scope)
    items = core.state.items[container, scope]
    if items.failed and items.on_item_error == "stop" and (items.rounds is None or items.done[-1] == FAILED_ITEM):
        # the one that stopped the others; a try has gone on after the earlier ones
        first = next(iter(items.errors)) if items.rounds is None else items.total - 1
        loop.stopped, loop.error = "error", items.errors[first]
    begun = [
        inner
        for inner, nodes in core.state.bodies.items()
        if inner[:-1] == scope
        and any(core.plan.parent[node] == container for node in nodes)  # siblings share scopes, not lengths
        and items.done[inner[-1]] == WAITING_ITEM
    ]
    for inner in sorted(begun):
        frame = core.frames[container, inner] = Frame(core.plan, container, inner)
        loop.live += 1
        if loop.stopped is not None:
            frame.stopping, frame.cut = True, has_gaps(core, frame)
        _restore(core, frame)
    open_items(core, loop)


def go_on(core: Core, reason: str, in_doubt: str | None = None, step: bool = False) -> None:
    """Continue a run that this process has just taken over (C7.2).

    Whoever resumes a run that is paused at a breakpoint passes it, but not whoever steps: that may be another node; a
    crash on the way to the pause leaves it to be asked again (C7.7).
    """
    if rollback.began(core):
        rollback.take_up(core, reason)
        return
    paused = core.state.status == "paused"
    cancelling = core.state.status == "cancelling" or core.state.timed_out is not None
    core.mode = "cancelling" if cancelling else "running"
    lose_attempts(core, reason)
    if not cancelling:
        core.emit(EventKind.RUN_RESUMED)
        if paused and not step:
            pass_hits(core)
    rebuild(core)
    if not cancelling:
        if in_doubt is not None:
            decide_doubts(core, in_doubt)
        rearm(core, in_doubt, children=not step)
        expire(core)
        deliver(core)
        return
    if core.state.timed_out is not None:
        blame(core, core.state.timed_out)
    end_doubts(core)
    stop_frame(core, core.root, outside=True)


def decide_doubts(core: Core, how: str) -> None:
    """Settle every node in doubt as a person said: ``rerun``, ``done`` or ``fail`` (C7.8)."""
    for node, scope in doubts(core):
        attempt, _ = core.state.attempt_of(node, scope)
        if how == "rerun":
            core.ready.append((node, scope))
        elif how == "done":
            finish_node(core, node, scope, attempt, None)
        else:
            message = "it is in doubt whether this took effect before a crash; it was decided to fail it"
            fail(core, node, scope, {"kind": "processing_error", "message": message})


def pause_idle(core: Core) -> None:
    """Record a pause of a run that nobody works on; the caller announces it."""
    reason = "the process that ran it ended"
    if rollback.began(core):
        rollback.lose(core, reason)
        core.mode = "rolling_back"
    else:
        lose_attempts(core, reason)
        core.mode = "running"


def cancel_idle(core: Core, reason: str, compensate: bool = True) -> None:
    """Cancel a run that nobody works on (C7.3: works on paused runs at once); who resumes it compensates."""
    if rollback.began(core):
        return
    announce_cancel(core, reason, compensate)
    core.mode, core.held = "cancelling", True
    lose_attempts(core, reason)
    rebuild(core)
    end_doubts(core)
    stop_frame(core, core.root, outside=True)
