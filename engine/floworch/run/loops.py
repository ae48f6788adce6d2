"""Containers: opening items, accounting for ended ones, ending the container (contract C10.1)."""

from __future__ import annotations

from typing import Any

from floworch.run.core import Core, Frame, Loop
from floworch.run.events import EventKind
from floworch.run.failing import fail, stop_loop
from floworch.run.items import WAITING_ITEM, ItemsState
from floworch.run.ports import OUT
from floworch.run.state import Scope


def open_loop(core: Core, container: int, scope: Scope, stopped: str | None = None) -> Loop:
    """Begin, or go on with, the items of a container whose list is in the state; ``stopped`` opens none."""
    loop = core.loops[container, scope] = Loop(container, scope)
    loop.stopped = stopped
    open_items(core, loop)
    return loop


def open_items(core: Core, loop: Loop) -> None:
    """Open items up to the container's concurrency; end the container when there is nothing left to do."""
    items = core.state.items[loop.container, loop.scope]
    total = items.total
    done = items.done
    while loop.stopped is None and loop.live < items.concurrency and loop.next < total:
        index = loop.next
        loop.next += 1
        scope = (*loop.scope, index)
        if done[index] != WAITING_ITEM or (loop.container, scope) in core.frames:
            continue
        open_item(core, loop, scope)
    if not loop.live and (loop.stopped is not None or loop.next >= total):
        _end_loop(core, loop, items)


def open_item(core: Core, loop: Loop, scope: Scope) -> Frame:
    """Make the frame of one item and admit its roots."""
    frame = core.frames[loop.container, scope] = Frame(core.plan, loop.container, scope)
    loop.live += 1
    core.begin(frame)
    if not frame.body.nodes:  # nothing will end in it
        core.closing.append(frame)
    return frame


def close_frame(core: Core, frame: Frame) -> None:
    """Account for an item whose last body node has ended."""
    container, scope = frame.container, frame.scope
    del core.frames[container, scope]
    loop = core.loops.get((container, scope[:-1]))
    if loop is None:
        return
    loop.live -= 1
    items = core.state.items[container, loop.scope]
    if frame.error is not None:
        error = {**frame.error, "index": scope[-1]}
        core.emit(EventKind.ITEM_FAILED, container, 0, scope, {"error": error})
        if items.on_item_error == "stop" and loop.stopped is None:
            loop.error = error
            stop_loop(core, loop, "error")
    elif not frame.cut:
        core.emit(EventKind.ITEM_COMPLETED, container, 0, scope, {"output": _result(core, frame)})
    open_items(core, loop)


def _result(core: Core, frame: Frame) -> Any:
    """An item's result: the output of the only sink, or every sink's by id (C15)."""
    nodes = core.state.bodies.get(frame.scope, {})
    sinks = frame.body.sinks
    outputs = {core.plan.ids[i]: nodes[i].output if i in nodes else None for i in sinks}
    return outputs[core.plan.ids[sinks[0]]] if len(sinks) == 1 else outputs


def _end_loop(core: Core, loop: Loop, items: ItemsState) -> None:
    container, scope = loop.container, loop.scope
    if core.loops.pop((container, scope), None) is None:
        return
    if loop.stopped == "error":
        error = loop.error or {"kind": "processing_error", "message": "an item failed"}
        message = f"item {error.get('index')} of {items.total} failed at {error.get('node')!r}: {error.get('message')}"
        fail(core, container, scope, {**error, "message": message})
        return
    frame = core.frame_of(container, scope)
    attempt, _ = core.state.attempt_of(container, scope)
    if loop.stopped == "cancel":
        core.emit(EventKind.NODE_CANCELLED, container, attempt, scope)
        frame.cut = True
        core.settle(frame, container, (), bad=True)
        return
    core.emit(EventKind.NODE_COMPLETED, container, attempt, scope)
    core.settle(frame, container, OUT)
