"""The far view as square tiles: painted in batches within a time budget, patched where a status changes."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from floworch_designer.canvas.geometry import Rect, grown
from floworch_designer.canvas.graph import Box
from floworch_designer.canvas.items.wires import state_of
from floworch_designer.canvas.painting import MIDDLE, Camera, GraphPainter

#: Side of a tile, device px.
TILE = 512
#: Milliseconds per frame for painting tiles.
BUDGET = 7.0
#: Tiles kept over all zooms; 1 MiB each.
LIMIT = 40

_Key = tuple[float, int, int]


class TileCache:
    """Tiles by zoom and place.

    While a zoom has tiles missing, those of the zoom that was last complete are shown stretched below.
    """

    def __init__(self, painter: GraphPainter) -> None:
        self._painter = painter
        self._tiles: dict[_Key, QPixmap] = {}
        self._stale: set[_Key] = set()
        self._scale = 0.0
        self._ratio = 1.0
        self._complete = 0.0
        self._unsaid: set[str] = set()  # nodes that changed while their wires looked all alike

    def clear(self) -> None:
        """Forget every tile."""
        self._tiles.clear()
        self._stale.clear()
        self._complete = 0.0

    @property
    def size(self) -> int:
        """Bytes of the tiles that are kept."""
        return len(self._tiles) * TILE * TILE * 4

    def paint(self, painter: QPainter, camera: Camera, area: QRectF, budget: float = BUDGET) -> bool:
        """Paint ``area`` (logical px) from tiles, making missing ones within ``budget`` ms.

        Returns whether everything in ``area`` is up to date; if not, another frame is needed.
        """
        self._scale, self._ratio = camera.zoom * camera.ratio, camera.ratio
        scale = self._scale
        wanted = _keys(camera, scale, area)
        until = perf_counter() + budget / 1000.0
        missing = [key for key in wanted if key not in self._tiles or key in self._stale]
        while missing:
            self._make(missing.pop(0), camera.ratio)
            if perf_counter() > until:
                break
        ready = all(key in self._tiles for key in wanted)
        if not ready:
            painter.fillRect(area, self._painter.theme.color("canvas"))
            if self._complete and self._complete != scale:
                self._backdrop(painter, camera, area)
        for key in wanted:
            tile = self._tiles.get(key)
            if tile is not None:
                painter.drawPixmap(_place(camera, key, scale), tile)
        if not missing:
            self._complete = scale
        self._trim(wanted)
        return not missing

    def stretched(self, painter: QPainter, camera: Camera, area: QRectF) -> bool:
        """Paint ``area`` from the tiles of the last complete zoom, for the time of a gesture.

        Returns False, and paints nothing, when they do not cover enough of it.
        """
        base = self._complete
        if not base or not 0.4 <= camera.zoom * camera.ratio / base <= 2.5:
            return False
        wanted = _keys(camera, base, area)
        have = sum(1 for key in wanted if key in self._tiles)
        if not wanted or have < 0.6 * len(wanted):
            return False
        painter.fillRect(area, self._painter.theme.color("canvas"))
        self._backdrop(painter, camera, area)
        return True

    def invalidate(self, rects: Iterable[Rect]) -> None:
        """Have everything in these scene rectangles painted anew; old tiles are shown until then."""
        scale = self._scale
        self._tiles = {key: tile for key, tile in self._tiles.items() if key[0] == scale}
        if not self._tiles:
            self._complete = 0.0
            return
        for rect in rects:
            self._stale.update(self._under(rect))

    def _under(self, rect: Rect) -> list[_Key]:
        """The tiles of the present zoom that a scene rectangle touches."""
        scale = self._scale
        left, top = int(rect[0] * scale // TILE), int(rect[1] * scale // TILE)
        right, bottom = int(rect[2] * scale // TILE), int(rect[3] * scale // TILE)
        if left == right and top == bottom:  # nearly every card: a thousand change status at once
            key = (scale, left, top)
            return [key] if key in self._tiles else []
        if (right - left + 1) * (bottom - top + 1) > len(self._tiles):
            near = (key for key in self._tiles if left <= key[1] <= right and top <= key[2] <= bottom)
            return [key for key in near if key[0] == scale]
        keys = [(scale, column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)]
        return [key for key in keys if key in self._tiles]

    def _wires(self, nodes: Iterable[str]) -> None:
        """Have wires painted anew that a run shows otherwise now; from very far they are all alike."""
        if self._scale < MIDDLE:
            self._unsaid.update(nodes)
            return
        for wire in self._painter.graph.wires_of(nodes):
            state = state_of(wire)
            if state != wire.state:
                wire.state = state
                self._stale.update(self._under(grown(wire.bounds, 4.0)))

    def _learn(self) -> None:
        """Note how the wires look that are painted from now on, where that was not asked from very far."""
        for wire in self._painter.graph.wires_of(self._unsaid):
            wire.state = state_of(wire)
        self._unsaid.clear()

    def patch(self, boxes: Iterable[Box]) -> None:
        """Paint cards anew inside the tiles of the present zoom; tiles of other zooms are dropped."""
        scale, tiles, stale = self._scale, self._tiles, self._stale
        if any(key[0] != scale for key in tiles):
            tiles = self._tiles = {key: tile for key, tile in tiles.items() if key[0] == scale}
            self._complete = scale if self._complete == scale else 0.0
        boxes = list(boxes)
        self._wires([box.id for box in boxes])
        share = scale / TILE
        touched: dict[tuple[float, float], list[Box]] = {key[1:]: [] for key in tiles}
        for box in boxes:
            folded = box.proxy
            if folded is None and (box.children is None or box.folded):  # a card, as thousands that change at once
                shape, x, y = box.shape, box.x, box.y
                left, top = x * share // 1, y * share // 1
                if left == (x + shape.width) * share // 1 and top == (y + shape.height) * share // 1:
                    inside = touched.get((left, top))
                    if inside is not None:
                        inside.append(box)
                    continue
                for key in self._under(box.rect):
                    touched[key[1:]].append(box)
            else:
                stale.update(self._under(box.rect if folded is None else folded.painted))
        for place, inside in touched.items():
            key = (scale, int(place[0]), int(place[1]))
            if not inside or key in stale:
                continue
            painter = QPainter(tiles[key])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._painter.far_cards(painter, _camera(key, self._ratio), inside)
            painter.end()

    def _make(self, key: _Key, ratio: float) -> None:
        scale, column, row = key
        if self._unsaid and scale >= MIDDLE:
            self._learn()
        pixmap = QPixmap(TILE, TILE)
        pixmap.fill(self._painter.theme.color("canvas"))
        painter = QPainter(pixmap)
        side = TILE / scale
        rect = (column * side, row * side, (column + 1) * side, (row + 1) * side)
        self._painter.far(painter, _camera(key, ratio), rect)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self._tiles[key] = pixmap
        self._stale.discard(key)

    def _backdrop(self, painter: QPainter, camera: Camera, area: QRectF) -> None:
        base = self._complete
        share = camera.zoom / base
        for key in _keys(camera, base, area):
            tile = self._tiles.get(key)
            if tile is None:
                continue
            left, top = key[1] * TILE * share + camera.dx, key[2] * TILE * share + camera.dy
            target = QRectF(left, top, TILE * share, TILE * share)
            painter.drawPixmap(target, tile, QRectF(0, 0, TILE, TILE))

    def _trim(self, wanted: list[_Key]) -> None:
        if len(self._tiles) <= LIMIT:
            return
        keep = set(wanted)
        for key in list(self._tiles):
            if len(self._tiles) <= LIMIT:
                break
            if key not in keep and key[0] != self._complete:
                del self._tiles[key]
                self._stale.discard(key)
        for key in list(self._tiles):
            if len(self._tiles) <= LIMIT:
                break
            if key not in keep:
                del self._tiles[key]
                self._stale.discard(key)


def _camera(key: _Key, ratio: float) -> Camera:
    return Camera(key[0], -key[1] * float(TILE), -key[2] * float(TILE), dots=ratio)


def _keys(camera: Camera, scale: float, area: QRectF) -> list[_Key]:
    side = TILE / scale * camera.zoom  # logical px of one tile on screen
    left, right = int((area.left() - camera.dx) // side), int((area.right() - camera.dx) // side)
    top, bottom = int((area.top() - camera.dy) // side), int((area.bottom() - camera.dy) // side)
    return [(scale, column, row) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _place(camera: Camera, key: _Key, scale: float) -> QPointF:
    ratio = camera.ratio
    x = key[1] * TILE + round(camera.dx * ratio)
    y = key[2] * TILE + round(camera.dy * ratio)
    return QPointF(x / ratio, y / ratio)
