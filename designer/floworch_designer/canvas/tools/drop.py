"""Drop from outside: an action from the palette becomes a node, a layer becomes a chip, copied text becomes nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from floworch.model.workflow import Workflow
from floworch_designer.canvas.adding import added
from floworch_designer.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Point
from floworch_designer.canvas.hits import frame_at, hit
from floworch_designer.canvas.wiring import main_port, wire_up
from floworch_designer.document import edits
from floworch_designer.document.layers import layer_of
from floworch_designer.document.wires import ends, split
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

ACTION_MIME = "application/x-floworch-action"
LAYER_MIME = "application/x-floworch-layer"


class DropTool:
    """Shows where something would land while it hovers over the canvas, and puts it there."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view

    def accepts(self, data: QMimeData) -> bool:
        """Whether this is something the canvas can take."""
        return data.hasFormat(ACTION_MIME) or data.hasFormat(LAYER_MIME)

    def hover(self, data: QMimeData, at: Point) -> bool:
        """Show what a drop at a scene point would do; return whether it would do anything."""
        overlay, graph = self._view.overlay, self._view.graph
        self.leave()
        found = hit(graph, at, self._view.zoom)
        if data.hasFormat(LAYER_MIME):
            overlay.frame_aim = found.node
            return found.node is not None
        overlay.drop_edge = found.edge
        overlay.frame_aim = frame_at(graph, at)
        left, top = at[0] - CARD_WIDTH / 2, at[1] - CARD_HEIGHT / 2
        overlay.ghost = (left, top, left + CARD_WIDTH, top + CARD_HEIGHT)
        return True

    def leave(self) -> None:
        """Show nothing any more."""
        overlay = self._view.overlay
        overlay.ghost, overlay.frame_aim, overlay.drop_edge = None, None, None
        self._view.repaint_all()

    def drop(self, data: QMimeData, at: Point) -> bool:
        """Carry out a drop at a scene point; return whether anything was done."""
        view = self._view
        found = hit(view.graph, at, view.zoom)
        self.leave()
        if data.hasFormat(LAYER_MIME):
            return found.node is not None and self._layer(_text(data, LAYER_MIME), found.node)
        place = (at[0] - CARD_WIDTH / 2, at[1] - CARD_HEIGHT / 2)
        action, parent = _text(data, ACTION_MIME), frame_at(view.graph, at)
        workflow, node = added(view.graph, view.document.workflow, action, place, parent, at)
        if found.edge is not None:
            workflow = self._into_edge(workflow, found.edge, node)
        view.document.apply(workflow, tr("Add {title}", title=view.graph.kind(action).title))
        view.selection.set([node])
        return True

    def _into_edge(self, workflow: Workflow, edge: int, node: str) -> Workflow:
        old = workflow.edges[edge]
        if workflow.nodes[old.source].parent != workflow.nodes[node].parent:
            return workflow
        made = edits.disconnect(workflow, [edge])
        made = wire_up(made, self._view.registry, old.source, old.port, node)
        made = edits.connect(made, node, main_port(made, self._view.registry, node), old.target)
        return split(made, workflow, ends(old), node, edits.place_of(made, node)[0] + CARD_WIDTH / 2)

    def _layer(self, text: str, node: str) -> bool:
        view, layer = self._view, layer_of(text)
        view.document.apply(edits.add_layer(view.document.workflow, node, layer), tr("Add {use}", use=layer.use))
        view.selection.set([node])
        return True


def _text(data: QMimeData, kind: str) -> str:
    return bytes(data.data(kind).data()).decode()
