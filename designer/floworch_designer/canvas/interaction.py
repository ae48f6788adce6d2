"""From mouse events to gestures: which tool a press starts, hovering, and scrolling at the border."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent

from floworch_designer.canvas.hits import VOID, Hit, hit
from floworch_designer.canvas.tips import ends_of
from floworch_designer.canvas.tools.base import Pointer, Tool
from floworch_designer.canvas.tools.connect import ConnectTool
from floworch_designer.canvas.tools.cut import CutTool
from floworch_designer.canvas.tools.drag import DragTool
from floworch_designer.canvas.tools.pan import PanTool, RightTool
from floworch_designer.canvas.tools.resize import ResizeTool, shape_of
from floworch_designer.canvas.tools.select import BoxSelectTool

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

_M = Qt.KeyboardModifier
_HELD = {Qt.Key.Key_Control: _M.ControlModifier, Qt.Key.Key_Shift: _M.ShiftModifier, Qt.Key.Key_Alt: _M.AltModifier}
#: Pixels from the border in which the view scrolls by itself, and its greatest speed in px per step of 16 ms.
BORDER, SPEED = 36.0, 22.0


class Interaction(QObject):
    """The gesture in progress on one canvas, if any."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.tool: Tool | None = None
        self._wire: Tool | None = None  # in hand without a button while the view is moved by one
        self.space = False
        self._pointer: Pointer | None = None
        self._hover: Hit = VOID
        self._told = self._told_held = False
        self._timer = QTimer(self)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._auto_pan)

    def pointer(self, event: QMouseEvent) -> Pointer:
        """The mouse of an event in every coordinate system."""
        return self._at(event.position(), event.modifiers())

    def _at(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        return Pointer(at, self._view.scene_point(at), modifiers, self._view.viewport().mapToGlobal(at.toPoint()))

    def press(self, event: QMouseEvent) -> None:
        """Start the gesture that a button means here; a second button ends the first one's gesture."""
        pans = event.button() is Qt.MouseButton.MiddleButton or (
            event.button() is Qt.MouseButton.LeftButton and self.space
        )
        if self.tool is not None and self.tool.sticky and pans:
            self._wire, self.tool = self.tool, None  # its other end may be out of sight
        if self.tool is not None:
            if not self.tool.sticky or event.button() is not Qt.MouseButton.LeftButton:
                self.cancel()
            return
        pointer = self.pointer(event)
        if pans:
            self.tool = PanTool(self._view, pointer)
        elif event.button() is Qt.MouseButton.LeftButton:
            self.tool = self._left(pointer)
        elif event.button() is Qt.MouseButton.RightButton and pointer.control:
            self.tool = CutTool(self._view, pointer)
        elif event.button() is Qt.MouseButton.RightButton:
            self.tool = RightTool(self._view, pointer, self._menu)
        self._pointer = pointer
        if self.tool is not None:
            self._cursor()

    def _left(self, pointer: Pointer) -> Tool | None:
        view = self._view
        if pointer.alt and pointer.shift:
            return CutTool(view, pointer)
        found = hit(view.graph, pointer.scene, view.zoom)
        if found.kind in {"port", "input"} and pointer.alt:
            view.commands.clear_port(found.node or "", found.port)
            return None
        if found.kind == "port" and found.node is not None:
            return ConnectTool(view, pointer, found.node, found.port)
        if found.kind == "input" and found.node is not None:
            return ConnectTool(view, pointer, found.node, None)
        if found.kind == "badge" and found.node is not None:
            view.selection.set([found.node])
            view.badge_clicked.emit(found.node, pointer.on_screen)
            return None
        if found.kind == "node" and found.node is not None:
            return DragTool(view, pointer, found.node)
        if found.decor is not None:
            if found.part:
                return ResizeTool(view, pointer, found.decor, found.part)
            return DragTool(view, pointer, found.decor)
        if found.kind == "edge" and found.edge is not None:
            change = view.selection.toggle if pointer.control or pointer.shift else view.selection.set
            change([], [found.edge])
            return None
        tool = BoxSelectTool(view, pointer)
        tool.frame = found.node if found.kind == "frame" else None
        return tool

    def _menu(self, pointer: Pointer) -> None:
        view = self._view
        found = hit(view.graph, pointer.scene, view.zoom)
        if found.node is not None and found.node not in view.selection.nodes:
            view.selection.set([found.node])
        elif found.decor is not None and found.decor not in view.selection.decor:
            view.selection.set(decor=[found.decor])
        elif found.decor is None and found.edge is not None and found.edge not in view.selection.edges:
            view.selection.set([], [found.edge])
        view.context_requested.emit(pointer.on_screen, QPointF(*pointer.scene), found)

    def opens(self, event: QMouseEvent) -> bool:
        """Whether a second click right after a first one is a double click, and not a press like any other."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        return event.button() is Qt.MouseButton.LeftButton and plain and not self.space and self.tool is None

    def move(self, event: QMouseEvent) -> None:
        """Feed the gesture, or show what is under the mouse."""
        pointer = self._pointer = self.pointer(event)
        if self.tool is not None and not self.tool.sticky and event.buttons() == Qt.MouseButton.NoButton:
            self.cancel()  # the button was released over a dialog or another window, which kept that to itself
        if self.tool is None:
            self._hovering(pointer)
            return
        self.tool.move(pointer)
        if self.tool.moved and self._hover != VOID:
            self._show(VOID)  # what the gesture itself marks is what counts
            self._cursor()
        self._tell()
        if self.tool.auto_pan and self.tool.moved and self._speed() != (0, 0):
            self._timer.start()

    def release(self, event: QMouseEvent) -> None:
        """Carry the gesture out."""
        self._timer.stop()
        tool, self.tool = self.tool, None
        if tool is not None:
            self._pointer = self.pointer(event)
            tool.release(self._pointer)
            wire, self._wire = self._wire, None
            self.tool = tool if tool.sticky else wire
            self._cursor()
            self._tell()
            self.look_again()

    def cancel(self) -> bool:
        """Break the gesture off; returns whether there was one."""
        self._timer.stop()
        tools = [tool for tool in (self.tool, self._wire) if tool is not None]
        self.tool = self._wire = None
        if not tools:
            return False
        for tool in tools:
            tool.cancel()
        self._cursor()
        self._tell()
        return True

    def start(self, tool: Tool) -> None:
        """Begin a gesture without a button: it ends with the next click, or by keys."""
        self.cancel()
        self.tool = tool
        self._cursor()
        self._tell()

    def key(self, event: QKeyEvent) -> bool:
        """Hand a key to a gesture that goes on without a button; returns whether it had a use for it."""
        tool = self.tool
        if tool is None or not tool.sticky or not tool.key(event):
            return False
        if not tool.sticky and self.tool is tool:
            self.tool = None
            self._cursor()
            self._tell()
        return True

    def _tell(self) -> None:
        """Tell who makes room for gestures that one has begun to move, or is over; and what is in hand."""
        moving = self.tool is not None and self.tool.moved
        if moving != self._told:
            self._told = moving
            self._view.gesture_changed.emit(moving)
        if self.busy != self._told_held:
            self._told_held = self.busy
            self._view.held_changed.emit(self.busy)

    @property
    def moving(self) -> bool:
        """Whether a gesture moves something with a button held: keys belong to it until it is over."""
        return self.tool is not None and not self.tool.sticky and self.tool.moved

    def held(self, event: QKeyEvent, down: bool) -> None:
        """Ctrl, Shift or Alt was pressed, or let go: what it changes in a gesture is seen before the mouse moves on."""
        flag = _HELD.get(Qt.Key(event.key()))
        if flag is not None and self._pointer is not None and self.moving:
            modifiers = event.modifiers() | flag if down else event.modifiers() & ~flag
            self._pointer = self._at(self._pointer.at, modifiers)
            self.look_again()

    @property
    def busy(self) -> bool:
        """Whether a gesture goes on without a button."""
        return self.tool is not None and self.tool.sticky

    def set_space(self, held: bool) -> None:
        """Space is held: the left button pans."""
        self.space = held
        self._cursor()

    def leave(self) -> None:
        """The mouse left the canvas: what is held without a button stays, and scrolls no further."""
        if self.tool is None or self.tool.sticky:
            self._timer.stop()
            self._pointer = None
        if self.tool is None:
            self._show(VOID)

    def look_again(self) -> None:
        """The view has moved, or what is in it: a mouse that stands still is over something else now."""
        if self._pointer is None:
            return
        at = self._view.viewport().mapFromGlobal(self._pointer.on_screen.toPointF())
        self._pointer = self._at(at, self._pointer.modifiers)
        if self.tool is None:
            if self._view.viewport().rect().contains(at.toPoint()):
                self._hovering(self._pointer)
        elif self.tool.moved:
            self.tool.move(self._pointer)

    def _cursor(self) -> None:
        shape = self.tool.cursor if self.tool is not None else Qt.CursorShape.ArrowCursor
        if self.space and (self.tool is None or self.tool.sticky):
            shape = Qt.CursorShape.OpenHandCursor
        self._view.viewport().setCursor(QCursor(shape))

    def _hovering(self, pointer: Pointer) -> None:
        found = hit(self._view.graph, pointer.scene, self._view.zoom)
        if found != self._hover:
            self._show(found)

    def _show(self, found: Hit) -> None:
        view, overlay, old = self._view, self._view.overlay, self._hover
        self._hover = found
        overlay.hover = found.node if found.kind in {"node", "port", "input", "badge"} else None
        overlay.hover_port = found.port if found.kind == "port" else "in" if found.kind == "input" else None
        overlay.hover_edge = found.edge
        view.port_list.follow(found.node)
        if not self.space:
            cross = found.kind in {"port", "input"}
            view.viewport().setCursor(
                Qt.CursorShape.CrossCursor if cross else shape_of(found.part if found.decor else "")
            )
        ends = [key for edge in {old.edge, found.edge} - {None} for key in ends_of(view.graph, edge)]
        view.repaint_nodes((key for key in (old.node, found.node) if key is not None), wires=old.node != found.node)
        view.repaint_nodes(ends)
        view.repaint_edges([edge for edge in (old.edge, found.edge) if edge is not None])
        view.viewport().setToolTip(view.tip(found))

    def _speed(self) -> tuple[int, int]:
        if self._pointer is None:
            return 0, 0
        size, at = self._view.viewport().size(), self._pointer.at
        return _push(at.x(), size.width()), _push(at.y(), size.height())

    def _auto_pan(self) -> None:
        dx, dy = self._speed()
        if self.tool is None or self._pointer is None or (dx, dy) == (0, 0):
            self._timer.stop()
            return
        self._view.pan(dx, dy)
        self._pointer = self._at(self._pointer.at, self._pointer.modifiers)
        self.tool.move(self._pointer)


def _push(at: float, size: int) -> int:
    if at < BORDER:
        return round(min(1.0, (BORDER - at) / BORDER) * SPEED)
    if at > size - BORDER:
        return -round(min(1.0, (at - size + BORDER) / BORDER) * SPEED)
    return 0
