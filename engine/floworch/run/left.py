"""Items that did not end well: the records of their body nodes stay with their container (contract C7.9).

A retry of the run goes on in such an item where it was, so that what completed in it does not run again. Nobody reads
the records before: only ``item_reopened`` makes them live again. A container that completes forgets them.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING

from floworch.run.items import BodyCounts, BodyNode, ItemsState
from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.run.state import RunState

    Scope = tuple[int, ...]

_PENDING = NodeStatus.PENDING.code


def leave(state: RunState, container: int, scope: Scope, child: int, body: BodyNode) -> None:
    """Keep the record of a body node of the item ``scope`` that failed or was cut off."""
    left = state.items[container, scope[:-1]].left
    # what is kept for a rollback is another record, as it is after a snapshot
    left.setdefault(scope[-1], {})[child] = body if state.saga is None else copy.copy(body)


def forget(state: RunState, container: int, scope: Scope) -> None:
    """Forget what was kept of the items of a container, and of the containers in them."""
    items = state.items[container, scope]
    for index, nodes in items.left.items():
        inner = (*scope, index)
        for node in nodes:
            forget_container(state, node, inner)
    items.left.clear()


def forget_container(state: RunState, node: int, scope: Scope) -> None:
    """Forget a container with all of its items; nothing when the node is none, or never listed any."""
    if (node, scope) in state.items:
        forget(state, node, scope)
        del state.items[node, scope]


def reopen(state: RunState, container: int, scope: Scope) -> ItemsState:
    """Let the items of a container go again that did not end well; a try goes on as its first round."""
    items = state.items[container, scope]
    last = items.total - 1
    items.reopen()
    if items.total <= last:  # a try of several rounds: its last one goes on
        records = items.left.pop(last, None)
        forget(state, container, scope)
        if records is not None:
            items.left[0] = records
            _rename(state, container, (*scope, last), (*scope, 0))
    return items


def _rename(state: RunState, container: int, old: Scope, new: Scope) -> None:
    """The containers in a round belong to another one now."""
    size = len(old)
    for node, scope in [
        key for key in state.items if key[1][:size] == old and inside(state.parents, key[0], container)
    ]:
        state.items[node, (*new, *scope[size:])] = state.items.pop((node, scope))


def inside(parents: Mapping[int, int], node: int, container: int) -> bool:
    """Whether a body node is in a container, however deep."""
    parent = parents.get(node)
    while parent is not None and parent != container:
        parent = parents.get(parent)
    return parent == container


def go_again(body: BodyNode) -> None:
    """Make a record pending: its attempts so far do not count."""
    body.status = _PENDING
    body.lost, body.started, body.ended, body.error = body.attempt, None, None, None


def count_again(state: RunState, scope: Scope, child: int, body: BodyNode) -> None:
    """Count an instance that is live again, and what completed in the items of a container."""
    state.counts.setdefault(child, BodyCounts()).counts[body.status] += 1
    inner = state.items.get((child, scope))
    for node, counts in inner.tally.items() if inner is not None else ():
        row = state.counts.setdefault(node, BodyCounts())
        row.counts = [a + b for a, b in zip(row.counts, counts, strict=True)]
