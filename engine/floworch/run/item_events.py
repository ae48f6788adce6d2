"""What events of items and containers do to the state (contract C10.1): a part of the one fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.run import left
from floworch.run.events import Event
from floworch.run.items import ItemsState, item_list
from floworch.run.round_state import RoundsState
from floworch.run.status import ALLOWED, NodeStatus, illegal

if TYPE_CHECKING:
    from floworch.run.items import BodyNode
    from floworch.run.state import RunState

_PENDING = NodeStatus.PENDING.code


def close_container(state: RunState, event: Event, well: bool = False) -> ItemsState:
    """Forget what was alive in the bodies of a container; unless it completed, a retry may need it (C7.9)."""
    container, scope = event.node, event.scope
    for inner in [s for s in state.bodies if len(s) > len(scope) and s[: len(scope)] == scope]:
        nodes = state.bodies[inner]
        for child in [child for child in nodes if left.inside(state.parents, child, container)]:
            body = nodes.pop(child)
            if state.saga is not None:
                state.saga.keep(child, inner, body)
            if well:
                state.items.pop((child, inner), None)
            else:
                left.leave(state, state.parents[child], inner, child, body)
            state.waits.pop((child, inner), None)
            state.retry_due.pop((child, inner), None)
            forget_control(state, child, inner)
        if not nodes:
            del state.bodies[inner]
    if well:
        left.forget(state, container, scope)
    return state.items[container, scope]


def forget_control(state: RunState, node: int, scope: tuple[int, ...]) -> None:
    """Forget what was asked at a breakpoint and how often an instance crashed."""
    state.breaks.pop((node, scope), None)
    state.crashes.pop((node, scope), None)


def items_listed(state: RunState, event: Event) -> None:
    """A container has its items."""
    payload = event.payload or {}
    items = item_list(payload.get("items"), int(payload.get("total", 0)))
    listed = state.items[event.node, event.scope] = ItemsState(
        items, int(payload.get("concurrency", 4)), str(payload.get("on_item_error", "stop"))
    )
    if "rounds" in payload:
        listed.rounds = RoundsState(payload["rounds"])


def item_completed(state: RunState, event: Event) -> None:
    """An item ended well."""
    items = state.items[event.node, event.scope[:-1]]
    items.complete(event.scope[-1], (event.payload or {}).get("output"))
    if items.rounds is not None:
        items.rounds.completed(items, event.at, event.payload or {})
    nested = len(state.items) > 1  # else no body node can be a container
    for child, body in _take_body(state, event):
        items.count_one(child, body.status)
        if nested and (inner := state.items.get((child, event.scope))) is not None:
            for node, counts in inner.tally.items():
                items.count(node, counts)
            left.forget_container(state, child, event.scope)


def item_failed(state: RunState, event: Event) -> None:
    """An item failed; its records stay unless another round follows."""
    items = state.items[event.node, event.scope[:-1]]
    items.fail(event.scope[-1], (event.payload or {}).get("error") or {})
    if items.rounds is not None:
        items.rounds.failed(items, event.at, event.payload or {})
        if (event.payload or {}).get("again"):
            _uncount(state, event)
    again = (event.payload or {}).get("again")
    for child, body in _take_body(state, event):
        if again:
            left.forget_container(state, child, event.scope)
        else:
            left.leave(state, event.node, event.scope, child, body)


def item_reopened(state: RunState, event: Event) -> None:
    """A retry goes on in an item: its records are live again, and those that are named go again."""
    scope, again = event.scope, {state.index.get(name) for name in (event.payload or {}).get("reset", ())}
    records = state.items[event.node, scope[:-1]].left.pop(scope[-1], {})
    for child, body in records.items():
        if child in again:
            if not ALLOWED[body.status * 16 + _PENDING]:
                raise illegal(state.node_ids[child], event.seq, state.run_id, body.status, _PENDING)
            left.go_again(body)
            if (child, scope) in state.items:
                left.reopen(state, child, scope)
        state.bodies.setdefault(scope, {})[child] = body
        left.count_again(state, scope, child, body)


def _uncount(state: RunState, event: Event) -> None:
    """Take the body nodes of a round that is tried again out of the counts: what a card shows is the last try."""
    for child, body in state.bodies.get(event.scope, {}).items():
        if state.parents.get(child) == event.node and child in state.counts:
            state.counts[child].counts[body.status] -= 1
            inner = state.items.get((child, event.scope))
            for node, counts in inner.tally.items() if inner is not None else ():
                state.counts[node].counts = [a - b for a, b in zip(state.counts[node].counts, counts, strict=True)]


def _take_body(state: RunState, event: Event) -> list[tuple[int, BodyNode]]:
    """Take the records of an item that ended out of what is alive."""
    scope, parents, container = event.scope, state.parents, event.node
    nodes = state.bodies.get(scope)
    if nodes is None:
        return []
    taken = list(nodes.items())
    for child in nodes:
        if parents.get(child) != container:
            taken = [pair for pair in taken if parents.get(pair[0]) == container]
            break
    if len(taken) == len(nodes):
        del state.bodies[scope]
    else:  # two containers at the same depth
        for child, _ in taken:
            del nodes[child]
    if state.saga is not None:
        for child, body in taken:
            state.saga.keep(child, scope, body)
    if state.breaks or state.crashes:
        for child, _ in taken:
            forget_control(state, child, scope)
    return taken
