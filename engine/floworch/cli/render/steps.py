"""The steps of a run for people: in the order in which they ran, and all that failed with what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from floworch.cli.render.text import paint
from floworch.run.events import EventKind
from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.model.graph import Plan
    from floworch.run.events import Event
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader

#: Failures that are listed before the rest is only counted.
MAX_FAILURES = 50
#: Events that are read for the times of nodes inside containers.
MOST_EVENTS = 200_000
_ENDS = frozenset({EventKind.NODE_COMPLETED, EventKind.NODE_FAILED, EventKind.NODE_CANCELLED})


def plan_of_run(header: RunHeader | None, state: RunState | None = None) -> Plan | None:
    """Return the graph of a run's definition; None when it cannot be read here.

    Args:
        header: The run's header.
        state: Its state, which knows of another definition that it went over to (C7.5).
    """
    from floworch.errors import FlowError
    from floworch.model import codec
    from floworch.model.graph import plan_of

    if header is None:
        return None
    try:
        moved = state.migrated if state is not None else None
        return plan_of(codec.loads(moved.definition if moved is not None else header.definition))
    except FlowError:  # written by a newer version
        return None


def is_handled(plan: Plan | None, node: str) -> bool:
    """Whether a definition says what happens when this node fails (contract C4.2)."""
    number = plan.index.get(node) if plan is not None else None
    if plan is None or number is None:
        return False
    return plan.nodes[number].on_error == "continue" or any(link.port == "error" for link in plan.outgoing[number])


def in_order(state: RunState, plan: Plan | None) -> list[str]:
    """Return the node ids in the order in which they started, then the others as the edges lead.

    What an earlier run gave comes first. Nodes of a body follow their container.
    """
    places = _places(plan) if plan is not None else {}
    started = {
        node: at
        for node, i in state.index.items()
        if (at := -1.0 if (top := _outermost(state, i)) in state.reused else state.started[top]) is not None
    }  # fmt: skip
    return sorted(
        state.index,
        key=lambda node: (node not in started, started.get(node, 0.0), places.get(node, 0), node),
    )


def spans_inside(state: RunState, events: Callable[[], Iterable[Event]]) -> dict[int, float]:
    """By index of a node inside a container: seconds from its first start to its last end, over all items.

    The state keeps no times of items that have ended, so the events are read; of a run with very many not.
    """
    if not state.parents or state.seq > MOST_EVENTS:
        return {}
    first: dict[int, float] = {}
    found: dict[int, float] = {}
    for event in events():
        if event.scope and event.kind == EventKind.NODE_STARTED:
            first.setdefault(event.node, event.at)
        elif event.scope and event.kind in _ENDS and event.node in first:
            found[event.node] = round(event.at - first[event.node], 6)
    return found


def _outermost(state: RunState, i: int) -> int:
    while i in state.parents:
        i = state.parents[i]
    return i


def _places(plan: Plan) -> dict[str, int]:
    """Every node's place when the graph is read along its edges, each body right after its container."""
    rank = {number: place for place, number in enumerate(plan.order)}
    found: dict[str, int] = {}
    left = sorted(plan.children[-1], key=lambda number: rank.get(number, 0), reverse=True)
    while left:
        number = left.pop()
        found[plan.ids[number]] = len(found)
        body = plan.children.get(number, ())
        left += sorted(body, key=lambda inner: rank.get(inner, 0), reverse=True)
    return found


def run_json(state: RunState, plan: Plan | None) -> dict[str, Any]:
    """The object of ``show --json``, its nodes in the order of ``in_order``."""
    shape = state.to_json()
    nodes = shape["nodes"]
    return {**shape, "nodes": {node: nodes[node] for node in in_order(state, plan)}}


def failure_lines(state: RunState, plan: Plan | None, stream: TextIO | None = None) -> list[str]:
    """Return lines about every step that failed: message, kind, hint, and whether the definition handles it.

    Args:
        state: The run.
        plan: Its graph, or None when it is not known.
        stream: Where the lines go, for their colours; standard output unless given.
    """
    out = stream if stream is not None else sys.stdout
    failed = [i for i in state.errors if state.node_status[i] == NodeStatus.FAILED.code]
    failed.sort(key=lambda i: state.ended[i] or 0.0)
    lines: list[str] = []
    error = state.error
    if error and error.get("node") not in {state.node_ids[i] for i in failed}:
        lines += _about(error.get("node"), error, False, out)
    for i in failed[:MAX_FAILURES]:
        node = state.node_ids[i]
        lines += _about(node, state.errors[i], is_handled(plan, node), out)
    if len(failed) > MAX_FAILURES:
        lines.append(f"  ... and {len(failed) - MAX_FAILURES} more failures.")
    return lines


def _about(node: str | None, error: dict[str, Any], handled: bool, stream: TextIO) -> Iterator[str]:
    text = f"{f'{node}: ' if node else ''}{error.get('message', '')} ({error.get('kind', '')})".replace("\n", "\n    ")
    yield f"  {paint(text, 'yellow' if handled else 'red', stream)}{', handled' if handled else ''}"
    hint = str(error.get("hint") or "").replace("\n", "\n    ")
    if hint:
        yield f"    {paint('Hint:', 'dim', stream)} {hint}"
