"""Moves the cursor of a feed as a film."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from floworch_designer.runs.feed import FRAME, RunFeed

#: Seconds of the run in one second of the film.
SPEEDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0)
#: Seconds that the film of a run takes about when nobody chose a speed.
FILM = 8.0
#: Seconds of the film after which a silence of the run is cut short.
SILENCE = 1.0


class Player(QObject):
    """Plays the shown run from its cursor on. The end of the film is the run as it is now.

    Args:
        feed: The run.
        clock: Seconds that only go forward; for tests.

    Attributes:
        speed: Seconds of the run in one second of the film.
        chosen: Whether a person chose it; until then every run gets one that suits its length.
    """

    changed = Signal()

    def __init__(self, feed: RunFeed, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic):
        super().__init__(parent)
        self._feed, self._clock = feed, clock
        self.speed, self.chosen = 1.0, False
        self._moment = self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self.tick)
        feed.replaced.connect(self.hold)

    @property
    def playing(self) -> bool:
        """Whether the film runs."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play from the cursor on, from the beginning when there is none, or hold."""
        if self.playing:
            self.hold()
        else:
            self.play()

    def play(self) -> None:
        """Let the film run."""
        feed, recording = self._feed, self._feed.recording
        if recording is None or not recording.events:
            return
        if not feed.replaying:
            feed.seek(0)
        if not self.chosen:
            self.speed = fitting(recording.events[-1].at - recording.events[0].at)
        self._moment, self._last = feed.now(), self._clock()
        self._timer.start()
        self.changed.emit()

    def hold(self) -> None:
        """Stop the film where it is."""
        if self._timer.isActive():
            self._timer.stop()
            self.changed.emit()

    def seek(self, count: int) -> None:
        """Go to the moment after the first ``count`` events; a film that runs goes on from there."""
        recording = self._feed.recording
        if recording is not None and count >= len(recording):
            self.live()
            return
        self._feed.seek(count)
        self._moment = self._feed.now()

    def live(self) -> None:
        """Show the run as it is now."""
        self.hold()
        self._feed.follow()

    def set_speed(self, speed: float) -> None:
        """Play at this speed from now on."""
        self.speed, self.chosen = speed, True
        self.changed.emit()

    def faster(self, steps: int = 1) -> None:
        """The next higher speed, or with a negative number a lower one."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self.speed))
        self.set_speed(SPEEDS[max(0, min(len(SPEEDS) - 1, nearest + steps))])

    def tick(self) -> None:
        """Show the next picture of the film."""
        now = self._clock()
        passed, self._last = (now - self._last) * self.speed, now
        feed, recording = self._feed, self._feed.recording
        if recording is None or feed.cursor is None or not self.playing:
            self.hold()
            return
        following = recording.events[feed.cursor].at if feed.cursor < len(recording) else 0.0
        self._moment = max(self._moment + passed, following - SILENCE * self.speed)
        count = recording.place_of(self._moment)
        if count >= len(recording):
            self.live()
        else:
            feed.seek(max(count, feed.cursor), self._moment)


def fitting(seconds: float) -> float:
    """The speed at which a run of that length makes a film of about :data:`FILM` seconds."""
    return min(SPEEDS, key=lambda speed: abs(speed - seconds / FILM))
