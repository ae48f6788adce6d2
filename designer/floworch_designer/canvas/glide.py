"""Gliding from one picture to the next: where the view goes is shown for a moment, and where cards have gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import exp, log

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from floworch_designer.canvas.painting import Camera
from floworch_designer.canvas.surface import SurfaceView

#: Milliseconds that a glide takes.
LASTS = 200
#: The new picture is painted so often at most until it is sharp: each time takes a frame.
TRIES = 3


class Glide(QWidget):
    """Lies upon one canvas while its picture glides; below it everything is in its new place already.

    Pictures glide, not cards: it takes as long with ten cards as with ten thousand.
    """

    def __init__(self, view: SurfaceView) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._pictures: tuple[tuple[QPixmap, Camera], tuple[QPixmap, Camera]] | None = None
        self._busy = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self.motion = QVariantAnimation(self)
        self.motion.setStartValue(0.0)
        self.motion.setEndValue(1.0)
        self.motion.setDuration(LASTS)
        self.motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.motion.valueChanged.connect(lambda _share: self.update())
        self.motion.finished.connect(self.end)
        view.still_changed.connect(self.end)
        view.zoom_changed.connect(self.end)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.end)

    @contextmanager
    def over(self, always: bool = False) -> Iterator[None]:
        """Glide over what is done inside: when the view has moved by it, or ``always``, when cards may have."""
        view = self._view
        if self._busy or view.overlay.still or not view.isVisible():
            yield
            return
        self.end()
        self._busy = True
        try:
            before, old = view.viewport().grab(), view.camera()
            yield
            new = view.camera()
            if always or (new.zoom, new.dx, new.dy) != (old.zoom, old.dx, old.dy):
                self._pictures = ((before, old), (self._sharp(), new))
                self.setGeometry(view.viewport().rect())
                self.show()
                self.motion.start()
        finally:
            self._busy = False

    def to(self, go: Callable[[], object]) -> None:
        """Glide to where ``go`` leads."""
        with self.over():
            go()

    def end(self, *_given: object) -> None:
        """Show the canvas itself: the view moves on, motion is reduced, or the glide is over."""
        self.motion.stop()
        self._pictures = None
        self.hide()

    def _sharp(self) -> QPixmap:
        """The new picture, with as many of its cards as can be painted in a moment."""
        for _ in range(TRIES):
            picture = self._view.viewport().grab()
            if self._view.complete:
                break
        return picture

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the old picture, and the new one coming up upon it, both as seen on the way."""
        if self._pictures is None:
            return
        share = float(self.motion.currentValue())
        (_, old), (_, new) = self._pictures
        now = between(old, new, share, QRectF(self.rect()))
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._view.theme.color("canvas"))
        for (picture, camera), opacity in zip(self._pictures, (1.0, share), strict=True):
            painter.setOpacity(opacity)
            painter.drawPixmap(now.rect(camera.scene(QRectF(self.rect()))), picture, QRectF(picture.rect()))
        painter.end()


def between(old: Camera, new: Camera, share: float, view: QRectF) -> Camera:
    """The camera on the way from one to the other: the zoom grows evenly, the middle of the view goes straight."""
    zoom = exp(log(old.zoom) + (log(new.zoom) - log(old.zoom)) * share)
    middle = view.center()
    centres = [QPointF((middle.x() - each.dx) / each.zoom, (middle.y() - each.dy) / each.zoom) for each in (old, new)]
    at = centres[0] + (centres[1] - centres[0]) * share
    return Camera(zoom, middle.x() - at.x() * zoom, middle.y() - at.y() * zoom, new.ratio)
