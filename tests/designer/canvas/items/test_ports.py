"""Ports differ by shape and by being full."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from floworch_designer.canvas.geometry import Shape
from floworch_designer.canvas.items.ports import paint_port, paint_ports


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


@pytest.mark.parametrize(("first", "fed", "drawn"), [(False, False, True), (True, False, False), (True, True, True)])
def test_a_trigger_has_an_input_only_where_something_leads_to_it_all_the_same(theme, first, fed, drawn) -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.translate(20, 0)
    paint_ports(painter, theme, Shape(300.0, 40.0, 20.0, ()), frozenset(), fed, first)
    painter.end()
    assert (image.pixelColor(20, 20).alpha() > 0) is drawn
