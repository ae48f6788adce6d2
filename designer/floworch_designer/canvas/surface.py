"""The painted surface: near view, far view and overlay; statuses arrive in batches and repaint only what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from time import monotonic
from typing import cast

from PySide6.QtCore import QRect, QRectF, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from floworch.run.status import NodeStatus
from floworch_designer.canvas.cache import BEHIND, BUDGET
from floworch_designer.canvas.camera import CameraView
from floworch_designer.canvas.content import Catalogue
from floworch_designer.canvas.draglayer import DragLayer
from floworch_designer.canvas.geometry import Rect
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.live import ACTIVE, RunInfo
from floworch_designer.canvas.motion import LASTS, moving_region
from floworch_designer.canvas.overlay import Overlay, around, reach
from floworch_designer.canvas.painting import NEAR, Camera, GraphPainter, GridBackground
from floworch_designer.canvas.seen import seen
from floworch_designer.canvas.tiles import BUDGET as TILE_BUDGET
from floworch_designer.canvas.tiles import TileCache
from floworch_designer.theme import Theme

#: Milliseconds of tile painting in the frame that enters the far view, so that it does not appear in pieces.
CROSSING = 45.0
#: Milliseconds of painting new pictures in one frame of a zoom gesture.
GESTURE = 3.5
#: An exposed region of up to so many rectangles is painted one by one: scrolling exposes an angle of two.
PARTS = 3
#: More changed places than this repaint everything: adding up regions costs more than painting.
MANY = 24


class SurfaceView(CameraView):
    """Paints a CanvasGraph.

    Attributes:
        graph: What is painted.
        painter: Paints it.
        overlay: What lies above it.
    """

    #: Nodes that look different now, as a collection of ids; None when anything may.
    looks_changed = Signal(object)
    #: Motion is reduced from now on, or no longer.
    still_changed = Signal(bool)

    def __init__(self, theme: Theme, registry: Catalogue | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.registry = registry
        self.graph = CanvasGraph(registry)
        self.painter = GraphPainter(self.graph, theme)
        self.overlay = Overlay(self.graph)
        self._tiles = TileCache(self.painter)
        self._grid = GridBackground()
        self._drag: DragLayer | None = None
        self._focus: frozenset[str] | None = None
        self._patches: set[str] = set()
        self._was_near = True
        self._sync_tiles = False
        self._incomplete = False
        #: Whether the viewport is painted by OpenGL, which keeps nothing of the last frame.
        self.accelerated = False
        self._animation = QTimer(self)
        self._animation.setInterval(33)
        self._animation.timeout.connect(self._animate)

    @property
    def pictures(self) -> int:
        """Bytes of everything that was painted and is kept to be shown again."""
        return self.painter.cache.size + self._tiles.size

    def hideEvent(self, event: QHideEvent) -> None:
        """A canvas behind another tab keeps the cards it showed last, and lets the others and its tiles go."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._tiles.clear()
            self.painter.cache.shrink(BEHIND)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme from now on."""
        self.theme = theme
        self.painter.set_theme(theme)
        self._tiles.clear()
        self.looks_changed.emit(None)
        self.repaint_all()

    def set_still(self, still: bool) -> None:
        """Reduced motion: nothing turns or flows. What runs moves again as soon as motion is allowed."""
        if still == self.overlay.still:
            return
        self.overlay.still = still
        if still:
            self.overlay.ends.clear()
            self._animation.stop()
        else:
            self._animation.start()  # stops by itself when nothing runs
        self.still_changed.emit(still)
        self.repaint_all()

    def set_statuses(self, statuses: Mapping[str, NodeStatus | None]) -> None:
        """Show these statuses; nodes that are not named keep theirs. One call per frame with all changes is best."""
        boxes = self.graph.boxes
        changed, ended = [], []
        for node_id, status in statuses.items():
            box = boxes.get(node_id)
            if box is None or (live := box.live).status is status:
                continue
            if status in LASTS and live.status in ACTIVE:
                ended.append((node_id, status))
            live.status = status
            changed.append(node_id)
        if ended and len(ended) <= MANY and not self.overlay.still and self.zoom >= NEAR:
            now = monotonic()
            self.overlay.ends.update((node_id, (status, now)) for node_id, status in ended)
        self._live_changed(changed)

    def set_run_info(self, infos: Mapping[str, RunInfo | None]) -> None:
        """Show these figures; nodes that are not named keep theirs."""
        boxes = self.graph.boxes
        changed = []
        for node_id, info in infos.items():
            box = boxes.get(node_id)
            if box is not None and box.live.info != info:
                box.live.info = info
                changed.append(node_id)
        self._live_changed(changed)

    def clear_run(self) -> None:
        """Forget every status and figure: no run is shown."""
        self.set_statuses(dict.fromkeys(self.graph.boxes))
        self.set_run_info(dict.fromkeys(self.graph.boxes))

    def _live_changed(self, changed: list[str]) -> None:
        if not changed:
            return
        self._patches.update(changed)
        if self._drag is not None and self._drag.outdated(monotonic()):
            self.viewport().update()
        self.looks_changed.emit(changed)
        if self.zoom < NEAR:
            self.viewport().update()
        else:
            self._repaint_live(changed)
        if not self._animation.isActive() and not self.overlay.still:
            self._animation.start()

    def _repaint_live(self, changed: list[str]) -> None:
        shown = self.camera().scene(QRectF(self.viewport().rect()))
        boxes = self.graph.boxes
        # No more are looked for than it takes to know that there are many.
        here = [box.id for box in islice(seen(shown, [boxes[key] for key in changed]), MANY + 1)]
        if len(here) > MANY:
            self.viewport().update()
        else:
            # Wires change with their ends even when the end that changed is out of sight.
            self.repaint_nodes(here if len(changed) > MANY else changed, wires=True)

    def _animate(self) -> None:
        camera, seen = self.camera(), self.isVisible() and self.zoom >= NEAR  # nothing moves from afar
        active = self.overlay.active(camera.scene(QRectF(self.viewport().rect()))) if seen else []
        ends = self.overlay.ends
        if not (active or (ends and seen)):
            ends.clear()
            self._animation.stop()
            return
        self.viewport().update(moving_region(camera, self.graph, QRectF(self.viewport().rect()), active, ends))

    # repainting

    def repaint_all(self) -> None:
        """Paint the whole view again; tiles are kept."""
        self.viewport().update()

    def repaint_nodes(self, nodes: Iterable[str], wires: bool = False) -> None:
        """Paint these cards again with everything around them, and with ``wires`` the wires at them."""
        camera, region = self.camera(), QRegion()
        view = QRectF(self.viewport().rect())
        for node_id in nodes:
            box = self.graph.boxes.get(node_id)
            if box is None:
                continue
            if reach(box, camera).intersects(view):
                region += reach(box, camera).toAlignedRect()
            for wire in self.graph.wires_of([node_id]) if wires else ():
                # A level wire has no height, and Qt's intersection of anything with such a rectangle is nothing.
                region += camera.rect(wire.bounds).adjusted(-3, -3, 3, 3).intersected(view).toAlignedRect()
        if not region.isEmpty():
            self.viewport().update(region)

    def repaint_edges(self, edges: Iterable[int]) -> None:
        """Paint these edges again."""
        camera, wanted = self.camera(), set(edges)
        for wire in self.graph.wires if wanted else ():
            if wire.index in wanted:
                # With the names of the ports at its ends, whose size does not follow the zoom.
                self.viewport().update(camera.rect(wire.bounds).toAlignedRect().adjusted(-40, -8, 60, 8))

    def graph_changed(self, dirty: list[Rect] | None) -> None:
        """The graph looks different in these scene rectangles; None is everywhere."""
        self.looks_changed.emit(None)
        if dirty is None:
            self._tiles.clear()
            self.viewport().update()
        elif dirty:
            self._tiles.invalidate(dirty)
            self._sync_tiles = True
            if len(dirty) > MANY:
                self.viewport().update()
            else:
                camera, region = self.camera(), QRegion()
                for rect in dirty:
                    region += around(rect, camera).toAlignedRect()  # where a card was, the names of its ports were, too
                self.viewport().update(region)

    def show_drag(self, layer: DragLayer | None) -> None:
        """Show a drag in progress, or end it."""
        self._drag = layer
        self.viewport().update()

    @property
    def complete(self) -> bool:
        """Whether the last frame showed everything sharp: nothing waits for time in a later frame."""
        return not self._incomplete and not self.zooming

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the exposed area by the regime of the present zoom."""
        camera = self.camera()
        exposed = QRegion(self.viewport().rect()) if self.accelerated else event.region()
        area = QRectF(exposed.boundingRect())
        painter = QPainter(self.viewport())
        hidden: set[str] = set()
        if self._drag is not None:
            if not self._drag.fits(camera):
                self._drag.snapshot(camera, QRectF(self.viewport().rect()), self._grid)
            self._drag.paint(painter, area)
            hidden = self._drag.moving
        elif camera.zoom >= NEAR:
            self._paint_near(painter, camera, area, exposed)
        else:
            self._paint_far(painter, camera, area)
        if self._focus is not None and self._drag is None:
            self._paint_focus(painter, camera, area, self._focus)
        self.overlay.paint(painter, self.theme, camera, area, hidden)
        painter.end()
        if self.overlay.moving and not self._animation.isActive():
            self._animation.start()  # it came into sight

    def show_focus(self, nodes: frozenset[str] | None) -> None:
        """Step everything back but these nodes and the wires between them; None shows all alike."""
        if nodes != self._focus:
            self._focus = nodes
            self.viewport().update()

    def _paint_focus(self, painter: QPainter, camera: Camera, area: QRectF, focus: frozenset[str]) -> None:
        painter.fillRect(area, self.theme.color("canvas", 0.78))
        frames, cards, wires = self.painter.visible(camera.scene(area))
        frames, cards = ([box for box in boxes if box.id in focus] for boxes in (frames, cards))
        wires = [wire for wire in wires if wire.source.id in focus and wire.target.id in focus]
        parts = self.painter.near_parts if camera.zoom >= NEAR else self.painter.far_parts
        parts(painter, camera, frames, cards, wires, [knot for wire in wires for knot in wire.bends if not wire.tags])

    def _paint_near(self, painter: QPainter, camera: Camera, area: QRectF, region: QRegion) -> None:
        self._was_near = True
        if self.zooming and camera.detail and not 0.55 <= camera.scale / camera.detail <= 1.8:
            self._detail = camera.scale
            camera = self.camera()
        # In a gesture the frame as a whole is short; at rest what is missing gets on although there is much to blit.
        self.painter.cache.start_frame(GESTURE if self.zooming else BUDGET, at_once=self.zooming)
        parts = [QRectF(rect) for rect in cast("Iterable[QRect]", region)] if region.rectCount() <= PARTS else [area]
        for part in parts:
            painter.setClipRect(part)
            self._grid.paint(painter, self.theme, camera, QRectF(self.viewport().rect()))
            self.painter.near(painter, camera, camera.scene(part))
        painter.setClipRegion(region)
        self._again(self.painter.cache.short)

    def _paint_far(self, painter: QPainter, camera: Camera, area: QRectF) -> None:
        whole = QRectF(self.viewport().rect())
        if self._patches:
            boxes = self.graph.boxes
            self._tiles.patch([boxes[key] for key in self._patches if key in boxes])
            self._patches.clear()
        crossing, self._was_near = self._was_near, False
        if self.zooming and not crossing and self._tiles.stretched(painter, camera, whole):
            return
        budget = CROSSING if crossing or self._sync_tiles else GESTURE if self.zooming else TILE_BUDGET
        self._sync_tiles = False
        plain = Camera(camera.zoom, camera.dx, camera.dy, camera.ratio)
        self._again(not self._tiles.paint(painter, plain, whole, budget))

    def _again(self, short: bool) -> None:
        self._incomplete = short
        if short:
            QTimer.singleShot(0, self.viewport(), self.viewport().update)
