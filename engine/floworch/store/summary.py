"""What a run list shows, from the run-level events alone: no definition, no node state is needed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from floworch.actions.suggest import one_of
from floworch.errors import UsageError
from floworch.run.events import Event, EventKind
from floworch.run.status import RunStatus
from floworch.store.protocol import RunHeader, RunSummary

_K = EventKind
_S = RunStatus

#: The run status each run-level event leaves behind; every other kind leaves it as it was.
STATUS_AFTER: dict[int, RunStatus] = {
    int(_K.RUN_CREATED): _S.CREATED,
    int(_K.RUN_STARTED): _S.RUNNING,
    int(_K.RUN_PAUSING): _S.PAUSING,
    int(_K.RUN_PAUSED): _S.PAUSED,
    int(_K.RUN_RESUMED): _S.RUNNING,
    int(_K.RUN_SUSPENDED): _S.SUSPENDED,
    int(_K.RUN_CANCELLING): _S.CANCELLING,
    int(_K.RUN_ROLLING_BACK): _S.ROLLING_BACK,
    int(_K.RUN_COMPLETED): _S.COMPLETED,
    int(_K.RUN_FAILED): _S.FAILED,
    int(_K.RUN_CANCELLED): _S.CANCELLED,
    int(_K.RUN_RETRIED): _S.RUNNING,
}
#: Derived status of a run whose journal was found damaged; never written.
DAMAGED = "damaged"
#: Kinds above this number are about nodes, items, signals and logs: they never change a run list.
LAST_RUN_KIND = int(_K.RUN_INTERRUPTED)


@dataclass(slots=True)
class RunFacts:
    """The facts about a run that change: its status, when it started and ended, and how long it rested in between.

    Attributes:
        status: As written.
        started_at, ended_at: Epoch seconds or None.
        rested: Seconds in which nobody worked on it, see ``RunSummary``.
        stopped_at: Since when nobody does, or None.
        seen: When the last event before the next one happened, or None.
    """

    status: RunStatus = RunStatus.CREATED
    started_at: float | None = None
    ended_at: float | None = None
    rested: float = 0.0
    stopped_at: float | None = None
    seen: float | None = field(default=None, compare=False)

    def apply(self, event: Event) -> bool:
        """Take one event in; return whether anything changed."""
        if event.kind > LAST_RUN_KIND:
            return False
        if event.kind == _K.RUN_INTERRUPTED and self.stopped_at is None:
            self.stopped_at = self.seen
        status = STATUS_AFTER.get(event.kind)
        if status is None or (status is _S.PAUSED and self.status is _S.CANCELLING):
            return False  # the second: a store that failed does not take a cancel back (C7.3)
        self._rest(event, status)
        self.status = status
        if event.kind == _K.RUN_STARTED and self.started_at is None:
            self.started_at = event.at
        self.ended_at = event.at if status.final else None
        return True

    def apply_all(self, events: Iterable[Event]) -> bool:
        """Take many events in; return whether anything changed."""
        changed, seen = False, self.seen
        for event in events:
            if event.kind <= LAST_RUN_KIND:
                self.seen = seen
                changed = self.apply(event) or changed
            seen = event.at
        self.seen = seen
        return changed

    def _rest(self, event: Event, status: RunStatus) -> None:
        """Count the time in which the run stood still once it goes on or is ended, as ``floworch.run.idle`` does."""
        if status is _S.PAUSED:
            self.stopped_at = event.at
            return
        since, self.stopped_at = self.stopped_at, None
        if since is None and status is _S.RUNNING:
            since = self.seen if self.status is _S.RUNNING else self.ended_at
        if since is not None:
            self.rested += max(0.0, event.at - since)

    def summary(self, header: RunHeader) -> RunSummary:
        """The line of a run list, with the status as written (``interrupted`` is not derived here)."""
        return RunSummary(
            header.run_id, header.workflow_id, str(self.status), header.created_at, self.started_at, self.ended_at,
            parent_of(header), rested=self.rested,
        )  # fmt: skip


def parent_of(header: RunHeader) -> str | None:
    """The run that called a run, or None."""
    parent = header.options.get("parent")
    run_id = parent.get("run_id") if isinstance(parent, dict) else None
    return run_id if isinstance(run_id, str) else None


def orphaned(status: RunStatus | str) -> bool:
    """Whether a run of this written status that no living process owns is ``interrupted`` (C7.3).

    A run that was created and never started counts too: nothing would ever start it.
    """
    status = RunStatus(status)
    return status.live or status is RunStatus.CREATED


def derive(summary: RunSummary, owned: bool) -> RunSummary:
    """The summary with the derived status: ``interrupted`` when it ought to be worked on and nobody does."""
    if not owned and orphaned(summary.status):
        return summary.replace(status=str(RunStatus.INTERRUPTED))
    return summary


def check_status(status: str | None) -> None:
    """Refuse to look for runs of a status that no run has.

    Raises:
        UsageError: It is not a word of C7.
    """
    if status is not None and status not in frozenset(RunStatus):
        raise UsageError(f"{status!r} is not a status of a run.", one_of(str(status), RunStatus))


def matches(
    summary: RunSummary, words: str, *, workflow: str | None, status: str | None, text: str | None, since: float | None
) -> bool:
    """Whether a run belongs in a list with these filters.

    Args:
        summary: The run, with its derived status.
        words: The text that ``text`` is looked for in (``searchable``).
        workflow: Exact workflow id, or None for all.
        status: Exact status word, or None for all.
        text: Part of the run id, workflow id or a tag, case-insensitive, or None for all.
        since: Only runs created at or after this time (epoch seconds), or None for all.
    """
    return (
        (workflow is None or summary.workflow_id == workflow)
        and (status is None or summary.status == status)
        and (since is None or summary.created_at >= since)
        and (text is None or text.casefold() in words)
    )


def searchable(header: RunHeader) -> str:
    """The case-folded words a run is found by: its id, its workflow's id and its tags, one a line."""
    tags = header.options.get("tags") or ()
    return "\n".join((header.run_id, header.workflow_id, *(str(tag) for tag in tags))).casefold()
