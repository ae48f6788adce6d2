"""Run summaries as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt

from floworch.run.status import RunStatus
from floworch.run.view import work_time
from floworch.store.protocol import RunSummary
from floworch_designer.history.query import Query, size_text
from floworch_designer.runs.words import RUN_COLORS, RUN_ICONS, RUN_WORDS, moment_text, took_text, worked_text
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.table import Index, RowsModel
from floworch_designer.theme.theme import Theme

COLUMNS = (mark("Status"), mark("Workflow"), mark("Started"), mark("Duration"), mark("Run id"), mark("Size"))

#: What lists call a run whose journal cannot be read; no status that a run itself has.
DAMAGED = "damaged"


def status_of(summary: RunSummary) -> RunStatus:
    """The summary's status as an enum; an unknown word counts as interrupted."""
    try:
        return RunStatus(summary.status)
    except ValueError:
        return RunStatus.INTERRUPTED


def is_damaged(summary: RunSummary) -> bool:
    """Whether the run's journal cannot be read: nothing can be done with it before it is salvaged."""
    return summary.status == DAMAGED


def worked(summary: RunSummary) -> float | None:
    """Seconds that a run took without those in which it rested; None before its end. It may end without a start."""
    return work_time(summary.started_at or summary.created_at, summary.ended_at, summary.rested)


class RunsModel(RowsModel):
    """Rows of :data:`COLUMNS`; ``show`` replaces them and ``filter`` narrows them, keeping what is equal."""

    columns, say = COLUMNS, staticmethod(tr)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._all: tuple[RunSummary, ...] = ()
        self._now = 0.0
        self._query, self._group = Query(), ""
        self._sizes: Mapping[str, int] = {}
        self.rows: tuple[RunSummary, ...] = ()

    def show(self, runs: Sequence[RunSummary], now: float) -> None:
        """Show these runs, newest first; ``now`` in epoch seconds decides how times are written."""
        self._all, self._now = tuple(runs), now
        self._apply()

    def filter(self, text: str, group: str) -> None:
        """Keep runs that ``text`` asks for (see Query) and whose status word is in ``group`` (see GROUPS)."""
        self._query, self._group = Query.of(text), group
        self._apply()

    def weigh(self, sizes: Mapping[str, int]) -> None:
        """Show how much of the disk runs take, bytes by run id."""
        self._sizes = sizes
        if self.rows:
            self.dataChanged.emit(self.index(0, 5), self.index(len(self.rows) - 1, 5))

    def size_of(self, run_id: str) -> int | None:
        """Bytes of a run, as far as they were weighed."""
        return self._sizes.get(run_id)

    @property
    def size(self) -> int:
        """Bytes of all runs, large values included."""
        return sum(self._sizes.values())

    @property
    def all(self) -> tuple[RunSummary, ...]:
        """Every run, whatever the filter."""
        return self._all

    @property
    def total(self) -> int:
        """Number of runs before filtering."""
        return len(self._all)

    def data(self, index: Index, role: int = 0) -> Any:
        """Text, colour and icon of a cell; UserRole is the summary."""
        run = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text_of(run, index.column())
        if role == Qt.ItemDataRole.UserRole:
            return run
        if index.column() == 0 and role == Qt.ItemDataRole.DecorationRole:
            status = RunStatus.FAILED if is_damaged(run) else status_of(run)
            return self._theme.icon(RUN_ICONS[status], RUN_COLORS[status], 16)
        if role == Qt.ItemDataRole.ToolTipRole:
            return worked_text(worked(run), run.rested) if index.column() == 3 else run.run_id
        if role == Qt.ItemDataRole.ForegroundRole and index.column() >= 2:
            return self._theme.color("text_secondary")
        return None

    def _text_of(self, run: RunSummary, column: int) -> str:
        if column == 0:
            return tr("Damaged") if is_damaged(run) else tr(RUN_WORDS[status_of(run)])
        if column == 1:
            return run.workflow_id
        started = run.started_at or run.created_at
        if column == 2:
            return moment_text(started, self._now)
        if column == 3:
            return took_text(worked(run)) or "–"
        if column == 5:
            return size_text(self._sizes.get(run.run_id))
        tags = "".join(f"  #{tag}" for tag in run.tags)
        return f"{run.name} · {run.run_id}{tags}" if run.name else f"{run.run_id}{tags}"

    def _apply(self) -> None:
        rows = tuple(run for run in self._all if _is_in(run, self._group) and self._query.fits(run))
        if [run.run_id for run in rows] == [run.run_id for run in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


_R = RunStatus
GROUPS: dict[str, frozenset[RunStatus]] = {
    "Running": frozenset({_R.CREATED, _R.RUNNING, _R.PAUSING, _R.CANCELLING, _R.ROLLING_BACK}),
    "Paused or waiting": frozenset({_R.PAUSED, _R.SUSPENDED}),
    "Interrupted": frozenset({_R.INTERRUPTED}),
    mark("Damaged"): frozenset(),
    "Completed": frozenset({_R.COMPLETED}),
    "Failed": frozenset({_R.FAILED}),
    "Cancelled": frozenset({_R.CANCELLED}),
}


def _is_in(run: RunSummary, group: str) -> bool:
    if group not in GROUPS:
        return True
    return group == "Damaged" if is_damaged(run) else status_of(run) in GROUPS[group]
