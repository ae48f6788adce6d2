"""Painting of the graph: the near view with full cards, the far view with small cards or flat rectangles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import attrgetter

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QStaticText

from floworch.run.status import NodeStatus
from floworch_designer.canvas.cache import PixmapCache, number_of
from floworch_designer.canvas.decor import GroupBox
from floworch_designer.canvas.decor_painting import Area, paint_area, paint_cards, paint_names, stacked
from floworch_designer.canvas.faces import blit, paint_face, same
from floworch_designer.canvas.geometry import FRAME_TITLE, LABELS, Rect, overlaps
from floworch_designer.canvas.graph import Box, CanvasGraph, Wire
from floworch_designer.canvas.items.counts import thicker
from floworch_designer.canvas.items.frame import paint_frame
from floworch_designer.canvas.items.labels import paint_labels
from floworch_designer.canvas.items.mini import flat_color, paint_mini, paint_titles
from floworch_designer.canvas.items.portal import paint_tags
from floworch_designer.canvas.items.wires import FEW, WIDTH, paint_hairlines, paint_wires
from floworch_designer.canvas.seen import seen
from floworch_designer.theme import StatusLook, Theme, ui_font
from floworch_designer.theme.statuses import HUMAN, PAUSED, TIMED_OUT

#: From this zoom on cards are painted in full; below it the view is made of tiles.
NEAR = 0.5
#: From this zoom on edges are curves and cards have an icon block; below it there are lines and rectangles.
MIDDLE = 0.25
#: From this zoom on the footer under a card is shown.
FOOTERS = 0.6
#: From this zoom on a small card shows its title, in letters that do not shrink with it.
TITLES = 0.3
#: Titles of small cards are shown in graphs with up to so many cards: more would not be read, and cost frames.
TITLED = 600
GRID = 24.0
#: What lies above what.
ORDER = attrgetter("order")
#: More cards than this are stretched without smoothing during a zoom gesture.
CROWD = 60


@dataclass(frozen=True, slots=True)
class Camera:
    """How scene units become logical px: ``px = scene * zoom + offset``.

    ``ratio`` is device px per logical px; ``detail`` the scale (device px per scene unit) at which cards are painted
    before they are stretched, 0 for the true one. ``dots`` is the ratio where everything counts device px, as in tiles.
    """

    zoom: float
    dx: float
    dy: float
    ratio: float = 1.0
    detail: float = 0.0
    dots: float = 1.0

    @property
    def scale(self) -> float:
        """Device px per scene unit."""
        return self.zoom * self.ratio

    def point(self, x: float, y: float) -> QPointF:
        """A scene point in logical px."""
        return QPointF(x * self.zoom + self.dx, y * self.zoom + self.dy)

    def scene(self, area: QRectF) -> Rect:
        """A rectangle in logical px as a scene rectangle."""
        return ((area.left() - self.dx) / self.zoom, (area.top() - self.dy) / self.zoom,
                (area.right() - self.dx) / self.zoom, (area.bottom() - self.dy) / self.zoom)  # fmt: skip

    def rect(self, rect: Rect) -> QRectF:
        """A scene rectangle in logical px."""
        zoom = self.zoom
        return QRectF(rect[0] * zoom + self.dx, rect[1] * zoom + self.dy, (rect[2] - rect[0]) * zoom,
                      (rect[3] - rect[1]) * zoom)  # fmt: skip

    def snapped(self, x: float, y: float) -> QPointF:
        """A scene point in logical px, moved onto a whole device px so that cards stay crisp."""
        ratio = self.ratio
        return QPointF(
            round((x * self.zoom + self.dx) * ratio) / ratio, round((y * self.zoom + self.dy) * ratio) / ratio
        )


class GraphPainter:
    """Paints parts of a CanvasGraph in a theme."""

    def __init__(self, graph: CanvasGraph, theme: Theme) -> None:
        self.graph = graph
        self.theme = theme
        self.cache = PixmapCache()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours from now on."""
        self.theme = theme
        self.cache.clear()

    def look(self, box: Box) -> StatusLook:
        """How the status of a card is drawn, a timeout, a person's decision and a pause told apart."""
        status, info = box.live.status, box.live.info
        if info is not None:
            if box.live.held:
                return PAUSED
            if status is NodeStatus.FAILED and info.timed_out:
                return TIMED_OUT
            if status is NodeStatus.WAITING and info.human:
                return HUMAN
        return self.theme.status_look(status)

    def visible(
        self, rect: Rect, hidden: Collection[str] = (), loose: bool = False
    ) -> tuple[list[Box], list[Box], list[Wire]]:
        """Frames (outermost first), cards (from below) and wires that touch a rectangle, no hidden ones.

        ``loose`` may return some that are only nearby: from afar looking twice costs more than painting them.
        """
        graph = self.graph
        boxes = [graph.boxes[key] for key in graph.box_grid.near(rect)]
        wires = list(graph.wire_grid.near(rect))
        if not loose:
            boxes = sorted(seen(rect, boxes), key=ORDER)
            wires = [wire for wire in wires if overlaps(rect, wire.bounds)]
        if hidden:
            boxes = [box for box in boxes if box.id not in hidden]
            wires = [wire for wire in wires if wire.source.id not in hidden and wire.target.id not in hidden]
            if graph.decor.knots:
                wires = [wire for wire in wires if not any(knot.key in hidden for knot in wire.bends)]
        frames: list[Box] = []
        if graph.frames:
            frames = [box for box in boxes if box.container]
            frames.sort(key=lambda box: box.shape.width * box.shape.height, reverse=True)
            boxes = [box for box in boxes if not box.container]
        return frames, boxes, wires

    def near(self, painter: QPainter, camera: Camera, rect: Rect, hidden: Collection[str] = ()) -> None:
        """Paint everything that touches ``rect`` in full; the painter is in logical px."""
        frames, cards, wires = self.visible(rect, hidden)
        self.near_parts(painter, camera, frames, cards, wires, self.graph.decor.near(rect, hidden))

    def near_parts(
        self,
        painter: QPainter,
        camera: Camera,
        frames: Iterable[Box],
        cards: Sequence[Box],
        wires: Sequence[Wire],
        areas: Sequence[Area] = (),
    ) -> None:
        """Paint these frames of containers, notes and frames of nodes, wires and cards in full."""
        theme = self.theme
        painter.save()
        painter.translate(camera.dx, camera.dy)
        painter.scale(camera.zoom, camera.zoom)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frames = list(frames)
        self._below(painter, frames, areas, True, zoom=camera.zoom)
        few, ends = len(wires) <= FEW and camera.zoom >= LABELS, (self.graph.arriving, self.graph.leaving)
        paint_wires(
            painter, theme, wires, partial(thicker, width=WIDTH, arriving=ends[0], leaving=ends[1]) if few else 1.0
        )
        self._above(painter, wires, areas, detailed=True)
        if camera.zoom >= LABELS:
            paint_labels(painter, theme, wires, *ends)
        painter.restore()
        # A crowd in motion is stretched the quick way; it is painted sharp again when the zoom rests.
        smooth = not camera.detail or len(cards) <= CROWD
        for box in cards:
            self._card(painter, camera, box, smooth)
        for box in frames:
            self._progress(painter, camera, box, self.look(box), box.y + FRAME_TITLE + 2.0)
        if camera.zoom >= FOOTERS:
            self._footers(painter, camera, [*cards, *frames])

    def _above(self, painter: QPainter, wires: Iterable[Wire], areas: Sequence[Area], detailed: bool) -> None:
        """What lies upon the wires: tags of portals, knots and folded frames."""
        for wire in wires if self.graph.portals and detailed else ():
            if wire.tags:
                paint_tags(painter, self.theme, wire.tags)
        if areas:
            paint_cards(painter, self.theme, areas, detailed)

    def _below(
        self, painter: QPainter, frames: Iterable[Box], areas: Sequence[Area], detailed: bool, named: bool = False,
        zoom: float = 1.0,
    ) -> None:  # fmt: skip
        """Containers, frames and notes; of those whose name is written upon them later only area and border."""
        for item in stacked(frames, areas):
            if isinstance(item, Box):
                paint_frame(painter, self.theme, item, self.look(item), detailed and not named, zoom)
            else:
                paint_area(painter, self.theme, item, detailed and not (named and isinstance(item, GroupBox)), zoom)

    def _card(self, painter: QPainter, camera: Camera, box: Box, smooth: bool) -> None:
        look = self.look(box)
        faded = look.opacity < 1.0 and not box.content.disabled
        if faded:
            painter.setOpacity(look.opacity)
        if not paint_face(painter, self.theme, self.cache, camera, box, look, smooth):
            self._mini(painter, camera, box, look, smooth)
        if faded:
            painter.setOpacity(1.0)
        if box.live.info is not None:
            self._progress(painter, camera, box, look, box.y + box.shape.height)

    def _mini(self, painter: QPainter, camera: Camera, box: Box, look: StatusLook, smooth: bool = False) -> None:
        shape, kind = box.shape, box.kind
        scale = camera.detail or camera.scale
        dim = box.node.disabled
        titled = self._titled(camera)
        parts = (look, shape, box.node, titled)
        if box.mini is None or not same(box.mini[0], parts):
            box.mini = (parts, number_of(("mini", look.glyph, look.color, kind.category, shape, dim, titled)))
        key: int = box.mini[1]
        size = (shape.width, shape.height)
        # The small card is the last resort of a frame without time left: it is painted whatever the clock says.
        found, real = self.cache.get(
            key, scale, size, camera.ratio,
            lambda target: paint_mini(target, self.theme, look, kind.category, shape, dim, titled), must=True,
        )  # fmt: skip
        if found is not None:
            blit(painter, camera, (box.x, box.y), found, real, smooth)

    def _titled(self, camera: Camera) -> bool:
        """Whether small cards say their titles."""
        within = TITLES * camera.dots <= camera.zoom < NEAR * camera.dots
        return within and not camera.detail and len(self.graph.boxes) <= TITLED

    def _progress(self, painter: QPainter, camera: Camera, box: Box, look: StatusLook, bottom: float) -> None:
        info = box.live.info
        if info is None or info.share is None or box.live.status not in _BARS:
            return
        track = camera.rect((box.x + 10.0, bottom - 5.0, box.x + box.shape.width - 10.0, bottom - 2.0))
        painter.fillRect(track, self.theme.color("divider"))
        track.setWidth(track.width() * info.share)
        painter.fillRect(track, self.theme.color(look.color))

    def _footers(self, painter: QPainter, camera: Camera, cards: Sequence[Box]) -> None:
        painter.save()
        painter.setFont(ui_font(11, 400, tabular=True))
        painter.setPen(self.theme.color("text_secondary"))
        for box in cards:
            info = box.live.info
            text = info.footer(items=not box.container, working=box.live.status in _BARS) if info is not None else ""
            if text:
                at = camera.snapped(box.x + 4.0, box.y + box.shape.height + 4.0)
                painter.save()
                painter.translate(at)
                painter.scale(camera.zoom, camera.zoom)
                painter.drawStaticText(QPointF(0, 0), static_text(text))
                painter.restore()
        painter.restore()

    # far view

    def far(self, painter: QPainter, camera: Camera, rect: Rect, hidden: Collection[str] = ()) -> None:
        """Paint everything that touches ``rect`` small; the painter is in logical px."""
        frames, cards, wires = self.visible(rect, hidden, loose=camera.zoom < MIDDLE)
        self.far_parts(painter, camera, frames, cards, wires, self.graph.decor.near(rect, hidden))

    def far_parts(
        self,
        painter: QPainter,
        camera: Camera,
        frames: Iterable[Box],
        cards: Iterable[Box],
        wires: Iterable[Wire],
        areas: Sequence[Area] = (),
    ) -> None:
        """Paint these frames of containers, notes and frames of nodes, wires and cards small."""
        wires = list(wires) if self.graph.portals else wires
        painter.save()
        painter.translate(camera.dx, camera.dy)
        painter.scale(camera.zoom, camera.zoom)
        middle = camera.zoom >= MIDDLE
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, middle)
        frames, named = list(frames), _named(camera)
        self._below(painter, frames, areas, middle, named)
        if middle:
            paint_wires(painter, self.theme, wires, 1.0)
        else:
            paint_hairlines(painter, self.theme, wires)
        self._above(painter, wires, areas, middle and not named)
        painter.restore()
        self.far_cards(painter, camera, cards)
        if named:
            paint_names(painter, self.theme, camera, frames, areas)

    def far_cards(self, painter: QPainter, camera: Camera, cards: Iterable[Box]) -> None:
        """Paint these cards small, each over what was there before."""
        if camera.zoom >= MIDDLE:
            cards = list(cards)
            for box in cards:
                look = self.look(box)
                if look.opacity < 1.0 or box.node.disabled:
                    painter.fillRect(camera.rect(box.rect), self.theme.color("canvas"))
                self._mini(painter, camera, box, look)
            if self._titled(camera):
                paint_titles(painter, self.theme, camera, cards)
            return
        zoom, dx, dy = camera.zoom, camera.dx, camera.dy
        plain: dict[tuple[str, bool, NodeStatus | None], tuple[QColor, list[QRectF]]] = {}
        for box in cards:
            key = (box.kind.category, box.kind.known, box.live.status)
            group = plain.get(key)
            if group is None:
                group = plain[key] = (flat_color(self.theme, self.look(box), key[0], key[1]), [])
            shape = box.shape
            group[1].append(QRectF(box.x * zoom + dx, box.y * zoom + dy, shape.width * zoom, shape.height * zoom))
        painter.setPen(Qt.PenStyle.NoPen)
        for color, rects in plain.values():
            painter.setBrush(color)
            painter.drawRects(rects)


def _named(camera: Camera) -> bool:
    """Whether frames and containers have their names in letters that do not shrink: they tell one's way from afar.

    Below, cards would be in the way of the letters.
    """
    return MIDDLE * camera.dots <= camera.zoom < NEAR * camera.dots and not camera.detail


_BARS = frozenset({NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.WAITING})


@lru_cache(maxsize=4096)
def static_text(text: str) -> QStaticText:
    """A laid-out line in the footer's font."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=ui_font(11, 400, tabular=True))
    return made


class GridBackground:
    """Background with dots: one row of them per zoom, blitted as often as there are rows."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._row = QPixmap()

    def paint(self, painter: QPainter, theme: Theme, camera: Camera, area: QRectF) -> None:
        """Paint background and dots into ``area`` (logical px, from the origin); no dots below the near view."""
        painter.fillRect(area, theme.color("canvas"))
        if camera.zoom < NEAR:
            return
        ratio = camera.ratio
        step = (GRID if camera.zoom >= 0.75 else GRID * 2) * camera.zoom
        key = (theme.name, camera.zoom, ratio, int(area.right() // 256))
        if key != self._key:
            self._key, self._row = key, _dotted(theme, step, camera, area)
        left, top = round(((camera.dx - 1.0) % step - step) * ratio), round(((camera.dy - 1.0) % step - step) * ratio)
        # Thousands of rectangles take longer than a frame has, and so does a picture of the whole view for each zoom.
        for index in range(int((area.bottom() + 2 * step) / step) + 1):
            painter.drawPixmap(QPointF(left / ratio, (top + round(index * step * ratio)) / ratio), self._row)


def _dotted(theme: Theme, step: float, camera: Camera, area: QRectF) -> QPixmap:
    ratio = camera.ratio
    width = (area.right() // 256 + 1) * 256 + 2 * step
    side = max(2, round((2.0 if camera.zoom >= 0.75 else 1.5) * ratio))
    row = QPixmap(round(width * ratio), side)
    row.fill(theme.color("canvas"))
    painter = QPainter(row)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("grid"))
    painter.drawRects([QRectF(round(index * step * ratio), 0, side, side) for index in range(int(width / step) + 1)])
    painter.end()
    row.setDevicePixelRatio(ratio)
    return row
