"""Operator mode: the inputs of one workflow as a form, large buttons, the state in words, the result; nothing else.

Nothing can be edited in it: the canvas and the panels are put away, and of the action table only the rows of
:data:`ALLOWED` work. The strips above stay, for they ask for approvals and tell of failures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from floworch.run.status import RunStatus
from floworch_designer.app.inputs.operator_sets import SetChoice
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.input_fields import input_fields
from floworch_designer.inspector.result_page import ResultPage
from floworch_designer.runs.words import RUN_COLORS, RUN_ICONS, counts_text, ended_count, run_word, time_passes
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.stylesheet import wear

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab

#: Rows of the action table that work in operator mode.
ALLOWED: Final = frozenset({
    "run.start", "run.pause", "run.pause_now", "run.resume", "run.stop", "run.retry", "run.would_do", "view.operator",
    "view.theme", "view.commands", "file.quit", "help.keys", "help.about",
})  # fmt: skip
#: The large buttons: action, words, icon.
_BUTTONS: Final = (
    ("run.start", mark("Run"), "play"),
    ("run.pause", mark("Pause"), "pause"),
    ("run.resume", mark("Resume"), "resume"),
    ("run.stop", mark("Stop"), "stop"),
    ("run.retry", mark("Try again"), "retry"),
)
#: Which of them comes next and is filled, by the status of the run; with none of them it is an answer, else Run.
_NEXT: Final = {RunStatus.PAUSED: "run.resume", RunStatus.INTERRUPTED: "run.resume", RunStatus.SUSPENDED: ""}
#: Milliseconds between two looks at the clock while time passes.
TICK: Final = 500
NO_INPUTS: Final = mark("This workflow needs no inputs. Press Run.")


class Operator(QObject):
    """Turns a window to operator mode and back.

    Attributes:
        on: Whether the window is in it.
        locked: It was opened in it, and stays in it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.on = self.locked = False
        self.page: OperatorPage | None = None
        self._layout: QByteArray | None = None
        self._hidden: list[QWidget] = []

    def set(self, on: bool) -> None:
        """Enter or leave it; leaving is not possible where the window was opened in it."""
        if on == self.on or (self.locked and not on):
            return
        self.on = on
        (self._enter if on else self._leave)()
        self._window.commands["view.operator"].setChecked(on)
        self._window.refresh_actions()

    def lock(self) -> None:
        """Enter it for good."""
        self.set(True)
        self.locked = True
        if self.page is not None:
            self.page.leave.hide()

    def permits(self, row: str) -> bool:
        """Whether a row of the action table works now."""
        return not self.on or (row in ALLOWED and not (self.locked and row == "view.operator"))

    def follow(self) -> None:
        """Another workflow is in front: show its form."""
        page, tab = self.page, self._window.tab
        if self.on and page is not None and page.workflow is not tab.document.workflow and not page.take(tab):
            self._place()

    def retheme(self) -> None:
        """Show what has colours of its own in those the theme has now."""
        if self.page is not None:
            self.page.refresh()

    def _enter(self) -> None:
        window = self._window
        self._layout = window.saveState()
        bars = window.findChildren(QToolBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        docks = list(window.docks.values())
        around = (window.menuBar(), window.tab_strip, window.canvases, window.scrubber, window.statusBar())
        self._hidden = [widget for widget in (*around, *bars, *docks) if not widget.isHidden()]
        _let_go(window)
        for widget in self._hidden:
            widget.hide()
        self._place()

    def _leave(self) -> None:
        window = self._window
        self._drop()
        window.setUpdatesEnabled(False)  # nothing is painted at the places that are only passed through
        for widget in self._hidden:
            widget.show()
        if self._layout is not None:
            window.restoreState(self._layout)
        window.setUpdatesEnabled(True)
        window.canvas.setFocus()

    def _place(self) -> None:
        self._drop()
        self.page = OperatorPage(self._window)
        self.page.leave.setVisible(not self.locked)
        self._window.centre.addWidget(self.page, 1)
        self.page.show()  # a layout shows it later, and until then the strips would take all the room
        self.page.begin()

    def _drop(self) -> None:
        old, self.page = self.page, None
        if old is not None:
            _let_go(self._window)
            self._window.centre.removeWidget(old)
            old.hide()
            old.deleteLater()


class OperatorPage(QWidget):
    """Title, inputs and buttons at the left, state and result at the right."""

    _lit: str | None = None

    def __init__(self, window: MainWindow) -> None:
        # From the top down: each time a part gets its place, Qt works out anew what all below it inherits.
        super().__init__(window.centre.parentWidget())
        self.hide()
        self._window = window
        tab = self._tab = window.tab
        self.workflow = tab.document.workflow
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
        self.glyph, self.status, self.counts = QLabel(), QLabel(), QLabel()
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
        self.refresh()

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
        self.glyph.setVisible(state is not None)
        self.progress.setVisible(state is not None)
        self.counts.setVisible(state is not None)
        self.result.show_run()
        self._light()
        passes = state is not None and time_passes(state.status)
        if passes != self.tick.isActive():
            (self.tick.start if passes else self.tick.stop)()
        if state is None:
            self.status.setText(tr("Not running"))
            wear(self.status, "font-size: 22px; font-weight: 600;")
            return
        theme, color = self._window.theme, RUN_COLORS[state.status]
        self.glyph.setPixmap(theme.pixmap(RUN_ICONS[state.status], color, 28))
        self.status.setText(run_word(state.status, state.counted_running()))
        wear(self.status, f"font-size: 22px; font-weight: 600; color: {theme.tokens[color]}")
        self.counts.setText(counts_text(state))
        self.progress.setRange(0, max(1, len(state.index)))
        self.progress.setValue(ended_count(state))
        self.setAccessibleDescription(f"{self.status.text()}. {self.counts.text()}")

    def _light(self) -> None:
        """Fill the button of what comes next; while a question waits that is its answer, in the strip above."""
        state = self._window.front_feed.live
        lit = "run.start" if state is None else _NEXT.get(state.status, "run.start")
        if lit == self._lit:
            return
        self._lit = lit
        for name, _words, icon in _BUTTONS:
            button, filled = self.buttons[name], name == lit
            button.setProperty("kind", "primary" if filled else "")
            button.setIcon(self._window.theme.icon(icon, "accent_text" if filled else "text", 20))
            button.style().unpolish(button)
            button.style().polish(button)

    def _follow(self) -> None:
        """The buttons can what their actions can; those that are rarely needed are there only then."""
        for name, button in self.buttons.items():
            enabled = self._window.commands[name].isEnabled()
            button.setEnabled(enabled)
            button.setVisible(enabled or name in ("run.start", "run.pause", "run.stop"))

    def _on_grown(self, _itself: bool) -> None:
        self.refresh()

    def _keep(self, _index: int = 0) -> None:
        """What is typed is what the next run gets."""
        self._window.session.inputs[self.workflow.id] = self._values()

    def _values(self) -> dict[str, Any]:
        return dict(self.form.values())

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 24, 28, 24)
        row.setSpacing(28)
        row.addWidget(self._left(), 4)
        line = QFrame()
        line.setProperty("role", "vline")
        line.setFixedWidth(1)
        row.addWidget(line)
        row.addWidget(self._right(), 5)

    def _left(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self._title.setStyleSheet("font-size: 26px; font-weight: 600;")
        self._about.setProperty("role", "secondary")
        for label in (self._title, self._about):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
        self._name()
        if self.workflow.inputs:
            column.addWidget(self.sets)
            column.addWidget(_scrolled(self.form), 1)
        else:
            for unused in (self.sets, self.form):  # else they have no parent and outlive the page
                unused.setParent(box)
                unused.hide()
            none = QLabel(tr(NO_INPUTS))
            none.setProperty("role", "secondary")
            column.addWidget(none)
            column.addStretch(1)
        for name, words, _icon in _BUTTONS:
            column.addWidget(self._large(name, words))
        column.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _name(self) -> None:
        self._title.setText(self.workflow.name or self.workflow.id)
        self._about.setText(self.workflow.description)
        self._about.setVisible(bool(self.workflow.description))

    def _right(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.glyph)
        head.addWidget(self.status, 1)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Nodes that ended"))
        self.counts.setProperty("role", "secondary")
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.counts)
        self.result = ResultPage(self._context, box)  # after what is at the left, in the order of Tab, too
        column.addWidget(self.result, 1)
        return box

    def _large(self, name: str, words: str) -> QPushButton:
        action = self._window.commands[name]
        button = QPushButton(tr(words))
        button.setIconSize(QSize(20, 20))
        button.setMinimumHeight(48)
        button.setStyleSheet("font-size: 16px;")
        button.setToolTip(action.toolTip())
        button.clicked.connect(lambda _checked=False: action.trigger())

        action.changed.connect(self._follow)
        self.buttons[name] = button
        return button


def _let_go(window: MainWindow) -> None:
    """Take the focus from what is about to be hidden: Qt would look for the next one at each part, among all others."""
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()


def _scrolled(widget: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what is in it, which is seen
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 8, 0)
    column.addWidget(widget)
    column.addStretch(1)
    scroll.setWidget(inner)
    return scroll
