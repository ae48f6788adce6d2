"""Drop from outside: an action from the palette becomes a node, a layer becomes a chip, copied text becomes nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from floworch_designer.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Point
from floworch_designer.canvas.hits import hit
from floworch_designer.canvas.homes import home_at
from floworch_designer.canvas.inserting import insert_action, takes
from floworch_designer.document import edits
from floworch_designer.document.layers import layer_of
from floworch_designer.document.wires import ends
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
        overlay.drop_edge = self._wire(_text(data, ACTION_MIME), found.edge, at)
        overlay.frame_aim = home_at(graph, at).aim
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
        action = _text(data, ACTION_MIME)
        wire = self._wire(action, found.edge, at)
        insert_action(view, action, at, ends(view.document.workflow.edges[wire]) if wire is not None else None)
        return True

    def _wire(self, action: str, edge: int | None, at: Point) -> int | None:
        """The edge that a drop at a scene point goes into."""
        graph = self._view.graph
        return edge if takes(self._view.document.workflow, edge, action, home_at(graph, at).parent) else None

    def _layer(self, text: str, node: str) -> bool:
        view, layer = self._view, layer_of(text)
        view.document.apply(edits.add_layer(view.document.workflow, node, layer), tr("Add {use}", use=layer.use))
        view.selection.set([node])
        return True


def _text(data: QMimeData, kind: str) -> str:
    return bytes(data.data(kind).data()).decode()
