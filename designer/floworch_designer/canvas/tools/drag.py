"""Drag: a click selects, a drag moves; containers and frames take what they hold along and catch what falls in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QRegion

from floworch_designer.canvas.adding import STRAIGHT
from floworch_designer.canvas.decor import GroupBox
from floworch_designer.canvas.draglayer import DragLayer
from floworch_designer.canvas.folding import begin_folded
from floworch_designer.canvas.geometry import Point, Rect, overlaps
from floworch_designer.canvas.guides import Guides, Line
from floworch_designer.canvas.hits import hit_edge
from floworch_designer.canvas.holding import moved_into
from floworch_designer.canvas.homes import Home, home_at, out_of_sight, seen
from floworch_designer.canvas.inserting import NEAR_WIRE, put_into_wire, takes
from floworch_designer.canvas.tools.base import Pointer, Tool
from floworch_designer.document import edits
from floworch_designer.document.decor import put_into
from floworch_designer.settings.words import counted, mark, tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


#: What is said of wires between what entered or left a container and what did not.
LOST = mark("A wire across the border of the container was removed. Ctrl+Z takes it back.")
LOST_MANY = mark("{n} wires across the border of the container were removed. Ctrl+Z takes it back.")


class DragTool(Tool):
    """Moves what is selected together with what was pressed: the id of a node or the key of a note or frame.

    Alt drags copies; Ctrl switches snapping off. A single card without wires is put into the wire it is dropped upon.
    """

    auto_pan = True
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, view: CanvasView, start: Pointer, grip: str) -> None:
        super().__init__(view, start)
        self._grip = grip
        self._area = grip not in view.graph.boxes
        self._layer: DragLayer | None = None
        self._guides: Guides | None = None
        self._loose: str | None = None  # the one node that is dragged, when no wire holds it
        chosen = view.selection
        self._was_selected = grip in (chosen.decor if self._area else chosen.nodes)
        self._before = (chosen.nodes, chosen.edges, chosen.primary, chosen.decor)
        if not self._was_selected and not start.shift and not start.control:
            chosen.set(() if self._area else [grip], decor=[grip] if self._area else ())

    def move(self, pointer: Pointer) -> None:
        """Begin after the slack; then follow the mouse."""
        if not self.far_enough(pointer):
            return
        if self._layer is None:
            self._begin()
        assert self._layer is not None
        offset = (pointer.scene[0] - self.start.scene[0], pointer.scene[1] - self.start.scene[1])
        before = self._layer.dirty().united(self._guided())
        guides: tuple[Line, ...] = ()
        home = self._home(pointer, self._layer)
        if not pointer.control and not pointer.alt and home.card is None:
            offset, guides = self._snapped(offset, self._layer)
        self.view.overlay.guides = guides
        self._layer.offset = offset
        overlay = self.view.overlay
        aim, wire = home.aim, self._wire_below(pointer, self._layer, home)
        if (aim, wire) != (overlay.frame_aim, self.aimed):
            overlay.frame_aim = aim
            self._layer.aimed = next((each for each in self.view.graph.wires if each.index == wire), None)
            self.view.repaint_all()
        else:
            self.view.viewport().update(before.united(self._layer.dirty()).united(self._guided()))

    @property
    def aimed(self) -> int | None:
        """The index of the wire that what is dragged would be put into."""
        return self._layer.aimed.index if self._layer is not None and self._layer.aimed is not None else None

    def _snapped(self, offset: Point, layer: DragLayer) -> tuple[Point, tuple[Line, ...]]:
        """The offset with a small correction: a wire becomes level, or sides align with those of what is around."""
        within = STRAIGHT / self.view.zoom
        level = layer.straightened(offset, within)
        if self._guides is None:
            self._guides = Guides(self._around(layer))
        left, top, right, bottom = layer.outline
        dx, dy = level
        moved = (left + dx, top + dy, right + dx, bottom + dy)
        by, lines = self._guides.snap(moved, within, fixed=level != offset)
        return (dx + by[0], dy + by[1]), tuple(lines)

    def _around(self, layer: DragLayer) -> list[Rect]:
        """What is in view and does not move."""
        view = self.view
        shown = view.camera().scene(QRectF(view.viewport().rect()))
        graph, moving = view.graph, layer.moving
        holders = {graph.boxes[key].node.parent for key in layer.nodes}
        boxes = [graph.boxes[key] for key in graph.box_grid.near(shown) if key not in moving and key not in holders]
        rects = [box.rect for box in boxes if overlaps(shown, box.rect)]
        return rects + [area.rect for area in graph.decor.near(shown, moving) if not isinstance(area, GroupBox)]

    def _guided(self) -> QRegion:
        """Where guides are shown, logical px."""
        camera, region = self.view.camera(), QRegion()
        for x1, y1, x2, y2 in self.view.overlay.guides:
            region += camera.rect((x1, y1, x2, y2)).toAlignedRect().adjusted(-2, -2, 3, 3)
        return region

    def _home(self, pointer: Pointer, layer: DragLayer) -> Home:
        """What would catch it; notes and knots lie where they lie."""
        return home_at(self.view.graph, pointer.scene, layer.nodes, layer.decor) if layer.nodes else Home()

    def _wire_below(self, pointer: Pointer, layer: DragLayer, home: Home) -> int | None:
        """The wire that what is dragged would be put into: the one at the middle of its card."""
        if self._loose is None or pointer.alt or pointer.control or home.card is not None:
            return None
        graph, workflow = self.view.graph, self.view.document.workflow
        left, top, right, bottom = layer.outline
        at = ((left + right) / 2 + layer.offset[0], (top + bottom) / 2 + layer.offset[1])
        edge = hit_edge(graph, at, NEAR_WIRE)
        return edge if takes(workflow, edge, workflow.nodes[self._loose].action, home.parent) else None

    def _begin(self) -> None:
        view, chosen = self.view, self.view.selection
        if self._grip not in (chosen.decor if self._area else chosen.nodes):
            chosen.add(() if self._area else [self._grip], decor=[self._grip] if self._area else ())
        decor = view.graph.decor
        nodes = view.graph.body_of(chosen.nodes | decor.held_by(chosen.decor))
        tops = [key for key in nodes if view.graph.boxes[key].node.parent not in nodes]
        if len(tops) == 1 and not chosen.decor and not view.graph.wires_of(tops):
            self._loose = tops[0]
        self._layer = DragLayer(view.painter, nodes, decor.moving_with(chosen.decor, nodes))
        view.show_drag(self._layer)

    def release(self, pointer: Pointer) -> None:
        """Drop: one undo step with the new places and, where a frame was entered or left, the new container."""
        layer, view = self._layer, self.view
        if layer is None:
            self._click(pointer)
            return
        boxes, home = view.graph.boxes, self._home(pointer, layer)
        if home.card is not None:
            layer.offset = out_of_sight(view.graph, home.card, layer.outline)
        tops = [key for key in layer.nodes if boxes[key].node.parent not in layer.nodes]
        wire = self.aimed
        self._end()
        workflow = view.document.workflow
        if pointer.alt:
            self._copy(layer, tops, home)
            return
        made = moved_into(view.graph, workflow, layer.nodes, layer.decor, layer.offset, home.parent, home.frames)
        lost = len(workflow.edges) - len(made.edges)
        if wire is not None:
            view.document.apply(put_into_wire(view.graph, made, wire, tops[0]), tr("Insert node"))
            return
        view.document.apply(made, _words(len(tops), layer.decor))
        if lost:  # no wire leads across the border of a container
            view.told.emit(counted(lost, LOST, LOST_MANY))
        if home.card is not None:
            self._choose([home.card])

    def _copy(self, layer: DragLayer, tops: Collection[str], home: Home) -> None:
        graph, document = self.view.graph, self.view.document
        made, names = edits.duplicate(document.workflow, tops, layer.offset, areas=layer.decor)
        nodes = [name for name in names.values() if name in made.nodes]
        copies = [name for name in nodes if made.nodes[name].parent not in nodes]
        made = put_into(edits.set_parent(made, copies, home.parent), copies, home.frames, list(names.values()))
        begin_folded(graph, names.values(), [names[key] for key in graph.cards if key in names])
        document.apply(made, tr("Duplicate by dragging"))
        self._choose([home.card] if home.card is not None else names.values())

    def _choose(self, keys: Iterable[str]) -> None:
        """Select what can be seen of what was dropped."""
        nodes, decor = seen(self.view.graph, keys)
        self.view.selection.set(nodes, decor=decor)

    def _click(self, pointer: Pointer) -> None:
        selection = self.view.selection
        nodes, areas = ([], [self._grip]) if self._area else ([self._grip], [])
        if pointer.alt and nodes:
            selection.set(nodes)
            self.view.commands.select_along(downstream=not pointer.control)
            return
        if pointer.control or pointer.shift:
            selection.toggle(nodes, decor=areas)
        elif self._was_selected:
            selection.set(nodes, decor=areas)

    def cancel(self) -> None:
        """Put everything back, the selection included."""
        self._end()
        self.view.selection.set(*self._before)

    def _end(self) -> None:
        self.view.overlay.frame_aim = None
        self.view.overlay.guides = ()
        self.view.show_drag(None)


def _words(nodes: int, decor: frozenset[str]) -> str:
    """What the step is called in the menu."""
    if any(key.startswith("frame:") for key in decor):
        return tr("Move frame")
    if nodes:
        return counted(nodes, "Move node", "Move {n} nodes")
    if all(key.startswith("knot:") for key in decor):
        return counted(len(decor), "Move knot", "Move {n} knots")
    return counted(len(decor), "Move note", "Move {n} notes")
