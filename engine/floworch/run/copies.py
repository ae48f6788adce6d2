"""A second state that goes its own way: what a replay keeps at intervals, so that it can go back (contract C12). Pure.

Only what the fold changes in place is copied. JSON values, such as outputs and errors, are replaced and never changed,
so both states share them: a copy costs what its arrays cost, not what its outputs weigh.
"""

from __future__ import annotations

from typing import Any, TypeVar

from floworch.run.items import ItemsState
from floworch.run.saga import Saga
from floworch.run.state import RunState

T = TypeVar("T")
#: What no event changes in place.
_SHARED = frozenset({"data", "error", "index", "inputs", "node_ids", "outputs", "parents", "timed_out"})


def copy_state(state: RunState) -> RunState:
    """Return a state equal to this one; folding events into either leaves the other as it is."""
    made = RunState.__new__(RunState)
    for name in RunState.__slots__:
        value = getattr(state, name)
        setattr(made, name, value if name in _SHARED else _plain(value))
    made.items = {key: _items(items) for key, items in state.items.items()}
    made.bodies = {
        scope: {node: _record(body) for node, body in nodes.items()} for scope, nodes in state.bodies.items()
    }
    made.counts = {node: _record(counts) for node, counts in state.counts.items()}
    made.saga = _saga(state.saga) if state.saga is not None else None
    return made


def _plain(value: Any) -> Any:
    return value.copy() if type(value) in (list, dict, bytearray) else value


def _record(record: T) -> T:
    """A copy of an object with slots, lists and dictionaries in it included."""
    kind = type(record)
    made = kind.__new__(kind)
    for name in kind.__slots__:  # type: ignore[attr-defined]
        setattr(made, name, _plain(getattr(record, name)))
    return made


def _items(items: ItemsState) -> ItemsState:
    made = _record(items)
    made.tally = {node: list(counts) for node, counts in items.tally.items()}
    made.left = {i: {node: _record(body) for node, body in nodes.items()} for i, nodes in items.left.items()}
    made.rounds = _record(items.rounds) if items.rounds is not None else None
    return made


def _saga(saga: Saga) -> Saga:
    made = _record(saga)
    made.kept = {scope: {node: _record(body) for node, body in nodes.items()} for scope, nodes in saga.kept.items()}
    made.current = _record(saga.current) if saga.current is not None else None
    return made
