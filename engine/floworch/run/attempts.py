"""What the end of an attempt means: completion, failure, retry, waiting, expansion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floworch.artifact import Parts
from floworch.model.workflow import RetryPolicy
from floworch.run.commands import Op
from floworch.run.core import Core
from floworch.run.events import Event, EventKind
from floworch.run.failing import comes_too_late, fail
from floworch.run.fold import node_completed
from floworch.run.loops import open_loop
from floworch.run.ports import OUT
from floworch.run.retrying import delay_before_retry
from floworch.run.state import Scope

_COMPLETED = int(EventKind.NODE_COMPLETED)


def finish_node(core: Core, node: int, scope: Scope, attempt: int, payload: dict[str, Any] | None) -> None:
    """Record a completion and fire its ports."""
    state = core.state
    event = Event(state.seq, core.now, _COMPLETED, node, attempt, scope, payload)  # ``emit``, for every node
    node_completed(state, event)
    state.seq += 1
    core.batch.append(event)
    fired = OUT
    if payload is not None and "port" in payload:
        fired = (payload["port"], *payload.get("also", ()), "done")
    core.settle(core.frame_of(node, scope) if scope else core.root, node, fired)


def failed(
    core: Core, node: int, scope: Scope, error: dict[str, Any], policy: RetryPolicy | None, random: float
) -> bool:
    """An attempt failed: retry it if the policy and the run allow, else fail the node.

    Returns True when there will be another attempt.
    """
    core.busy -= 1
    if try_again(core, node, scope, error, policy, random):
        return True
    fail(core, node, scope, error)
    return False


def try_again(
    core: Core, node: int, scope: Scope, error: dict[str, Any], policy: RetryPolicy | None, random: float
) -> bool:
    """Schedule another attempt if the policy and the run allow; whether they did."""
    if core.mode == "cancelling":
        return False
    frame = core.frame_of(node, scope)
    if frame.stopping and not frame.exempt[core.plan.local[node]]:
        return False
    attempt, lost = core.state.attempt_of(node, scope)
    delay = delay_before_retry(policy, attempt - lost, error, random)
    if delay is None:
        return False
    due = core.now + delay
    payload = {"error": error, "due": due, "delay": delay}
    core.emit(EventKind.NODE_RETRYING, node, attempt, scope, payload)
    core.command(Op.TIMER, node, scope, value=due)
    return True


def expanded(
    core: Core,
    node: int,
    scope: Scope,
    items: Sequence[Any],
    concurrency: int,
    on_item_error: str,
    rounds: dict[str, Any] | None = None,
) -> None:
    """A container knows its items: journal the list once and open the first ones. It holds no slot (C15)."""
    core.busy -= 1
    attempt, _ = core.state.attempt_of(node, scope)
    payload: dict[str, Any] = {"items": items, "concurrency": concurrency, "on_item_error": on_item_error}
    if isinstance(items, Parts):
        payload.update(items=items.to_json(), total=len(items))
    if rounds is not None:
        payload["rounds"] = rounds
    core.emit(EventKind.ITEMS_LISTED, node, attempt, scope, payload)
    open_loop(core, node, scope, "cancel" if comes_too_late(core, node, scope) else None)


def cancelled(core: Core, node: int, scope: Scope, reason: str) -> None:
    """A running attempt was stopped for good."""
    core.busy -= 1
    attempt, _ = core.state.attempt_of(node, scope)
    core.emit(EventKind.NODE_CANCELLED, node, attempt, scope, {"reason": reason})
    frame = core.frame_of(node, scope)
    frame.cut = True
    core.settle(frame, node, (), bad=True)


def interrupted(core: Core, node: int, scope: Scope, reason: str) -> None:
    """A running attempt was stopped by *pause now*: it does not count and runs again at resume (C7.1)."""
    core.busy -= 1
    attempt, _ = core.state.attempt_of(node, scope)
    core.emit(EventKind.NODE_INTERRUPTED, node, attempt, scope, {"reason": reason})
    core.ready.appendleft((node, scope))


def doubted(core: Core, node: int, scope: Scope, reason: str) -> None:
    """It cannot be found out what became of an attempt that a crash cut off: a person decides (C7.8, C14)."""
    core.busy -= 1
    attempt, _ = core.state.attempt_of(node, scope)
    core.emit(EventKind.NODE_IN_DOUBT, node, attempt, scope, {"reason": reason})
