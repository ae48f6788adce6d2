"""Painting on the graphics card: the viewport of a canvas made one of OpenGL, where that can be started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Samples of a pixel.
SAMPLES = 4


def can_start() -> str:
    """Why OpenGL cannot be started here, as a sentence; empty when it can."""
    try:
        from PySide6.QtGui import QOffscreenSurface, QOpenGLContext
        from PySide6.QtOpenGLWidgets import QOpenGLWidget
    except ImportError as error:
        return tr("Qt has no OpenGL here ({error}).", error=error)
    assert QOpenGLWidget is not None
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not context.create() or not context.makeCurrent(surface):
        return tr("No OpenGL context could be made on this display.")
    context.doneCurrent()
    return ""


def use_graphics_card(view: CanvasView, on: bool) -> str:
    """Paint a canvas on the graphics card, or on the processor as by default.

    Returns:
        Why it stays on the processor although ``on``; else an empty text.
    """
    if on == view.accelerated:
        return ""
    reason = can_start() if on else ""
    if reason:
        return reason
    if on:
        from PySide6.QtGui import QSurfaceFormat
        from PySide6.QtOpenGLWidgets import QOpenGLWidget

        smooth = QSurfaceFormat()
        smooth.setSamples(SAMPLES)  # without, curves have steps
        card = QOpenGLWidget()
        card.setFormat(smooth)
        _exchange(view, card)
    else:
        _exchange(view, QWidget())
    view.accelerated = on
    view.repaint_all()
    return ""


def _exchange(view: CanvasView, made: QWidget) -> None:
    """Put another viewport in; what lies upon the old one, such as editors in place, moves over."""
    old = view.viewport()
    upon = [child for child in old.children() if isinstance(child, QWidget)]
    shown = [child for child in upon if not child.isHidden()]
    for child in upon:
        child.setParent(made)
    view.setViewport(made)
    for child in shown:
        child.show()
    made.setMouseTracking(True)
    made.setAcceptDrops(True)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
