"""Connect: pull a wire from a port, or from a card's right edge, to a card; let go over nothing to add a node there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolTip

from floworch_designer.canvas.hits import hit
from floworch_designer.canvas.tools.base import Pointer, Tool
from floworch_designer.canvas.wiring import main_port, wire_up
from floworch_designer.document import edits

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


class ConnectTool(Tool):
    """A wire in hand. ``port`` is the output it starts from; None starts at the input and looks for a source."""

    auto_pan = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, start: Pointer, node: str, port: str | None) -> None:
        super().__init__(view, start)
        self._node, self._port = node, port
        self._open = False

    def move(self, pointer: Pointer) -> None:
        """Draw the wire; mark who may take it, and say why the node under the mouse may not."""
        if not self.far_enough(pointer) and not self._open:
            return
        overlay, graph = self.view.overlay, self.view.graph
        if not self._open:
            self._open = True
            overlay.targets = self._compatible()
            overlay.wire_reversed = self._port is None
        box = graph.boxes[self._node]
        anchor = box.input_point if self._port is None else box.port_point(self._port)
        under = hit(graph, pointer.scene, self.view.zoom).node
        aim = under if under in (overlay.targets or ()) else None
        overlay.aim = aim
        overlay.wire_open = under is None
        end = pointer.scene
        if aim is not None:
            other = graph.boxes[aim]
            end = other.input_point if self._port is not None else other.port_point("out")
        overlay.wire = (anchor, end)
        self._explain(pointer, under, aim)
        self.view.repaint_all()

    def _explain(self, pointer: Pointer, under: str | None, aim: str | None) -> None:
        if under is None or aim is not None or under == self._node:
            QToolTip.hideText()
            return
        source, target = (self._node, under) if self._port is not None else (under, self._node)
        QToolTip.showText(pointer.on_screen, edits.may_connect(self.view.document.workflow, source, target, self._port))

    def _compatible(self) -> frozenset[str]:
        workflow = self.view.document.workflow
        start = workflow.nodes[self._node]
        if self._port is not None:
            closed = edits.upstream(workflow, self._node)
            closed |= {edge.target for edge in workflow.edges if (edge.source, edge.port) == (self._node, self._port)}
        else:
            closed = edits.downstream(workflow, self._node)
        return frozenset(
            key for key, node in workflow.nodes.items() if key not in closed and node.parent == start.parent
        )

    def release(self, pointer: Pointer) -> None:
        """Connect to the node under the mouse; over nothing, ask for a node to add."""
        if not self.far_enough(pointer) and not self._open:
            self._end()
            self.view.selection.set([self._node])
            return
        if not self._open:
            self.move(pointer)
        aim, void = self.view.overlay.aim, self.view.overlay.wire_open
        self._end()
        if aim is not None:
            source, target = (self._node, aim) if self._port is not None else (aim, self._node)
            self.view.connect_nodes(source, self._port, target)
        elif void and self._port is not None:
            self.view.quick_add_requested.emit(pointer.on_screen, QPointF(*pointer.scene), (self._node, self._port))

    def cancel(self) -> None:
        """Drop the wire."""
        self._end()

    def _end(self) -> None:
        overlay = self.view.overlay
        overlay.wire = overlay.targets = overlay.aim = None
        overlay.wire_open = overlay.wire_reversed = False
        QToolTip.hideText()
        self.view.repaint_all()


def connect(view: CanvasView, source: str, port: str | None, target: str) -> None:
    """Make the edge as one undo step and select its target."""
    workflow = view.document.workflow
    name = port if port is not None else main_port(workflow, view.registry, source)
    view.document.apply(wire_up(workflow, view.registry, source, name, target), "Connect")
