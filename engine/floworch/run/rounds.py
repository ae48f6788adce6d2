"""Containers that run their body in rounds: ``flow.repeat`` and ``flow.try`` (contract C10.2, C15).

A round is an item, so everything that holds for items holds for rounds. What differs is when the next one opens: the
list of items grows by one whenever a round ends and another is to follow. Whether it is to follow is journaled with the
end of the round, so that a restart never has to ask again.
"""

from __future__ import annotations

from typing import Any

from floworch.run.commands import Op
from floworch.run.core import Core, Frame, Loop, status_code
from floworch.run.events import EventKind
from floworch.run.failing import fail
from floworch.run.items import WAITING_ITEM, ItemsState
from floworch.run.one_item import cancel_container, open_item, result_of_item
from floworch.run.ports import OUT
from floworch.run.retrying import matches
from floworch.run.round_state import RoundsState
from floworch.run.state import Scope
from floworch.run.status import NodeStatus

_WAITING = NodeStatus.WAITING.code
#: What a wait between two rounds says in ``on_timeout``.
NEXT_ROUND = "round"


def open_round(core: Core, loop: Loop, items: ItemsState, rounds: RoundsState) -> None:
    """Open the next round, wait for its moment, or end the container."""
    if loop.live:
        return
    if loop.stopped is not None or items.done[-1] != WAITING_ITEM:
        _end_rounds(core, loop, items, rounds)
        return
    container, scope = loop.container, loop.scope
    if status_code(core, container, scope) == _WAITING:
        return  # its timer opens the round
    due = None if rounds.ended_at is None else rounds.ended_at + rounds.delay
    if due is not None and due > core.now:
        attempt, _ = core.state.attempt_of(container, scope)
        wait = {"kind": "timer", "name": "", "due": due, "on_timeout": NEXT_ROUND, "details": {"round": items.total}}
        core.emit(EventKind.NODE_WAITING, container, attempt, scope, {"wait": wait})
        core.command(Op.TIMER, container, scope, value=due)
        return
    open_item(core, loop, (*scope, items.total - 1))


def next_round(core: Core, container: int, scope: Scope) -> None:
    """The time between two rounds is over."""
    attempt, _ = core.state.attempt_of(container, scope)
    core.emit(EventKind.NODE_RESUMED, container, attempt, scope)
    open_item(core, core.loops[container, scope], (*scope, core.state.items[container, scope].total - 1))


def close_round(core: Core, frame: Frame, loop: Loop, items: ItemsState) -> None:
    """Account for a round whose last node has ended; the shell is asked whether a repeat's condition holds."""
    rounds = items.rounds
    assert rounds is not None
    if frame.error is None and not frame.cut and rounds.until is not None and core.mode != "cancelling":
        core.asked[loop.container, loop.scope] = frame
        core.command(Op.VERDICT, loop.container, frame.scope, value=result_of_item(core, frame))
        return
    _account(core, frame, loop, items, rounds, met=False)


def verdict(core: Core, container: int, scope: Scope, met: bool, error: dict[str, Any] | None) -> None:
    """The shell evaluated ``until`` after the round ``scope``, or failed to."""
    frame = core.asked.pop((container, scope[:-1]), None)
    if frame is None:
        return
    items = core.state.items[container, scope[:-1]]
    if error is not None:
        message = f"'until' cannot be evaluated: {error.get('message')}"
        frame.error = {**error, "message": message, "node": core.plan.ids[container]}
    assert items.rounds is not None
    _account(core, frame, core.loops[container, scope[:-1]], items, items.rounds, met)


def _account(core: Core, frame: Frame, loop: Loop, items: ItemsState, rounds: RoundsState, met: bool) -> None:
    container, scope = frame.container, frame.scope
    del core.frames[container, scope]
    loop.live -= 1
    if frame.error is not None:
        error = {**frame.error, "index": scope[-1]}
        payload: dict[str, Any] = {"error": error}
        if loop.stopped is None and rounds.kind == "try" and scope[-1] + 1 < rounds.most and _caught(rounds, error):
            payload["again"] = True
        elif loop.stopped is None:
            loop.stopped, loop.error = "error", error
        core.emit(EventKind.ITEM_FAILED, container, 0, scope, payload)
    elif not frame.cut:
        payload = {"output": result_of_item(core, frame)}
        if met:
            payload["met"] = True
        if met or rounds.kind == "try" or scope[-1] + 1 >= rounds.most:
            payload["last"] = True
        core.emit(EventKind.ITEM_COMPLETED, container, 0, scope, payload)
    elif loop.stopped is None:
        loop.stopped = "cancel"
    open_round(core, loop, items, rounds)


def _caught(rounds: RoundsState, error: dict[str, Any]) -> bool:
    return not rounds.catch or matches(str(error.get("kind")), tuple(rounds.catch))


def _end_rounds(core: Core, loop: Loop, items: ItemsState, rounds: RoundsState) -> None:
    container, scope = loop.container, loop.scope
    if core.loops.pop((container, scope), None) is None:
        return
    if loop.stopped == "error":
        fail(core, container, scope, _failure(rounds, loop.error or {}))
    elif loop.stopped == "cancel":
        cancel_container(core, container, scope)
    elif rounds.kind == "try":
        _complete(core, container, scope, {"output": items.results[-1], "port": "ok", "also": ["out"]})
    elif rounds.until is not None and not rounds.met and rounds.on_max == "fail":
        message = f"'until' did not hold after {items.total} round{'s' if items.total > 1 else ''}, the most allowed"
        fail(core, container, scope, {"kind": "timeout_error", "message": message})
    else:
        output = {"last": items.results[-1], "count": items.total, "met": rounds.met or rounds.until is None}
        _complete(core, container, scope, {"output": output})


def _failure(rounds: RoundsState, error: dict[str, Any]) -> dict[str, Any]:
    if rounds.kind == "try":
        return error if _caught(rounds, error) else {**error, "uncaught": True}
    message = f"the round with index {error.get('index', 0)} failed at {error.get('node')!r}: {error.get('message')}"
    return {**error, "message": message}


def _complete(core: Core, container: int, scope: Scope, payload: dict[str, Any]) -> None:
    attempt, _ = core.state.attempt_of(container, scope)
    core.emit(EventKind.NODE_COMPLETED, container, attempt, scope, payload)
    fired = (payload["port"], *payload["also"], "done") if "port" in payload else OUT
    core.settle(core.frame_of(container, scope), container, fired)
