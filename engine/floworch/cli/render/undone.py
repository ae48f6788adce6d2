"""What a rollback did and what is left of it, for people (contract C9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from floworch.cli.render.text import paint

if TYPE_CHECKING:
    from floworch.run.state import RunState

#: Names that are listed before the rest is only counted.
MOST = 20


def rollback_lines(state: RunState, stream: TextIO | None = None) -> list[str]:
    """Return lines about a rollback: what was undone, what could not be and why, what is left; none without one."""
    from floworch.run.view import compensation

    saga = state.saga
    if saga is None or not saga.began:
        return []
    found = compensation(state)
    lines = [f"  undone: {_listed(found['compensated'])}"] if found["compensated"] else []
    for node, scope, status in saga.ended:
        if status == "compensation_failed":
            name = state.node_ids[node] + "".join(f"[{index}]" for index in scope)
            body = state.body_of(node, scope) if scope else None
            error = (body.error if body is not None else state.errors.get(node)) or {}
            text = f"not undone: {name}: {error.get('message', '')} ({error.get('kind', '')})"
            lines.append(f"  {paint(text, 'red', stream) if stream is not None else text}")
    if saga.order:
        left = [state.node_ids[node] + "".join(f"[{index}]" for index in scope) for node, scope in reversed(saga.order)]
        lines.append(f"  still to be undone: {_listed(left)}")
    return lines


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def cancel_text(state: RunState, store: str = "") -> str:
    """How a run stands after it was asked to cancel, and what to do where something is left to do."""
    run = state.run_id
    if state.saga is not None and state.saga.began and not state.status.final:
        if state.status == "rolling_back":
            return f"Run {run} is being cancelled: what it completed is undone now."
        count = len(state.saga.order)
        steps = f"{count} completed step{'s' if count != 1 else ''}"
        return f"Run {run} is cancelled; {steps} to be undone.\nUndo with: floworch resume {run}{store}"
    return f"Run {run} is cancelled."
