"""Moving on after a stimulus: account for ended items, start what is ready, notice the end (C2.5, C7, C8.3)."""

from __future__ import annotations

from typing import Any

from floworch.run import calls, rollback
from floworch.run.breaks import end_step, fill_watched
from floworch.run.commands import Command, Op
from floworch.run.core import Core, stop
from floworch.run.events import Event, EventKind
from floworch.run.fold import node_started
from floworch.run.idle import SETTLED
from floworch.run.loops import close_frame, open_loop
from floworch.run.status import NodeStatus

_IN_DOUBT = NodeStatus.IN_DOUBT
_STARTED = int(EventKind.NODE_STARTED)  # plain integers: this runs for every node
_START = int(Op.START)


def advance(core: Core) -> None:
    """Do everything that follows from what has happened so far."""
    closing = core.closing
    while True:
        while closing:
            close_frame(core, closing.popleft())
        if core.ready and core.mode == "running":
            if core.watch is None:
                fill(core)
            else:
                fill_watched(core, core.watch)
        if not closing:
            break
    if core.watch is not None and core.watch.stepping:
        end_step(core, core.watch)
    if not core.busy or core.root.left == 0:
        notice_end(core)


def fill(core: Core) -> None:
    """Start ready nodes while slots are free."""
    ready, state, commands = core.ready, core.state, core.commands
    while ready and core.busy < core.limit:
        node, scope = ready.popleft()
        if scope:
            nodes = state.bodies.get(scope)
            attempt = nodes[node].attempt + 1 if nodes is not None and node in nodes else 1
        else:
            attempt = state.attempts[node] + 1
        event = Event(state.seq, core.now, _STARTED, node, attempt, scope)
        node_started(state, event)  # ``emit``, for every node
        state.seq += 1
        core.batch.append(event)
        if state.items and (node, scope) in state.items:
            open_loop(core, node, scope)  # its list is journaled: completed items stay (C7.9)
            continue
        core.busy += 1
        commands.append(Command(_START, node, scope, attempt))


def notice_end(core: Core) -> None:
    """End, pause or suspend the run when nothing is left to wait for in this process."""
    if core.asked:
        return
    if core.mode == "pausing":
        if not core.busy and not calls.attached(core):
            core.emit(EventKind.RUN_PAUSED, payload=core.halt)
            stop(core)
    elif core.mode == "cancelling":
        if not core.busy and not core.root.left:
            _end_stopped(core)
    elif core.mode == "rolling_back":
        rollback.go_on(core)
    elif core.mode == "running":
        if not core.root.left:
            _end(core)
        elif not core.busy and not core.ready and not core.state.retry_due:
            _idle(core)


def _end(core: Core) -> None:
    if core.root.error is not None:
        if core.busy:
            return
        rollback.end(core, "failed", core.root.error)
    else:
        core.mode = "finishing"
        core.command(Op.FINISH)


def _end_stopped(core: Core) -> None:
    """End a run that was stopped for good: by a cancel, else because its time was over."""
    if core.state.status == "cancelling" or core.state.timed_out is None:
        rollback.end(core, "cancelled")
    else:
        rollback.end(core, "failed", core.root.error)


def _idle(core: Core) -> None:
    """Nothing runs and nothing is ready: either a person decides a doubt, or everything alive waits (C7.8, C8.3)."""
    if core.calls and calls.working(core):
        return
    doubtful = in_doubt(core)
    stopped = calls.stopped(core) if core.calls else ""
    if doubtful:
        _pause(core, {"reason": why_in_doubt(core, doubtful), "in_doubt": doubtful})
    elif stopped:
        _pause(core, {"reason": stopped})
    elif core.state.waits and core.state.status != "suspended":
        core.emit(EventKind.RUN_SUSPENDED)
        core.command(Op.SUSPENDED)


def _pause(core: Core, why: dict[str, Any]) -> None:
    """Pause because nothing else is left to do; children that wait for something outside pause first (C7.1)."""
    if core.calls and calls.attached(core):
        core.emit(EventKind.RUN_PAUSING, payload={"now": False, "reason": why["reason"]})
        core.mode, core.halt = "pausing", why
        calls.pause_children(core, False)
        return
    core.emit(EventKind.RUN_PAUSED, payload=why)
    stop(core)


def why_in_doubt(core: Core, doubtful: list[str]) -> str:
    """The reason of the pause, for people: an unsafe node may have taken effect, another one crashed too often."""
    crashed = {core.plan.ids[node]: n for (node, _), (n, last) in core.state.crashes.items() if last == SETTLED}
    unsafe = [name for name in doubtful if name not in crashed]
    reasons = [f"in doubt whether it took effect before the crash: {', '.join(unsafe)}"] if unsafe else []
    reasons += [f"its process died {crashed[name]} times while it ran: {name}" for name in doubtful if name in crashed]
    return "; ".join(reasons)


def in_doubt(core: Core) -> list[str]:
    """Ids of nodes that are in doubt, each once."""
    found = [core.plan.ids[i] for i, code in enumerate(core.state.node_status) if code == _IN_DOUBT.code]
    for nodes in core.state.bodies.values():
        found += [core.plan.ids[i] for i, body in nodes.items() if body.status == _IN_DOUBT.code]
    return list(dict.fromkeys(found))


def wake(core: Core) -> None:
    """A suspended run has something to do again."""
    if core.state.status == "suspended":
        core.emit(EventKind.RUN_RESUMED)
