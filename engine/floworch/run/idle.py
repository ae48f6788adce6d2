"""Time in which nothing of a run ran: attempts that were lost, pauses, and the time after a crash.

A node's duration is the time of what ran. An attempt that was lost to a pause or a crash, or that a retry of the run
starts anew, is not part of it: ``started`` is the start of the first attempt that counts. A container, or a node that
waits for its next attempt, lives on while its run stands still: those times are kept in ``idle``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.run.events import Event, EventKind
from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.run.items import BodyNode
    from floworch.run.state import RunState

#: Statuses in which a node lives through a stop of its run. One that waits (for a person, a time) does wait meanwhile.
_HELD = frozenset(status.code for status in (NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.IN_DOUBT))
#: Stands for the last attempt of a count that ended in doubt: the next crash, if a person lets it run, is the first.
SETTLED = -1


def lose_attempt(state: RunState, event: Event, body: BodyNode | None) -> None:
    """Fold an attempt that was lost to a pause or a crash: it does not count, nor does its time (C15)."""
    key, crashes = (event.node, event.scope), (event.payload or {}).get("crashes")
    in_doubt = event.kind == EventKind.NODE_IN_DOUBT
    if crashes:
        state.crashes[key] = (crashes, SETTLED if in_doubt else event.attempt)
    elif state.crashes and key in state.crashes:  # interrupted in order in between: that is no crash, nor an outcome
        before, last = state.crashes.pop(key)
        if not in_doubt and last == event.attempt - 1:
            state.crashes[key] = (before, event.attempt)
    if body is not None:
        body.lost += 1
    else:
        state.lost[event.node] = state.lost.get(event.node, 0) + 1
    if not in_doubt:  # else it may be decided that it is done
        if body is not None:
            body.started = None
        else:
            state.started[event.node] = None


def cut_off(state: RunState, _event: Event) -> None:
    """Fold that a new owner found attempts whose process had died: nothing ran since the last thing known of it."""
    if state.stopped_at is None:
        state.stopped_at = last_seen(state)


def went_on(state: RunState, at: float, crashed: bool) -> None:
    """Fold that a run goes on: what lived through its stop did not run meanwhile.

    Args:
        state: The run.
        at: When it goes on, epoch seconds.
        crashed: Whether it was running before, as far as its journal knows.
    """
    since, state.stopped_at = state.stopped_at, None
    if since is None and crashed:
        since = last_seen(state)
    if since is None:
        if state.ended_at is not None:  # it is retried
            state.rested += max(0.0, at - state.ended_at)
        return
    state.rested += max(0.0, at - since)
    for i, code in enumerate(state.node_status):
        start = state.started[i]
        if code in _HELD and start is not None:
            state.idle[i] = state.idle.get(i, 0.0) + max(0.0, at - max(since, start))


def rest_ends(state: RunState, at: float) -> None:
    """Fold that a run which stood still is cancelled, or rolled back."""
    if state.stopped_at is not None:
        state.rested += max(0.0, at - state.stopped_at)
        state.stopped_at = None


def last_seen(state: RunState) -> float | None:
    """When something of a run was last known to start or end, or None."""
    known = [*state.started, *state.ended, state.started_at]
    for nodes in state.bodies.values():
        for body in nodes.values():
            known += (body.started, body.ended)
    return max((moment for moment in known if moment is not None), default=None)
