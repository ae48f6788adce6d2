"""The bar of a run's time: a slider over its events, with marks for what went wrong or stood still."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSlider, QWidget

from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.words import span_text
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme
from floworch_designer.timeline.marks import Axis, Marks, step

#: Pixels left free at both ends, so that the handle is never cut.
MARGIN = 8
HEIGHT = 32
#: Height of a column by the number of events in it: this many pixels more for every doubling.
GROWTH = 2.0
#: Pixels of the head of a mark; of marks nearer than that only the first one has a head.
HEAD = 6


class Track(QSlider):
    """The events of the shown run from left to right, and the cursor among them.

    ``sought(count)`` asks to show the run after so many events. Arrow keys go event by event, Page Up and Page Down
    from mark to mark, Home to the beginning and End to now.
    """

    sought = Signal(int)

    def __init__(self, feed: RunFeed, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._feed, self._theme = feed, theme
        self.marks = Marks()
        self._pictures: dict[str, QPixmap] = {}
        self._pictures_of: object = None
        self._drawn: list[tuple[int, str]] = []  # the columns that they show
        self._hover: int | None = None
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(60)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Moment of the run that is shown"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # -- the run -----------------------------------------------------------------------------------------

    def read(self) -> None:
        """Take in what the run has done since."""
        recording = self._feed.recording
        self.marks.read(recording)
        self.setRange(0, len(recording) if recording is not None else 0)
        self._pictures_of = None
        self.show_cursor()

    def show_cursor(self) -> None:
        """Put the handle where the feed is."""
        count = self._count()
        self.blockSignals(True)
        self.setValue(count)
        self.blockSignals(False)
        self.setAccessibleDescription(self.words(count))
        self.update()

    def words(self, count: int) -> str:
        """What the moment after so many events is: time worked so far, number, and what happened there."""
        recording = self._feed.recording
        if recording is None or not recording.events:
            return ""
        count = max(1, min(count, len(recording)))
        event = recording.events[count - 1]
        node_ids = self._feed.live.node_ids if self._feed.live is not None else ()
        where = f"{self._feed.title(node_ids[event.node])}: " if 0 <= event.node < len(node_ids) else ""
        what = tr(event.word.removeprefix("node_").removeprefix("run_").replace("_", " "))
        return tr(
            "{since} · {where}{what} · event {count:,} of {n:,}",
            since=span_text(recording.worked(count)),
            where=where,
            what=what,
            count=count,
            n=len(recording),
        )

    def _count(self) -> int:
        recording, cursor = self._feed.recording, self._feed.cursor
        return cursor if cursor is not None else len(recording) if recording is not None else 0

    def _columns(self) -> list[tuple[int, str]]:
        """How many events are under every pixel, and the weightiest mark there."""
        recording = self._feed.recording
        width = self.width() - 2 * MARGIN
        found: list[tuple[int, str]] = []
        if recording is None or not recording.events or width <= 0:
            return found
        last, marked = 0, any(self.marks.places.values())
        for end in Axis(recording).counts(width):
            found.append((end - last, self.marks.between(last, end) if marked and end > last else ""))
            last = end
        return found

    # -- places ------------------------------------------------------------------------------------------

    def x_of(self, share: float) -> float:
        """Pixel of a place between 0 and 1."""
        return MARGIN + share * (self.width() - 2 * MARGIN)

    def count_at(self, x: float) -> int:
        """How many events are shown at a pixel. Near a mark it is the mark's event."""
        recording = self._feed.recording
        width = self.width() - 2 * MARGIN
        if recording is None or width <= 0:
            return 0
        axis = Axis(recording)
        first, end = (axis.count((x - MARGIN + by) / width) for by in (-3, 4))
        if self.marks.between(first, end):
            found = self.marks.next(first, True)
            if found is not None and found <= end:
                return found
        return axis.count((x - MARGIN) / width)

    # -- Qt ----------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(400, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.sought.emit(self.count_at(event.position().x()))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along while the button is down; else show what is under the pointer."""
        if self.isSliderDown():
            self.sought.emit(self.count_at(event.position().x()))
        self._hover = round(event.position().x())
        self.setToolTip(self.words(self.count_at(event.position().x())))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay there."""
        self.setSliderDown(False)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go event by event."""
        self._go(event.angleDelta().y() < 0)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go event by event, from mark to mark, or to an end."""
        key, count = event.key(), self._count()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
            self._go(key in (Qt.Key.Key_Right, Qt.Key.Key_Up))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            found = self.marks.next(count, key == Qt.Key.Key_PageDown)
            if found is not None:
                self.sought.emit(found)
        elif key == Qt.Key.Key_Home:
            self.sought.emit(0)
        elif key == Qt.Key.Key_End:  # what has come since it was read is no past
            self.sought.emit(len(self._feed.recording) if self._feed.recording is not None else 0)
        else:
            super().keyPressEvent(event)

    def _go(self, forward: bool) -> None:
        if self._feed.recording is not None:
            self.sought.emit(step(self._feed.recording, self._count(), forward))

    # -- painting ----------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the past bright and what comes after the cursor faint, and the handle."""
        painter = QPainter(self)
        color = self._theme.color
        base = self.height() - 9.0
        handle = self._handle()
        painter.fillRect(QRectF(MARGIN, base, self.width() - 2 * MARGIN, 2), color("divider"))
        painter.fillRect(QRectF(MARGIN, base, max(0.0, handle - MARGIN), 2), color("accent"))
        edge = handle + (self.width() if handle >= self.width() - MARGIN else 0.5)
        painter.setClipRect(QRectF(0, 0, edge, self.height()))
        painter.drawPixmap(0, 0, self._picture_now("edge", 1.0))
        if edge < self.width():
            painter.setClipRect(QRectF(edge, 0, self.width(), self.height()))
            painter.drawPixmap(0, 0, self._picture_now("divider", 0.45))
        painter.setClipping(False)
        if self._hover is not None and not self.isSliderDown():
            painter.fillRect(QRectF(self._hover, 4, 1, self.height() - 8), color("text_secondary"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_handle(painter, handle, base + 1)

    def _picture_now(self, tone: str, opacity: float) -> QPixmap:
        """Events and marks as those of the past or as those ahead; drawn again when they, size or theme changed.

        Not when they change: of the many sizes that a window has while its panels find their places none is seen.
        """
        key = (self._theme.name, self.devicePixelRatioF(), self.size().toTuple())
        if key != self._pictures_of:
            self._pictures_of, self._drawn = key, self._columns()
            self._pictures.clear()
        if tone not in self._pictures:
            self._pictures[tone] = self._picture(self._drawn, opacity, tone)
        return self._pictures[tone]

    def _picture(self, columns: list[tuple[int, str]], opacity: float, tone: str) -> QPixmap:
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        base, bars = self.height() - 9.0, []
        for pixel, (count, _mark) in enumerate(columns):
            if count:
                tall = round(min(14.0, 5.0 + GROWTH * math.log2(count)) * ratio) / ratio
                bars.append(QRectF(MARGIN + pixel, base - tall, 1, tall))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(tone))
        painter.drawRects(bars)  # all at once: every single call may wait for a busy thread
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(opacity)
        for mark in reversed([mark for mark, places in self.marks.places.items() if places]):
            last = -HEAD
            for pixel, (_count, found) in enumerate(columns):
                if found == mark:
                    _paint_mark(painter, mark, MARGIN + pixel + 0.5, self._theme.color(mark), base, pixel - last < HEAD)
                    last = last if pixel - last < HEAD else pixel
        painter.end()
        return made

    def _handle(self) -> float:
        recording, feed = self._feed.recording, self._feed
        if recording is None or not recording.events:
            return MARGIN
        axis = Axis(recording)
        if feed.cursor is None:
            return self.x_of(1.0)
        return self.x_of(max(axis.share(feed.cursor), min(axis.share_at(feed.now()), axis.share(feed.cursor + 1))))

    def _paint_handle(self, painter: QPainter, x: float, y: float) -> None:
        color = self._theme.color
        if self._feed.replaying:
            painter.setPen(QPen(color("accent"), 1.5))
            painter.drawLine(QPointF(x, 3), QPointF(x, self.height() - 3))
        painter.setPen(QPen(color("panel"), 2))
        painter.setBrush(color("accent"))
        painter.drawEllipse(QPointF(x, y), 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(color("selection"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, y), 8, 8)


def _paint_mark(painter: QPainter, mark: str, x: float, color: QColor, base: float, bare: bool) -> None:
    """A line with a head of its own shape, so that no mark differs by hue alone; ``bare`` where heads would overlap."""
    painter.fillRect(QRectF(x - 0.75, 8, 1.5, base - 8), color)
    if bare:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if mark == "failed":  # a diamond
        painter.drawPolygon(QPolygonF([QPointF(x, 2), QPointF(x + 4, 6), QPointF(x, 10), QPointF(x - 4, 6)]))
    elif mark == "retrying":  # a flag
        painter.drawPolygon(QPolygonF([QPointF(x - 0.75, 2), QPointF(x + 6, 5), QPointF(x - 0.75, 8)]))
    elif mark == "paused":  # two bars
        painter.drawRect(QRectF(x - 3, 2, 2, 7))
        painter.drawRect(QRectF(x + 1, 2, 2, 7))
    elif mark == "cancelled":  # a square
        painter.drawRect(QRectF(x - 3, 3, 6, 6))
    else:  # a ring: it waits
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, 5.5), 2.5, 2.5)
