"""Containers: opening items, accounting for ended ones, ending the container (contract C10.1)."""

from __future__ import annotations

from floworch.run.core import Core, Frame, Loop
from floworch.run.events import EventKind
from floworch.run.failing import fail, stop_loop
from floworch.run.items import WAITING_ITEM, ItemsState
from floworch.run.one_item import cancel_container, open_item, result_of_item
from floworch.run.ports import OUT
from floworch.run.rounds import close_round, open_round
from floworch.run.state import Scope

_ITEM_COMPLETED = int(EventKind.ITEM_COMPLETED)  # a plain integer: this runs for every item


def open_loop(core: Core, container: int, scope: Scope, stopped: str | None = None) -> Loop:
    """Begin, or go on with, the items of a container whose list is in the state; ``stopped`` opens none."""
    loop = core.loops[container, scope] = Loop(container, scope)
    loop.stopped = stopped
    open_items(core, loop)
    return loop


def open_items(core: Core, loop: Loop) -> None:
    """Open items up to the container's concurrency; end the container when there is nothing left to do."""
    items = core.state.items[loop.container, loop.scope]
    if items.rounds is not None:
        open_round(core, loop, items, items.rounds)
        return
    total = len(items.items)
    done = items.done
    while loop.stopped is None and loop.live < items.concurrency and loop.next < total:
        index = loop.next
        loop.next += 1
        scope = (*loop.scope, index)
        if done[index] == WAITING_ITEM and (loop.container, scope) not in core.frames:
            open_item(core, loop, scope)
    if not loop.live and (loop.stopped is not None or loop.next >= total):
        _end_loop(core, loop, items)


def close_frame(core: Core, frame: Frame) -> None:
    """Account for an item whose last body node has ended."""
    container, scope = frame.container, frame.scope
    loop = core.loops.get((container, scope[:-1]))
    if loop is None:
        del core.frames[container, scope]
        return
    items = core.state.items[container, loop.scope]
    if items.rounds is not None:
        close_round(core, frame, loop, items)
        return
    del core.frames[container, scope]
    loop.live -= 1
    if frame.error is not None:
        error = {**frame.error, "index": scope[-1]}
        core.emit(EventKind.ITEM_FAILED, container, 0, scope, {"error": error})
        if items.on_item_error == "stop" and loop.stopped is None:
            loop.error = error
            stop_loop(core, loop, "error")
    elif not frame.cut:
        core.emit(_ITEM_COMPLETED, container, 0, scope, {"output": result_of_item(core, frame)})
    open_items(core, loop)


def _end_loop(core: Core, loop: Loop, items: ItemsState) -> None:
    container, scope = loop.container, loop.scope
    if core.loops.pop((container, scope), None) is None:
        return
    if loop.stopped == "error":
        error = loop.error or {"kind": "processing_error", "message": "an item failed"}
        index, node = error.get("index", 0), error.get("node")  # counted as in expressions, the log and --item
        message = f"the item with index {index} (of {items.total}) failed at {node!r}: {error.get('message')}"
        fail(core, container, scope, {**error, "message": message})
        return
    frame = core.frame_of(container, scope)
    attempt, _ = core.state.attempt_of(container, scope)
    if loop.stopped == "cancel":
        cancel_container(core, container, scope)
        return
    core.emit(EventKind.NODE_COMPLETED, container, attempt, scope)
    core.settle(frame, container, OUT)
