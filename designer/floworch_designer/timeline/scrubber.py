"""The bar under the canvas: where in the run's time the window is, and the keys of a film."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.player import SPEEDS, Player
from floworch_designer.runs.words import RUN_COLORS, RUN_WORDS, elapsed, span_text
from floworch_designer.settings.words import tr
from floworch_designer.theme.stylesheet import wear
from floworch_designer.theme.theme import Theme
from floworch_designer.timeline.track import Track

#: Milliseconds between two measurings of a run that goes on; no other panel has the same: each has its own frame.
MEASURE = 180
#: Below this width it leaves out what its buttons and the run bar say, too; it is never narrower than that, px.
NARROW, LEAST = 640, 320


class Scrubber(QFrame):
    """Shown while there is a run. The actions of its buttons come from the window's table.

    Args:
        feed, player: The run, and what moves its cursor.
        actions: ``play back forward live`` as QActions.
    """

    def __init__(
        self,
        feed: RunFeed,
        player: Player,
        actions: Mapping[str, QAction],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._feed, self._player, self._theme = feed, player, theme
        self._actions = actions
        self._away = False
        self._playing: bool | None = None  # what the icon of the button says
        self._narrow: bool | None = None
        self.setProperty("role", "scrubber")
        self.setAccessibleName(tr("Replay"))
        self.buttons = {name: self._button(action) for name, action in actions.items()}
        self.track = Track(feed, theme)
        self.status, self.place = QLabel(), QLabel()
        self.place.setProperty("role", "secondary")
        self.speed = QToolButton()
        self._build()
        self._late = QTimer(self, singleShot=True, interval=MEASURE)
        self._late.timeout.connect(self.track.read)
        self._late.timeout.connect(self.refresh)
        feed.grew.connect(self._on_grown)
        feed.replaced.connect(self.read)
        feed.moved.connect(self._on_moved)
        player.changed.connect(self.refresh)
        self.track.sought.connect(player.seek)
        self.read()

    def read(self) -> None:
        """Show the run as it is; nothing is there without one."""
        self.track.read()
        self.refresh()
        self.setVisible(self._feed.live is not None and not self._away)

    def stay_away(self, away: bool) -> None:
        """Not be shown at all, whatever runs, until it may again."""
        self._away = away
        self.read()

    def refresh(self) -> None:
        """Write state and moment, and what the buttons do now."""
        feed, state = self._feed, self._feed.state
        playing = self._player.playing
        if playing is not self._playing:  # even the same icon has its button laid out and painted again
            self._playing = playing
            self._actions["play"].setIcon(self._theme.icon("pause" if playing else "play"))
        self.buttons["play"].setToolTip(
            _tip(self._actions["play"], tr("Hold the replay") if playing else tr("Play the run"))
        )
        self.speed.setText(speed_text(self._player.speed) if self._player.chosen or playing else tr("Auto"))
        if state is None or feed.recording is None or not feed.recording.events:
            return
        live = self._actions["live"]
        ended = feed.live is not None and not feed.live.status.live
        live.setIconText(tr("End") if ended else tr("Live"))
        self.buttons["live"].setToolTip(_tip(live, tr("Show the run as it is now")))
        whole = span_text(elapsed(feed.live, feed.live_at)) if feed.live is not None else ""
        color = RUN_COLORS[state.status]
        words = tr("{run_words} at", run_words=tr(RUN_WORDS[state.status]))
        self.status.setText(words if feed.replaying and not self._narrow else "")
        wear(self.status, f"color: {self._theme.tokens[color]}; font-weight: 600")
        now = span_text(elapsed(state, feed.now()))
        place = tr("{value} of {whole}", value=now, whole=whole) if feed.replaying else whole
        self.place.setText(now if self._narrow else place)
        self.place.setToolTip(place if self._narrow else "")

    def minimumSizeHint(self) -> QSize:
        """As narrow as it can be, so that no word of another language widens the window beyond the screen."""
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words out where there is no room for them, and say them again where there is."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        if narrow is self._narrow:
            return
        self._narrow = narrow
        style = Qt.ToolButtonStyle
        self.buttons["live"].setToolButtonStyle(style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon)
        widest = "00:00.0" if narrow else tr("00:00.0 of 00:00.0")
        self.place.setMinimumWidth(self.place.fontMetrics().horizontalAdvance(widest))
        self.speed.setMinimumWidth(0 if narrow else 64)
        self.refresh()

    def retheme(self) -> None:
        """Show everything in the colours the theme has now."""
        self.refresh()
        self.track.update()

    def _on_grown(self, _itself: bool) -> None:
        if self._away:
            return
        if self.isHidden():
            self.read()
        elif not self._late.isActive():
            self._late.start()

    def _on_moved(self) -> None:
        self.track.show_cursor()
        self.refresh()

    def _build(self) -> None:
        self.speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.speed.setAccessibleName(tr("Speed of the replay"))
        self.speed.setToolTip(tr("Speed of the replay; long silences are cut short"))
        menu = QMenu(self.speed)
        for speed in SPEEDS:
            menu.addAction(speed_text(speed)).triggered.connect(_call(self._player.set_speed, speed))
        self.speed.setMenu(menu)
        self._actions["live"].setIconText(tr("Live"))  # not all of its words: they would widen the window at first
        self.speed.setProperty("role", "menu")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(2)
        for name in ("back", "play", "forward"):
            row.addWidget(self.buttons[name])
        row.addSpacing(4)
        row.addWidget(self.track, 1)
        row.addSpacing(6)
        row.addWidget(self.status)
        row.addSpacing(4)
        row.addWidget(self.place)
        row.addSpacing(4)
        row.addWidget(self.speed)
        row.addWidget(self.buttons["live"])

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        return button


def speed_text(speed: float) -> str:
    """``×0.5``."""
    return f"×{speed:g}"


def _tip(action: QAction, text: str) -> str:
    keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
    return f"{text} ({keys})" if keys else text


def _call(method: Callable[[float], None], value: float) -> Callable[[], None]:
    return lambda: method(value)
