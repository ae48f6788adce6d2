"""Handlers of the ``replay.*`` actions: the window goes back in the shown run, and nothing of it is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from floworch_designer.runs.player import Player
from floworch_designer.settings.words import tr
from floworch_designer.timeline.marks import Marks, step

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.runs.feed import RunFeed


class ReplayActions(QObject):
    """Moves the cursor of the shown run; canvas, inspector, log and timeline follow it.

    Attributes:
        ended: Ids of runs whose replay came to its end and was not left since.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._feed: RunFeed = window.front_feed
        self.player = Player(self._feed, self)
        self._marks = Marks()
        self._seen: tuple[str | None, bool, bool] = (None, False, False)
        self.ended: set[str] = set()
        self._feed.moved.connect(self._on_moved)
        window.timeline.sought.connect(self.player.seek)
        window.timeline.chosen.connect(self._choose)
        window.timeline.opened.connect(self._open)

    def play(self) -> None:
        """Play the shown run from the cursor on, or hold."""
        self.player.toggle()

    def forward(self) -> None:
        """Go one event further; at the end say that there is none."""
        if self._feed.replaying:
            self._step(True)
        else:
            self._window.flash(tr("That is the last event."))

    def back(self) -> None:
        """Go one event back."""
        self._step(False)

    def next_mark(self) -> None:
        """Go to the next failure, retry, pause or wait."""
        self._to_mark(True)

    def previous_mark(self) -> None:
        """Go back to the one before."""
        self._to_mark(False)

    def start(self) -> None:
        """Go to the beginning of the run."""
        self.player.seek(0)

    def live(self) -> None:
        """Show the run as it is now, and leave its replay."""
        self.player.live()
        self.ended.discard(self._window.controller.run_id or "")
        self._window.refresh_actions()

    def timeline(self) -> None:
        """Show every attempt of the run over its time."""
        self._window.show_panel("timeline")
        self._window.timeline.chart.setFocus()

    def faster(self) -> None:
        """Play faster."""
        self.player.faster()

    def slower(self) -> None:
        """Play slower."""
        self.player.faster(-1)

    def _count(self) -> int:
        recording, cursor = self._feed.recording, self._feed.cursor
        return cursor if cursor is not None else len(recording) if recording is not None else 0

    def _step(self, forward: bool) -> None:
        if self._feed.recording is not None:
            self.player.hold()
            self.player.seek(step(self._feed.recording, self._count(), forward))

    def _to_mark(self, forward: bool) -> None:
        self._marks.read(self._feed.recording)
        found = self._marks.next(self._count(), forward)
        if found is None:
            self._window.flash(tr("No failure, retry, pause or wait there."))
        else:
            self.player.hold()
            self.player.seek(found)

    def _choose(self, node: str, item: tuple[int, ...] | None) -> None:
        """Select a node of the timeline and bring it into view; of an item of a loop show what came of that."""
        window = self._window
        if node not in window.document.workflow.nodes:
            return
        window.selection.set([node])
        window.canvas.reveal(node)
        if item is not None:
            window.inspector.show_item(item)

    def _open(self, node: str, item: tuple[int, ...] | None) -> None:
        """Show what a node of the timeline did."""
        self._choose(node, item)
        self._window.show_panel("inspector")
        self._window.inspector.show_tab("Run")

    def _on_moved(self) -> None:
        """Step is another key while the past is shown; asking every condition at every picture would cost frames."""
        run_id = self._window.controller.run_id
        seen = (run_id, self._feed.replaying, self._count() == 0)
        if seen != self._seen:
            if run_id is not None and self._seen[:2] == (run_id, True) and not self._feed.replaying:
                self.ended.add(run_id)
            self._seen = seen
            self._window.refresh_actions()


def at_end(window: MainWindow) -> bool:
    """Whether a replay of the shown run, which has ended, stands at its last event."""
    status = window.controller.status
    return status is not None and status.final and window.controller.run_id in window.replay.ended


def can_go_back(window: MainWindow) -> bool:
    """Whether the shown run has an event before the moment that is shown."""
    feed = window.controller.feed
    return feed.recording is not None and bool(feed.recording.events) and feed.cursor != 0
