"""One item of a container: opening it, what it results in, and a container that was stopped (contract C10.1)."""

from __future__ import annotations

from typing import Any

from floworch.run.core import Core, Frame, Loop
from floworch.run.events import EventKind
from floworch.run.reopening import reopen_item
from floworch.run.state import Scope


def open_item(core: Core, loop: Loop, scope: Scope) -> Frame:
    """Make the frame of one item and admit its roots, or go on where an earlier try of the run left it (C7.9)."""
    frame = core.frames[loop.container, scope] = Frame(core.plan, loop.container, scope)
    loop.live += 1
    left = core.state.items[loop.container, loop.scope].left
    if left and scope[-1] in left:
        reopen_item(core, frame, left[scope[-1]])
    else:
        core.begin(frame)
    if not frame.body.nodes:  # nothing will end in it
        core.closing.append(frame)
    return frame


def result_of_item(core: Core, frame: Frame) -> Any:
    """An item's result: the output of the only sink, or every sink's by id (C15)."""
    nodes = core.state.bodies.get(frame.scope) or {}
    sinks = frame.body.sinks
    if len(sinks) == 1:
        return nodes[sinks[0]].output if sinks[0] in nodes else None
    return {core.plan.ids[i]: nodes[i].output if i in nodes else None for i in sinks}


def cancel_container(core: Core, container: int, scope: Scope) -> None:
    """End a container that was stopped from outside, once none of its items is open."""
    frame = core.frame_of(container, scope)
    attempt, _ = core.state.attempt_of(container, scope)
    core.emit(EventKind.NODE_CANCELLED, container, attempt, scope)
    frame.cut = True
    core.settle(frame, container, (), bad=True)
