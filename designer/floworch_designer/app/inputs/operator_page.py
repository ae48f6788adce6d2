"""The page of operator mode: inputs and the runs so far at the left, what happens and comes of it at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from floworch.run.status import RunStatus
from floworch_designer.app.inputs.operator_now import NowLines, steps_now
from floworch_designer.app.inputs.operator_runs import RunLines
from floworch_designer.app.inputs.operator_sets import SetChoice
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.input_fields import input_fields
from floworch_designer.inspector.result_page import ResultPage
from floworch_designer.inspector.run_page import MESSAGE
from floworch_designer.inspector.values import bounded_text
from floworch_designer.runs.expected import left_text
from floworch_designer.runs.words import (
    RUN_COLORS,
    RUN_ICONS,
    counts_text,
    ended_count,
    run_word,
    sentences,
    time_passes,
    time_text,
)
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.stylesheet import wear

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab

#: What controls a run, beside its state: action, words, icon. Only what can be done is there.
_CONTROLS: Final = (
    ("run.pause", mark("Pause"), "pause"),
    ("run.resume", mark("Resume"), "resume"),
    ("run.retry", mark("Try again"), "retry"),
    ("run.stop", mark("Stop"), "stop"),
)
_START: Final = ("run.start", mark("Run"), "play")
#: Which button comes next and is filled, by the status of the run; with none of them it is an answer, else Run.
_NEXT: Final = {RunStatus.PAUSED: "run.resume", RunStatus.INTERRUPTED: "run.resume", RunStatus.SUSPENDED: ""}
#: Milliseconds between two looks at the clock while time passes.
TICK: Final = 500
NO_INPUTS: Final = mark("This workflow needs no inputs. Press Run.")
#: The same while a run is under way: what comes next is in its card, or an answer.
NO_INPUTS_NOW: Final = mark("This workflow needs no inputs.")
#: Widths in px: of the page, of what is at the left. A line of text that is wider is hard to read.
WIDTH, LEFT = 1320, 400
#: Beside what scrolls, px: its bar is in the edge of the card.
EDGE = 8


class OperatorPage(QFrame):
    """A heading, and below it two columns of cards."""

    _lit: str | None = None

    def __init__(self, window: MainWindow) -> None:
        # From the top down: each time a part gets its place, Qt works out anew what all below it inherits.
        super().__init__(window.centre.parentWidget())
        self.hide()
        self._window = window
        tab = self._tab = window.tab
        self.workflow = tab.document.workflow
        self.setProperty("role", "operator")
        self.setAccessibleName(tr("Operator mode"))
        self.form = Form(input_fields(self.workflow.inputs), window.theme, expressions=False, as_json=True)
        self.form.set_values(window.session.inputs.get(self.workflow.id, {}))
        self.sets = SetChoice(window.sets, self.form, self._values)
        self.sets.box.activated.connect(self._keep)
        self.form.edited.connect(self._keep)
        if window.sets.chosen:
            self._keep()
        self.buttons: dict[str, QPushButton] = {}
        self.leave = QPushButton(tr("Back to editing"))
        self.leave.clicked.connect(lambda _checked=False: window.operator.set(False))
        self.glyph, self.status, self.counts, self.clock = QLabel(), QLabel(), QLabel(), QLabel()
        self._title, self._about = QLabel(), QLabel()
        self.progress = QProgressBar()
        self.tick = QTimer(self)  # a run that waits tells nothing, and its time passes
        self.tick.setInterval(TICK)
        self.tick.timeout.connect(self.refresh)
        feed = window.front_feed
        self._context = Context(tab.document, tab.sheet.selection, window.theme, tab.sheet.actions, feed)
        self._build()
        self._follow()
        window.front.status_changed.connect(self.refresh)
        feed.grew.connect(self._on_grown)
        feed.replaced.connect(self.refresh)
        window.history.model.modelReset.connect(self._list)
        window.history.model.dataChanged.connect(self._list)
        self.refresh()
        window.runs.refresh_history()

    def take(self, tab: Tab) -> bool:
        """Go on with an edited workflow; False when its form is another one, or that of another tab."""
        workflow = tab.document.workflow
        if tab is not self._tab or (workflow.id, workflow.inputs) != (self.workflow.id, self.workflow.inputs):
            return False
        self.workflow = workflow
        self._name()
        return True

    def begin(self) -> None:
        """Put the keyboard where one begins: into the first input, or on Run."""
        if self.form.rows:
            self.form.focus_first()
        else:
            self.buttons["run.start"].setFocus()

    def refresh(self) -> None:
        """Write the state of the run."""
        state = self._window.front_feed.live
        self.empty.setVisible(state is None)
        self.card.setVisible(state is not None)
        self.results.setVisible(state is not None)
        self.result.show_run()
        self.none.setText(tr(NO_INPUTS if state is None or state.status.final else NO_INPUTS_NOW))
        self._light()
        self._list()
        passes = state is not None and time_passes(state.status)
        if passes != self.tick.isActive():
            (self.tick.start if passes else self.tick.stop)()
        if state is None:
            self.status.setText(tr("Not running"))
            self.now.show_steps([])
            return
        self._tell(state)

    def _tell(self, state: RunState) -> None:
        theme, color, feed = self._window.theme, RUN_COLORS[state.status], self._window.front_feed
        self.glyph.setPixmap(theme.pixmap(RUN_ICONS[state.status], color, 26))
        self.status.setText(run_word(state.status, state.counted_running()))
        wear(self.status, f"font-size: 20px; font-weight: 600; color: {theme.tokens[color]}")
        self.counts.setText(counts_text(state))
        now = feed.now() if time_passes(state.status) else feed.live_at
        bar = self._window.run_bar
        took = bar.earlier(state) if state.status.live else []
        left = left_text(took, bar.worked(state, now)) if took else ""
        self.clock.setText(f"{time_text(state, now)}{f' · {left}' if left else ''}")
        self.progress.setRange(0, max(1, len(state.index)))
        self.progress.setValue(ended_count(state))
        wear(self.progress, f"QProgressBar::chunk {{ background: {theme.tokens[color]} }}")
        self.now.show_steps(steps_now(state, feed.title))
        self._say_why(state)
        traced = bool((state.error or {}).get("traceback"))
        self.result.error.setVisible(traced)
        given = bool(state.outputs or state.data or traced)
        self.waiting.setVisible(not given and not state.status.final)
        self.nothing.setVisible(not given and state.status.final)
        self.setAccessibleDescription(f"{self.status.text()}. {self.counts.text()}")

    def _say_why(self, state: RunState) -> None:
        """Where a run failed, why, and what to do about it; the result has the traceback, if there is one."""
        error = state.error or {}
        where, hint = error.get("node"), sentences(said(str(error.get(key) or "")) for key in ("message", "hint"))
        title = self._window.front_feed.title(str(where)) if where in state.index else where
        self.why.setText(tr("The run failed at “{name}”.", name=title) if title else "")
        self.hint.setText(bounded_text(hint, MESSAGE))
        self.why.setVisible(bool(title))
        self.hint.setVisible(bool(hint))

    def _list(self, *_what: object) -> None:
        """Show the runs of this workflow that nobody else called."""
        window = self._window
        mine = [run for run in window.history.model.all if run.workflow_id == self.workflow.id and run.parent is None]
        self.runs.show_runs(mine, window.controller.run_id)

    def _show(self, run_id: str) -> None:
        """Tell of another run; what is at the left stays."""
        controller = self._window.controller
        if run_id != controller.run_id:
            self._window.runs.go(controller.show(run_id), "open run")

    def _light(self) -> None:
        """Fill the button of what comes next; while a question waits that is its answer, in the strip above."""
        state = self._window.front_feed.live
        lit = "run.start" if state is None else _NEXT.get(state.status, "run.start")
        if lit == self._lit:
            return
        self._lit = lit
        for name, _words, icon in (_START, *_CONTROLS):
            button, filled = self.buttons[name], name == lit
            button.setProperty("kind", "primary" if filled else "")
            button.setIcon(self._window.theme.icon(icon, "accent_text" if filled else "text", 18))
            button.style().unpolish(button)
            button.style().polish(button)

    def _follow(self) -> None:
        """The buttons can what their actions can; what controls a run is there only then."""
        for name, button in self.buttons.items():
            enabled = self._window.commands[name].isEnabled()
            button.setEnabled(enabled)
            button.setVisible(enabled or name == "run.start")

    def _on_grown(self, _itself: bool) -> None:
        self.refresh()

    def _keep(self, _index: int = 0) -> None:
        """What is typed is what the next run gets."""
        self._window.session.inputs[self.workflow.id] = self._values()

    def _values(self) -> dict[str, Any]:
        return dict(self.form.values())

    # -- building ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        outer = QHBoxLayout(self)
        outer.setContentsMargins(28, 22, 28, 24)
        inner = QWidget(self)
        inner.setMaximumWidth(WIDTH)
        outer.addStretch(1)
        outer.addWidget(inner, 1000)
        outer.addStretch(1)
        page = QVBoxLayout(inner)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(18)
        page.addLayout(self._head())
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(self._left())
        row.addLayout(self._right(inner), 1)
        page.addLayout(row, 1)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(4)
        self._title.setStyleSheet("font-size: 24px; font-weight: 600;")
        self._about.setProperty("role", "secondary")
        for label in (self._title, self._about):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            words.addWidget(label)
        self._name()
        head = QHBoxLayout()
        head.setSpacing(24)
        head.addLayout(words, 1)
        self.leave.setProperty("kind", "quiet")
        head.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _name(self) -> None:
        self._title.setText(self.workflow.name or self.workflow.id)
        self._about.setText(self.workflow.description)
        self._about.setVisible(bool(self.workflow.description))

    def _left(self) -> QVBoxLayout:
        box, column = _card(tr("Inputs"), self)
        box.setFixedWidth(LEFT)
        self.none = _secondary(tr(NO_INPUTS))
        if self.workflow.inputs:
            self.none.setParent(box)
            self.none.hide()
            column.addWidget(self.sets)
            column.addWidget(_scrolled(self.form), 1)
        else:
            for unused in (self.sets, self.form):  # else they have no parent and outlive the page
                unused.setParent(box)
                unused.hide()
            column.addWidget(self.none)
        start = self._button(*_START[:2])
        start.setMinimumHeight(44)
        start.setStyleSheet("font-size: 15px;")
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, EDGE, 0)
        line.addWidget(start)
        column.addLayout(line)
        column.setContentsMargins(20, 16, 20 - EDGE, 18)
        self.runs = RunLines(self._window.theme, self)
        self.runs.setFixedWidth(LEFT)
        self.runs.chosen.connect(self._show)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addWidget(box)
        left.addWidget(self.runs)
        left.addStretch(1)
        return left

    def _right(self, parent: QWidget) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(16)
        self.card, column = _card("", parent)
        column.addLayout(self._state())
        self.progress.setTextVisible(False)
        self.progress.setProperty("role", "run")
        self.progress.setAccessibleName(tr("Nodes that ended"))
        column.addWidget(self.progress)
        told = QHBoxLayout()
        told.setSpacing(16)
        for label in (self.counts, self.clock):
            label.setProperty("role", "secondary")
        told.addWidget(self.counts, 1)
        told.addWidget(self.clock)
        column.addLayout(told)
        self.now = NowLines(self._window.theme)
        self.why, self.hint = QLabel(), _secondary("")
        self.why.setProperty("role", "heading")
        for label in (self.why, self.hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for widget in (self.now, self.why, self.hint):
            column.addWidget(widget)
        self.results = self._came_of_it(parent)
        self.empty = self._nothing_yet(parent)
        right.addWidget(self.card)
        right.addWidget(self.results, 1)
        right.addWidget(self.empty, 1)
        return right

    def _came_of_it(self, parent: QWidget) -> QFrame:
        box, column = _card(tr("Result"), parent)
        column.setContentsMargins(20, 16, 6, 8)
        self.waiting = _secondary(tr("What the run gives is shown here when it is done."))
        self.nothing = _secondary(tr("The run gave nothing back."))
        column.addWidget(self.waiting)
        column.addWidget(self.nothing)
        self.result = ResultPage(self._context, box)  # after what is at the left, in the order of Tab, too
        for told_above in (self.result.glyph, self.result.status, self.result.facts):
            told_above.hide()
        around = self.result.inner.layout()
        if around is not None:
            around.setContentsMargins(0, 0, 14, 8)  # in line with the heading
        column.addWidget(self.result, 1)
        return box

    def _state(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(8)
        self.glyph.setFixedSize(28, 36)  # as high as the buttons: nothing moves when they come and go
        head.addWidget(self.glyph)
        head.addWidget(self.status, 1)
        for name, words, _icon in _CONTROLS:
            head.addWidget(self._button(name, words))
        return head

    def _nothing_yet(self, parent: QWidget) -> QFrame:
        box, column = _card("", parent)
        column.setSpacing(6)
        self._picture = QLabel()
        title = QLabel(tr("Ready"))
        title.setProperty("role", "title")
        words = _secondary(tr("Press Run. What happens, and what comes of it, is shown here."))
        column.addStretch(2)
        for label in (self._picture, title, words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(3)
        self._window.theme.dress(self._picture, "play", "text_secondary", 32)
        return box

    def _button(self, name: str, words: str) -> QPushButton:
        action = self._window.commands[name]
        button = QPushButton(tr(words))
        button.setIconSize(QSize(18, 18))
        button.setMinimumHeight(34)
        button.setToolTip(action.toolTip())
        button.clicked.connect(lambda _checked=False: action.trigger())
        action.changed.connect(self._follow)
        self.buttons[name] = button
        return button


def _card(title: str, parent: QWidget) -> tuple[QFrame, QVBoxLayout]:
    box = QFrame(parent)
    box.setProperty("role", "card")
    column = QVBoxLayout(box)
    column.setContentsMargins(20, 16, 20, 18)
    column.setSpacing(12)
    if title:
        heading = QLabel(title)
        heading.setProperty("role", "title")
        column.addWidget(heading)
    return box, column


def _secondary(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "secondary")
    label.setWordWrap(True)
    return label


class _Fitting(QScrollArea):
    """As high as what is in it, where there is the room."""

    def sizeHint(self) -> QSize:
        """The size of the content."""
        inner: QWidget = self.widget()  # type: ignore[assignment]  # set where it is made
        height = inner.heightForWidth(LEFT - 48) if inner.hasHeightForWidth() else inner.sizeHint().height()
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        """One input and a half, so that one sees that there are more."""
        return QSize(super().minimumSizeHint().width(), min(96, self.sizeHint().height()))


def _scrolled(widget: QWidget) -> QScrollArea:
    scroll = _Fitting()
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what is in it, which is seen
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, EDGE, 0)
    column.addWidget(widget)
    column.addStretch(1)
    scroll.setWidget(inner)
    return scroll
