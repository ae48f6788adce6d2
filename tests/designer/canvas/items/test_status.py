"""Rims: equal ones share a picture, different ones differ without colour."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter

from floworch.run.status import NodeStatus
from floworch_designer.canvas.cache import render
from floworch_designer.canvas.geometry import card_shape
from floworch_designer.canvas.items.status import Rim, paint_rim
from floworch_designer.theme import Theme, look


def draw(status: NodeStatus | None, badge: str = "") -> QImage:
    rim = Rim(look(status), card_shape(("out",)), frozenset(), False, 20.0, badge=badge)

    def paint(painter: QPainter) -> None:
        painter.translate(12, 12)
        paint_rim(painter, Theme("dark"), rim)

    return render(1.0, (240, 96), 1.0, paint).toImage().convertToFormat(QImage.Format.Format_Alpha8)


@pytest.mark.usefixtures("qapp")
def test_no_two_statuses_have_the_same_outline_in_grey() -> None:
    shapes = [draw(status) for status in (None, *NodeStatus)]
    assert all(a != b for i, a in enumerate(shapes) for b in shapes[i + 1 :])


@pytest.mark.usefixtures("qapp")
def test_badges_tell_errors_from_warnings_by_shape() -> None:
    drawn = [draw(None, badge) for badge in ("", "error", "warning")]
    assert len({bytes(each.constBits()) for each in drawn}) == 3
