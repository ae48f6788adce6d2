"""When a run will end, judged by earlier runs of its workflow; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from statistics import median

from floworch.run.state import RunState
from floworch.store.protocol import RunSummary
from floworch_designer.settings.words import counted, local_number, tr

#: Earlier runs that are looked at.
MOST = 5


def earlier(runs: Sequence[RunSummary], workflow_id: str, run_id: str) -> list[float]:
    """How long the last completed runs of a workflow took, seconds; ``runs`` with the newest first."""
    return [run.duration or 0.0 for run in last(runs, workflow_id, run_id)]


def last(runs: Sequence[RunSummary], workflow_id: str, run_id: str) -> list[RunSummary]:
    """The last completed runs of a workflow but the one of that id; ``runs`` with the newest first."""
    found = (
        run
        for run in runs
        if run.workflow_id == workflow_id and run.run_id != run_id and run.status == "completed"
        and run.duration is not None and run.parent is None
    )  # fmt: skip
    return [run for run, _ in zip(found, range(MOST), strict=False)]


def is_asking(action: str) -> bool:
    """Whether an action waits for a person or a signal: how long says nothing of the next time."""
    return action.startswith("human.") or action == "flow.signal"


def waited(state: RunState, asking: Collection[str], now: float) -> float:
    """Seconds of a run up to ``now`` in which nothing was at work but nodes that wait for a person or a signal.

    Args:
        state: The run.
        asking: Ids of such nodes; those in bodies, of which no times are known, are not heeded.
        now: Epoch seconds.
    """
    waits: list[tuple[float, float]] = []
    works: list[tuple[float, float]] = []
    for name, number in state.index.items():
        start = state.started[number]
        if start is not None and number not in state.parents:
            (waits if name in asking else works).append((start, state.ended[number] or now))
    return _length((*waits, *works)) - _length(works) if waits else 0.0


def _length(spans: Iterable[tuple[float, float]]) -> float:
    """How long it was that at least one of some spans lasted."""
    total, until = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def left_text(took: Sequence[float], elapsed: float) -> str:
    """``about 2 min left``, or that it takes longer than before; empty when nothing is known or it is over at once."""
    if not took:
        return ""
    usual = median(took)
    left = usual - elapsed
    if usual < 2.0:
        return ""
    if left <= 0:
        return tr("longer than before") if elapsed > usual * 1.2 else tr("about to end")
    return tr("about {time} left", time=_about(left))


def source_text(took: Sequence[float]) -> str:
    """Where that is from."""
    if not took:
        return ""
    return counted(len(took), "From the last completed run", "From the last {n} completed runs")


def _about(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds / 5) * 5 if seconds > 10 else round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else local_number(f"{seconds / 3600:.1f} h")
