"""The story of a run in lines: what its nodes say, and what the events themselves tell; pure."""

from __future__ import annotations

from msgspec import Struct

from floworch.run.events import Event, EventKind
from floworch_designer.settings.findings import kind_word, said
from floworch_designer.settings.words import mark, tr


class LogLine(Struct, frozen=True, gc=False):  # a run has tens of thousands, which the collector passes by
    """One line of a run's log: epoch seconds, node id (empty for the run), level, text, item indexes."""

    at: float
    node: str
    level: str
    message: str
    item: tuple[int, ...] = ()


#: Nodes up to which a run's log tells at level info that a step completed: a line takes 0.02 ms to write, and thousands
#: complete in a frame.
TOLD = 200


def line_of(event: Event, node_ids: tuple[str, ...]) -> LogLine | None:
    """The line that an event writes into the log, or None when it writes none; ``node_ids`` in index order."""
    if event.kind == EventKind.NODE_LOGGED:
        payload = event.payload or {}
        told: tuple[str, str] | None = str(payload.get("level", "info")), str(payload.get("message", ""))
    elif event.kind == EventKind.NODE_PROGRESSED or (event.scope and event.kind < EventKind.SIGNAL_RECEIVED):
        return None
    elif event.kind == EventKind.NODE_COMPLETED and len(node_ids) <= TOLD:
        told = "info", tr("Completed")
    else:
        told = _story(event)
    if told is None:
        return None
    return LogLine(event.at, node_ids[event.node] if event.node >= 0 else "", *told, tuple(event.scope))


_STORIES: dict[int, tuple[str, str]] = {
    EventKind.RUN_STARTED: ("info", mark("Run started")),
    EventKind.RUN_PAUSING: ("info", mark("Pause requested")),
    EventKind.RUN_PAUSED: ("info", mark("Run paused")),
    EventKind.RUN_RESUMED: ("info", mark("Run resumed")),
    EventKind.RUN_SUSPENDED: ("info", mark("Waiting for an answer, a signal or a timer")),
    EventKind.RUN_CANCELLING: ("warning", mark("Stop requested")),
    EventKind.RUN_ROLLING_BACK: ("warning", mark("Rolling back")),
    EventKind.RUN_COMPLETED: ("info", mark("Run completed")),
    EventKind.RUN_CANCELLED: ("warning", mark("Run cancelled")),
    EventKind.RUN_RETRIED: ("info", mark("Retrying what failed")),
    EventKind.RUN_INTERRUPTED: ("warning", mark("The process of this run had ended; going on from the journal")),
    EventKind.NODE_STARTED: ("debug", mark("Started")),
    EventKind.NODE_COMPLETED: ("debug", mark("Completed")),
    EventKind.NODE_SKIPPED: ("debug", mark("Skipped")),
    EventKind.NODE_CANCELLED: ("warning", mark("Cancelled")),
    EventKind.NODE_INTERRUPTED: ("info", mark("Interrupted; runs again on resume")),
    EventKind.NODE_IN_DOUBT: ("warning", mark("In doubt: it may or may not have taken effect")),
    EventKind.NODE_WAITING: ("info", mark("Waiting")),
    EventKind.SIGNAL_RECEIVED: ("info", mark("Signal received")),
}


def _story(event: Event) -> tuple[str, str] | None:
    payload = event.payload or {}
    error = payload.get("error") or {}
    if event.kind in (EventKind.NODE_FAILED, EventKind.RUN_FAILED):
        word = tr("Failed") if event.node >= 0 else tr("Run failed")
        return "error", f"{word}: {said(str(error.get('message', '')))} ({kind_word(str(error.get('kind', 'error')))})"
    if event.kind == EventKind.NODE_RETRYING:
        delay = payload.get("delay")
        when = tr(" in {delay:.1f} s", delay=delay) if isinstance(delay, int | float) else ""
        message = said(str(error.get("message", "")))
        return "warning", tr(
            "Attempt {number} failed: {message}. Next try{when}.", number=event.attempt, message=message, when=when
        )
    if event.kind == EventKind.APPROVAL_GIVEN:
        return "info", tr("Approved") if payload.get("approved") else tr("Rejected")
    if event.kind == EventKind.FORM_SUBMITTED:
        return "info", tr("Answered")
    level, words = _STORIES.get(event.kind, ("", ""))
    return (level, tr(words)) if level else None
