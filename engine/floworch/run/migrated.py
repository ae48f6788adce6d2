"""What ``run_migrated`` does to the state (C7.5): the run goes on with another definition and a longer node table.

The table only grows: a node that was taken out keeps its index, a new one gets a new one, so that every event of the
journal, old or new, means the same node. ``RunState.index`` holds the nodes of the present definition only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from floworch.run import left
from floworch.run.events import Event
from floworch.run.saga import Saga
from floworch.run.status import NODE_STATUSES, NodeStatus

if TYPE_CHECKING:
    from floworch.run.state import RunState

_PENDING = NodeStatus.PENDING.code


@dataclass(frozen=True, slots=True)
class Migrated:
    """The definition that a run went over to.

    Attributes:
        definition: As canonical UTF-8 JSON. definition_hash: sha256 hex of its logic.
        stale: Ids of nodes whose kept results come from an earlier form of them.
        options: Header options that hold from now on: ``source called max_concurrency``, those that changed.
        times: How often the run went over to another definition.
    """

    definition: bytes
    definition_hash: str
    stale: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    times: int = 1


def migrated(state: RunState, event: Event) -> None:
    """Take over the new table, forget what goes, let run again what is to run again."""
    payload = event.payload or {}
    for name in payload.get("removed", ()):
        _forget(state, state.index[name])
    for name in payload.get("reset", ()):
        reopen = name in payload.get("reopened", ()) and (state.index[name], ()) in state.items
        (_reopen if reopen else _forget)(state, state.index[name])
    take_table(state, payload)
    state.inputs = payload.get("inputs", state.inputs)
    compensates = payload.get("compensates")
    state.saga = (state.saga or Saga.of(compensates)) if compensates else None
    if state.saga is not None and compensates:
        state.saga.redeclare(state, compensates)
    before = state.migrated
    state.migrated = Migrated(
        payload["definition"].encode(),
        payload["definition_hash"],
        tuple(payload.get("stale", ())),
        {**(before.options if before is not None else {}), **payload.get("options", {})},
        before.times + 1 if before is not None else 1,
    )


def take_table(state: RunState, packed: Mapping[str, Any]) -> None:
    """Use the node table ``{"nodes", "gone", "parents"}`` from now on: ids by index, indexes that left, containers."""
    names, gone = tuple(packed["nodes"]), set(packed["gone"])
    missing = len(names) - len(state.node_ids)
    if names[: len(state.node_ids)] != state.node_ids[: len(names)] or missing < 0:
        raise ValueError(f"run {state.run_id} went over to a node table that does not continue its own")
    state.node_ids = names
    state.index = {name: i for name, i in sorted(zip(names, range(len(names)), strict=True)) if i not in gone}
    state.parents = {int(child): int(container) for child, container in packed["parents"]}
    state.node_status.extend(bytes(missing))
    state.attempts.extend([0] * missing)
    for column in (state.started, state.ended, state.output):
        column.extend([None] * missing)


def gone(state: RunState) -> list[int]:
    """Indexes of the table whose nodes are not in the present definition."""
    present = set(state.index.values())
    return [i for i in range(len(state.node_ids)) if i not in present]


def _forget(state: RunState, i: int) -> None:
    """Make a node as if it had not run; its attempts so far do not count, and their numbers are not given again."""
    key = (i, ())
    _pend(state, i)
    state.started[i], state.output[i] = None, None
    state.ports.pop(i, None)
    state.counts.pop(i, None)
    if key in state.items:
        left.forget_container(state, i, ())
        for child in [child for child in state.counts if left.inside(state.parents, child, i)]:
            del state.counts[child]


def _reopen(state: RunState, i: int) -> None:
    """Let a container that failed go on: items that ended well stay."""
    _pend(state, i)
    left.forget(state, i, ())  # its body changed
    items = left.reopen(state, i, ())
    for child in [child for child in state.counts if left.inside(state.parents, child, i)]:
        state.counts[child].counts = list(items.tally.get(child, [0] * len(NODE_STATUSES)))


def _pend(state: RunState, i: int) -> None:
    key = (i, ())
    state.node_status[i] = _PENDING
    if state.attempts[i]:
        state.lost[i] = state.attempts[i]
    state.ended[i] = None
    state.errors.pop(i, None)
    state.reused.pop(i, None)
    for table in (state.waits, state.retry_due, state.approvals, state.breaks, state.children, state.crashes):
        table.pop(key, None)
