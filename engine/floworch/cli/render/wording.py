"""Words and signs for what happens in a run; the same in plain and in live progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from floworch.clock import local_text
from floworch.model.durations import duration_text
from floworch.run.events import Event, EventKind
from floworch.run.status import NodeStatus, RunStatus
from floworch.run.view import work_time

if TYPE_CHECKING:
    from floworch.run.state import RunState

#: Seconds for which a run must have rested to be said.
SHORTEST_REST = 1.0
#: Sign and colour of each node status.
NODE_SIGNS: dict[NodeStatus, tuple[str, str]] = {
    NodeStatus.PENDING: ("·", "dim"),
    NodeStatus.RUNNING: ("▶", "cyan"),
    NodeStatus.RETRYING: ("↻", "yellow"),
    NodeStatus.WAITING: ("⏸", "magenta"),
    NodeStatus.COMPLETED: ("✓", "green"),
    NodeStatus.FAILED: ("✗", "red"),
    NodeStatus.CANCELLED: ("⊘", "red"),
    NodeStatus.SKIPPED: ("-", "dim"),
    NodeStatus.BYPASSED: ("-", "dim"),
    NodeStatus.REUSED: ("=", "green"),
    NodeStatus.IN_DOUBT: ("?", "yellow"),
    NodeStatus.COMPENSATING: ("↶", "cyan"),
    NodeStatus.COMPENSATED: ("↶", "green"),
    NodeStatus.COMPENSATION_FAILED: ("↶", "red"),
}

#: Colour of each run status.
RUN_COLOURS: dict[RunStatus, str] = {
    RunStatus.CREATED: "dim",
    RunStatus.RUNNING: "cyan",
    RunStatus.PAUSING: "yellow",
    RunStatus.PAUSED: "yellow",
    RunStatus.SUSPENDED: "magenta",
    RunStatus.CANCELLING: "red",
    RunStatus.ROLLING_BACK: "red",
    RunStatus.COMPLETED: "green",
    RunStatus.FAILED: "red",
    RunStatus.CANCELLED: "red",
    RunStatus.INTERRUPTED: "yellow",
}

_BREAKS = frozenset({EventKind.BREAKPOINT_HIT, EventKind.BREAKPOINT_PASSED})
_OF_ITEMS = frozenset({EventKind.NODE_FAILED, EventKind.NODE_WAITING, EventKind.NODE_COMPENSATED,
                       EventKind.NODE_COMPENSATION_FAILED, EventKind.NODE_COMPENSATION_RETRYING,
                       EventKind.BREAKPOINT_HIT})  # fmt: skip
#: What lines about the whole run begin with; the first step that runs a command has this id, too.
_RUN = "run"
_SILENT = frozenset({EventKind.ITEM_COMPLETED, EventKind.NODE_PROGRESSED})


def event_text(event: Event, node: str | None, duration: float | None = None) -> str | None:
    """One line about an event, or None for events that are not worth one (each item of a loop).

    Args:
        event: What happened.
        node: Id of its node, or None for facts of the whole run.
        duration: How long the node took, where that is known.
    """
    kind = EventKind(event.kind)
    payload = event.payload or {}
    if kind in _SILENT or (event.scope and kind not in _OF_ITEMS):
        return None
    if kind is EventKind.ITEMS_LISTED and payload.get("rounds") is not None:
        return None  # its one item is the first round
    word = kind.public.replace("_", " ") if kind in _BREAKS else kind.public.partition("_")[2].replace("_", " ")
    name = f"step {node}" if node == _RUN else node or _RUN
    if event.scope:
        name += f"[{', '.join(map(str, event.scope))}]"
    details = _details(kind, event, payload)
    took = f" ({duration_text(duration)})" if duration is not None and kind is EventKind.NODE_COMPLETED else ""
    return f"{name} {word}{took}{': ' + details if details else ''}"


def _details(kind: EventKind, event: Event, payload: dict[str, Any]) -> str:
    error = payload.get("error")
    if isinstance(error, dict):
        text = f"{error.get('message', '')} ({error.get('kind', '')})"
        return f"{text}, again in {duration_text(payload['delay'])}" if "delay" in payload else text
    if kind is EventKind.NODE_WAITING:
        return wait_text(payload.get("wait") or {})
    if kind is EventKind.NODE_LOGGED:
        return f"[{payload.get('level', 'info')}] {payload.get('message', '')}"
    if kind in (EventKind.NODE_STARTED, EventKind.NODE_COMPENSATING) and event.attempt > 1:
        return f"attempt {event.attempt}"
    if kind is EventKind.ITEMS_LISTED:
        count = payload.get("total") or len(payload.get("items") or ())
        return f"{count} item{'' if count == 1 else 's'}"
    if kind is EventKind.APPROVAL_GIVEN:
        return "approved" if payload.get("approved") else "rejected"
    if kind is EventKind.FORM_SUBMITTED:
        return "answered"
    if kind in (EventKind.NODE_REUSED, EventKind.NODE_BYPASSED):
        return _of_a_part(payload)
    if kind is EventKind.BREAKPOINT_PASSED:
        return {"condition": "its condition does not hold", "step": "by a step"}.get(str(payload.get("by")), "")
    return str(payload.get("reason") or payload.get("name") or payload.get("condition") or "")


def _of_a_part(payload: dict[str, Any]) -> str:
    """Why a node of a run of a part did not run itself (C7.6); empty for a branch that was not taken."""
    if payload.get("out"):
        return "left out"
    return "pinned" if payload.get("pinned") else f"from {run}" if (run := payload.get("reused_from")) else ""


def took_text(started: float | None, ended: float | None, rested: float) -> str:
    """How long a run took for people: ``3.20 s, paused 2 h 00 min``; empty before its end."""
    paused = f", paused {duration_text(rested)}" if rested >= SHORTEST_REST else ""
    took = work_time(started, ended, rested)
    return "" if took is None else f"{duration_text(took)}{paused}"


def items_text(items: dict[str, int], rounds: bool = False) -> str:
    """How far a container is: ``3/5 items, 1 failed``; of one that runs in rounds, how many have ended."""
    failed = f", {items['failed']} failed" if items["failed"] else ""
    if rounds:
        done = items["completed"] + items["failed"]
        return f"{done} round{'' if done == 1 else 's'}{failed}"
    return f"{items['completed']}/{items['total']} items{failed}"


def wait_text(wait: dict[str, Any]) -> str:
    """What a waiting node waits for, in words."""
    kind, due = wait.get("kind"), wait.get("due")
    until = f" until {local_text(due)}" if due is not None else ""
    if kind == "timer":
        return f"for the time{until}"
    if kind == "call":
        return f"for the run {wait.get('name', '')}{until}"
    if kind == "signal":
        return f"for the signal '{wait.get('name', '')}'{until}"
    details = wait.get("details") or {}
    message = details.get("message")
    what = "an approval" if kind == "approval" else "a choice" if "labels" in details else "a form"
    return f"for {what}{until}{': ' + str(message) if message else ''}"


def answer_text(wait: dict[str, Any], run_id: str, node: str, store: str = "", scope: Sequence[int] = ()) -> str | None:
    """The command that answers what a node waits for, or None when nobody needs to; ``scope`` names its item."""
    kind = wait.get("kind")
    store = f" --item {','.join(map(str, scope))}{store}" if scope and kind in ("approval", "form") else store
    if kind == "approval":
        return f"floworch approve {run_id} {node}{store}   or   floworch reject {run_id} {node}{store}"
    if kind == "form":
        return f"floworch submit {run_id} {node} {_sample(wait.get('details') or {})}{store}"
    if kind == "call":
        return f"floworch show {wait.get('name', '')}{store}"
    if kind == "signal":
        return f"floworch signal {run_id} {wait.get('name', '')}{store}"
    return None


def is_answered(state: RunState, key: tuple[int, tuple[int, ...]]) -> bool:
    """Whether what a node waits for was given already, and is used as soon as a process goes on with the run."""
    wait = state.waits.get(key) or {}
    if wait.get("kind") != "signal":
        return key in state.approvals
    return any(name == wait.get("name") for _, name, _ in state.signals)


def _sample(details: dict[str, Any]) -> str:
    """An answer to a form to begin with, quoted for the shell: its fields without a default, else all of them."""
    import json
    import shlex

    if "fields" not in details:
        return " ".join(shlex.quote(label) for label in details.get("labels", [])[:1]) or "[]"
    fields: dict[str, dict[str, Any]] = details["fields"]
    asked = {name: field for name, field in fields.items() if field.get("default") is None} or fields
    empty = {"integer": 0, "number": 0, "boolean": False, "object": {}, "array": []}
    found = []
    for name, field in asked.items():
        first = (field.get("choices") or [field.get("default")])[0]
        value = first if first is not None else empty.get(field.get("type", "string"), "TEXT")
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        found.append(f"--set {shlex.quote(f'{name}={text}')}")
    return " ".join(found)


def resume_text(state: RunState, store: str = "") -> str:
    """The command that makes a stopped run go on; it asks for a decision about steps in doubt (C7.8)."""
    doubt = any(state.status_of(i) is NodeStatus.IN_DOUBT for i in range(len(state.node_ids)))
    answer = " --in-doubt rerun|done|fail" if doubt else ""
    step = f"\nRun one step with: floworch step {state.run_id}{store}" if state.pause_cause else ""
    # A rollback was begun: the same command then undoes, and ``cancel`` has called it so (C9).
    word = "Undo" if state.saga is not None and state.saga.began else "Resume"
    return f"{word} with: floworch resume {state.run_id}{answer}{store}{step}"
