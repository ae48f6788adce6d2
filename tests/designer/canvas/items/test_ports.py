"""Ports differ by shape and by being full."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from floworch_designer.canvas.items.ports import paint_port


def draw(name: str, full: bool) -> QImage:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_port(painter, name, QPointF(20, 20), 12.0, QColor("white"), QColor("black"), full)
    painter.end()
    return image


@pytest.mark.usefixtures("qapp")
def test_every_kind_has_its_own_shape_hollow_and_full() -> None:
    pictures = [draw(name, full) for name in ("out", "error", "done") for full in (False, True)]
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[i + 1 :])
    assert draw("out", True).pixelColor(20, 20) == QColor("white")
    assert draw("out", False).pixelColor(20, 20) == QColor("black")
