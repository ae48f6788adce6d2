"""The small card: status colours it, a plain one takes its category."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from floworch.run.status import NodeStatus
from floworch_designer.canvas.items.mini import flat_color
from floworch_designer.theme import Theme, look


def test_one_colour_from_afar() -> None:
    theme = Theme("dark")
    assert flat_color(theme, look(NodeStatus.FAILED), "data") == theme.color("failed")
    assert flat_color(theme, look(None), "data") != flat_color(theme, look(None), "files")
    assert flat_color(theme, look(None), "data", known=False) == flat_color(theme, look(None), "utility")


def test_a_small_card_leaves_room_for_its_title_and_the_title_keeps_its_size(qapp: QApplication) -> None:
    from types import SimpleNamespace
    from typing import Any

    from PySide6.QtGui import QImage, QPainter

    from floworch_designer.canvas.geometry import card_shape
    from floworch_designer.canvas.items.mini import LETTERS, paint_titles
    from floworch_designer.canvas.painting import Camera
    from floworch_designer.theme import Theme

    def height(zoom: float, dots: float = 1.0) -> int:
        box: Any = SimpleNamespace(
            id="a",
            x=0.0,
            y=0.0,
            node=SimpleNamespace(title="HHH", disabled=False),
            shape=card_shape(("out",), (), False),
        )
        image = QImage(300, 120, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        paint_titles(painter, Theme("light"), Camera(zoom, 0.0, 0.0, dots=dots), [box])
        painter.end()
        rows = [y for y in range(120) if any(image.pixelColor(x, y).alpha() > 60 for x in range(300))]
        return rows[-1] - rows[0] + 1 if rows else 0

    assert height(0.3) == height(0.49) >= 0.6 * LETTERS
    assert abs(height(0.8, 2.0) - 2 * height(0.4)) <= 1, "on a dense screen letters have more px, not fewer"
