"""The last runs of one workflow for who does not see the list of runs: how they ended, when, how long they took."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from floworch_designer.history.model import is_damaged, status_of, worked
from floworch_designer.inspector.widgets import restyle
from floworch_designer.runs.words import RUN_COLORS, RUN_ICONS, RUN_WORDS, moment_text, took_text
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from floworch.store.protocol import RunSummary
    from floworch_designer.theme.theme import Theme

#: Most runs that are listed, height of a line and of what is around them, px.
MOST, LINE, AROUND = 8, 34, 66
#: Lines that are there however low the window is.
LEAST = 2


class RunLines(QFrame):
    """A card with a button for each run, as many as there is room for; the shown one is marked."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runs: tuple[RunSummary, ...] = ()
        self._told: tuple[object, ...] = ()
        self.lines: list[_Line] = []
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        heading = QLabel(tr("Runs so far"))
        heading.setProperty("role", "title")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 16, 12, 12)
        self._column.setSpacing(2)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # lines without room are left out
        heading.setIndent(8)
        self._column.addWidget(heading)
        self._column.addSpacing(6)
        for _ in range(MOST):
            line = _Line(theme, self)
            line.chosen.connect(self.chosen)
            self.lines.append(line)
            self._column.addWidget(line)
        self._column.addStretch(1)

    def show_runs(self, runs: Sequence[RunSummary], shown: str | None) -> None:
        """List the newest of these runs; ``shown`` is the one that the page tells of."""
        runs = tuple(run for run in runs if not is_damaged(run))[:MOST]
        told = (self._theme.name, shown, *((run.run_id, run.status, run.started_at, run.ended_at) for run in runs))
        if told == self._told:
            return
        self._told, self._runs, now = told, runs, time.time()
        for line, run in zip(self.lines, runs, strict=False):
            line.show_run(run, run.run_id == shown, now)
        self.setVisible(bool(runs))
        self._fit()

    def sizeHint(self) -> QSize:
        """Room for every run."""
        return QSize(super().sizeHint().width(), AROUND + LINE * len(self._runs))

    def minimumSizeHint(self) -> QSize:
        """Room for the newest ones."""
        return QSize(200, AROUND + LINE * min(LEAST, len(self._runs)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the runs that have no room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(LEAST, (self.height() - AROUND) // LINE)
        for number, line in enumerate(self.lines):
            line.setVisible(number < min(len(self._runs), room))


class _Line(QPushButton):
    """One run. ``chosen`` tells of a click, with its id."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.run_id = ""
        self.clicked.connect(self._on_clicked)
        self.setProperty("kind", "run")
        self.setFixedHeight(LINE - 2)
        self._glyph, self._word, self._took, self._moment = QLabel(), QLabel(), QLabel(), QLabel()
        self._took.setProperty("role", "secondary")
        self._moment.setProperty("role", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        row.addWidget(self._glyph)
        row.addWidget(self._word, 1)
        row.addWidget(self._took)
        row.addWidget(self._moment)
        for label in (self._glyph, self._word, self._took, self._moment):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.run_id)

    def show_run(self, run: RunSummary, shown: bool, now: float) -> None:
        """Write a run."""
        status = status_of(run)
        self.run_id = run.run_id
        self._glyph.setPixmap(self._theme.pixmap(RUN_ICONS[status], RUN_COLORS[status], 16))
        word, took = tr(RUN_WORDS[status]), took_text(worked(run))
        moment = moment_text(run.started_at or run.created_at, now)
        self._word.setText(f"{word} · {run.name}" if run.name else word)
        self._took.setText(took)
        self._moment.setText(moment)
        self.setToolTip(tr("Show what came of it"))
        self.setAccessibleName(" ".join(filter(None, (word, run.name, moment, took))))
        restyle(self, "shown", "true" if shown else "false")
