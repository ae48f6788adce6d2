"""Tiles: made within a budget, dropped where something moved."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap

from floworch.run.status import NodeStatus
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


VERY_FAR, FAR = Camera(0.1, 300.0, 300.0), Camera(0.3, 300.0, 300.0)


def picture(tiles: TileCache, camera: Camera) -> QImage:
    target = QPixmap(1200, 800)
    painter = QPainter(target)
    tiles.paint(painter, camera, AREA, 10_000.0)
    painter.end()
    return target.toImage()


def test_wires_that_look_all_alike_from_very_far_are_not_asked_how_they_look(
    view: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """performance.md: 100 000 status events per second; of each, asking its wires was half of the work."""
    asked: list[Any] = []
    monkeypatch.setattr("floworch_designer.canvas.tiles.state_of", lambda wire: asked.append(wire) or "")
    tiles, boxes = TileCache(view.painter), view.graph.boxes
    paint(tiles, VERY_FAR, 10_000.0)
    tiles.patch(boxes.values())
    assert asked == []
    paint(tiles, FAR, 10_000.0)
    assert set(asked) == set(view.graph.wires_of(boxes))


def test_wires_whose_state_changed_while_they_were_seen_from_very_far_are_painted_as_they_are(view: Any) -> None:
    tiles, boxes = TileCache(view.painter), view.graph.boxes

    def become(first: NodeStatus | None, second: NodeStatus | None) -> None:
        boxes["a"].live.status, boxes["b"].live.status = first, second
        tiles.patch([boxes["a"], boxes["b"]])

    paint(tiles, FAR, 10_000.0)
    become(None, None)
    paint(tiles, VERY_FAR, 10_000.0)
    become(NodeStatus.COMPLETED, NodeStatus.RUNNING)
    live = picture(tiles, FAR)
    become(None, None)
    back = picture(tiles, FAR)
    assert back != live
    assert back == picture(TileCache(view.painter), FAR)


def test_of_what_changed_each_tile_paints_its_own_cards_once(view: Any) -> None:
    painted: list[str] = []
    painter = GraphPainter(view.graph, view.theme)
    tiles = TileCache(painter)
    paint(tiles, VERY_FAR, 10_000.0)
    painter.far_cards = lambda _painter, _camera, cards: painted.extend(box.id for box in cards)  # type: ignore[method-assign]
    cards = [box for box in view.graph.boxes.values() if not box.container]
    tiles.patch(cards)
    assert sorted(set(painted)) == sorted(box.id for box in cards if tiles._under(box.rect))
    assert len(painted) == sum(len(tiles._under(box.rect)) for box in cards)
