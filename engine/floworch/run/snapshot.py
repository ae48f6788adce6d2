"""The fold as plain values and back: a store keeps it and skips the events before it (journal.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch.run.items import BodyCounts, BodyNode, ItemsState, item_list, packed_list
from floworch.run.migrated import Migrated, gone, take_table
from floworch.run.round_state import RoundsState
from floworch.run.saga import Saga
from floworch.run.status import NODE_STATUSES, NodeStatus, RunStatus

if TYPE_CHECKING:
    from floworch.run.state import RunState, Scope

VERSION = 1
_PLAIN = ("seq", "started_at", "ended_at", "outputs", "data", "error", "attempts", "started", "ended", "output",
          "pause_reason")  # fmt: skip
_BODY = BodyNode.__slots__
_HAS_RESULTS = frozenset(
    status.code
    for status in (NodeStatus.COMPLETED, NodeStatus.COMPENSATING, NodeStatus.COMPENSATED,
                   NodeStatus.COMPENSATION_FAILED)
)  # fmt: skip


def pack(state: RunState) -> dict[str, Any]:
    """Return the state as a dictionary of JSON values, bytes and lists; what the header holds is left out."""
    return {
        "version": VERSION,
        "status": str(state.status),
        "node_status": bytes(state.node_status),
        **{name: getattr(state, name) for name in _PLAIN},
        "output": _outputs(state),
        "lost": list(state.lost.items()),
        "errors": list(state.errors.items()),
        "ports": [[i, list(port)] for i, port in state.ports.items()],
        "waits": _pairs(state.waits),
        "retry_due": _pairs(state.retry_due),
        "approvals": _pairs(state.approvals),
        "breaks": _pairs(state.breaks),
        "pause_cause": state.pause_cause,
        "reused": list(state.reused.items()),
        "children": _pairs(state.children),
        "crashes": _pairs(state.crashes),
        "deadline": state.deadline,
        "timed_out": state.timed_out,
        "idle": list(state.idle.items()),
        "stopped_at": state.stopped_at,
        "rested": state.rested,
        "signals": [list(signal) for signal in state.signals],
        "items": [[i, list(scope), _pack_items(items)] for (i, scope), items in state.items.items()],
        "counts": [[i, counts.counts] for i, counts in state.counts.items()],
        "bodies": _pack_bodies(state.bodies),
        **({"saga": {**state.saga.pack(), "kept": _pack_bodies(state.saga.kept)}} if state.saga is not None else {}),
        **({"migrated": _pack_migrated(state, state.migrated)} if state.migrated is not None else {}),
    }


def unpack(state: RunState, packed: dict[str, Any]) -> None:
    """Fill a fresh state (from ``RunState.of``) with what ``pack`` gave.

    Raises:
        ValueError: The snapshot is of a version this code does not know; fold the events instead.
    """
    if packed.get("version") != VERSION:
        raise ValueError(f"snapshot version {packed.get('version')!r} is not {VERSION}")
    if "migrated" in packed:
        _unpack_migrated(state, packed["migrated"])
    for name in _PLAIN:
        setattr(state, name, packed[name])
    state.status = RunStatus(packed["status"])
    state.node_status = bytearray(packed["node_status"])
    state.lost = {int(i): n for i, n in packed["lost"]}
    state.errors = {int(i): error for i, error in packed["errors"]}
    state.ports = {int(i): tuple(port) for i, port in packed["ports"]}
    state.waits = _unpairs(packed["waits"])
    state.retry_due = _unpairs(packed["retry_due"])
    state.approvals = _unpairs(packed["approvals"])
    state.breaks = _unpairs(packed.get("breaks", []))
    state.pause_cause = packed.get("pause_cause")
    state.reused = {int(i): run for i, run in packed.get("reused", ())}
    state.children = _unpairs(packed.get("children", []))
    state.crashes = {key: (n, last) for key, (n, last) in _unpairs(packed.get("crashes", [])).items()}
    state.deadline, state.timed_out = packed.get("deadline"), packed.get("timed_out")
    state.idle = {int(i): seconds for i, seconds in packed.get("idle", ())}
    state.stopped_at = packed.get("stopped_at")
    state.rested = packed.get("rested", 0.0)
    state.signals = [(seq, name, payload) for seq, name, payload in packed["signals"]]
    state.items = {(i, tuple(scope)): _unpack_items(items) for i, scope, items in packed["items"]}
    for (i, scope), items in state.items.items():
        if not scope and items.rounds is None and state.node_status[i] in _HAS_RESULTS:
            state.output[i] = items.results
    for i, counts in packed["counts"]:
        state.counts[i] = BodyCounts()
        state.counts[i].counts[: len(counts)] = counts
    state.bodies = _unpack_bodies(packed["bodies"])
    if state.saga is not None and "saga" in packed:
        state.saga.unpack(packed["saga"])
        state.saga.kept = _unpack_bodies(packed["saga"]["kept"])


def _pack_migrated(state: RunState, to: Migrated) -> dict[str, Any]:
    return {
        "nodes": list(state.node_ids),
        "gone": gone(state),
        "parents": [list(pair) for pair in state.parents.items()],
        "inputs": state.inputs,
        "definition": to.definition.decode(),
        "definition_hash": to.definition_hash,
        "stale": list(to.stale),
        "options": to.options,
        "compensates": state.saga.declaration if state.saga is not None else None,
        "times": to.times,
    }


def _unpack_migrated(state: RunState, packed: dict[str, Any]) -> None:
    take_table(state, packed)
    state.saga = Saga.of(packed["compensates"])
    state.inputs = packed["inputs"]
    state.migrated = Migrated(
        packed["definition"].encode(),
        packed["definition_hash"],
        tuple(packed["stale"]),
        packed["options"],
        packed["times"],
    )


def _outputs(state: RunState) -> list[Any]:
    """Outputs by node index; a container's results are kept once, with its items."""
    outputs = list(state.output)
    for (i, scope), items in state.items.items():
        if not scope and items.rounds is None:
            outputs[i] = None
    return outputs


def _pairs(table: dict[tuple[int, Scope], Any]) -> list[list[Any]]:
    return [[i, list(scope), value] for (i, scope), value in table.items()]


def _unpairs(rows: list[list[Any]]) -> dict[tuple[int, Scope], Any]:
    return {(i, tuple(scope)): value for i, scope, value in rows}


def _pack_items(items: ItemsState) -> dict[str, Any]:
    return {
        "items": packed_list(items.items),
        "concurrency": items.concurrency,
        "on_item_error": items.on_item_error,
        "done": bytes(items.done),
        "results": items.results,
        "errors": list(items.errors.items()),
        "completed": items.completed,
        "failed": items.failed,
        "tally": [[node, list(counts)] for node, counts in items.tally.items()],
        **({"left": [[i, _pack_nodes(nodes)] for i, nodes in items.left.items()]} if items.left else {}),
        **({"rounds": items.rounds.to_json()} if items.rounds is not None else {}),
    }


def _unpack_items(packed: dict[str, Any]) -> ItemsState:
    listed = item_list(packed["items"], len(packed["done"]))
    items = ItemsState(listed, packed["concurrency"], packed["on_item_error"])
    items.done = bytearray(packed["done"])
    items.results = packed["results"]
    items.errors = {int(i): error for i, error in packed["errors"]}
    items.completed, items.failed = packed["completed"], packed["failed"]
    for node, counts in packed.get("tally", ()):
        items.count(node, [*counts, *[0] * (len(NODE_STATUSES) - len(counts))])
    items.left = {i: _unpack_nodes(nodes) for i, nodes in packed.get("left", ())}
    if "rounds" in packed:
        items.rounds = RoundsState(packed["rounds"])
    return items


def _pack_bodies(bodies: dict[Scope, dict[int, BodyNode]]) -> list[Any]:
    return [[list(scope), _pack_nodes(nodes)] for scope, nodes in bodies.items()]


def _unpack_bodies(packed: list[Any]) -> dict[Scope, dict[int, BodyNode]]:
    return {tuple(scope): _unpack_nodes(nodes) for scope, nodes in packed}


def _pack_nodes(nodes: dict[int, BodyNode]) -> list[Any]:
    return [[i, _pack_body(body)] for i, body in nodes.items()]


def _unpack_nodes(packed: list[Any]) -> dict[int, BodyNode]:
    return {i: _unpack_body(body) for i, body in packed}


def _pack_body(body: BodyNode) -> list[Any]:
    return [list(value) if isinstance(value := getattr(body, name), tuple) else value for name in _BODY]


def _unpack_body(values: list[Any]) -> BodyNode:
    body = BodyNode()
    for name, value in zip(_BODY, values, strict=True):
        setattr(body, name, tuple(value) if name == "port" and value is not None else value)
    return body
