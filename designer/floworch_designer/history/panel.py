"""The run history: a filtered table with what can be done to the selected run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from floworch.run.status import RunStatus
from floworch.store.protocol import RunSummary
from floworch_designer.history.model import GROUPS, RunsModel, is_damaged, status_of
from floworch_designer.history.query import size_text
from floworch_designer.history.under_pointer import Runs, UnderPointer
from floworch_designer.runs.words import moment_text
from floworch_designer.settings.words import counted, mark, tr
from floworch_designer.theme.magnifier import magnify
from floworch_designer.theme.table import dress
from floworch_designer.theme.theme import Theme

_R = RunStatus
#: Columns of workflow, id and size, and the least width of an id, px.
_WORKFLOW, _ID, _SIZE, _LEAST_ID = 1, 4, 5, 90
#: Beside the words of a cell, px.
PADDING = 20
#: Verb -> the statuses of a run it fits.
FITS: dict[str, frozenset[RunStatus]] = {
    "resume": frozenset({_R.PAUSED, _R.SUSPENDED, _R.INTERRUPTED}),
    "retry": frozenset({_R.FAILED}),
    "compare": frozenset(_R),
    "cancel": frozenset(set(_R) - {_R.COMPLETED, _R.FAILED, _R.CANCELLED, _R.CANCELLING, _R.ROLLING_BACK}),
}

#: What can be done to a run at once: verb -> words, tip, icon.
_BUTTONS = {
    "open": (mark("Open"), mark("Show the run on the canvas"), "open"),
    "resume": (mark("Resume"), mark("Go on with a paused, waiting or interrupted run"), "resume"),
    "retry": (mark("Retry"), mark("Run the nodes that failed again"), "retry"),
    "cancel": (mark("Stop"), mark("Cancel the run"), "stop"),
    "compare": (
        mark("Compare"),
        mark("Show what differs between this run and the one on the canvas, or between two selected runs (Ctrl+click)"),
        "compare",
    ),
}


#: What else can be done to a run, in the order of the menu: verb -> words, tip, key while the table has the focus.
MORE = {
    "again": (mark("Run again"), mark("Run the same definition with the same inputs"), ""),
    "again_inputs": (
        mark("Run again with other inputs…"),
        mark("Run the same definition; its inputs can be changed first"),
        "",
    ),
    "label": (mark("Name and tags…"), mark("Give the run a name, and tags to find it by"), ""),
    "report": (mark("Export a report…"), mark("Write what the run did as a web page or as Markdown"), ""),
    "delete": (mark("Delete…"), mark("Remove the run and what it called for ever"), "Del"),
}


#: Those of :data:`MORE` that are done to all selected runs.
SEVERAL = frozenset({"delete"})


class HistoryPanel(QWidget):
    """Shows what ``show_runs`` gives it and asks for the rest by signals, each with a run id.

    ``compare_two_requested`` has the older run first; ``chosen`` follows when other runs are selected.
    """

    open_requested = Signal(str)
    resume_requested = Signal(str)
    retry_requested = Signal(str)
    cancel_requested = Signal(str)
    compare_requested = Signal(str)
    compare_two_requested = Signal(str, str)
    chosen = Signal()
    refresh_requested = Signal()
    verb_requested = Signal(str, str)
    prune_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = RunsModel(theme, self)
        self.search = QLineEdit()
        self.status = QComboBox()
        self.table = Runs()
        self.buttons: dict[str, QPushButton] = {}
        self.none = QLabel()
        self.total = QLabel()
        self._needs_for_words = 0
        self._chosen: list[str] = []
        self._people: str | None = None
        self.none.setWordWrap(True)
        self.none.setProperty("role", "secondary")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(240, 80)
        layout.setContentsMargins(12, 8, 12, 4)
        layout.setSpacing(6)
        layout.addLayout(self._bar(theme))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.none, 1)
        self._build_table()
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.model.modelReset.connect(self._on_reset)
        self._on_reset()

    def _bar(self, theme: Theme) -> QHBoxLayout:
        self.search.setPlaceholderText(tr("Filter runs"))
        self.search.setToolTip(tr("Words, or status:failed, tag:nightly, workflow:shop, name:night"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(360)
        self.search.setAccessibleName(tr("Filter runs"))
        magnify(self.search, theme)
        self.status.setAccessibleName(tr("Filter by status"))
        self.status.addItem(tr("All statuses"), "")
        for group in GROUPS:
            self.status.addItem(tr(group), group)
        self.search.textChanged.connect(self._filter)
        self.status.currentTextChanged.connect(self._filter)
        bar = self._line = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.search, 4)
        bar.addWidget(self.status)
        self.total.setProperty("role", "caption")
        bar.addWidget(self.total)
        bar.addStretch(1)
        for verb, (text, tip, _icon) in _BUTTONS.items():
            button = QPushButton(tr(text))
            button.setAccessibleName(tr(text))
            button.setToolTip(f"{tr(text)}: {tr(tip)}")
            button.clicked.connect(lambda _checked=False, verb=verb: self._emit(verb))
            self.buttons[verb] = button
            bar.addWidget(button)
        bar.addWidget(self._more_button(theme))
        refresh = QPushButton()
        refresh.setProperty("kind", "quiet")
        refresh.setIcon(theme.icon("refresh", "text_secondary", 14))
        refresh.setToolTip(tr("Read the store again"))
        refresh.setAccessibleName(tr("Refresh"))
        refresh.clicked.connect(self.refresh_requested)
        bar.addWidget(refresh)
        return bar

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit: the words of the buttons, the count of the runs, the choice of a status."""
        super().resizeEvent(event)
        self._fit()
        self._leave_out()

    def _leave_out(self) -> None:
        """Leave out the size, then the id, which would be a few letters: no column hides behind the edge."""
        room = self.width() - 24 - sum(self._widths.values())
        narrow = room + self._widths[_SIZE] < _LEAST_ID
        self.table.setColumnHidden(_SIZE, room < _LEAST_ID)
        self.table.setColumnHidden(_ID, narrow)
        header, modes = self.table.horizontalHeader(), QHeaderView.ResizeMode
        header.setSectionResizeMode(_WORKFLOW, modes.Stretch if narrow else modes.Interactive)

    def _fit(self) -> None:
        room = self.width() - 24
        for words, total, status in ((True, True, True), (False, True, True), (False, False, True), (False,) * 3):
            if words and room < self._needs_for_words:
                continue  # known without trying, which would dress the buttons twice at every step of a drag
            self._dress_buttons(words)
            self.total.setVisible(total)
            self.status.setVisible(status)
            needs = self._line.minimumSize().width()
            if words:
                self._needs_for_words = needs
            if needs <= room:
                break

    def _dress_buttons(self, words: bool) -> None:
        for verb, (text, _tip, icon) in _BUTTONS.items():
            button = self.buttons[verb]
            if bool(button.text()) is not words or button.icon().isNull() is not words:
                button.setText(tr(text) if words else "")
                button.setIcon(QIcon() if words else self._theme.icon(icon, "text_secondary", 14))
                button.setProperty("kind", None if words else "picture")
                button.style().unpolish(button)
                button.style().polish(button)
        self._line.invalidate()

    def _more_button(self, theme: Theme) -> QToolButton:
        button = self.more = QToolButton()
        button.setIcon(theme.icon("more", "text_secondary", 16))
        button.setToolTip(tr("What else can be done to the run, and to old ones"))
        button.setAccessibleName(tr("More"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        self._fill_more(menu)
        menu.addSeparator()
        menu.addAction(tr("Remove old runs…")).triggered.connect(self.prune_requested)
        button.setMenu(menu)
        menu.aboutToShow.connect(self._on_more)
        return button

    def _fill_more(self, menu: QMenu) -> None:
        for verb, (text, tip, _key) in MORE.items():
            action = menu.addAction(tr(text))
            action.setData(verb)
            action.setToolTip(tr(tip))
            action.triggered.connect(lambda _checked=False, verb=verb: self._ask(verb))

    def _on_more(self) -> None:
        self._allow_more(self.more.menu())

    def _allow_more(self, menu: QMenu) -> None:
        for action in menu.actions():
            if action.data() in MORE:
                action.setEnabled(self._may(action.data()))

    def _may(self, verb: str) -> bool:
        """Whether something of :data:`MORE` can be done to what is selected: to one run, or to several at once."""
        return bool(self.runs) if verb in SEVERAL else self.run is not None

    def _ask(self, verb: str) -> None:
        if self._may(verb):
            self.verb_requested.emit(verb, self.runs[0].run_id)

    def weigh(self, sizes: Mapping[str, int]) -> None:
        """Show how much of the disk runs take, bytes by run id."""
        self.model.weigh(sizes)
        self._tell()

    def _build_table(self) -> None:
        table = self.table
        self._widths = {0: 148, _WORKFLOW: 150, 2: _moment_width(table), 3: 80, _SIZE: 76}
        dress(table, self.model, tr("Runs"), self._widths, (_ID,), lambda: self._emit("open"))
        table.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # ids of one workflow differ at their ends
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._on_menu)
        self._under = UnderPointer(table, self.model)
        self._under.opened.connect(self.open_requested)
        for verb, (_text, _tip, keys) in MORE.items():
            if keys:
                shortcut = QShortcut(keys, table, context=Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(lambda verb=verb: self._ask(verb))

    @property
    def runs(self) -> list[RunSummary]:
        """The selected runs, from top to bottom."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.rows[row] for row in rows if row < len(self.model.rows)]

    @property
    def run(self) -> RunSummary | None:
        """The selected run; None when several are."""
        runs = self.runs
        return runs[0] if len(runs) == 1 else None

    @property
    def two(self) -> tuple[str, str] | None:
        """Ids of the two runs that are selected and can be compared, the older first; else None."""
        runs = sorted(self.runs, key=lambda run: run.created_at)
        if len(runs) != 2 or any(map(is_damaged, runs)):
            return None
        return runs[0].run_id, runs[1].run_id

    def hold(self, run_id: str | None) -> None:
        """Do not offer to resume a run that waits for answers only: the answer does; None: offer it again."""
        if run_id != self._people:
            self._people = run_id
            self._on_selection()

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show these runs; those that are selected stay so, and the list stays where it was scrolled to."""
        selected = {run.run_id for run in self.runs}
        bar = self.table.verticalScrollBar()
        place, pointed = bar.value(), self._under.run()
        self.model.show(runs, time.time())
        if selected != {run.run_id for run in self.runs}:
            self._select_again(selected)
        self.table.go_to(place + self._under.moved(pointed))
        self._on_selection()
        self._tell()

    def _select_again(self, run_ids: set[str]) -> None:
        rows, flags = QItemSelection(), QItemSelectionModel.SelectionFlag
        for number, run in enumerate(self.model.rows):
            if run.run_id in run_ids:
                index = self.model.index(number, 0)
                rows.select(index, index)
                self.table.selectionModel().setCurrentIndex(index, flags.NoUpdate)
        self.table.selectionModel().select(rows, flags.ClearAndSelect | flags.Rows)

    def select(self, run_id: str) -> None:
        """Select a run by id if it is shown."""
        for number, run in enumerate(self.model.rows):
            if run.run_id == run_id:
                self._select_again({run_id})  # ``selectRow`` would heed the keys that are held, such as Ctrl+Enter
                self.table.scrollTo(self.model.index(number, 0))

    def only(self, group: str) -> None:
        """Show the runs of one group of statuses, whatever was looked for before."""
        self.search.clear()
        self.status.setCurrentIndex(self.status.findData(group))

    def _filter(self) -> None:
        self.model.filter(self.search.text(), self.status.currentData() or "")
        self._tell()

    def _emit(self, verb: str) -> None:
        if verb == "compare" and self.two is not None:
            self.compare_two_requested.emit(*self.two)
            return
        run = self.run
        if run is not None and self._fits(run, verb):
            signals = {
                "open": self.open_requested,
                "resume": self.resume_requested,
                "retry": self.retry_requested,
                "cancel": self.cancel_requested,
                "compare": self.compare_requested,
            }
            signals[verb].emit(run.run_id)

    def _fits(self, run: RunSummary | None, verb: str) -> bool:
        return run is not None and _fits(run, verb) and not (verb == "resume" and _waits(run, self._people))

    def _on_selection(self) -> None:
        run = self.run
        for verb, button in self.buttons.items():
            button.setEnabled(self._fits(run, verb))
        tip = (
            tr("The answer to its question makes it go on") if _waits(run, self._people) else tr(_BUTTONS["resume"][1])
        )
        self.buttons["resume"].setToolTip(f"{tr(_BUTTONS['resume'][0])}: {tip}")
        if self.two is not None:
            self.buttons["compare"].setEnabled(True)
        chosen = [run.run_id for run in self.runs]
        if chosen != self._chosen:
            self._chosen = chosen
            self.chosen.emit()

    def _on_reset(self) -> None:
        self._on_selection()
        self._tell()

    def _tell(self) -> None:
        shown = bool(self.model.rows)
        count, size = self.model.total, self.model.size
        runs = counted(count, "1 run", "{n} runs")
        told = f"{runs} · {size_text(size)}" if size else runs
        if told != self.total.text():
            self.total.setText(told)
            self._fit()
        self.table.setVisible(shown)
        self.none.setVisible(not shown)
        if self.model.total:
            self.none.setText(tr("No run fits the filter."))
        else:
            self.none.setText(tr("No runs yet. Press F5 to run the workflow; every run is kept here."))

    def _on_menu(self, place: QPoint) -> None:
        runs = self.runs
        if not runs:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for verb, button in self.buttons.items():
            action = menu.addAction(tr(_BUTTONS[verb][0]))
            action.setEnabled(button.isEnabled())
            action.triggered.connect(lambda _checked=False, verb=verb: self._emit(verb))
        menu.addSeparator()
        self._fill_more(menu)
        menu.addSeparator()
        copy = menu.addAction(tr("Copy run id"))
        ids = "\n".join(run.run_id for run in runs)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(ids))
        self._allow_more(menu)
        menu.popup(self.table.viewport().mapToGlobal(place))


def _moment_width(table: QTableView) -> int:
    """Room for the moment at which any run began: days and months have names of different widths."""
    now = time.time()
    moments = (moment_text(now - days * 86400, now) for days in range(1, 800, 9))
    return max(map(table.fontMetrics().horizontalAdvance, moments)) + PADDING


def _fits(run: RunSummary, verb: str) -> bool:
    """Whether something can be done to a run; opening a damaged one says what can."""
    return verb == "open" or (not is_damaged(run) and status_of(run) in FITS[verb])


def _waits(run: RunSummary | None, people: str | None) -> bool:
    """Whether a run is the one that waits for ``people`` only, and still does."""
    return run is not None and run.run_id == people and status_of(run) is _R.SUSPENDED
