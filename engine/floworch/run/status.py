"""Words of node and run statuses (contract C3, C7) and the one table of what may follow what."""

from __future__ import annotations

from enum import StrEnum


class NodeStatus(StrEnum):
    """Status of a node. ``code`` is its number in arrays and snapshots: never renumber, only add."""

    PENDING = "pending"
    RUNNING = "running"
    RETRYING = "retrying"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    BYPASSED = "bypassed"
    REUSED = "reused"
    IN_DOUBT = "in_doubt"
    COMPENSATING = "compensating"
    COMPENSATED = "compensated"
    COMPENSATION_FAILED = "compensation_failed"

    @property
    def code(self) -> int:
        """The status as a small number."""
        return _CODES[self]

    @property
    def final(self) -> bool:
        """Whether a run that goes on leaves the node as it is."""
        return self in FINAL


NODE_STATUSES: tuple[NodeStatus, ...] = tuple(NodeStatus)
_CODES = {status: code for code, status in enumerate(NODE_STATUSES)}

_S = NodeStatus
FINAL = frozenset(
    {_S.COMPLETED, _S.FAILED, _S.CANCELLED, _S.SKIPPED, _S.BYPASSED, _S.REUSED, _S.COMPENSATED, _S.COMPENSATION_FAILED}
)

#: Contract C3, and nothing else: every change of a node's status is one of these.
NODE_TRANSITIONS: dict[NodeStatus, frozenset[NodeStatus]] = {
    _S.PENDING: frozenset({_S.RUNNING, _S.SKIPPED, _S.BYPASSED, _S.REUSED}),
    _S.RUNNING: frozenset({_S.COMPLETED, _S.FAILED, _S.CANCELLED, _S.RETRYING, _S.WAITING, _S.IN_DOUBT, _S.PENDING}),
    _S.RETRYING: frozenset({_S.RUNNING, _S.FAILED, _S.CANCELLED}),
    _S.WAITING: frozenset({_S.RUNNING, _S.FAILED, _S.CANCELLED}),
    _S.IN_DOUBT: frozenset({_S.RUNNING, _S.COMPLETED, _S.FAILED}),
    _S.COMPLETED: frozenset({_S.COMPENSATING}),
    _S.COMPENSATING: frozenset({_S.COMPENSATED, _S.COMPENSATION_FAILED}),
    _S.COMPENSATED: frozenset(),
    _S.COMPENSATION_FAILED: frozenset(),
    _S.FAILED: frozenset({_S.PENDING}),
    _S.CANCELLED: frozenset({_S.PENDING}),
    _S.SKIPPED: frozenset({_S.PENDING}),
    _S.BYPASSED: frozenset(),
    _S.REUSED: frozenset(),
}

#: ``ALLOWED[old * 16 + new]`` is 1 where the table allows the change: the form the fold checks on every event.
ALLOWED = bytes(
    1 if max(old, new) < len(NODE_STATUSES) and NODE_STATUSES[new] in NODE_TRANSITIONS[NODE_STATUSES[old]] else 0
    for old in range(16)
    for new in range(16)
)


class RunStatus(StrEnum):
    """Status of a run. ``interrupted`` is derived and never written (contract C7.3)."""

    CREATED = "created"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    CANCELLING = "cancelling"
    ROLLING_BACK = "rolling_back"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def final(self) -> bool:
        """Whether the run has ended."""
        return self in _RUN_FINAL

    @property
    def live(self) -> bool:
        """Whether a process ought to be working on the run."""
        return self in _RUN_LIVE


_R = RunStatus
_RUN_FINAL = frozenset({_R.COMPLETED, _R.FAILED, _R.CANCELLED})
_RUN_LIVE = frozenset({_R.RUNNING, _R.PAUSING, _R.CANCELLING, _R.ROLLING_BACK})

#: What may follow what, by the events of a run. ``running`` follows itself when a new owner goes on after a crash, and
#: ``pausing`` when the pause of a run whose owner died is recorded; ``paused`` follows any living status but
#: ``cancelling`` when the store fails. A rollback that is resumed passes through ``running``. A completed child run is
#: undone by its caller's saga, which cancels it (C15). ``interrupted`` is never written.
RUN_TRANSITIONS: dict[RunStatus, frozenset[RunStatus]] = {
    _R.CREATED: frozenset({_R.RUNNING, _R.PAUSING, _R.PAUSED, _R.CANCELLING}),
    _R.RUNNING: frozenset(
        {_R.RUNNING, _R.PAUSING, _R.PAUSED, _R.SUSPENDED, _R.CANCELLING, _R.ROLLING_BACK, _R.COMPLETED, _R.FAILED}
    ),
    _R.PAUSING: frozenset({_R.PAUSING, _R.PAUSED, _R.RUNNING, _R.CANCELLING}),
    _R.PAUSED: frozenset({_R.RUNNING, _R.CANCELLING}),
    _R.SUSPENDED: frozenset({_R.RUNNING, _R.PAUSING, _R.PAUSED, _R.CANCELLING}),
    _R.CANCELLING: frozenset({_R.ROLLING_BACK, _R.CANCELLED}),
    _R.ROLLING_BACK: frozenset({_R.RUNNING, _R.PAUSING, _R.PAUSED, _R.FAILED, _R.CANCELLED}),
    _R.COMPLETED: frozenset({_R.CANCELLING}),
    _R.FAILED: frozenset({_R.RUNNING}),
    _R.CANCELLED: frozenset({_R.RUNNING}),
    _R.INTERRUPTED: frozenset(),
}


class IllegalTransition(RuntimeError):  # noqa: N818 - reads as what happened
    """An event that the transition table forbids: a bug of ours or a journal made by hand."""


def illegal(name: str, seq: int, run_id: str, old: int, new: int) -> IllegalTransition:
    """The error of event ``seq``, which takes a node from one status code to another one that may not follow."""
    return IllegalTransition(
        f"event {seq} of run {run_id}: node {name!r} cannot go from {NODE_STATUSES[old]} to {NODE_STATUSES[new]}"
    )
