"""What moves by itself while a run goes on: dots along live wires, and the end of a card's work, seen once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QRegion

from floworch.run.status import NodeStatus
from floworch_designer.canvas.geometry import GLYPH_RIGHT, LABELS, RADIUS, Rect, overlaps, union
from floworch_designer.canvas.graph import Box, CanvasGraph, Wire
from floworch_designer.canvas.items.card import GLYPH, tile_top
from floworch_designer.canvas.items.counts import thicker
from floworch_designer.canvas.items.labels import paint_labels
from floworch_designer.canvas.items.wires import WIDTH, pen, state_of, wire_path
from floworch_designer.canvas.painting import Camera
from floworch_designer.theme import Theme

#: Seconds in which the colour of success fades, and in which a failure pulses, once; no faster than three times a
#: second whatever happens.
LASTS = {NodeStatus.COMPLETED: 0.2, NodeStatus.FAILED: 0.4}
#: Diameter of a dot on a wire of the usual width and what is between two, px; how fast they go, px a second.
DOT, GAP, SPEED = 5.0, 20.0, 70.0
#: How far the ring of a back-off is around the glyph, scene units.
RING = 2.5
#: More wires than this, or such as fill the view, are not painted thirty times a second: their dots rest.
FEW, MUCH = 24, 250_000.0

#: The end of a node's work: how it ended, and when (seconds of the clock that is asked).
Ends = dict[str, tuple[NodeStatus, float]]


def live_wires(
    graph: CanvasGraph, boxes: Iterable[Box], rect: Rect, most: int, hidden: Collection[str] = ()
) -> list[Wire]:
    """Wires in a rectangle along which these nodes, which are being worked on, got what they work with."""
    found: list[Wire] = []
    for box in boxes:
        if len(found) >= most:
            break
        for wire in graph.arriving.get(box.id, ()) if box.id not in hidden else ():
            seen = not wire.hidden and wire.source.id not in hidden and overlaps(rect, wire.bounds)
            if seen and state_of(wire) == "live":
                found.append(wire)
    return found[:most]


def flowing(wires: Sequence[Wire], zoom: float) -> list[Wire]:
    """Those whose dots move: as many as can be painted anew in every frame."""
    found, area = [], 0.0
    for wire in wires[:FEW]:
        left, top, right, bottom = wire.bounds
        area += (right - left) * (bottom - top) * zoom * zoom
        if area > MUCH:
            break
        found.append(wire)
    return found


def paint_flow(
    painter: QPainter,
    theme: Theme,
    camera: Camera,
    graph: CanvasGraph,
    wires: Sequence[Wire],
    rect: Rect,
    now: float | None,
) -> None:
    """Paint live wires into a rectangle wider than others, below the cards, with dots on those that flow.

    ``now``: the time in seconds; None paints no dots.
    """
    if not wires:
        return
    painter.save()
    painter.setClipRegion(_beside(camera, graph, wires, rect), Qt.ClipOperation.IntersectClip)
    painter.translate(camera.dx, camera.dy)
    painter.scale(camera.zoom, camera.zoom)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    color = theme.tokens["running"]
    for wire in wires:
        painter.setPen(pen(color, thicker(wire, WIDTH, graph.arriving, graph.leaving), wire.port == "error"))
        painter.drawPath(wire_path(wire))
    if now is not None:
        dots = QPen(theme.color("running"), DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        dots.setCosmetic(True)
        for wire in flowing(wires, camera.zoom):
            size = DOT + thicker(wire, WIDTH, graph.arriving, graph.leaving) - WIDTH
            dots.setWidthF(size)
            dots.setDashPattern([0.01, GAP / size])  # Qt counts in widths of the pen
            dots.setDashOffset(-(now * SPEED % GAP) / size)
            painter.setPen(dots)
            painter.drawPath(wire_path(wire))
    if camera.zoom >= LABELS:
        paint_labels(painter, theme, wires, graph.arriving, graph.leaving)
    painter.restore()


def _beside(camera: Camera, graph: CanvasGraph, wires: Sequence[Wire], rect: Rect) -> QRegion:
    """Where in a rectangle these wires are seen: not where cards lie upon them."""
    whole = union([wire.bounds for wire in wires]) or rect
    whole = (max(whole[0], rect[0]), max(whole[1], rect[1]), min(whole[2], rect[2]), min(whole[3], rect[3]))
    region = QRegion(camera.rect(whole).toAlignedRect().adjusted(-4, -4, 4, 4))
    for key in graph.box_grid.near(whole):
        box = graph.boxes[key]
        if not box.container and box.proxy is None and overlaps(whole, box.rect):
            region -= QRegion(camera.rect(box.rect).toAlignedRect())
    return region


def paint_back_off(
    painter: QPainter,
    theme: Theme,
    camera: Camera,
    boxes: Iterable[Box],
    seen: dict[str, tuple[float, float]],
    now: float,
) -> None:
    """Paint a ring around the glyph of retrying nodes that runs out with their back-off.

    ``seen`` keeps, for this, when each was seen first; ``now`` is the time of day.
    """
    waiting = [(box, box.live.info.due) for box in boxes if box.live.info is not None and box.live.info.due is not None]
    for gone in seen.keys() - {box.id for box, _ in waiting}:
        del seen[gone]
    for box, due in waiting:
        if seen.get(box.id, (0.0, 0.0))[0] != due:
            seen[box.id] = (due, now)
        since = seen[box.id][1]
        if not since <= now < due:
            continue
        top = box.y + (10.0 if box.container else tile_top(box.shape, bool(box.content.chips)))
        left = box.x + box.shape.width - GLYPH_RIGHT - GLYPH
        circle = camera.rect((left - RING, top - RING, left + GLYPH + RING, top + GLYPH + RING))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("retrying"), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(circle, 90 * 16, round(360 * 16 * (due - now) / (due - since)))


def paint_ends(painter: QPainter, theme: Theme, camera: Camera, graph: CanvasGraph, ends: Ends, now: float) -> bool:
    """Paint what has just ended, and forget what has been seen; whether there is more to come."""
    for node, (status, since) in list(ends.items()):
        box, share = graph.boxes.get(node), (now - since) / LASTS[status]
        if box is None or box.proxy is not None or not 0.0 <= share < 1.0:
            del ends[node]
            continue
        shown = camera.rect(box.rect)
        if status is NodeStatus.COMPLETED:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("success", 0.25 * (1.0 - share)))
            painter.drawRoundedRect(shown, RADIUS * camera.zoom, RADIUS * camera.zoom)
            continue
        away = 1.0 + 8.0 * share * camera.zoom
        painter.setPen(QPen(theme.color("failed", 1.0 - share), 3.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = RADIUS * camera.zoom + away
        painter.drawRoundedRect(shown.adjusted(-away, -away, away, away), radius, radius)
    return bool(ends)


def moving_region(camera: Camera, graph: CanvasGraph, view: QRectF, active: Sequence[Box], ends: Ends) -> QRegion:
    """What is to be painted anew in the next frame: cards that are worked on, dots, and what has just ended."""
    region = QRegion()
    for box in active[:FEW]:
        region += camera.rect(box.rect).toAlignedRect()
    for wire in flowing(live_wires(graph, active, camera.scene(view), FEW), camera.zoom):
        region += camera.rect(wire.bounds).intersected(view).toAlignedRect()
    for node in ends:
        found = graph.boxes.get(node)
        if found is not None:
            region += camera.rect(found.painted).toAlignedRect()
    return region
