"""Breakpoints and steps: what keeps a ready node from starting, and pauses the run instead (contract C7.7).

Only a run that has breakpoints, or is stepped, comes here (``Core.watch``). That an instance passed its breakpoint is
journaled, so that it is asked once, whatever crashes.
"""

from __future__ import annotations

from typing import Any

from floworch.run.calls import child_works, go, pause_children
from floworch.run.commands import Op
from floworch.run.core import Core, Watch, status_code
from floworch.run.events import EventKind
from floworch.run.failing import fail
from floworch.run.loops import open_loop
from floworch.run.state import Scope
from floworch.run.status import NodeStatus

Key = tuple[int, Scope]

_PENDING, _RUNNING, _RETRYING = NodeStatus.PENDING.code, NodeStatus.RUNNING.code, NodeStatus.RETRYING.code


def fill_watched(core: Core, watch: Watch) -> None:
    """Start ready nodes while slots are free, but those that a breakpoint or a step holds back."""
    ready = core.ready
    held: list[Key] = []
    while ready and core.busy < core.limit and core.mode == "running":
        key = ready.popleft()
        if not _may_start(core, watch, key):
            held.append(key)
            continue
        if watch.stepping:
            watch.only, watch.begun = key, True
        _start(core, *key)
    ready.extendleft(reversed(held))


def _may_start(core: Core, watch: Watch, key: Key) -> bool:
    """Whether a ready node starts now; asks its breakpoint where it has one that it has not passed."""
    node, scope = key
    if watch.stepping:
        if watch.only not in (None, key):
            return False
        _pass_for_step(core, key)
        return True
    if not watch.breakpoints or node not in core.plan.breakpoints or core.state.breaks.get(key):
        return True
    if status_code(core, node, scope) != _PENDING:
        return True  # it has started: this is a retry, or a doubt that was decided
    condition = core.plan.breakpoints[node]
    if condition is None:
        _hit(core, key, None)
    elif key not in watch.asked:
        watch.asked.add(key)
        core.command(Op.BREAK, node, scope, value=condition)
    return False


def _pass_for_step(core: Core, key: Key) -> None:
    """A person steps over it: that is the answer to its breakpoint."""
    if key[0] in core.plan.breakpoints and status_code(core, *key) == _PENDING and not core.state.breaks.get(key):
        core.emit(EventKind.BREAKPOINT_PASSED, key[0], 0, key[1], {"by": "step"})


def _start(core: Core, node: int, scope: Scope) -> None:
    attempt = core.state.attempt_of(node, scope)[0] + 1
    core.emit(EventKind.NODE_STARTED, node, attempt, scope)
    if (node, scope) in core.state.items:
        open_loop(core, node, scope)  # its list is journaled: completed items stay (C7.9)
        return
    core.busy += 1
    core.command(Op.START, node, scope, attempt)


def _hit(core: Core, key: Key, condition: str | None) -> None:
    node, scope = key
    core.emit(EventKind.BREAKPOINT_HIT, node, 0, scope, {"condition": condition} if condition is not None else None)
    item = f" in item {', '.join(map(str, scope))}" if scope else ""
    when = f": {condition.strip()}" if condition is not None else ""
    reason = f"at the breakpoint of {core.plan.ids[node]!r}{item}{when}"
    halt(core, {"reason": reason, "cause": "breakpoint", "breakpoint": _place(core, key)})


def _place(core: Core, key: Key) -> dict[str, Any]:
    return {"node": core.plan.ids[key[0]], "item": list(key[1]) if key[1] else None}


def halt(core: Core, why: dict[str, Any]) -> None:
    """Journal the intent to pause; nothing starts from here on, running attempts finish (C7.1).

    ``why`` holds ``reason``, a sentence for people, and ``cause``: ``breakpoint`` or ``step``.
    """
    core.emit(EventKind.RUN_PAUSING, payload={"now": False, **why})
    core.mode = "pausing"
    core.halt = why
    pause_children(core, False)


def verdict(core: Core, node: int, scope: Scope, holds: bool, error: dict[str, Any] | None) -> None:
    """The condition of a breakpoint was evaluated, or could not be, which fails its node."""
    watch, key = core.watch, (node, scope)
    if watch is None or key not in watch.asked:
        return
    watch.asked.discard(key)
    if core.mode != "running" or watch.stepping or key not in core.ready:
        return  # it is asked again when its turn comes again, if it does
    if error is not None:
        core.ready.remove(key)
        attempt = core.state.attempt_of(node, scope)[0] + 1
        core.emit(EventKind.NODE_STARTED, node, attempt, scope)
        message = f"the condition of its breakpoint cannot be evaluated: {error.get('message')}"
        fail(core, node, scope, {**error, "message": message})
    elif holds:
        _hit(core, key, core.plan.breakpoints[node])
    else:
        core.emit(EventKind.BREAKPOINT_PASSED, node, 0, scope, {"by": "condition"})


def pass_hits(core: Core) -> None:
    """Whoever resumes a run that is paused at a breakpoint lets that instance pass, once."""
    for (node, scope), passed in list(core.state.breaks.items()):
        if not passed and status_code(core, node, scope) == _PENDING:
            core.emit(EventKind.BREAKPOINT_PASSED, node, 0, scope, {"by": "resume"})


def begin_step(core: Core, key: Key | None) -> None:
    """From here on only one node starts: ``key``, or the first that can; then the run pauses.

    ``key`` may be a call that waits for its child, which then goes on.
    """
    watch = core.watch
    if watch is None:
        watch = core.watch = Watch(breakpoints=False)
    watch.stepping, watch.only, watch.begun = True, key, False
    if key is not None and core.state.waits.get(key, {}).get("kind") == "call":
        watch.begun = True
        go(core, *key)


def end_step(core: Core, watch: Watch) -> None:
    """Pause once the node that was stepped has ended, waits for something, or has listed its items.

    A call is over when its child has come to a stop.
    """
    if core.mode != "running" or not core.root.left:
        return
    key = watch.only
    if key is not None and not watch.begun and key not in core.ready and key not in core.state.retry_due:
        watch.begun = True  # it is gone: skipped by what the resume brought about
    if key is None or not watch.begun or (code := status_code(core, *key)) == _RETRYING:
        return
    if (code == _RUNNING and key not in core.state.items) or child_works(core, key):
        return
    watch.stepping = False
    place = _place(core, key)
    item = f" in item {', '.join(map(str, key[1]))}" if key[1] else ""
    halt(core, {"reason": f"after a step: {place['node']!r}{item}", "cause": "step", "step": place})
