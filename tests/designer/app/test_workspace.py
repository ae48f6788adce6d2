"""A document on screen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from floworch_designer.app.workspace import CanvasStack


class Scrolled(QWidget):
    """Notes how it is scrolled; its first row would go out of sight after 40 px."""

    def __init__(self):
        super().__init__()
        self.pans = []
        self.fitting = self

    def would_hide_top(self, by):
        return by > 40

    def glide(self, along):
        self.pans.append((0, along))


def test_what_is_shown_stays_in_its_place_when_a_strip_comes_and_goes(qtbot):
    box, strip, stack, canvas = QWidget(), QWidget(), CanvasStack(), Scrolled()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(strip)
    column.addWidget(stack, 1)
    strip.setFixedHeight(30)
    strip.hide()
    stack.addWidget(canvas)
    box.resize(QSize(300, 300))
    box.show()
    canvas.pans.clear()
    strip.show()
    qtbot.waitUntil(lambda: canvas.pans == [(0, -30)])
    strip.setFixedHeight(90)
    qtbot.waitUntil(lambda: stack.y() == 90)
    assert canvas.pans == [(0, -30)], "the first row would have gone out of sight"
