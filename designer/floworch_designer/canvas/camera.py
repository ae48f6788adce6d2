"""Where the canvas looks: zoom and scroll of an endless plane, with the point under the mouse kept in place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from floworch_designer.canvas.geometry import Point, Rect
from floworch_designer.canvas.painting import Camera
from floworch_designer.canvas.tools.zoom import clamped

#: The plane reaches this far in every direction; it never grows, because growing is dear.
FAR = 1.2e6
#: Milliseconds after the last step of a zoom until everything is painted sharp again.
SETTLE = 140
#: Pixels kept free around what is fitted.
FIT_MARGIN = 28.0


class CameraView(QGraphicsView):
    """A QGraphicsView that is used for its transform and scrolling only; painting is the subclass's own."""

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self.setSceneRect(-FAR, -FAR, 2 * FAR, 2 * FAR)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        #: Pixels at the lower edge that what is fitted leaves free.
        self.bottom_room = 0.0
        self._zoom = 1.0
        self._detail = 0.0
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(self._settled)

    @property
    def zoom(self) -> float:
        """Logical px per scene unit."""
        return self._zoom

    @property
    def zooming(self) -> bool:
        """Whether a zoom gesture is going on or has just ended."""
        return self._settle.isActive()

    def camera(self) -> Camera:
        """How scene units become viewport px now."""
        transform = self.viewportTransform()
        return Camera(
            transform.m11(), transform.dx(), transform.dy(), self.viewport().devicePixelRatioF(), self._detail
        )

    def scene_point(self, at: QPointF) -> Point:
        """A viewport point in scene units, exact."""
        camera = self.camera()
        return (at.x() - camera.dx) / camera.zoom, (at.y() - camera.dy) / camera.zoom

    def zoom_to(self, factor: float, anchor: QPointF | None = None) -> None:
        """Zoom to a factor (1.0 is 100 %), keeping the scene point at ``anchor`` (viewport px, the centre if None)."""
        factor = clamped(factor)
        if factor == self._zoom:
            return
        spot = anchor if anchor is not None else QPointF(self.viewport().rect().center())
        x, y = self.scene_point(spot)
        if not self._detail:
            self._detail = self._zoom * self.viewport().devicePixelRatioF()
        self._put(factor, QPointF(x, y), spot)
        self._settle.start()

    def pan(self, dx: int, dy: int) -> None:
        """Move the picture by px."""
        across, along = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - dx)
        along.setValue(along.value() - dy)

    def look_at(self, rect: Rect, largest: float = 1.0, taken: tuple[float, float] = (0.0, 0.0)) -> None:
        """Show a scene rectangle as large as it fits, at most at zoom ``largest``.

        ``taken``: so many px of the view at the right and below are kept free of it.
        """
        room = QSizeF(self.viewport().size()) - QSizeF(taken[0], max(self.bottom_room, taken[1]))
        wide, high = max(room.width() - 2 * FIT_MARGIN, 50.0), max(room.height() - 2 * FIT_MARGIN, 50.0)
        factor = min(wide / max(rect[2] - rect[0], 1.0), high / max(rect[3] - rect[1], 1.0), largest)
        middle = QPointF((rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2)
        self._put(clamped(factor), middle, QPointF(room.width() / 2, room.height() / 2))
        self._settle.stop()
        self._settled()

    def jump(self, factor: float, centre: Point) -> None:
        """Look at a scene point with a zoom, at once and sharp."""
        room = self.viewport().size()
        self._put(clamped(factor), QPointF(*centre), QPointF(room.width() / 2, room.height() / 2))
        self._settle.stop()
        self._settled()

    def centre(self) -> Point:
        """The scene point in the middle of the view."""
        return self.scene_point(QRectF(self.viewport().rect()).center())

    def _put(self, factor: float, scene: QPointF, spot: QPointF) -> None:
        changed = factor != self._zoom
        self._zoom = factor
        if changed:
            self.setTransform(QTransform.fromScale(factor, factor))
        away: QPoint = (self.viewportTransform().map(scene) - spot).toPoint()
        self.pan(-away.x(), -away.y())
        self.viewport().update()
        if changed:
            self.zoom_changed.emit(factor)

    def _settled(self) -> None:
        self._detail = 0.0
        self.viewport().update()
