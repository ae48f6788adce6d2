"""The chart of attempts: a row for every node, time from left to right. Only what is in view is drawn."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from floworch_designer.runs.feed import RunFeed
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme
from floworch_designer.timeline.drawing import ROW, RULER, paint_chart
from floworch_designer.timeline.picking import Picking
from floworch_designer.timeline.scale import Scale
from floworch_designer.timeline.spans import Gantt, Kind, Row, Span
from floworch_designer.timeline.squeeze import LEAST, PLAIN, Squeeze, idle
from floworch_designer.timeline.telling import words_at

#: Width of the names at the left, pixels: at most, and at most this share of the chart.
NAMES, NAMES_SHARE = 220, 0.3
#: Pixels of free time at both ends.
MARGIN = 10
ZOOM = 1.25
#: Runs with more attempts are drawn as long as they were: sorting them at every look would hold up the window.
MANY = 20_000


class Chart(QAbstractScrollArea):
    """Shows a Gantt. Click selects a node, a drag moves the view, Ctrl and the wheel zoom, the ruler seeks.

    ``chosen(node id, item)`` follows a click or the arrow keys, ``opened(node id, item)`` Enter or a double click; the
    item is that of the bar in a loop's body, outermost first, else None. ``sought(moment)`` asks for a moment, epoch
    seconds.
    """

    chosen = Signal(str, object)
    opened = Signal(str, object)
    sought = Signal(float)

    def __init__(self, feed: RunFeed, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.feed, self.theme = feed, theme
        self.gantt: Gantt | None = None
        self.scale = Scale.whole(0.0, 1.0, 1.0)
        self.show_critical, self.squeezed = True, True
        self.selected: frozenset[str] = frozenset()
        self.picking = Picking(self)
        self._critical: list[int] = []
        self._drag: tuple[QPointF, bool, bool] | None = None  # where it began, whether it moved, whether on the ruler
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Timeline of attempts"))

    # -- what is shown -----------------------------------------------------------------------------------

    def show_gantt(self, gantt: Gantt | None) -> None:
        """Show what a run has done so far; the view of another run begins with everything."""
        fresh = gantt is not self.gantt
        self.gantt = gantt
        if fresh:
            self.picking.clear()
        if gantt is not None:
            width = self._room()
            begin, end = gantt.begin, max(gantt.end, gantt.begin + 0.001)
            axis = _axis(gantt, begin, end) if self.squeezed else PLAIN
            self.scale = Scale.whole(begin, end, width, axis) if fresh else self.scale.fitted(begin, end, width, axis)
            self._critical = [node for node in gantt.critical() if node in gantt.spans]
        self._measure()
        self.viewport().update()

    def select(self, nodes: Iterable[str]) -> None:
        """Show these nodes as selected, and the first of them in view."""
        self.selected = frozenset(nodes)
        if self.name_of(max(0, self.picking.node)) not in self.selected:
            self.picking.clear()
        for place, row in enumerate(self.rows):
            if self.name_of(row.node) in self.selected:
                bar = self.verticalScrollBar()
                top = place * ROW
                if not bar.value() <= top <= bar.value() + self.viewport().height() - RULER - ROW:
                    bar.setValue(top - (self.viewport().height() - RULER) // 2)
                break
        self.viewport().update()

    @property
    def rows(self) -> list[Row]:
        """The rows of the run, in order."""
        return self.gantt.rows() if self.gantt is not None else []

    @property
    def critical(self) -> list[int]:
        """The critical path, by node index."""
        return self._critical

    def fit(self) -> None:
        """Show the whole time."""
        scale = self.scale
        self.scale = Scale.whole(scale.first, scale.last, scale.width, scale.squeeze)
        self.viewport().update()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Come nearer by a factor, around a pixel of the viewport, or the cursor, or the middle."""
        if x is None:
            cursor = self.cursor_at()
            x = self.x_of(cursor) if self.scale.shows(cursor) else self.left() + self.scale.width / 2
        self.scale = self.scale.zoomed(factor, x - self.left())
        self.viewport().update()

    def follow_cursor(self) -> None:
        """Draw the cursor where the feed is, and bring it into view while the past is played."""
        if self.feed.replaying and not self.scale.all_seen and not self.scale.shows(self.cursor_at()):
            self.scale = self.scale.centred(self.cursor_at())
        self.viewport().update()

    # -- places ------------------------------------------------------------------------------------------

    def x_of(self, moment: float) -> float:
        """Pixel of a moment in the viewport."""
        return self.left() + self.scale.x(moment)

    def y_of(self, place: int) -> int:
        """Top of a row in the viewport."""
        return RULER + place * ROW - self.verticalScrollBar().value()

    def row_at(self, y: float) -> Row | None:
        """The row under a pixel."""
        place = int((y - RULER + self.verticalScrollBar().value()) // ROW)
        return self.rows[place] if y >= RULER and 0 <= place < len(self.rows) else None

    def left(self) -> float:
        """Where the time begins, pixels."""
        return self.names_width() + MARGIN

    def names_width(self) -> int:
        """Width of the names at the left, pixels."""
        return int(min(NAMES, self.viewport().width() * NAMES_SHARE))

    def _room(self) -> float:
        return max(1.0, self.viewport().width() - self.names_width() - 2 * MARGIN)

    def cursor_at(self) -> float:
        """The moment that is shown, epoch seconds."""
        return self.feed.now() if self.feed.replaying else self.scale.last

    def name_of(self, node: int) -> str:
        """Id of a node by index; empty for a row of the run before, which is shown until the next one is drawn."""
        state = self.feed.live
        return state.node_ids[node] if state is not None and node < len(state.node_ids) else ""

    def _measure(self) -> None:
        bar = self.verticalScrollBar()
        page = max(0, self.viewport().height() - RULER)
        bar.setPageStep(page)
        bar.setSingleStep(ROW)
        bar.setRange(0, max(0, len(self.rows) * ROW + 6 - page))

    # -- Qt ----------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As wide as there is room, and a few rows."""
        return QSize(600, 180)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the view."""
        super().resizeEvent(event)
        self.scale = self.scale.fitted(self.scale.first, self.scale.last, self._room())
        self._measure()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom, with Shift move in time."""
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM ** ((turned.y() or turned.x()) / 120), event.position().x())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or turned.x():
            self.scale = self.scale.panned(-(turned.x() or turned.y()) / 2)
            self.viewport().update()
        else:
            super().wheelEvent(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag; on the ruler go to that moment."""
        ruler = event.position().y() < RULER
        self._drag = (event.position(), False, ruler)
        if ruler:
            self.sought.emit(self.scale.moment(event.position().x() - self.left()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag, or say what is under the pointer."""
        place = event.position()
        if self._drag is None or not event.buttons():
            self.viewport().setToolTip(words_at(self, place.toPoint()))
            return
        start, moved, ruler = self._drag
        if ruler:
            self.sought.emit(self.scale.moment(place.x() - self.left()))
        elif moved or (place - start).manhattanLength() > 4:
            self.scale = self.scale.panned(start.x() - place.x())
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + round(start.y() - place.y()))
            self._drag = (place, True, False)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press without a drag chooses the node of its row, and the bar under it."""
        drag, self._drag = self._drag, None
        row = self.row_at(event.position().y())
        if drag is not None and not drag[1] and not drag[2] and row is not None:
            self.picking.at(row, event.position().x())
            self._tell(self.chosen, row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what the node of a row did, at the moment of its span."""
        row = self.row_at(event.position().y())
        if row is None or self.gantt is None:
            return
        span = self.span_at(row, event.position().x())
        if span is not None:
            self.sought.emit(span.start)
        self._tell(self.opened, row)

    def _tell(self, signal: SignalInstance, row: Row | None) -> None:
        if row is not None:
            signal.emit(self.name_of(row.node), self.picking.item(row))
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a row and move in time, with Ctrl a bar of the row; + and - zoom, Home and End, Enter opens."""
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._tell(self.chosen, self.picking.beside(1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and control:
            self._tell(self.chosen, self.picking.step(1 if key == Qt.Key.Key_Right else -1))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.scale = self.scale.panned(60.0 if key == Qt.Key.Key_Right else -60.0)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / ZOOM if key == Qt.Key.Key_Minus else ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.scale = self.scale.centred(self.scale.first if key == Qt.Key.Key_Home else self.scale.last)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.opened, self.picking.row())
        else:
            super().keyPressEvent(event)
            return
        self.viewport().update()

    def span_at(self, row: Row, x: float) -> Span | None:
        """What a node did under a pixel."""
        if self.gantt is None or x < self.left() - 3:
            return None
        moment, near = (self.scale.moment(x - self.left() + by) for by in (0, 2))
        return self.gantt.at(row.node, moment) or self.gantt.at(row.node, near)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows in view."""
        paint_chart(QPainter(self.viewport()), self)


def set_squeezed(chart: Chart, on: bool) -> None:
    """Draw long times in which nothing ran short, with a mark, or as long as they were."""
    chart.squeezed = on
    gantt, chart.gantt = chart.gantt, None
    chart.show_gantt(gantt)


def _axis(gantt: Gantt, begin: float, end: float) -> Squeeze:
    """The time axis on which nothing but idle times is shorter than it was."""
    if end - begin <= LEAST or gantt.attempts > MANY:
        return PLAIN
    worked = (Kind.RUNNING, Kind.UNDOING, Kind.QUEUED)
    busy = (
        (span.start, span.end if span.end is not None else end)
        for spans in gantt.spans.values() for span in spans if span.kind in worked
    )  # fmt: skip
    return Squeeze(idle(busy, begin, end), begin, end)
