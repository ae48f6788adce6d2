"""A run's state in words: status, counts, durations and times; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from floworch.model.durations import duration_text
from floworch.run.state import RunState
from floworch.run.status import FINAL, NODE_STATUSES, NodeStatus, RunStatus
from floworch_designer.runs.doubts import doubts
from floworch_designer.runs.questions import answered
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import foreign, local_date, local_number, mark, tr

_S = NodeStatus
RUN_WORDS: dict[RunStatus, str] = {
    RunStatus.CREATED: mark("Starting"),
    RunStatus.RUNNING: mark("Running"),
    RunStatus.PAUSING: mark("Pausing"),
    RunStatus.PAUSED: mark("Paused"),
    RunStatus.SUSPENDED: mark("Waiting"),
    RunStatus.CANCELLING: mark("Stopping"),
    RunStatus.ROLLING_BACK: mark("Rolling back"),
    RunStatus.COMPLETED: mark("Completed"),
    RunStatus.FAILED: mark("Failed"),
    RunStatus.CANCELLED: mark("Cancelled"),
    RunStatus.INTERRUPTED: mark("Interrupted"),
}
#: Colour token of a run status.
RUN_COLORS: dict[RunStatus, str] = {
    RunStatus.CREATED: "pending",
    RunStatus.RUNNING: "running",
    RunStatus.PAUSING: "paused",
    RunStatus.PAUSED: "paused",
    RunStatus.SUSPENDED: "waiting",
    RunStatus.CANCELLING: "cancelled",
    RunStatus.ROLLING_BACK: "paused",
    RunStatus.COMPLETED: "success",
    RunStatus.FAILED: "failed",
    RunStatus.CANCELLED: "cancelled",
    RunStatus.INTERRUPTED: "retrying",
}
#: Icon of a run status.
RUN_ICONS: dict[RunStatus, str] = {
    RunStatus.CREATED: "status-pending",
    RunStatus.RUNNING: "status-running",
    RunStatus.PAUSING: "status-paused",
    RunStatus.PAUSED: "status-paused",
    RunStatus.SUSPENDED: "status-waiting",
    RunStatus.CANCELLING: "status-cancelled",
    RunStatus.ROLLING_BACK: "status-compensating",
    RunStatus.COMPLETED: "status-success",
    RunStatus.FAILED: "status-failed",
    RunStatus.CANCELLED: "status-cancelled",
    RunStatus.INTERRUPTED: "status-interrupted",
}
#: Seconds of rest that are told.
REST = 1.0
_GROUPS: tuple[tuple[str, frozenset[NodeStatus]], ...] = (
    (mark("done"), frozenset({_S.COMPLETED, _S.REUSED})),
    (mark("running"), frozenset({_S.RUNNING, _S.COMPENSATING})),
    (mark("retrying"), frozenset({_S.RETRYING})),
    (mark("waiting"), frozenset({_S.WAITING})),
    (mark("answered"), frozenset()),
    (mark("begun"), frozenset()),
    (mark("in doubt"), frozenset({_S.IN_DOUBT})),
    (mark("failed"), frozenset({_S.FAILED, _S.COMPENSATION_FAILED})),
    (mark("cancelled"), frozenset({_S.CANCELLED})),
    (mark("rolled back"), frozenset({_S.COMPENSATED})),
    (mark("not run"), frozenset({_S.SKIPPED, _S.BYPASSED})),
    (mark("to go"), frozenset({_S.PENDING})),
)


_ORDER = tuple(word for word, _ in _GROUPS)


def run_word(status: RunStatus, left: int = 0) -> str:
    """The status as people read it; ``left`` running attempts are named while pausing."""
    word = tr(RUN_WORDS[status])
    return tr("{word}, {left} left", word=word, left=left) if status is RunStatus.PAUSING and left else word


def counts_of(statuses: Iterable[NodeStatus]) -> dict[str, int]:
    """How many nodes are in each group of words, groups without nodes left out, in reading order."""
    tally: dict[NodeStatus, int] = {}
    for status in statuses:
        tally[status] = tally.get(status, 0) + 1
    return _grouped(tally)


def _grouped(tally: Mapping[NodeStatus, int]) -> dict[str, int]:
    counts = {word: sum(tally.get(status, 0) for status in group) for word, group in _GROUPS}
    return {word: count for word, count in counts.items() if count}


def counts_text(state: RunState) -> str:
    """``5 done · 2 running · 1 to go`` of the nodes at top level.

    Nothing is said to run while no process works on the run: what was begun then is ``begun``. Nor is anything said to
    wait for what it was given: that is ``answered``.
    """
    codes = state.node_status  # counted by Python's own search: this is asked ten times a second
    tally = {status: codes.count(status.code) for status in NODE_STATUSES}
    for inside in state.parents:
        tally[NODE_STATUSES[codes[inside]]] -= 1
    counts = _grouped(tally)
    if not state.status.live:
        counts["begun"] = counts.pop("running", 0)
        counts["answered"] = _answered(state)
        counts["waiting"] = counts.get("waiting", 0) - counts["answered"]
        counts = {word: count for word in _ORDER if (count := counts.get(word, 0))}
    if state.status.final and (left := counts.pop("to go", 0)):
        counts["not run"] = counts.get("not run", 0) + left
    return " · ".join(f"{count} {tr(word)}" for word, count in counts.items())


def _answered(state: RunState) -> int:
    """How many nodes at top level were answered and wait for the run to be resumed."""
    return sum((state.index[node], ()) in state.approvals for node in answered(state) if node in state.index)


def ended_count(state: RunState) -> int:
    """How many nodes have ended, those in bodies included."""
    codes = state.node_status
    if len(codes) != len(state.index):  # nodes that a later version of the definition has no more do not count
        return sum(state.status_of(node).final for node in state.index)
    ended = sum(codes.count(status.code) for status in FINAL)  # as above
    return ended + sum(state.status_of(i).final - NODE_STATUSES[codes[i]].final for i in state.parents)


def pause_text(state: RunState, title: Callable[[str], str]) -> str:
    """Why a run stands still that nobody asked to: at which breakpoint, after which step, or what does not work.

    ``title`` says what a node is called. Empty where there is no such reason.
    """
    if state.status is RunStatus.PAUSED and doubts(state):
        return tr("Answer the question above the canvas first")
    if state.status not in (RunStatus.PAUSED, RunStatus.PAUSING) or not state.pause_reason:
        return ""
    quoted = re.compile(r"'([^']+)'")
    return quoted.sub(lambda found: tr("“{label}”", label=title(found[1])) if found[1] in state.index else found[0],
                      said(state.pause_reason))  # fmt: skip


def sentences(texts: Iterable[str]) -> str:
    """Texts after one another, each ended with a point where a program's own words end the one before without any."""
    found = [text.strip() for text in texts if text.strip()]
    return " ".join([*(text if text[-1] in ".!?…" else f"{text}." for text in found[:-1]), *found[-1:]])


def time_text(state: RunState, now: float) -> str:
    """How long the run has been going, as a clock; ``in 19.3 s`` when it has ended."""
    if state.status.final and state.started_at is not None:
        took = took_text(elapsed(state, now))
        return tr("in {took}", took=took) if state.status is RunStatus.COMPLETED else tr("after {took}", took=took)
    return clock_text(elapsed(state, now))


def took_text(seconds: float | None) -> str:
    """A duration in seconds as :func:`duration_text` writes it, in the language of the window; empty for None."""
    return local_number(duration_text(seconds))


def worked_text(seconds: float | None, rested: float) -> str:
    """How long a run was worked on, and how long it rested if that is worth a word: ``29 s, paused 47 s``."""
    took = took_text(seconds)
    return tr("{took}, paused {rested}", took=took, rested=took_text(rested)) if took and rested >= REST else took


def clock_text(seconds: float) -> str:
    """Elapsed time as a clock: ``0:07``, ``12:40``, ``1:02:05``."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def span_text(seconds: float) -> str:
    """A time since the beginning of a run, exact to the tenth while that is seen: ``0.42 s``, ``7.3 s``, ``12:40``."""
    seconds = max(0.0, seconds)
    if seconds < 1:
        return local_number(f"{seconds:.2f} s")
    return local_number(f"{seconds:.1f} s") if seconds < 59.95 else clock_text(seconds)


def moment_text(at: float | None, now: float) -> str:
    """``10:04:07`` today, ``Mon 24 Nov, 10:04`` this year, with the year before that; local time; empty for None."""
    if at is None:
        return ""
    moment, today = (datetime.fromtimestamp(time, UTC).astimezone() for time in (at, now))
    if moment.date() == today.date():
        return f"{moment:%H:%M:%S}"
    if foreign():  # Python's names of days and months are those of the process, not of the window
        return local_date(moment, moment.year != today.year)
    return f"{moment:%a %d %b, %H:%M}" if moment.year == today.year else f"{moment:%d %b %Y, %H:%M}"


def time_passes(status: RunStatus) -> bool:
    """Whether a run's time goes on: it is worked on, or waits, which counts as well (contract C15)."""
    return status.live or status is RunStatus.SUSPENDED


def elapsed(state: RunState, now: float) -> float:
    """Seconds since the run began, up to its end or to ``now``, without those in which nobody worked on it."""
    if state.started_at is None:
        return 0.0
    moments = (state.ended_at, state.stopped_at, now)  # what stands still took no time since it stopped
    end = next(moment for moment in moments if moment is not None)
    return max(0.0, end - state.started_at - state.rested)
