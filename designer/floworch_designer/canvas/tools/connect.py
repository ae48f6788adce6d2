"""Connect: pull a wire from a port to a card, or click the port and then the card; over nothing, add a node there."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolTip

from floworch_designer.canvas.geometry import Point
from floworch_designer.canvas.hits import hit
from floworch_designer.canvas.tools.base import Pointer, Tool
from floworch_designer.canvas.wiring import arriving, main_port, rewire, wire_up
from floworch_designer.document import edits
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class ConnectTool(Tool):
    """A wire in hand. ``port`` is the output it starts from; None starts at the input and looks for a source.

    A press that is released where it was leaves the wire in hand: the next click, or Enter, puts it down. Shift
    replaces what led into the target.
    """

    auto_pan = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, start: Pointer, node: str, port: str | None) -> None:
        super().__init__(view, start)
        self._node, self._port = node, port
        self._open = False
        self._last = start

    def move(self, pointer: Pointer) -> None:
        """Draw the wire; mark who may take it, and say why the node under the mouse may not."""
        self._last = pointer
        if not self.far_enough(pointer) and not self._open:
            return
        self.begin()
        under, folded = _under(self.view, self._node, pointer)
        self._aim(under if under in (self.view.overlay.targets or ()) else None, pointer.scene, pointer.shift)
        self.view.overlay.wire_open = under is None and not folded
        if folded:
            QToolTip.showText(pointer.on_screen, tr("Open the frame (H) to connect with what it holds."))
        else:
            self._explain(pointer, under)

    def begin(self) -> None:
        """Light up who may take the wire."""
        if not self._open:
            self._open = True
            self.view.overlay.targets = self._compatible()
            self.view.overlay.wire_reversed = self._port is None

    def hold(self) -> None:
        """Keep the wire in hand without a button."""
        self.sticky = True
        self.begin()
        self._aim(None, self._anchor)

    @property
    def _anchor(self) -> Point:
        box = self.view.graph.boxes[self._node]
        return box.input_point if self._port is None else box.port_point(self._port)

    def _aim(self, aim: str | None, end: Point, replace: bool = False) -> None:
        overlay, graph = self.view.overlay, self.view.graph
        overlay.aim = aim
        if aim is not None:
            other = graph.boxes[aim]
            end = other.input_point if self._port is not None else other.port_point("out")
        overlay.wire = (self._anchor, end)
        overlay.cut_edges = frozenset(arriving(self.view.document.workflow, *self._ends(aim))) if replace and aim else (
            frozenset()
        )  # fmt: skip
        self.view.repaint_all()

    def _ends(self, aim: str) -> tuple[str, str]:
        return (self._node, aim) if self._port is not None else (aim, self._node)

    def _explain(self, pointer: Pointer, under: str | None) -> None:
        if under is None or self.view.overlay.aim is not None or under == self._node:
            QToolTip.hideText()
            return
        source, target = self._ends(under)
        QToolTip.showText(pointer.on_screen, edits.may_connect(self.view.document.workflow, source, target, self._port))

    def _compatible(self) -> frozenset[str]:
        workflow = self.view.document.workflow
        start = workflow.nodes[self._node]
        if self._port is not None:
            closed = edits.upstream(workflow, self._node)
            closed |= {edge.target for edge in workflow.edges if (edge.source, edge.port) == (self._node, self._port)}
        else:
            closed = edits.downstream(workflow, self._node)
        boxes = self.view.graph.boxes
        return frozenset(
            key for key, node in workflow.nodes.items()
            if key not in closed and node.parent == start.parent and (self._port is None or boxes[key].takes)
        )  # fmt: skip

    def release(self, pointer: Pointer) -> None:
        """Connect to the node under the mouse; over nothing, ask for a node to add, or with two clicks let go."""
        if not self.far_enough(pointer) and not self._open:
            self.view.selection.set([self._node])
            self.hold()
            return
        dragged = not self.sticky
        self.move(pointer)
        aim, void = self.view.overlay.aim, self.view.overlay.wire_open
        self._end()
        if aim is not None:
            self._put(aim, pointer.shift)
        elif dragged and void and self._wanted():
            self._ask(pointer)

    def _put(self, aim: str, replace: bool) -> None:
        source, target = self._ends(aim)
        if replace:
            connect_instead(self.view, source, self._port, target)
        else:
            self.view.connect_nodes(source, self._port, target)

    def _wanted(self) -> bool:
        """Whether a node at the other end makes sense: nothing leads to a trigger."""
        return self._port is not None or self.view.graph.boxes[self._node].takes

    def _ask(self, pointer: Pointer) -> None:
        source = (self._node, self._port) if self._port is not None else ("", "", self._node)
        self.view.quick_add_requested.emit(pointer.on_screen, QPointF(*pointer.scene), source)

    def key(self, event: QKeyEvent) -> bool:
        """Arrows go through who may take the wire, Enter puts it down, Tab and N add a node at its end."""
        key = Qt.Key(event.key())
        if key in _WAYS:
            found = self._next(_WAYS[key])
            if found is not None:
                self._aim(found, self._anchor)
                self.view.reveal(found)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            aim = self.view.overlay.aim
            self._end()
            if aim is not None:
                self._put(aim, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return True
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_N) and self._wanted():
            self._end()
            self._ask(self._last)
            return True
        return False

    def _next(self, way: tuple[int, int]) -> str | None:
        """The nearest node that may take the wire in a direction from the one aimed at, or from the start."""
        graph, overlay = self.view.graph, self.view.overlay
        x, y = _middle(self.view, overlay.aim or self._node)
        best: tuple[float, str] | None = None
        for key in overlay.targets or ():
            if key == overlay.aim or graph.boxes[key].proxy is not None:
                continue
            dx, dy = _middle(self.view, key)[0] - x, _middle(self.view, key)[1] - y
            along, across = dx * way[0] + dy * way[1], abs(dx * way[1]) + abs(dy * way[0])
            if along > 0 and (best is None or hypot(along, 2 * across) < best[0]):
                best = (hypot(along, 2 * across), key)
        return best[1] if best is not None else None

    def cancel(self) -> None:
        """Drop the wire."""
        self._end()

    def _end(self) -> None:
        self.sticky = False
        overlay = self.view.overlay
        overlay.wire = overlay.targets = overlay.aim = None
        overlay.wire_open = overlay.wire_reversed = False
        overlay.cut_edges = frozenset()
        QToolTip.hideText()
        self.view.repaint_all()


def _under(view: CanvasView, start: str, pointer: Pointer) -> tuple[str | None, bool]:
    """The node under the mouse, and whether a folded frame is, which takes no wire.

    The body in which the wire begins is as void as the canvas around containers.
    """
    found = hit(view.graph, pointer.scene, view.zoom)
    group = view.graph.decor.groups.get(found.decor or "")
    void = found.kind == "frame" and found.node == view.document.workflow.nodes[start].parent
    return None if void else found.node, group is not None and group.folded


def _middle(view: CanvasView, node: str) -> Point:
    left, top, right, bottom = view.graph.boxes[node].rect
    return (left + right) / 2, (top + bottom) / 2


def hold_wire(view: CanvasView, node: str, port: str | None) -> ConnectTool:
    """A wire in hand that starts at a port, as after a click on it."""
    at = QPointF(view.camera().point(*view.graph.boxes[node].port_point(port or "out")))
    shown = view.viewport().mapToGlobal(at.toPoint())
    pointer = Pointer(at, view.scene_point(at), Qt.KeyboardModifier.NoModifier, shown)
    tool = ConnectTool(view, pointer, node, port)
    tool.hold()
    return tool


def connect(view: CanvasView, source: str, port: str | None, target: str) -> None:
    """Make the edge as one undo step and select its target."""
    workflow = view.document.workflow
    name = port if port is not None else main_port(workflow, view.registry, source)
    view.document.apply(wire_up(workflow, view.registry, source, name, target, view.graph.given), tr("Connect"))


def connect_instead(view: CanvasView, source: str, port: str | None, target: str) -> None:
    """Make the edge in the place of those that led into its target, and offer these for a while."""
    workflow = view.document.workflow
    name = port if port is not None else main_port(workflow, view.registry, source)
    gone = arriving(workflow, source, target)
    old = [workflow.edges[index] for index in gone]
    ways = [wire.points for wire in view.graph.wires if wire.index in gone]
    view.document.apply(
        rewire(workflow, view.registry, source, name, target, view.graph.given),
        tr("Replace wire") if gone else tr("Connect"),
    )
    if old:
        view.offer.show_for(old, ways)
