"""What lies above the graph and changes with the mouse: rings, hover, the wire in hand, rubber band, running marks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from time import monotonic, time

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from floworch_designer.canvas.decor_painting import paint_handles
from floworch_designer.canvas.differing import Marks, paint_marks
from floworch_designer.canvas.geometry import (
    FRAME_TITLE,
    GLYPH_RIGHT,
    LABELS,
    MARGIN,
    RADIUS,
    Point,
    Port,
    Rect,
    overlaps,
)
from floworch_designer.canvas.graph import Box, CanvasGraph, Wire
from floworch_designer.canvas.guides import Line
from floworch_designer.canvas.items.card import GLYPH, tile_top
from floworch_designer.canvas.items.knot import paint_knot
from floworch_designer.canvas.items.labels import paint_labels
from floworch_designer.canvas.items.ports import paint_port, paint_ports
from floworch_designer.canvas.items.status import paint_badge
from floworch_designer.canvas.items.wires import AIMED, FEW, WIDTH, path_of, pen, wire_path
from floworch_designer.canvas.live import ACTIVE
from floworch_designer.canvas.motion import Ends, live_wires, paint_back_off, paint_ends, paint_flow
from floworch_designer.canvas.painting import NEAR, Camera
from floworch_designer.canvas.plan import Plan, paint_plan
from floworch_designer.canvas.seen import seen
from floworch_designer.canvas.spinner import paint_spinner
from floworch_designer.theme import Theme, ui_font

#: At most so many spinners turn and edges flow at once.
MOST = 200
#: How much of the colour of texts lies upon a card under the mouse: as much as makes its fill that of what is raised.
RAISED = 0.04
#: From this zoom on the names of all ports of a card have room one below the other.
NAMES = 0.9


@dataclass
class Overlay:
    """The state of everything above the graph. Scene units and node ids; painting changes nothing."""

    graph: CanvasGraph
    selected: frozenset[str] = frozenset()
    selected_edges: frozenset[int] = frozenset()
    selected_decor: frozenset[str] = frozenset()
    primary: str | None = None
    #: Whether the canvas is used by keys: the primary card has the ring of the focus.
    focused: bool = False
    hover: str | None = None
    hover_port: str | None = None
    hover_edge: int | None = None
    #: The wire that what is dragged would be put into.
    drop_edge: int | None = None
    wire: tuple[Point, Point] | None = None
    wire_reversed: bool = False
    wire_open: bool = False
    targets: frozenset[str] | None = None
    aim: str | None = None
    band: Rect | None = None
    guides: tuple[Line, ...] = ()
    cut: tuple[Point, ...] = ()
    cut_edges: frozenset[int] = frozenset()
    ghost: Rect | None = None
    #: Ways of wires that were replaced and are offered.
    former: tuple[list[Point], ...] = ()
    frame_aim: str | None = None
    still: bool = False
    #: How nodes have ended whose end is still to be seen, and when.
    ends: Ends = field(default_factory=dict)
    #: When the back-off of retrying nodes ends, and when it was first seen.
    back_off: dict[str, tuple[float, float]] = field(default_factory=dict)
    #: Whether what was painted last goes on moving by itself.
    moving: bool = False
    plan: Plan = field(default_factory=dict)
    differences: Plan = field(default_factory=dict)
    marks: Marks | None = None

    @property
    def words(self) -> Plan:
        """What is written at the cards: a plan as long as there is one, else how two runs differ."""
        return self.plan or self.differences

    def paint(self, painter: QPainter, theme: Theme, camera: Camera, area: QRectF, hidden: Iterable[str] = ()) -> None:
        """Paint the overlay into ``area`` (logical px)."""
        rect = camera.scene(area)
        near = camera.zoom >= NEAR
        hidden = frozenset(hidden)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._edges(painter, theme, camera, rect, hidden)
        self.moving = False
        if near:
            found = self.active(rect)
            wires = live_wires(self.graph, found, rect, MOST, hidden)
            paint_flow(painter, theme, camera, self.graph, wires, rect, None if self.still else monotonic())
            self._running(painter, theme, camera, found, hidden)
            if not self.still:
                paint_back_off(painter, theme, camera, found[:MOST], self.back_off, time())
            self.moving = paint_ends(painter, theme, camera, self.graph, self.ends, monotonic()) or self.moving
        if self.marks is not None:
            paint_marks(painter, theme, camera, rect, self.graph, self.marks)
        self._hovered(painter, theme, camera, near, hidden)
        self._rings(painter, theme, camera, rect, hidden)
        if self.selected_decor:
            paint_handles(painter, theme, camera, self.graph.decor, self.selected_decor - hidden)
        if self.words:
            boxes = (self.graph.boxes[key] for key in self.graph.box_grid.near(rect) if key not in hidden)
            paint_plan(painter, theme, camera, rect, boxes, self.words)
        if self.targets is not None:
            self._targets(painter, theme, camera, rect)
        if self.wire is not None:
            self._wire(painter, theme, camera)
        self._areas(painter, theme, camera)

    def lit(self, near: bool, hidden: Collection[str] = ()) -> list[Wire]:
        """The wires of the card under the mouse, by which one sees what it is connected to."""
        box = self.graph.boxes.get(self.hover or "")
        if box is None or box.proxy is not None or box.id in hidden or self.wire is not None or not near:
            return []
        found = [wire for wire in self.graph.wires_of([box.id]) if not wire.hidden]
        return [wire for wire in found[:MOST] if wire.source.id not in hidden and wire.target.id not in hidden]

    def _edges(self, painter: QPainter, theme: Theme, camera: Camera, rect: Rect, hidden: Collection[str]) -> None:
        wanted = self.selected_edges | self.cut_edges
        wanted |= {edge for edge in (self.hover_edge, self.drop_edge) if edge is not None}
        lit = [wire for wire in self.lit(camera.zoom >= NEAR, hidden) if wire.index not in wanted]
        lit = [wire for wire in lit if overlaps(rect, wire.bounds)]
        if not wanted and not lit:
            return
        painter.save()
        painter.translate(camera.dx, camera.dy)
        painter.scale(camera.zoom, camera.zoom)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        wires = self.graph.wires if len(wanted) > MOST else self._wires(wanted)
        wires = [wire for wire in wires if wire.index in wanted and overlaps(rect, wire.bounds)]
        for wire in lit:
            painter.setPen(pen(theme.tokens["edge_active"], WIDTH, wire.port == "error"))
            painter.drawPath(wire_path(wire))
            for knot in wire.bends if not wire.tags else ():
                paint_knot(painter, theme, knot, theme.color("edge_active"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire in wires:
            aimed = wire.index == self.drop_edge
            token = "selection" if aimed or wire.index in self.selected_edges else "edge_active"
            token = "failed" if wire.index in self.cut_edges else token
            painter.setPen(pen(theme.tokens[token], AIMED if aimed else 3.0, wire.port == "error"))
            painter.drawPath(wire_path(wire))
            for knot in wire.bends if not wire.tags else ():
                paint_knot(painter, theme, knot, theme.color(token))
                painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.restore()
        if camera.zoom >= NEAR and len(wires) <= FEW:
            # Where one cuts or drops, the names would be in the way.
            _name_ends(painter, theme, camera, [wire for wire in wires if wire.index not in self._acted_on])
        if camera.zoom >= LABELS:
            # The stroke runs over the labels, and on a short wire the names: they are painted again above both.
            painter.save()
            painter.translate(camera.dx, camera.dy)
            painter.scale(camera.zoom, camera.zoom)
            paint_labels(painter, theme, [*lit, *wires], self.graph.arriving, self.graph.leaving)
            painter.restore()
        for wire in self._wires(frozenset({self.hover_edge})) if self.hover_edge is not None else ():
            for box in (wire.source, wire.target):
                around = box.rect if box.proxy is None else box.proxy.rect
                _ring(painter, camera, around, theme.color("edge_active"), 2.0, -0.5)

    @property
    def _acted_on(self) -> frozenset[int | None]:
        return self.cut_edges | {self.drop_edge}

    def _wires(self, wanted: frozenset[int]) -> list[Wire]:
        wires = self.graph.wires
        # Indexes equal places in the list unless the definition has edges with unknown ends.
        found = [wires[index] for index in wanted if index < len(wires) and wires[index].index == index]
        return found if len(found) == len(wanted) else [wire for wire in wires if wire.index in wanted]

    def _running(
        self, painter: QPainter, theme: Theme, camera: Camera, found: list[Box], hidden: frozenset[str]
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        angle = 0.0 if self.still else monotonic() * 360.0 % 360.0
        self.moving = bool(found) and not self.still
        for box in found[:MOST]:
            if box.id in hidden or box.live.status is None:
                continue
            color = theme.status_color(box.live.status)
            if theme.status_look(box.live.status).glyph != "status-running":
                continue
            top = 10.0 if box.container else tile_top(box.shape, bool(box.content.chips))
            left = box.x + box.shape.width - GLYPH_RIGHT - GLYPH
            circle = camera.rect((left + 2, box.y + top + 2, left + GLYPH - 2, box.y + top + GLYPH - 2))
            paint_spinner(painter, circle, color, camera.zoom, camera.ratio, angle)
            info = box.live.info
            if (info is None or info.share is None) and not box.container:
                self._wave(painter, theme, camera, box, color)

    def _wave(self, painter: QPainter, theme: Theme, camera: Camera, box: Box, color: QColor) -> None:
        left, right, low = box.x + 10.0, box.x + box.shape.width - 10.0, box.y + box.shape.height
        painter.fillRect(camera.rect((left, low - 5, right, low - 2)), theme.color("divider"))
        if self.still:
            painter.fillRect(camera.rect((left, low - 5, right, low - 2)), QBrush(color, Qt.BrushStyle.BDiagPattern))
            return
        length = (right - left) * 0.3
        start = left - length + (right - left + length) * (monotonic() / 1.4 % 1.0)
        painter.fillRect(camera.rect((max(left, start), low - 5, min(right, start + length), low - 2)), color)

    def active(self, rect: Rect) -> list[Box]:
        """Nodes in a rectangle that are being worked on."""
        boxes = self.graph.boxes
        near = [boxes[key] for key in self.graph.box_grid.near(rect)]
        return list(seen(rect, [box for box in near if box.live.status in ACTIVE and not box.live.held]))

    def _hovered(self, painter: QPainter, theme: Theme, camera: Camera, near: bool, hidden: frozenset[str]) -> None:
        box = self.graph.boxes.get(self.hover or "")
        if box is None or box.id in hidden or self.wire is not None or not near:
            return
        left, top, right, bottom = box.rect
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text", RAISED))
        shown = camera.rect((left, top, right, top + FRAME_TITLE if box.container else bottom))
        painter.drawRoundedRect(shown, RADIUS * camera.zoom, RADIUS * camera.zoom)
        _ring(painter, camera, box.rect, theme.color("edge_active"), 1.0, -0.5)
        back, color = theme.color("card"), theme.color("edge_active")
        for port in box.shape.ports:
            full = port.name in box.used
            aimed = self.hover_port == port.name
            at = camera.point(box.x + box.shape.width, box.y + port.y)
            if not _shows(self, box, port):
                continue
            radius = (6.0 if aimed else 4.5) * camera.zoom
            paint_port(painter, port.name, at, radius, color, back, full or aimed)
        self._name_ports(painter, theme, camera, box)
        if self.hover_port == "in":
            at = camera.point(*box.input_point)
            paint_port(painter, "in", at, 6.0 * camera.zoom, color, back, True)

    def _name_ports(self, painter: QPainter, theme: Theme, camera: Camera, box: Box) -> None:
        """Name the ports that are not named on the card: all, or where they are too near the one at the mouse."""
        for port in box.shape.ports:
            aimed = box.id == self.hover and self.hover_port == port.name
            if not port.labelled and (aimed or (camera.zoom >= NAMES and _shows(self, box, port))):
                at = camera.point(box.x + box.shape.width, box.y + port.y)
                _label(painter, theme, camera, at, port.name)

    def _rings(self, painter: QPainter, theme: Theme, camera: Camera, rect: Rect, hidden: frozenset[str]) -> None:
        if not self.selected:
            return
        color, boxes = theme.color("selection"), self.graph.boxes
        few = len(self.selected) <= MOST
        keys: Iterable[str] = self.selected if few else self.graph.box_grid.near(rect)
        flat: list[QRectF] = []
        for key in keys:
            box = boxes.get(key)
            if (
                box is None
                or box.proxy is not None
                or key in hidden
                or key not in self.selected
                or not overlaps(rect, box.painted)
            ):
                continue
            if camera.zoom < NEAR or not few:
                flat.append(camera.rect(box.rect))
                continue
            primary = key == self.primary
            width = 3.0 if primary and len(self.selected) > 1 else 2.0
            if primary and self.focused:  # a second ring, which a gap tells from the first
                _ring(painter, camera, box.rect, theme.color("canvas"), 1.0, width + 0.5)
                _ring(painter, camera, box.rect, color, 2.0, width + 2.0)
            _ring(painter, camera, box.rect, color, width, width / 2)
            self._above_ring(painter, theme, camera, box)
            if len(self.selected) == 1 and key != self.hover and self.wire is None and not box.container:
                self._name_ports(painter, theme, camera, box)
        if flat:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(color, 1.0 if camera.zoom < 0.25 else 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(flat)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _above_ring(self, painter: QPainter, theme: Theme, camera: Camera, box: Box) -> None:
        painter.save()
        painter.translate(camera.snapped(box.x, box.y))
        painter.scale(camera.zoom, camera.zoom)
        paint_ports(painter, theme, box.shape, box.used, box.fed, not box.takes)
        if box.badge:
            paint_badge(painter, theme, box.badge, QPointF(box.shape.width - 2, 2))
        painter.restore()

    def _targets(self, painter: QPainter, theme: Theme, camera: Camera, rect: Rect) -> None:
        veil = theme.color("canvas", 0.7)
        painter.setPen(Qt.PenStyle.NoPen)
        for key in self.graph.box_grid.near(rect):
            box = self.graph.boxes[key]
            if not overlaps(rect, box.painted):
                continue
            if key not in (self.targets or ()):
                if not box.container:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(veil)
                    painter.drawRoundedRect(camera.rect(box.rect), RADIUS * camera.zoom, RADIUS * camera.zoom)
                continue
            aimed = key == self.aim
            spots = [box.input_point] if not self.wire_reversed else [box.port_point("out")]
            for spot in spots:
                radius = max((7.0 if aimed else 5.9) * camera.zoom, 3.0)
                at = camera.point(*spot)
                paint_port(painter, "in", at, radius, theme.color("selection"), theme.color("card"), aimed)
            if aimed:
                _ring(painter, camera, box.rect, theme.color("selection"), 2.0, 2.0)

    def _wire(self, painter: QPainter, theme: Theme, camera: Camera) -> None:
        assert self.wire is not None
        start, end = self.wire if not self.wire_reversed else (self.wire[1], self.wire[0])
        painter.save()
        painter.translate(camera.dx, camera.dy)
        painter.scale(camera.zoom, camera.zoom)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.tokens["selection"], 2.5 if self.aim else 2.0, not self.aim))
        painter.drawPath(path_of(self.graph.router(start, (), end)[0]))
        painter.restore()
        if self.wire_open:
            at = camera.point(*self.wire[1])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawEllipse(at, 9, 9)
            painter.setPen(QPen(theme.color("canvas"), 2))
            painter.drawLine(at + QPointF(-4, 0), at + QPointF(4, 0))
            painter.drawLine(at + QPointF(0, -4), at + QPointF(0, 4))

    def _former(self, painter: QPainter, theme: Theme, camera: Camera) -> None:
        painter.save()
        painter.translate(camera.dx, camera.dy)
        painter.scale(camera.zoom, camera.zoom)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.tokens["edge"], 1.5, True))
        for points in self.former:
            painter.drawPath(path_of(points))
        painter.restore()

    def _areas(self, painter: QPainter, theme: Theme, camera: Camera) -> None:
        color = theme.color("selection")
        if self.former:
            self._former(painter, theme, camera)
        if self.cut:
            painter.setPen(pen(theme.tokens["failed"], 2.0, True))
            painter.drawPolyline([camera.point(x, y) for x, y in self.cut])
        if self.guides:
            painter.setPen(QPen(color, 1.0))
            for x1, y1, x2, y2 in self.guides:
                painter.drawLine(camera.point(x1, y1), camera.point(x2, y2))
        aim = self.graph.boxes.get(self.frame_aim or "") or self.graph.decor.groups.get(self.frame_aim or "")
        if aim is not None:
            _ring(painter, camera, aim.rect, color, AIMED, AIMED / 2)
        for rect, dashes in ((self.ghost, True), (self.band, False)):
            if rect is None:
                continue
            made = QPen(color, 1.5 if dashes else 1.0)
            if dashes:
                made.setDashPattern([4, 3])
            fill = QColor(color)
            fill.setAlphaF(0.07)
            painter.setPen(made)
            painter.setBrush(fill)
            round_by = RADIUS * camera.zoom if dashes else 2.0
            painter.drawRoundedRect(camera.rect(rect), round_by, round_by)


def _shows(overlay: Overlay, box: Box, port: Port) -> bool:
    """Whether a port is shown: ``done`` only where it is used, or as soon as somebody may want to use it."""
    if port.name != "done" or port.name in box.used:
        return True
    return box.id == overlay.hover and (overlay.hover_port is not None or box.id in overlay.selected)


def reach(box: Box, camera: Camera) -> QRectF:
    """Everything the overlay may paint for one card, in logical px."""
    return around(box.painted, camera)


def around(painted: Rect, camera: Camera) -> QRectF:
    """Everything the overlay may paint for a card that is painted there: rings, names of ports, figures below it."""
    left, top, right, bottom = painted
    return camera.rect((left - MARGIN, top - MARGIN, right + 100.0, bottom + FRAME_TITLE))


def _ring(painter: QPainter, camera: Camera, rect: Rect, color: QColor, width: float, outside: float) -> None:
    shown = camera.rect(rect).adjusted(-outside, -outside, outside, outside)
    radius = RADIUS * camera.zoom + outside
    painter.setPen(QPen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(shown, radius, radius)


def _name_ends(painter: QPainter, theme: Theme, camera: Camera, wires: Iterable[Wire]) -> None:
    """Write the names of the ports at both ends of wires, where they are not on the card already; each once."""
    names: dict[tuple[Point, bool], str] = {}
    for wire in wires:
        if wire.hidden:
            continue
        port = wire.source.shape.port(wire.port)
        if wire.source.proxy is None and not (port is not None and port.labelled):
            names[wire.points[0], False] = wire.port
        if wire.target.proxy is None:
            names[wire.points[-1], True] = "in"
    for (spot, left), name in names.items():
        _label(painter, theme, camera, camera.point(*spot), name, left)


def _label(painter: QPainter, theme: Theme, camera: Camera, at: QPointF, text: str, left: bool = False) -> None:
    font = ui_font(11, 500)
    width = QFontMetricsF(font).horizontalAdvance(text) + 12
    away = 10 * camera.zoom + 2
    box = QRectF(at.x() - away - width if left else at.x() + away, at.y() - 10, width, 20)
    painter.setPen(QPen(theme.color("outline"), 1))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(box, 6, 6)
    painter.setFont(font)
    painter.setPen(theme.color("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
