"""Tiles: made within a budget, dropped where something moved."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap

from floworch_designer.canvas.painting import Camera, GraphPainter
from floworch_designer.canvas.tiles import TileCache

AREA = QRectF(0, 0, 1200, 800)


def paint(tiles: TileCache, camera: Camera, budget: float) -> bool:
    target = QPixmap(1200, 800)
    painter = QPainter(target)
    try:
        return tiles.paint(painter, camera, AREA, budget)
    finally:
        painter.end()


def test_a_frame_without_time_makes_one_tile_and_says_that_more_are_missing(view: Any) -> None:
    tiles, camera = TileCache(view.painter), Camera(0.2, 100.0, 100.0)
    assert not paint(tiles, camera, 0.0)
    assert len(tiles._tiles) == 1
    assert paint(tiles, camera, 10_000.0)


def test_only_tiles_under_a_change_become_stale(view: Any) -> None:
    tiles, camera = TileCache(view.painter), Camera(0.2, 100.0, 100.0)
    paint(tiles, camera, 10_000.0)
    tiles.invalidate([(0.0, 0.0, 100.0, 100.0)])
    assert 1 <= len(tiles._stale) < len(tiles._tiles)
    assert paint(tiles, camera, 10_000.0)
    assert not tiles._stale


def test_during_a_gesture_the_last_complete_zoom_is_stretched(view: Any) -> None:
    tiles, target = TileCache(view.painter), QPixmap(1200, 800)
    paint(tiles, Camera(0.2, 100.0, 100.0), 10_000.0)
    painter = QPainter(target)
    assert tiles.stretched(painter, Camera(0.22, 100.0, 100.0), AREA)
    assert not tiles.stretched(painter, Camera(0.02, 100.0, 100.0), AREA)
    painter.end()


def test_on_a_dense_screen_a_small_card_has_its_title_and_no_bars_below_it(view: Any) -> None:
    def titled(camera: Camera) -> set[bool]:
        made: list[bool] = []
        painter = GraphPainter(view.graph, view.theme)
        painter._mini = lambda _painter, shown, *_: made.append(painter._titled(shown))  # type: ignore[method-assign]
        paint(TileCache(painter), camera, 10_000.0)
        return set(made)

    assert titled(Camera(0.4, 100.0, 100.0)) == titled(Camera(0.4, 100.0, 100.0, 2.0)) == {True}
    assert titled(Camera(0.28, 100.0, 100.0)) == titled(Camera(0.28, 100.0, 100.0, 2.0)) == {False}
