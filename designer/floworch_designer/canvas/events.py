"""The events of the canvas: each goes to the gesture, the key table or the drop it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)

from floworch_designer.canvas import keys
from floworch_designer.canvas.geometry import Rect
from floworch_designer.canvas.hits import hit
from floworch_designer.canvas.interaction import Interaction
from floworch_designer.canvas.surface import SurfaceView
from floworch_designer.canvas.tools.drop import DropTool
from floworch_designer.canvas.tools.zoom import pinch, wheel
from floworch_designer.document import Selection

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


_K = Qt.Key
#: Keys that go from card to card, and how the focus comes by keys.
_WALKS = frozenset({_K.Key_Left, _K.Key_Right, _K.Key_Up, _K.Key_Down})
_ZOOMS = frozenset({_K.Key_Plus, _K.Key_Minus, _K.Key_Equal})
_BY_KEYS = frozenset(
    {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}
)
#: Keys that are held with others, and are no command by themselves.
_HOLDS = frozenset({_K.Key_Control, _K.Key_Shift, _K.Key_Alt, _K.Key_AltGr, _K.Key_Meta})
_COMMANDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def _is_command(event: QKeyEvent) -> bool:
    """Whether a key is for the window even while a wire is in hand: one with Ctrl or Alt, or a function key.

    Undo is none: it takes back what goes on, and nothing before it.
    """
    key = _K(event.key())
    if key in _HOLDS or key in _WALKS or event.matches(QKeySequence.StandardKey.Undo):
        return False
    return bool(event.modifiers() & _COMMANDING) or _K.Key_F1 <= key <= _K.Key_F35


class EventView(SurfaceView):
    """A surface that listens; ``CanvasView`` gives it its selection, gestures and drops."""

    #: Where a node shall be added: global point, scene point, (node, port) to connect from, with the node that the
    #: wire leads to now to go in between; ("", "", node) to lead to; or None.
    quick_add_requested = Signal(QPoint, QPointF, object)
    #: A node was opened, by double click or Enter.
    node_activated = Signal(str)
    #: The right button was pressed: global point, scene point, the Hit.
    context_requested = Signal(QPoint, QPointF, object)
    #: A gesture moves something, or is over.
    gesture_changed = Signal(bool)
    #: A wire was taken in hand without a button, or is no longer.
    held_changed = Signal(bool)
    #: Esc was pressed with nothing to break off and nothing selected.
    escaped = Signal()
    #: A validation badge was clicked: node, global point.
    badge_clicked = Signal(str, QPoint)

    #: What a gesture did beyond what its hand can see, in words.
    told = Signal(str)

    #: Default keys that the keymap took from the canvas, in Qt's portable spelling.
    given_up: frozenset[str] = frozenset()
    #: The wheel zooms without Ctrl.
    wheel_zooms = False
    selection: Selection
    _interaction: Interaction
    _drop: DropTool

    @property
    def holds_wire(self) -> bool:
        """Whether a wire is in hand without a button: the next click puts it down."""
        return self._interaction.busy

    @property
    def _self(self) -> CanvasView:
        return cast("CanvasView", self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a gesture."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._by_keys(False)
        self._self.port_list.leave(always=True)
        self._interaction.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or hover."""
        self._interaction.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Carry it out."""
        self._interaction.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a node, a note or a frame; bend a wire; on empty canvas ask for a new node.

        Any other button, and a key that is held, mean as much as with two clicks that are further apart.
        """
        if not self._interaction.opens(event):
            self._interaction.press(event)
            return
        pointer = self._interaction.pointer(event)
        found = hit(self.graph, pointer.scene, self.zoom)
        if found.kind == "node" and found.node is not None:
            self.node_activated.emit(found.node)
        elif found.decor is not None:
            self._self.areas.activate(found.decor)
        elif found.edge is not None:
            wire = next(wire for wire in self.graph.wires if wire.index == found.edge)
            if wire.tags:
                self._self.wires.jump(wire, found.part)
            else:
                self._self.wires.add_knot(wire, pointer.scene)
        elif found.kind in {"void", "frame"}:
            self.quick_add_requested.emit(pointer.on_screen, QPointF(*pointer.scene), None)

    def graph_changed(self, dirty: list[Rect] | None) -> None:
        """Show what has changed; a mouse that stands still may be over something else now."""
        super().graph_changed(dirty)
        self._interaction.look_again()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, else scroll."""
        wheel(self._self, event)
        self._interaction.look_again()

    def viewportEvent(self, event: QEvent) -> bool:
        """Pinch zooms; leaving ends hovering."""
        if isinstance(event, QNativeGestureEvent) and pinch(self._self, event):
            self._interaction.look_again()
            return True
        if event.type() is QEvent.Type.Leave:
            self._interaction.leave()
        return super().viewportEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab asks for a node instead of leaving; single letters are kept from window shortcuts."""
        if event.type() is QEvent.Type.ShortcutOverride and (self._interaction.busy or self._interaction.moving):
            if self._interaction.busy and isinstance(event, QKeyEvent) and _is_command(event):
                self._interaction.cancel()
                return super().event(event)
            event.accept()  # a wire in hand, or what is dragged, takes every other key before the window's shortcuts do
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            if self._interaction.key(event) or self._interaction.moving:
                return True
            if keys.given_up(self._self, event):
                return super().event(event)
            self._self.request_quick_add()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc breaks a gesture off, then a layout, Space holds the hand, the rest is in ``keys``."""
        if self._interaction.moving and event.key() != Qt.Key.Key_Escape:
            self._while_moving(event)
            return
        self._by_keys(event.key() in _WALKS or self.overlay.focused)
        if event.key() == Qt.Key.Key_Escape:
            if self._self.port_list.leave(always=True) or self._interaction.cancel() or self._self.arranging.stop():
                pass
            elif self.selection:
                self.selection.clear()
            else:
                self.escaped.emit()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._interaction.set_space(True)
        elif event.key() == Qt.Key.Key_Alt:
            self._self.port_list.show_for(self.overlay.hover)
        elif self._interaction.busy and event.matches(QKeySequence.StandardKey.Undo):
            self._interaction.cancel()
        elif not self._interaction.key(event):
            if keys.press(self._self, event):
                self._interaction.look_again()
            else:
                event.ignore()

    def _while_moving(self, event: QKeyEvent) -> None:
        """A key while something is dragged: undo takes back what goes on, zooming goes on, nothing else is done."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self._interaction.cancel()
        elif event.key() in _ZOOMS and keys.press(self._self, event):
            self._interaction.look_again()
        else:
            self._interaction.held(event, True)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space lets the hand go, Alt the list of ports."""
        self._interaction.held(event, False)
        if event.key() == Qt.Key.Key_Alt:
            self._self.port_list.leave()
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._interaction.set_space(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the keyboard's focus ring when it was the keyboard that came here."""
        self._by_keys(event.reason() in _BY_KEYS)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it, and let Space go."""
        self._interaction.set_space(False)
        self._by_keys(False)
        if event.reason() is Qt.FocusReason.ActiveWindowFocusReason:
            self._self.port_list.leave()  # of Alt+Tab the canvas hears no release
        super().focusOutEvent(event)

    def _by_keys(self, used: bool) -> None:
        """The canvas is used by keys from now on, or no longer: where they go is shown."""
        if used != self.overlay.focused:
            self.overlay.focused = used
            self.repaint_nodes(self.selection.nodes)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take actions and layers."""
        if self._drop.accepts(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would land."""
        if self._drop.hover(event.mimeData(), self.scene_point(event.position())):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Stop showing it."""
        self._drop.leave()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put it there."""
        if self._drop.drop(event.mimeData(), self.scene_point(event.position())):
            event.acceptProposedAction()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            event.ignore()
