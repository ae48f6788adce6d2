"""How two versions of a definition differ, drawn on the canvas: rings by kind, where nodes stood, edges that came and
went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from floworch_designer.canvas.geometry import RADIUS, Point, Rect, overlaps
from floworch_designer.canvas.graph import Box, CanvasGraph
from floworch_designer.canvas.items.wires import pen, wire_path
from floworch_designer.canvas.painting import Camera
from floworch_designer.theme import Theme

#: Colour and dashes of the ring by kind: the dashes alone tell the kinds apart.
LOOKS: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "added": ("success", ()),
    "removed": ("failed", (4.0, 3.0)),
    "changed": ("retrying", (8.0, 3.0, 1.5, 3.0)),
    "moved": ("pending", (1.5, 2.5)),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What is drawn: kinds by node, former places of moved nodes, kinds by edge ends. Scene units."""

    nodes: Mapping[str, str] = field(default_factory=dict)
    came_from: Mapping[str, Point] = field(default_factory=dict)
    edges: Mapping[tuple[str, str, str], str] = field(default_factory=dict)


def paint_marks(
    painter: QPainter, theme: Theme, camera: Camera, rect: Rect, graph: CanvasGraph, marks: Marks
) -> None:  # fmt: skip
    """Paint the difference of what is in ``rect`` (scene units); the painter is in logical px."""
    _paint_edges(painter, theme, camera, rect, graph, marks)
    for key, was in marks.came_from.items():
        box = graph.boxes.get(key)
        if box is not None and box.proxy is None:
            _paint_former(painter, theme, camera, box, was)
    for key in graph.box_grid.near(rect):
        box, near = graph.boxes[key], marks.nodes.get(key)
        if near is not None and box.proxy is None and overlaps(rect, box.painted):
            _paint_node(painter, theme, camera, box, near)


def _paint_edges(
    painter: QPainter, theme: Theme, camera: Camera, rect: Rect, graph: CanvasGraph, marks: Marks
) -> None:  # fmt: skip
    if not marks.edges:
        return
    painter.save()
    painter.translate(camera.dx, camera.dy)
    painter.scale(camera.zoom, camera.zoom)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for wire in graph.wires:
        kind = marks.edges.get(wire.ends)
        if kind is not None and overlaps(rect, wire.bounds):
            color, dashes = LOOKS[kind]
            painter.setPen(pen(theme.tokens[color], 3.0, dashes))
            painter.drawPath(wire_path(wire))
    painter.restore()


def _paint_former(painter: QPainter, theme: Theme, camera: Camera, box: Box, was: Point) -> None:
    """An outline where the node stood, and a line from there to where it is."""
    width, height = box.shape.width, box.shape.height
    former = camera.rect((was[0], was[1], was[0] + width, was[1] + height))
    made = QPen(theme.color(LOOKS["moved"][0]), 1.5)
    made.setDashPattern(list(LOOKS["moved"][1]))
    painter.setPen(made)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(former, RADIUS * camera.zoom, RADIUS * camera.zoom)
    line = QLineF(former.center(), camera.rect(box.rect).center())
    painter.drawLine(line)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(LOOKS["moved"][0]))
    painter.drawEllipse(QPointF(line.p1()), 3.0, 3.0)


def _paint_node(painter: QPainter, theme: Theme, camera: Camera, box: Box, kind: str) -> None:
    color, dashes = LOOKS[kind]
    shown: QRectF = camera.rect(box.rect)
    radius = RADIUS * camera.zoom
    if kind == "removed" and not box.container:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("canvas", 0.55))
        painter.drawRoundedRect(shown, radius, radius)
    made = QPen(theme.color(color), 2.5)
    if dashes:
        made.setDashPattern(list(dashes))
    painter.setPen(made)
    painter.setBrush(theme.color(color, 0.10))
    around = shown.adjusted(-3, -3, 3, 3)
    painter.drawRoundedRect(around, radius + 3, radius + 3)
