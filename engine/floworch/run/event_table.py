"""What every kind of event means and which keys it may carry: the one table behind the published schema (C12).

Keys are those of the payload, as they stand in the journal. A new key of a kind must be named here, or the tests of
real journals fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from floworch.run.events import EventKind

_K = EventKind


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of event.

    Attributes:
        means: One sentence for people.
        always: Payload keys that it always has.
        maybe: Payload keys that it may have.
    """

    means: str
    always: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Every payload key that it may have."""
        return frozenset((*self.always, *self.maybe))


_ENDED_WELL = ("output", "port", "also", "data", "signal")
_TAKEN_OVER = ("output", "port", "also", "data", "error", "reused_from", "changed", "pinned")

EVENTS: dict[EventKind, Shape] = {
    _K.RUN_CREATED: Shape("The run is in the journal.", ("workflow", "inputs")),
    _K.RUN_STARTED: Shape("Work begins.", (), ("due",)),
    _K.RUN_PAUSING: Shape(
        "A pause was asked for, or a breakpoint was hit.", ("now",), ("reason", "cause", "breakpoint")
    ),
    _K.RUN_PAUSED: Shape(
        "Nothing runs any more; the run can go on.",
        (),
        ("reason", "cause", "in_doubt", "kind", "breakpoint"),
    ),
    _K.RUN_RESUMED: Shape("Work goes on."),
    _K.RUN_SUSPENDED: Shape("Every live node waits."),
    _K.RUN_CANCELLING: Shape("A cancel was asked for.", ("reason",), ("compensate",)),
    _K.RUN_ROLLING_BACK: Shape("Completed nodes are compensated from here on.", ("outcome",), ("error",)),
    _K.RUN_COMPLETED: Shape("The end: every node has ended and no failure was left unhandled.", ("outputs",)),
    _K.RUN_FAILED: Shape("The end: a failure was not handled.", ("error",)),
    _K.RUN_CANCELLED: Shape("The end: the run was cancelled."),
    _K.RUN_RETRIED: Shape("The failed, skipped and cancelled nodes go again.", (), ("due", "reset")),
    _K.RUN_TIMED_OUT: Shape("Its time is over: what runs is stopped, then the run fails.", ("error",)),
    _K.RUN_MIGRATED: Shape(
        "The run goes on with another definition.",
        ("definition", "definition_hash", "nodes", "gone", "parents"),
        ("added", "removed", "changed", "reset", "reopened", "stale", "inputs", "options", "compensates"),
    ),
    _K.RUN_INTERRUPTED: Shape("A new process found attempts that had died with theirs.", ("lost", "reason")),
    _K.NODE_STARTED: Shape("An attempt begins."),
    _K.NODE_COMPLETED: Shape("The node succeeded.", (), (*_ENDED_WELL, "approved", "by", "comment")),
    _K.NODE_FAILED: Shape("The node failed for good.", ("error",), ("handled",)),
    _K.NODE_RETRYING: Shape("The attempt failed and another follows.", ("error", "due", "delay")),
    _K.NODE_WAITING: Shape("The node waits for a timer, a signal, a person or a child run.", ("wait",)),
    _K.NODE_RESUMED: Shape("What the node waited for came."),
    _K.NODE_SKIPPED: Shape("The node does not run: something before it failed.", (), (*_TAKEN_OVER, "out")),
    _K.NODE_BYPASSED: Shape(
        "The node does not run: its branch was not chosen, or it is disabled.", (), (*_TAKEN_OVER, "passed", "out")
    ),
    _K.NODE_CANCELLED: Shape("The node was cancelled.", (), ("reason",)),
    _K.NODE_INTERRUPTED: Shape("The attempt was cut off; it does not count.", (), ("reason", "crashes")),
    _K.NODE_IN_DOUBT: Shape("A crash cut off a step that must not run twice unasked.", (), ("reason", "crashes")),
    _K.NODE_REUSED: Shape("The result of an earlier run, or a pinned one, was taken over.", (), _TAKEN_OVER),
    _K.NODE_RESET: Shape("A retry made the node pending again."),
    _K.NODE_COMPENSATING: Shape("An attempt to compensate the node begins."),
    _K.NODE_COMPENSATED: Shape("The node was compensated.", (), (*_ENDED_WELL,)),
    _K.NODE_COMPENSATION_FAILED: Shape("The node could not be compensated.", (), ("error",)),
    _K.NODE_COMPENSATION_RETRYING: Shape("Compensating failed and is tried again.", ("error", "due", "delay")),
    _K.NODE_COMPENSATION_INTERRUPTED: Shape("An attempt to compensate was cut off.", (), ("reason", "crashes")),
    _K.ITEMS_LISTED: Shape(
        "A container has its items.", ("items", "concurrency", "on_item_error"), ("rounds", "total")
    ),
    _K.ITEM_COMPLETED: Shape("One item ended well; node is the container.", (), ("output", "met", "last")),
    _K.ITEM_FAILED: Shape("One item failed; node is the container.", ("error",), ("again",)),
    _K.ITEM_REOPENED: Shape("A retry goes on in an item that had not ended well; node is the container.", ("reset",)),
    _K.SIGNAL_RECEIVED: Shape("A signal came.", ("name",), ("payload",)),
    _K.APPROVAL_GIVEN: Shape("A person answered.", ("approved",), ("by", "comment")),
    _K.FORM_SUBMITTED: Shape("A person filled in a form, or chose.", ("output",)),
    _K.NODE_LOGGED: Shape("A line of the node's log.", ("level", "message"), ("dropped", "compensation")),
    _K.NODE_PROGRESSED: Shape("How far the node is.", ("fraction", "message"), ("dropped", "compensation")),
    _K.BREAKPOINT_HIT: Shape("A breakpoint stands before the node.", (), ("condition",)),
    _K.BREAKPOINT_PASSED: Shape("The run went on past a breakpoint.", ("by",)),
}

_TEXT: dict[str, Any] = {"type": "string"}
_ERROR = {"$ref": "#/$defs/error"}
_LIST_OF_TEXT = {"type": "array", "items": _TEXT}
_COUNTS = {"type": "array", "items": {"type": "integer"}}

#: The schema of each payload key; ``{}`` is any JSON value.
KEYS: dict[str, dict[str, Any]] = {
    "added": {**_LIST_OF_TEXT, "description": "Node ids that are new."},
    "again": {"type": "boolean", "description": "Another round follows."},
    "also": {**_LIST_OF_TEXT, "description": "Further ports that fired."},
    "approved": {"type": "boolean"},
    "breakpoint": {"type": "object", "description": "Where it stands: node and item."},
    "by": {**_TEXT, "description": "Who answered; of a breakpoint, what let the run pass: resume, step or condition."},
    "cause": {"type": ["string", "null"], "description": "Why it paused, as one word: breakpoint, step and so on."},
    "changed": {"description": "Node ids whose logic changed; of a reused result, whether its node has changed since."},
    "comment": _TEXT,
    "compensate": {"type": "boolean", "description": "False when nothing is to be compensated."},
    "compensates": {"description": "Node indexes that declare a compensation, and body nodes that are kept for it."},
    "compensation": {"type": "boolean", "description": "It comes from the node's compensation."},
    "concurrency": {"type": "integer", "minimum": 1},
    "condition": {"type": ["string", "null"]},
    "crashes": {"type": "integer", "description": "How often in a row its process died."},
    "data": {
        "type": "object",
        "properties": {"set": {"type": "object"}, "delete": _LIST_OF_TEXT},
        "description": "What the node wrote into the run's data.",
    },
    "definition": {**_TEXT, "description": "The definition file, as text."},
    "definition_hash": {**_TEXT, "description": "sha256 of its logic."},
    "delay": {"type": "number", "description": "Seconds until the next attempt."},
    "dropped": {"type": "integer", "description": "Lines or steps of progress that were left out before this one."},
    "due": {
        "type": ["number", "null"],
        "description": "When the next attempt starts, or the run's time is over; epoch seconds.",
    },
    "error": {"anyOf": [_ERROR, {"type": "null"}]},
    "fraction": {"type": ["number", "null"], "description": "From 0 to 1."},
    "gone": {**_COUNTS, "description": "Places in nodes whose node is not in the definition any more."},
    "handled": {"type": "boolean", "description": "The definition says what happens after this failure."},
    "in_doubt": {**_LIST_OF_TEXT, "description": "Node ids that a person must decide about."},
    "inputs": {"type": "object"},
    "items": {"description": "The list, or a reference to it when it is large."},
    "kind": {**_TEXT, "description": "store when the journal could not be written."},
    "last": {"type": "boolean", "description": "No further round follows."},
    "level": {"enum": ["debug", "info", "warning", "error"]},
    "lost": {
        "type": "array",
        "items": {"type": "array"},
        "description": "Attempts that died: node id, number of the attempt, item indexes.",
    },
    "message": _TEXT,
    "met": {"type": "boolean", "description": "The condition of the repeat holds."},
    "name": _TEXT,
    "nodes": {**_LIST_OF_TEXT, "description": "Every node id of the run, old ones first."},
    "now": {"type": "boolean", "description": "Running attempts are interrupted."},
    "on_item_error": {"enum": ["stop", "collect"]},
    "options": {"type": "object"},
    "out": {"description": "The node is not part of this partial run."},
    "outcome": {"enum": ["failed", "cancelled"], "description": "How the run ends after the rollback."},
    "output": {"description": "Any JSON value, or a reference to a large one."},
    "outputs": {"type": "object"},
    "parents": {"type": "array", "items": _COUNTS, "description": "Pairs of places in nodes: body node, container."},
    "passed": {"type": "boolean", "description": "A disabled node passed its input through."},
    "payload": {},
    "pinned": {"type": "boolean"},
    "port": {**_TEXT, "description": "The port that fired instead of out."},
    "reason": {"type": ["string", "null"]},
    "removed": {**_LIST_OF_TEXT, "description": "Node ids that are not in the definition any more."},
    "reopened": {**_LIST_OF_TEXT, "description": "Containers that go on with their items."},
    "reset": {**_LIST_OF_TEXT, "description": "Node ids that are pending again."},
    "reused_from": {"type": ["string", "null"], "description": "The run that the result came from."},
    "rounds": {"type": "object"},
    "signal": {"type": "integer", "description": "Number of the event of the signal that was consumed."},
    "stale": {**_LIST_OF_TEXT, "description": "Node ids whose kept results come from an earlier form of them."},
    "total": {"type": "integer", "minimum": 0},
    "wait": {"type": "object", "description": "What it waits for: kind, name, due, on_timeout, details."},
    "workflow": {**_TEXT, "description": "Id of the definition."},
}
