"""When a run will end, judged by earlier runs of its workflow; pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from floworch.store.protocol import RunSummary
from floworch_designer.settings.words import counted, local_number, tr

#: Earlier runs that are looked at.
MOST = 5


def earlier(runs: Sequence[RunSummary], workflow_id: str, run_id: str) -> list[float]:
    """How long the last completed runs of a workflow took, seconds; ``runs`` with the newest first."""
    found = (
        run.duration
        for run in runs
        if run.workflow_id == workflow_id and run.run_id != run_id and run.status == "completed"
        and run.duration is not None and run.parent is None
    )  # fmt: skip
    return [took for took, _ in zip(found, range(MOST), strict=False)]


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
