"""Moving nodes as two pictures: the canvas without them and they alone, with only the wires between both alive."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from time import monotonic

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion

from floworch_designer.canvas.bends import Way
from floworch_designer.canvas.geometry import Point, Rect, overlaps, union
from floworch_designer.canvas.graph import Wire
from floworch_designer.canvas.items.knot import paint_knot
from floworch_designer.canvas.items.portal import paint_tags
from floworch_designer.canvas.items.wires import AIMED, pen, way_path, wire_path, wire_pen
from floworch_designer.canvas.painting import NEAR, ORDER, Camera, GraphPainter, GridBackground

#: Seconds between two pictures of a view that stands still.
AGAIN = 0.2
#: Wires to nodes outside the moved set that are drawn while dragging.
MOST_WIRES = 400


class DragLayer:
    """A drag in progress: which nodes move and how far, and the two pictures it is shown with."""

    def __init__(self, painter: GraphPainter, nodes: set[str], decor: Collection[str] = ()) -> None:
        self._painter = painter
        self.nodes, self.decor = nodes, frozenset(decor)
        self.offset: Point = (0.0, 0.0)
        graph = painter.graph
        shown = [graph.boxes[key].painted for key in nodes if graph.boxes[key].proxy is None]
        shown += [area.painted for key in self.decor if (area := graph.decor.area(key)) is not None]
        self._extent: Rect = union(shown) or (0.0, 0.0, 0.0, 0.0)
        rects = [graph.boxes[key].rect for key in nodes if graph.boxes[key].proxy is None]
        rects += [area.rect for key in self.decor if (area := graph.decor.area(key)) is not None]
        #: The wire that what moves would be put into; it is drawn upon that.
        self.aimed: Wire | None = None
        #: Around everything that moves, where it stood.
        self.outline: Rect = union(rects) or (0.0, 0.0, 0.0, 0.0)
        pulled = [knot.wire for key in self.decor if (knot := graph.decor.knots.get(key)) is not None]
        touched = {**graph.wires_of(nodes), **dict.fromkeys(wire for wire in pulled if wire is not None)}
        self._boundary = [wire for wire in touched if not wire.hidden and not self._whole(wire)]
        self._base = QPixmap()
        self._front = QPixmap()
        self._front_at: Point = (0.0, 0.0)
        self._camera: Camera | None = None
        self._taken = 0.0

    def _whole(self, wire: Wire) -> bool:
        """Whether a wire moves with both ends and all of its knots."""
        ends = wire.source.id in self.nodes and wire.target.id in self.nodes
        return ends and all(knot.key in self.decor for knot in wire.bends)

    @property
    def moving(self) -> set[str]:
        """Ids of the nodes and keys of the notes and frames that move."""
        return self.nodes | self.decor

    def snapshot(self, camera: Camera, area: QRectF, grid: GridBackground) -> None:
        """Take both pictures for this view; needed again when the view has moved."""
        self._camera, self._taken = camera, monotonic()
        self._painter.cache.start_frame(40.0)
        self._base = _blank(area, camera.ratio)
        painter = QPainter(self._base)
        rect = camera.scene(area)
        grid.paint(painter, self._painter.theme, camera, area)
        self._paint(painter, camera, rect, self.moving)
        painter.end()
        shown = camera.rect(self._extent).intersected(area.adjusted(-400, -400, 400, 400)).toAlignedRect()
        if self.offset != (0.0, 0.0):
            shown = camera.rect(self._extent).toAlignedRect()
            shown = shown.intersected(area.translated(-self.offset[0] * camera.zoom, -self.offset[1] * camera.zoom)
                                      .adjusted(-400, -400, 400, 400).toAlignedRect())  # fmt: skip
        spot = QRectF(shown)
        self._front = _blank(spot, camera.ratio)
        self._front.fill(Qt.GlobalColor.transparent)
        self._front_at = (spot.x(), spot.y())
        painter = QPainter(self._front)
        moved = Camera(camera.zoom, camera.dx - spot.x(), camera.dy - spot.y(), camera.ratio)
        self._paint_moving(painter, moved, camera.scene(spot))
        painter.end()

    def _paint(self, painter: QPainter, camera: Camera, rect: Rect, hidden: set[str]) -> None:
        if camera.zoom >= NEAR:
            self._painter.near(painter, camera, rect, hidden)
        else:
            self._painter.far(painter, camera, rect, hidden)

    def _paint_moving(self, painter: QPainter, camera: Camera, rect: Rect) -> None:
        graph, moving = self._painter.graph, self.nodes
        boxes = [graph.boxes[key] for key in moving if graph.boxes[key].proxy is None]
        boxes = [box for box in boxes if overlaps(rect, box.painted)]
        frames = sorted((box for box in boxes if box.container), key=lambda box: -box.shape.width * box.shape.height)
        cards = sorted((box for box in boxes if not box.container), key=ORDER)
        inner = [wire for wire in graph.wires_of(moving) if self._whole(wire)]
        wires = [wire for wire in inner if not wire.hidden and overlaps(rect, wire.bounds)]
        areas = [area for area in graph.decor.near(rect) if area.key in self.decor]
        if camera.zoom >= NEAR:
            self._painter.near_parts(painter, camera, frames, cards, wires, areas)
        else:
            self._painter.far_parts(painter, camera, frames, cards, wires, areas)

    def outdated(self, now: float) -> bool:
        """What is in the pictures looks different; whether they are taken again, as is done some times a second."""
        if now - self._taken < AGAIN:
            return False
        self._camera = None
        return True

    def fits(self, camera: Camera) -> bool:
        """Whether the pictures were taken for this view."""
        return camera == self._camera

    def dirty(self) -> QRegion:
        """The region, logical px, that the moved nodes and their live wires cover now."""
        if self._camera is None:
            return QRegion()
        camera = self._camera
        dx, dy = self.offset
        left, top, right, bottom = self._extent
        region = QRegion(
            camera.rect((left + dx, top + dy, right + dx, bottom + dy)).toAlignedRect().adjusted(-3, -3, 3, 3)
        )
        for wire in self._boundary[:MOST_WIRES]:
            region += QRegion(camera.rect(self._moved(wire).extent).toAlignedRect().adjusted(-3, -3, 3, 3))
        return region

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint both pictures and the wires between them into ``area``."""
        camera = self._camera
        if camera is None:
            return
        ratio = camera.ratio
        source = QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio)
        painter.drawPixmap(area, self._base, source)
        dx, dy = self.offset
        rect = camera.scene(area)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, camera.zoom >= 0.25)
        painter.translate(camera.dx, camera.dy)
        painter.scale(camera.zoom, camera.zoom)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire in self._boundary[:MOST_WIRES]:
            moved = self._moved(wire)
            if overlaps(rect, moved.extent):
                painter.setPen(wire_pen(self._painter.theme, wire, 1.0))
                painter.drawPath(way_path(moved))
                self._knots(painter, wire)
                if moved.tags:
                    paint_tags(painter, self._painter.theme, moved.tags)
        painter.restore()
        x = round((self._front_at[0] + dx * camera.zoom) * ratio) / ratio
        y = round((self._front_at[1] + dy * camera.zoom) * ratio) / ratio
        painter.setOpacity(0.92)
        painter.drawPixmap(QPointF(x, y), self._front)
        painter.setOpacity(1.0)
        if self.aimed is not None:
            self._paint_aimed(painter, camera, self.aimed)

    def _paint_aimed(self, painter: QPainter, camera: Camera, wire: Wire) -> None:
        """Upon what moves, which may be longer than the wire."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(camera.dx, camera.dy)
        painter.scale(camera.zoom, camera.zoom)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self._painter.theme.tokens["selection"], AIMED, wire.port == "error"))
        painter.drawPath(wire_path(wire))
        painter.restore()

    def _knots(self, painter: QPainter, wire: Wire) -> None:
        """Those that stay: the others are in the picture that moves."""
        for knot in wire.bends:
            if knot.key not in self.decor:
                paint_knot(painter, self._painter.theme, knot)

    def _moved(self, wire: Wire) -> Way:
        """How a wire runs between what moves and what stays."""
        (dx, dy), (start, end) = self.offset, (wire.points[0], wire.points[-1])
        if wire.source.id in self.nodes:
            start = (start[0] + dx, start[1] + dy)
        if wire.target.id in self.nodes:
            end = (end[0] + dx, end[1] + dy)
        stops = [(knot.at[0] + dx, knot.at[1] + dy) if knot.key in self.decor else knot.at for knot in wire.bends]
        return wire.way(start, stops, end)

    def straightened(self, offset: Point, within: float) -> Point:
        """The offset with a small correction that makes one live wire straight, if one is nearly so."""
        best = None
        for wire in self._boundary[:20]:
            for gap in self._gaps(wire, offset[1]):
                if abs(gap) <= within and (best is None or abs(gap) < abs(best)):
                    best = gap
        return offset if best is None else (offset[0], offset[1] + best)

    def _gaps(self, wire: Wire, dy: float) -> list[float]:
        """What is missing at each stretch of a wire between what moves and what stays until it is level."""
        ends = ((wire.source.id in self.nodes, wire.points[0]), (wire.target.id in self.nodes, wire.points[-1]))
        stops = [ends[0], *((knot.key in self.decor, knot.at) for knot in wire.bends), ends[1]]
        return [
            (b[1] - a[1] if moves else a[1] - b[1]) - dy
            for (moves, a), (follows, b) in pairwise(stops)
            if moves != follows
        ]


def _blank(area: QRectF, ratio: float) -> QPixmap:
    pixmap = QPixmap(max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
