"""The mouse at one moment."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt

from floworch_designer.canvas.tools.base import Pointer


def test_modifiers_are_read_one_by_one() -> None:
    both = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    pointer = Pointer(QPointF(1, 2), (3.0, 4.0), both, QPoint(5, 6))
    assert pointer.shift
    assert pointer.control
    assert not pointer.alt
