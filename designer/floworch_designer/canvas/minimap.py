"""The minimap: the whole workflow in a corner of the canvas, in the colours of the run; a click or drag moves the view.

It is one small pixmap. A batch of statuses repaints only the cards that changed; everything else draws it anew, at
most some times a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from floworch_designer.canvas.decor import GroupBox, KnotBox
from floworch_designer.canvas.geometry import Point, Rect
from floworch_designer.canvas.graph import Box
from floworch_designer.canvas.items.mini import flat_color
from floworch_designer.canvas.items.note import hue_of
from floworch_designer.canvas.tools.zoom import NOTCH
from floworch_designer.settings.words import tr
from floworch_designer.theme.tokens import mix

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Its size, distance from the corner and room around the workflow, logical px.
SIZE, CORNER, ROOM = QSize(220, 148), 14, 10.0
#: Milliseconds in which changes are collected before it is drawn.
PAUSE = 120


class Minimap(QWidget):
    """The minimap of one canvas; hidden until it is shown."""

    def __init__(self, view: CanvasView, shown: bool = False) -> None:
        super().__init__(view)
        self._view = view
        self._pixmap = QPixmap()
        self._extent: Rect = (0.0, 0.0, 1.0, 1.0)
        self._scale = 1.0
        self._stale: set[str] | None = None  # None: everything
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._draw)
        self.setFixedSize(SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Minimap"))
        self.setToolTip(tr("Click or drag to move the view (Alt+M hides it)"))
        view.looks_changed.connect(self._note)
        view.zoom_changed.connect(lambda _factor: self.update())
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(lambda _value: self.update())
        view.installEventFilter(self)
        view.corner = self
        self.set_shown(shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner of the view."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def set_shown(self, shown: bool) -> None:
        """Show or hide it."""
        if shown:
            self._stale = None
            self._draw()
            self._place()
            self.raise_()
        if shown == self.isHidden():
            fitted = self._view.fitting.fitted
            self.setVisible(shown)
            if fitted:
                self._view.fitting.again()  # what was fitted keeps clear of it

    def _place(self) -> None:
        room = self._view.size()
        self.move(room.width() - self.width() - CORNER, room.height() - self.height() - CORNER)

    def _note(self, nodes: Iterable[str] | None) -> None:
        """These nodes look different; None is anything."""
        if self.isHidden():
            return
        if nodes is None:
            self._stale = None
        elif self._stale is not None:
            self._stale.update(nodes)
        if not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        stale, self._stale = self._stale, set()
        ratio = self.devicePixelRatioF()
        if stale is None or self._pixmap.devicePixelRatioF() != ratio:
            self._all(ratio)
        elif stale:
            boxes = self._view.graph.boxes
            painter = QPainter(self._pixmap)
            changed = [boxes[key] for key in stale if key in boxes]
            self._cards(painter, [box for box in changed if box.proxy is None and not box.container])
            hidden = {box.proxy.key: box.proxy for box in changed if isinstance(box.proxy, GroupBox)}
            self._folded(painter, hidden.values())
            painter.end()
        self.update()

    def _all(self, ratio: float) -> None:
        view, theme = self._view, self._view.theme
        graph = view.graph
        extent = graph.extent() or (0.0, 0.0, 1.0, 1.0)
        wide, high = SIZE.width() - 2 * ROOM, SIZE.height() - 2 * ROOM
        self._scale = min(wide / max(extent[2] - extent[0], 1.0), high / max(extent[3] - extent[1], 1.0), 0.2)
        self._extent = extent
        self._pixmap = QPixmap(SIZE * ratio)
        self._pixmap.setDevicePixelRatio(ratio)
        self._pixmap.fill(theme.color("panel"))
        painter = QPainter(self._pixmap)
        panel = theme.tokens["panel"]
        boxes = list(graph.boxes.values())
        for area in graph.decor.near(extent):
            if not isinstance(area, KnotBox) and not (isinstance(area, GroupBox) and area.folded):
                color = area.group.color if isinstance(area, GroupBox) else area.note.color
                painter.fillRect(self._rect(area.rect), QColor(mix(hue_of(color), panel, 0.3)))
        for key in graph.frames:
            if graph.boxes[key].proxy is None and graph.boxes[key].container:
                painter.fillRect(self._rect(graph.boxes[key].rect), theme.color("divider"))
        self._cards(painter, [box for box in boxes if not box.container and box.proxy is None])
        self._folded(painter, graph.decor.shown_groups())
        painter.end()

    def _cards(self, painter: QPainter, boxes: list[Box]) -> None:
        view = self._view
        groups: dict[object, tuple[QColor, list[QRectF]]] = {}
        for box in boxes:
            key = (box.kind.category, box.kind.known, box.live.status)
            group = groups.get(key)
            if group is None:
                color = flat_color(view.theme, view.painter.look(box), box.kind.category, box.kind.known)
                group = groups[key] = (color, [])
            group[1].append(self._rect(box.rect))
        painter.setPen(Qt.PenStyle.NoPen)
        for color, rects in groups.values():
            painter.setBrush(color)
            painter.drawRects(rects)

    def _folded(self, painter: QPainter, groups: Iterable[GroupBox]) -> None:
        for group in groups:
            if group.folded:
                painter.fillRect(self._rect(group.rect), QColor(hue_of(group.group.color)))

    def _rect(self, rect: Rect) -> QRectF:
        """A scene rectangle in its px, never too small to be seen."""
        (x, y), scale = self._origin(), self._scale
        return QRectF(x + rect[0] * scale, y + rect[1] * scale, max((rect[2] - rect[0]) * scale, 1.5),
                      max((rect[3] - rect[1]) * scale, 1.5))  # fmt: skip

    def _origin(self) -> Point:
        left, top, right, bottom = self._extent
        return ((SIZE.width() - (left + right) * self._scale) / 2, (SIZE.height() - (top + bottom) * self._scale) / 2)

    def seen(self) -> QRectF:
        """The part of the workflow that the canvas shows, in px of the minimap."""
        return self._rect(self._view.camera().scene(QRectF(self._view.viewport().rect())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and the frame of what the canvas shows above it."""
        theme = self._view.theme
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._pixmap)
        whole, seen = QRectF(self.rect()), self.seen()
        shade = theme.color("canvas", 0.45)
        inner = seen.intersected(whole)
        for part in (
            QRectF(0, 0, whole.width(), inner.top()),
            QRectF(0, inner.bottom(), whole.width(), whole.height() - inner.bottom()),
            QRectF(0, inner.top(), inner.left(), inner.height()),
            QRectF(inner.right(), inner.top(), whole.width() - inner.right(), inner.height()),
        ):
            painter.fillRect(part, shade)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("accent"), 1.5))
        painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), 2, 2)
        painter.setPen(QPen(theme.color("border"), 1.0))
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        self._look(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while a button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing more: the canvas below must not hear of it."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything."""
        self._view.glide.to(self._view.fit)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom the canvas around its middle."""
        steps = event.angleDelta().y() / 120.0
        self._view.zoom_to(self._view.zoom * NOTCH**steps)
        event.accept()

    def _look(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton or event.buttons() & Qt.MouseButton.LeftButton:
            x, y = self._origin()
            at: QPointF = event.position()
            scene = ((at.x() - x) / self._scale, (at.y() - y) / self._scale)
            shown = self._view.camera().point(*scene)
            away = QRectF(self._view.viewport().rect()).center() - shown
            self._view.pan(round(away.x()), round(away.y()))
        event.accept()
