"""Drag nodes: a click selects, a drag moves; containers take their bodies along, frames catch what falls in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from floworch_designer.canvas.draglayer import DragLayer
from floworch_designer.canvas.hits import frame_at
from floworch_designer.canvas.tools.base import Pointer, Tool
from floworch_designer.document import edits

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Pixels within which a wire is pulled straight.
STRAIGHT = 6.0


class DragTool(Tool):
    """Moves the selected nodes together with the pressed one. Alt drags copies; Ctrl switches snapping off."""

    auto_pan = True
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, view: CanvasView, start: Pointer, node: str) -> None:
        super().__init__(view, start)
        self._node = node
        self._layer: DragLayer | None = None
        self._was_selected = node in view.selection.nodes
        self._before = (view.selection.nodes, view.selection.edges, view.selection.primary)
        if not self._was_selected and not start.shift and not start.control:
            view.selection.set([node])

    def move(self, pointer: Pointer) -> None:
        """Begin after the slack; then follow the mouse."""
        if not self.far_enough(pointer):
            return
        if self._layer is None:
            self._begin()
        assert self._layer is not None
        offset = (pointer.scene[0] - self.start.scene[0], pointer.scene[1] - self.start.scene[1])
        if not pointer.control and not pointer.alt:
            offset = self._layer.straightened(offset, STRAIGHT / self.view.zoom)
        before = self._layer.dirty()
        self._layer.offset = offset
        aim = frame_at(self.view.graph, pointer.scene, self._layer.moving)
        if aim != self.view.overlay.frame_aim:
            self.view.overlay.frame_aim = aim
            self.view.repaint_all()
        else:
            self.view.viewport().update(before.united(self._layer.dirty()))

    def _begin(self) -> None:
        view = self.view
        if self._node not in view.selection.nodes:
            view.selection.add([self._node])
        self._layer = DragLayer(view.painter, view.graph.body_of(view.selection.nodes))
        view.show_drag(self._layer)

    def release(self, pointer: Pointer) -> None:
        """Drop: one undo step with the new places and, where a frame was entered or left, the new container."""
        layer, view = self._layer, self.view
        if layer is None:
            self._click(pointer)
            return
        roots = view.selection.nodes
        aim = frame_at(view.graph, pointer.scene, layer.moving)
        boxes = view.graph.boxes
        points = {key: (boxes[key].x + layer.offset[0], boxes[key].y + layer.offset[1]) for key in layer.moving}
        self._end()
        workflow = view.document.workflow
        if pointer.alt:
            made, names = edits.duplicate(workflow, roots, layer.offset)
            view.document.apply(made, "Duplicate by dragging")
            view.selection.set(names)
            return
        made = edits.move(workflow, points)
        tops = [key for key in roots if boxes[key].node.parent not in layer.moving]
        made = edits.set_parent(made, tops, aim)
        view.document.apply(made, "Move node" if len(roots) == 1 else f"Move {len(roots)} nodes")

    def _click(self, pointer: Pointer) -> None:
        selection = self.view.selection
        if pointer.control or pointer.shift:
            selection.toggle([self._node])
        elif self._was_selected:
            selection.set([self._node])

    def cancel(self) -> None:
        """Put everything back, the selection included."""
        self._end()
        self.view.selection.set(*self._before)

    def _end(self) -> None:
        self.view.overlay.frame_aim = None
        self.view.show_drag(None)
