"""The timeline in the bottom panel: the chart, what its shapes mean, and the critical path in words."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.recording import Recording
from floworch_designer.runs.words import took_text
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.elided import ElidedLabel
from floworch_designer.theme.theme import Theme
from floworch_designer.timeline.chart import ZOOM, Chart, set_squeezed
from floworch_designer.timeline.painting import paint_span
from floworch_designer.timeline.spans import Gantt, Kind, Span

#: Milliseconds between two pictures of a run that goes on; no other panel has the same, so that each has its own frame.
LATE = 140
#: Seconds of taking in events before the window gets its turn, and events between two looks at the clock.
SLICE, AT_ONCE = 0.004, 256
#: Narrower panels leave out the legend, pixels.
LEGEND_ROOM = 1150
LEGEND = (
    (mark("Attempt"), Span(Kind.RUNNING, 0, 1, outcome="completed")),
    (mark("Failed attempt"), Span(Kind.RUNNING, 0, 1, outcome="failed")),
    (mark("Back-off"), Span(Kind.BACKOFF, 0, 1)),
    (mark("Queued"), Span(Kind.QUEUED, 0, 1)),
    (mark("Waiting"), Span(Kind.WAITING, 0, 1)),
    (mark("Compensation"), Span(Kind.UNDOING, 0, 1, outcome="compensated")),
)


class TimelinePanel(QWidget):
    """Follows a feed. ``chosen``, ``opened`` (node id and item, see Chart) and ``sought`` (events shown) are what a
    person asked for.
    """

    chosen = Signal(str, object)
    opened = Signal(str, object)
    sought = Signal(int)

    def __init__(self, feed: RunFeed, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._feed, self._theme = feed, theme
        self._recording: Recording | None = None
        self._read = self._goal = 0  # how many events were taken in, and how many are before the chart is drawn
        self.chart = Chart(feed, theme)
        self.critical = QToolButton()
        self.words = ElidedLabel()
        self.none = QLabel(tr("No run is shown. What every node of a run did, and when, appears here."))
        self.legend: list[QLabel] = []
        self.meanings = QWidget()
        self._build()
        self._late = QTimer(self, singleShot=True, interval=LATE)
        self._late.timeout.connect(self.read)
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._go_on)
        feed.replaced.connect(self.read_soon)
        feed.grew.connect(self.read_soon)
        feed.moved.connect(self.chart.follow_cursor)
        self.chart.chosen.connect(self.chosen)
        self.chart.opened.connect(self.opened)
        self.chart.sought.connect(self._seek)
        self.read()

    def read_soon(self, _itself: bool = False) -> None:
        """Take in what came since, once in a while; nothing is computed for a panel that nobody sees."""
        if self.isVisible() and not self._late.isActive() and not self._more.isActive():
            self._late.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Take in what came while nobody looked."""
        super().showEvent(event)
        self.read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what the shapes mean where there is no room for it."""
        super().resizeEvent(event)
        self.meanings.setVisible(self.width() >= LEGEND_ROOM)

    def read(self) -> None:
        """Take in what came since, or another run: what does not fit into a frame in the next ones."""
        recording = self._feed.recording
        if recording is not self._recording:
            self._recording, self._read = recording, 0
            self.chart.show_gantt(None)
        self._goal = len(recording) if recording is not None else 0
        self._go_on()

    def _go_on(self) -> None:
        feed, recording, until = self._feed, self._recording, perf_counter() + SLICE
        if feed.recording is not recording:
            self.read()
            return
        if recording is not None and feed.live is not None:
            gantt, names = self.chart.gantt, feed.live.node_ids
            if gantt is None:
                definition = feed.sketch  # read now, and kept: that of a large run takes half a frame
                if len(names) > AT_ONCE and perf_counter() >= until:
                    self._more.start()
                    return
                gantt = Gantt(definition, names)
                self.chart.show_gantt(gantt)
            while self._read < self._goal:
                end = min(self._goal, self._read + AT_ONCE)
                for event in recording.events[self._read : end]:
                    gantt.add(event)
                self._read = end
                if perf_counter() >= until:  # what is drawn then has a turn of its own, too
                    self._more.start()
                    return
            self.chart.show_gantt(gantt)
        self._tell()

    def select(self, nodes: Iterable[str]) -> None:
        """Show these node ids as selected."""
        self.chart.select(nodes)

    def retheme(self) -> None:
        """Show everything in the colours the theme has now."""
        for label, (_word, span) in zip(self.legend, LEGEND, strict=True):
            label.setPixmap(self._sample(span))
        self.chart.viewport().update()

    def _seek(self, moment: float) -> None:
        if self._recording is not None:
            self.sought.emit(self._recording.place_of(moment))

    def _tell(self) -> None:
        gantt = self.chart.gantt
        there = gantt is not None and bool(gantt.spans)
        self._stack.setCurrentIndex(0 if there else 1)
        path = self.chart.critical
        if gantt is None or not path:
            self.words.setText("")
            return
        begin = gantt.spans[path[0]][0].start
        end = gantt.spans[path[-1]][-1].end or gantt.end
        names, title = self._feed.live.node_ids if self._feed.live is not None else (), self._feed.title
        titles = [title(names[node]) for node in path]
        shown = titles if len(titles) <= 7 else [*titles[:3], "…", *titles[-3:]]
        self.words.setText(f"{took_text(end - begin)}: {' → '.join(shown)}")
        self.words.full = " → ".join(titles)

    def _set_critical(self, on: bool) -> None:
        self.chart.show_critical = on
        self.words.setVisible(on)
        self.chart.viewport().update()

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        self.critical.setText(tr("Critical path"))
        self.critical.setCheckable(True)
        self.critical.setChecked(True)
        self.critical.setToolTip(tr("The nodes that made the run as long as it was: each let the next one begin"))
        self.critical.toggled.connect(self._set_critical)
        self.squeezed = QToolButton()
        self.squeezed.setText(tr("Shorten idle times"))
        self.squeezed.setCheckable(True)
        self.squeezed.setChecked(True)
        self.squeezed.setToolTip(tr("Draw long times in which nothing ran short, with their length on the ruler"))
        self.squeezed.toggled.connect(lambda on: set_squeezed(self.chart, on))
        self.words.setProperty("role", "secondary")
        self.words.setMinimumWidth(10)
        bar.addWidget(self.critical)
        bar.addWidget(self.squeezed)
        bar.addWidget(self.words, 1)
        bar.addWidget(self._legend())
        for icon, words, slot in (
            ("zoom-out", tr("Zoom out (−)"), lambda: self.chart.zoom(1 / ZOOM)),
            ("zoom-in", tr("Zoom in (+)"), lambda: self.chart.zoom(ZOOM)),
            ("fit", tr("Show the whole run (0)"), self.chart.fit),
        ):
            button = QToolButton()
            button.setIcon(QIcon(self._theme.icon(icon, "text_secondary", 16)))
            button.setIconSize(QSize(16, 16))
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(slot)
            bar.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 4)
        column.setSpacing(4)
        column.addLayout(bar)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setWordWrap(True)
        self.none.setProperty("role", "secondary")
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)  # first: it shows what it gets, which without a parent would be a window
        self._stack.addWidget(self.chart)
        self._stack.addWidget(self.none)
        self.setMinimumSize(240, 80)

    def _legend(self) -> QWidget:
        row = QHBoxLayout(self.meanings)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(4)
        for word, span in LEGEND:
            sample, text = QLabel(), QLabel(tr(word))
            sample.setPixmap(self._sample(span))
            text.setProperty("role", "caption")
            row.addWidget(sample)
            row.addWidget(text)
            row.addSpacing(6)
            self.legend.append(sample)
        return self.meanings

    def _sample(self, span: Span) -> QPixmap:
        """A small picture of a shape, for the legend."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(QSize(24, 16) * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        paint_span(painter, self._theme, span, 1.0, 23.0, 8.0)
        painter.end()
        return made
