"""Cards are placed on whole device pixels; what is hidden is not painted."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap

from floworch.run.status import NodeStatus
from floworch_designer.canvas import RunInfo
from floworch_designer.canvas.painting import Camera, GridBackground
from floworch_designer.theme import Theme
from floworch_designer.theme.statuses import HUMAN, TIMED_OUT


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_snapped_points_are_whole_device_pixels(ratio: float) -> None:
    point = Camera(0.73, 10.31, 7.77, ratio).snapped(123.4, 56.7)
    assert point.x() * ratio == pytest.approx(round(point.x() * ratio))
    assert point.y() * ratio == pytest.approx(round(point.y() * ratio))


def test_hidden_nodes_take_their_wires_along(view: Any) -> None:
    frames, cards, wires = view.painter.visible((-50, -50, 2000, 2000), {"b"})
    assert {box.id for box in frames} == {"e"}
    assert "b" not in {box.id for box in cards}
    assert {(wire.source.id, wire.target.id) for wire in wires} == {("x", "y")}


def test_timeouts_and_people_have_their_own_looks(view: Any) -> None:
    view.set_statuses({"a": NodeStatus.FAILED, "b": NodeStatus.WAITING})
    view.set_run_info({"a": RunInfo(timed_out=True), "b": RunInfo(human=True)})
    assert view.painter.look(view.graph.boxes["a"]) is TIMED_OUT
    assert view.painter.look(view.graph.boxes["b"]) is HUMAN


@pytest.mark.parametrize("zoom", [0.5, 0.7, 1.0, 1.9])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_dots_of_the_grid_lie_on_scene_points_everywhere(qapp: Any, zoom: float, ratio: float) -> None:
    theme, area = Theme("dark"), QRectF(0, 0, 300, 200)
    camera, step = Camera(zoom, 31.0, -17.0, ratio), 24.0 if zoom >= 0.75 else 48.0
    picture = QPixmap(round(300 * ratio), round(200 * ratio))
    picture.setDevicePixelRatio(ratio)
    painter = QPainter(picture)
    GridBackground().paint(painter, theme, camera, area)
    painter.end()
    shown, dot = picture.toImage(), theme.color("grid").name()
    places = [camera.point(x * step, y * step) * ratio for x in range(-20, 20) for y in range(-20, 20)]
    seen = [place.toPoint() for place in places if shown.rect().adjusted(3, 3, -3, -3).contains(place.toPoint())]
    assert len(seen) > 20
    for place in seen:
        around = [(place.x() + x, place.y() + y) for x in range(-2, 3) for y in range(-2, 3)]
        assert any(shown.pixelColor(*at).name() == dot for at in around), place
    dots = sum(shown.pixelColor(x, y).name() == dot for x in range(shown.width()) for y in range(shown.height()))
    assert dots < 0.05 * shown.width() * shown.height()
