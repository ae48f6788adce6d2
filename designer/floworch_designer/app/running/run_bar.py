"""The bar above the canvas: run controls, and what the run is doing, always in words."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QActionEvent, QIcon, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch_designer.app.commands.commands import Commands
from floworch_designer.app.commands.menu_keys import by_letters
from floworch_designer.runs.controller import RunController
from floworch_designer.runs.expected import left_text, source_text
from floworch_designer.runs.words import (
    RUN_COLORS,
    RUN_ICONS,
    counts_text,
    elapsed,
    pause_text,
    run_word,
    time_passes,
    time_text,
)
from floworch_designer.settings.words import counted, tr
from floworch_designer.theme.elided import ElidedLabel
from floworch_designer.theme.stylesheet import wear
from floworch_designer.theme.theme import Theme

#: What the arrow beside Run offers.
_RUNS = ("run.start", "run.start_inputs", "run.to_here", "run.from_here", "run.this_node", "run.changed", "run.explain",
         "run.step", "run.retry", "run.copy_command")  # fmt: skip
#: Buttons that show their icon alone where there is little room.
_SHORT = ("run.pause", "run.resume", "run.stop", "run.activate", "run.result")
#: Statuses of a run that somebody is to go on with.
_STILL = frozenset({RunStatus.PAUSED, RunStatus.INTERRUPTED})
#: Milliseconds between two looks at what the run has done; what it is doing is told at once.
LATE = 100
#: Between the icon of a button and its words, px.
_BESIDE_ICON = 4
#: Room that is made for the words about a run, px; longer ones are cut.
_WORDS = 420


class _Prominent(QToolButton):
    """A filled button: its icon stands on the accent colour, while the same action in a menu stands on the menu's."""

    def light(self, icon: QIcon | None) -> None:
        """Be filled, with this icon whatever the action has; None: be a button like any other."""
        self._own = icon
        self.setProperty("role", "" if icon is None else "run")
        self.style().unpolish(self)
        self.style().polish(self)
        action = self.defaultAction()
        self.setIcon(icon or (action.icon() if action is not None else QIcon()))

    def actionEvent(self, event: QActionEvent) -> None:
        """Qt takes over everything of a changed action; the icon stays."""
        super().actionEvent(event)
        own = getattr(self, "_own", None)
        if own is not None:
            self.setIcon(own)


class RunBar(QFrame):
    """Run, Pause, Resume and Stop with the status, the elapsed time and the counts of the shown run."""

    def __init__(self, commands: Commands, controller: RunController, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller, self._theme, self._commands = controller, theme, commands
        self.setProperty("role", "runbar")
        self.setFixedHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.buttons: dict[str, QToolButton] = {}
        self._beside: list[QToolButton] = []
        #: How long earlier runs of the same workflow took, seconds.
        self.earlier: Callable[[RunState], list[float]] = lambda _state: []
        #: Of a run and a moment: seconds in which it was at work until then.
        self.worked: Callable[[RunState, float], float] = elapsed
        #: How many errors keep the workflow from running.
        self.errors: Callable[[], int] = lambda: 0
        self._lit = ""
        self._worded_now = True
        self._glyph = 0  # which picture the glyph shows
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(10, 0, 14, 0)
        layout.setSpacing(4)
        for name in ("file.new", "file.open", "file.save"):
            layout.addWidget(self._plain(commands, name))
        layout.addWidget(_line())
        for name in ("edit.undo", "edit.redo"):
            layout.addWidget(self._plain(commands, name))
        layout.addWidget(_line())
        layout.addWidget(self._split(commands, "run.start", _RUNS, _Prominent()))
        layout.addSpacing(4)
        layout.addWidget(self._split(commands, "run.pause", ("run.pause", "run.pause_now")))
        layout.addWidget(self._worded(commands, "run.resume", tr("Resume"), _Prominent()))
        layout.addWidget(self._worded(commands, "run.stop", tr("Stop")))
        layout.addWidget(self._worded(commands, "run.activate", tr("Activate")))
        layout.addWidget(_line())
        self._build_words(layout)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self.refresh)
        self._late = QTimer(self, singleShot=True, interval=LATE)
        self._late.timeout.connect(self.refresh)
        controller.status_changed.connect(self.refresh)
        commands["run.start"].changed.connect(self.advise)
        controller.feed.grew.connect(self._on_grown)
        self.refresh()

    def _build_words(self, layout: QHBoxLayout) -> None:
        self.glyph = QLabel()
        self.glyph.setFixedSize(18, 18)
        self.status = QLabel()
        self.status.setProperty("role", "run-status")
        self.clock = QLabel()
        self.clock.setProperty("role", "secondary")
        self.counts = ElidedLabel()
        self.counts.setProperty("role", "secondary")
        self.run_id = QLabel()
        self.run_id.setProperty("role", "caption")
        self.run_id.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addSpacing(4)
        for widget in (self.glyph, self.status, self.clock):
            layout.addWidget(widget)
            layout.addSpacing(4)
        layout.addWidget(self.counts, 1)
        self.results = self._plain(self._commands, "run.result")
        self.results.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        layout.addWidget(self.results)
        layout.addSpacing(8)
        layout.addWidget(self.run_id)

    def put_beside_run(self, button: QToolButton) -> None:
        """Show a control of what the next run takes at the right of Run; it may be without its words."""
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row.insertWidget(self._row.indexOf(self.buttons["run.start"]) + 1, button)
        self._beside.append(button)

    def refresh(self) -> None:
        """Write the run's state."""
        self._light()
        state, loading = self._controller.feed.live, self._controller.loading
        for widget in (self.glyph, self.clock):
            widget.setVisible(state is not None)
        self.results.setVisible(state is not None and state.status.final)
        if state is None or loading is not None:
            self._tick.stop()
            self.status.setText(tr("Not running") if loading is None else tr("Loading …"))
            wear(self.status, "")
            self.counts.setText(self._advice() if loading is None else f"{loading}")
            for label in (self.glyph, self.clock, self.run_id):
                label.hide()
            self.results.hide()
            self._fit()
            return
        color = RUN_COLORS[state.status]
        glyph = self._theme.pixmap(RUN_ICONS[state.status], color, 18)
        if glyph.cacheKey() != self._glyph:  # even the same one would have the bar laid out again
            self._glyph = glyph.cacheKey()
            self.glyph.setPixmap(glyph)
        self.status.setText(run_word(state.status, state.counted_running()))
        wear(self.status, f"color: {self._theme.tokens[color]}")
        passes = time_passes(state.status)
        now = time.time() if passes else self._controller.feed.live_at
        took = self.earlier(state) if state.status.live else []
        left = left_text(took, self.worked(state, now)) if took else ""
        self.clock.setText(f"{time_text(state, now)}{f' · {left}' if left else ''}")
        self.clock.setToolTip(source_text(took) if left else "")
        why = pause_text(state, self._controller.feed.title)
        self.counts.setText(f"{why} · {counts_text(state)}" if why else counts_text(state))
        self.run_id.setText(state.run_id)
        self.setAccessibleDescription(f"{self.status.text()}, {self.counts.text()}")
        if (passes or self._controller.busy) != self._tick.isActive():
            (self._tick.stop if self._tick.isActive() else self._tick.start)()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give room to what the run is doing."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As narrow as without what may be left out: what comes and goes in the bar never widens the window."""
        return QSize(self._bare(), self.height())

    def _bare(self) -> int:
        """The width without the run's id and the words of buttons."""
        width = self._row.minimumSize().width()
        if not self.run_id.isHidden():
            width -= self._id_width()
        return width - sum(map(_words_width, self._short())) if self._worded_now else width

    @property
    def _worded_buttons(self) -> list[QToolButton]:
        return [*(self.buttons[name] for name in _SHORT), *self._beside]

    def _short(self) -> list[QToolButton]:
        """The buttons that can be seen and may be without their words."""
        return [button for button in self._worded_buttons if not button.isHidden()]

    def _id_width(self) -> int:
        return max(self.run_id.sizeHint().width(), self.run_id.minimumSizeHint().width()) + self._row.spacing()

    def _fit(self) -> None:
        """Leave out the run's id, then the words of buttons, where what the run is doing would not fit.

        Nothing is shown to find out whether it fits: the window would make room for it, and keep it.
        """
        words = min(self.counts.fontMetrics().horizontalAdvance(self.counts.text()) + 4, _WORDS)
        shown = self._controller.feed.live is not None and self._controller.loading is None
        left = self.width() - self._bare() - words - sum(map(_words_width, self._short()))
        with_id = shown and left >= self._id_width()
        if not with_id:
            self.run_id.hide()
        self._dress(worded=left >= 0)
        if with_id:
            self.run_id.show()

    def _dress(self, worded: bool) -> None:
        self._worded_now = worded
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if worded else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._worded_buttons:
            if button.toolButtonStyle() is not style:
                button.setToolButtonStyle(style)

    def _light(self) -> None:
        """Fill the button of what comes next: to go on with a run that stands still, else to run."""
        name = "run.resume" if self._controller.status in _STILL else "run.start"
        if name == self._lit:
            return
        self._lit = name
        for each in ("run.start", "run.resume"):
            button = self.buttons[each]
            assert isinstance(button, _Prominent)
            button.light(self._theme.icon("play", "accent_text") if each == name else None)

    def advise(self) -> None:
        """Say anew what to do while no run is shown."""
        if self._controller.feed.live is None and self._controller.loading is None:
            self.counts.setText(self._advice())

    def _advice(self) -> str:
        """What to do while no run is shown."""
        start = self._commands["run.start"]
        if not start.isEnabled():
            return tr("Nothing to run yet")
        if errors := self.errors():
            return counted(errors, "1 error keeps it from running", "{n} errors keep it from running")
        keys = self._commands.keymap.shown("run.start")
        return tr("Press {key} to run", key=keys) if keys else ""

    def retheme(self) -> None:
        """Show the state in the colours the theme has now."""
        self._lit = ""
        self.refresh()

    def _on_grown(self, itself: bool) -> None:
        if not itself and not self._late.isActive():  # of the run itself ``status_changed`` tells
            self._late.start()

    def _plain(self, commands: Commands, name: str, made: QToolButton | None = None) -> QToolButton:
        button = made or QToolButton()
        button.setDefaultAction(commands[name])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(commands[name].text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.buttons[name] = button
        return button

    def _worded(self, commands: Commands, name: str, text: str, made: QToolButton | None = None) -> QToolButton:
        button = self._plain(commands, name, made)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        commands[name].setIconText(text)
        return button

    def _split(
        self, commands: Commands, name: str, entries: tuple[str, ...], made: QToolButton | None = None
    ) -> QToolButton:
        words = {"run.start": tr("Run"), "run.pause": tr("Pause")}
        button = self._worded(commands, name, words[name], made)
        menu = QMenu(button)
        by_letters(menu)
        for entry in entries:
            menu.addAction(commands[entry])
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return button


def _words_width(button: QToolButton) -> int:
    """How much wider a button is with its words."""
    return button.fontMetrics().horizontalAdvance(button.text()) + _BESIDE_ICON


def _line() -> QWidget:
    box = QWidget()
    layout = QHBoxLayout(box)
    layout.setContentsMargins(6, 0, 6, 0)
    line = QFrame()
    line.setProperty("role", "vline")
    line.setFixedSize(1, 22)
    layout.addWidget(line)
    return box
