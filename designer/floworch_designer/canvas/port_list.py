"""The ports of a node as a list beside it, for when they are too small to hit: each row takes a wire in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from floworch.run.status import NodeStatus
from floworch_designer.canvas.bar import CanvasBar
from floworch_designer.canvas.tips import PORTS
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import Box
    from floworch_designer.canvas.view import CanvasView

_DONE = frozenset({NodeStatus.COMPLETED, NodeStatus.REUSED, NodeStatus.BYPASSED})
_BARE = frozenset({"done", "error"})
_K = Qt.Key
_KEYS = frozenset({_K.Key_Escape, _K.Key_Up, _K.Key_Down, _K.Key_Return, _K.Key_Enter})
#: Keys that are no command of the window: those of a button, and those that are held with others.
_NEUTRAL = frozenset(
    {_K.Key_Space, _K.Key_Tab, _K.Key_Backtab, _K.Key_Shift, _K.Key_Control, _K.Key_Alt, _K.Key_AltGr, _K.Key_Meta}
)
#: Distance from the edges of the canvas and from its bar, and from the card, px.
_EDGE, _BESIDE = 4, 14


class PortList(QFrame):
    """Shown while Alt is held over a node; by a key until Esc, a click elsewhere, or another command.

    A click or Enter on a row starts a wire at that port.
    """

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)  # as the bar is: a child of the viewport would lie below that
        self._view = view
        self._node: str | None = None
        self._kept = False
        self.setProperty("role", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAccessibleName(tr("Ports of the node"))
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)  # a press between its rows is none on the canvas
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # nor does it give the canvas the focus
        outer = QVBoxLayout(self)
        outer.setContentsMargins(4, 4, 4, 4)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        outer.addWidget(self._scroll)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._scroll.setWidget(self._inner)
        self._scroll.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)
        self.rows: list[QPushButton] = []
        view.zoom_changed.connect(self._outdated)
        view.document.changed.connect(self._outdated)
        view.gesture_changed.connect(self._outdated)
        view.held_changed.connect(self._outdated)
        self.hide()

    def follow(self, node: str | None) -> None:
        """While Alt lists ports, list those of the node that the mouse is over now."""
        if self.isVisible() and not self._kept and node is not None:
            self.show_for(node)

    def show_for(self, node: str | None, keep: bool = False) -> None:
        """List the ports of a node; with ``keep`` the focus is in the list, which stays while it is there."""
        box = self._view.graph.boxes.get(node or "")
        if box is None or box.proxy is not None:
            return
        self._keep(keep)
        if self._node != node or self.isHidden():
            self._node = node
            self._fill(box)
        self._place(box)
        self.show()
        self.raise_()
        if keep:
            self.rows[0].setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            _keep_from_menus()

    def _keep(self, keep: bool) -> None:
        """Stay until the focus leaves, or follow Alt."""
        if keep is not self._kept:
            self._kept = keep
            app: Any = QApplication.instance()
            (app.focusChanged.connect if keep else app.focusChanged.disconnect)(self._on_focus)

    def _on_focus(self, _old: object, now: QWidget | None) -> None:
        """Close when the focus goes elsewhere; of another program's window the list may wait for it to come back."""
        if now is not None and not self.isAncestorOf(now) and now is not self:
            self.leave(always=True)

    def _place(self, box: Box) -> None:
        """Beside the card, whole within the canvas and not upon its bar; what is longer than the canvas scrolls."""
        view = self._view
        at, room = view.camera().rect(box.rect), view.viewport().size()
        bar = view.findChild(CanvasBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        below = bar is not None and bar.isVisible() and bar.y() > room.height() / 2  # it may have given way to cards
        lowest = (bar.y() if bar is not None and below else room.height()) - _EDGE
        wanted, around = self._inner.sizeHint(), 8 + 2 * self.frameWidth()
        high = min(wanted.height() + around, max(lowest - _EDGE, 60))
        beside = self._scroll.verticalScrollBar().sizeHint().width() if high < wanted.height() + around else 0
        self.resize(wanted.width() + around + beside, high)
        right = round(at.right()) + _BESIDE
        left = right if right + self.width() < room.width() else round(at.left()) - self.width() - _BESIDE
        left = max(_EDGE, min(left, room.width() - self.width() - _EDGE))
        self.move(left, max(_EDGE, min(round(at.top()), lowest - high)))

    def _outdated(self) -> None:
        self.leave(always=True)

    def leave(self, always: bool = False) -> bool:
        """Hide it, unless it was asked for by a key. Returns whether it was there to be hidden."""
        if self.isHidden() or not (always or not self._kept):
            return False
        had = self.isAncestorOf(self.window().focusWidget() or self)
        self._node = None
        self._keep(False)
        self.hide()
        if had:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _fill(self, box: Box) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = []
        for name in (*(("in",) if box.takes else ()), *(port.name for port in box.shape.ports)):
            row = QPushButton(words_of(self._view, box, name))
            row.setProperty("kind", "quiet")
            row.setStyleSheet("text-align: left; padding: 3px 10px;")
            row.setAccessibleName(row.text())
            row.setToolTip(tr(PORTS[name]) if name in PORTS else "")
            row.clicked.connect(lambda _checked=False, name=name, node=box.id: self._take(node, name))
            row.installEventFilter(self)
            self._column.addWidget(row)
            self.rows.append(row)

    def _take(self, node: str, port: str) -> None:
        self.leave(always=True)
        self._view.start_wire(node, port)

    def event(self, event: QEvent) -> bool:
        """The keys of the list are its own, whatever they do on the canvas that it lies upon; any other closes it."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in _KEYS:
                event.accept()
                return True
            if event.key() not in _NEUTRAL:
                self.leave(always=True)
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A row would use arrows and Enter in its own way, and leave the list at its ends."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            self.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go up and down, Enter starts a wire, Esc closes."""
        key = event.key()
        focused = next((at for at, row in enumerate(self.rows) if row.hasFocus()), 0)
        if key == Qt.Key.Key_Escape:
            self.leave(always=True)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            row = self.rows[(focused + step) % len(self.rows)]
            row.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(row, 0, 0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.rows[focused].click()
        else:
            super().keyPressEvent(event)
        event.accept()


def _keep_from_menus() -> None:
    """Alt lists ports: when it is let go the keys stay on the canvas.

    Alt alone opens Qt's menu bar, which listens to everything meanwhile and takes this for a sign of another use.
    """
    QCoreApplication.sendEvent(QObject(), QEvent(QEvent.Type.ActivationChange))


def words_of(view: CanvasView, box: Box, port: str) -> str:
    """A row: the name of a port, the type of what it carries, and how many values went through it last."""
    edges = view.graph.arriving if port == "in" else view.graph.leaving
    wires = [wire for wire in edges.get(box.id, ()) if port in {"in", wire.port}]
    parts = [port]
    if port not in _BARE:
        parts.append("any" if port == "in" else type_of(view, box))
    parts.append(counted(len(wires), "1 wire", "{n} wires") if wires else tr("not wired"))
    passed = _passed(box, port)
    if passed:
        parts.append(counted(passed, "1 value last", "{n} last"))
    return "  ·  ".join(parts)


def type_of(view: CanvasView, box: Box) -> str:
    """The type of the output that an action declares, ``any`` when it declares none."""
    spec: Any = view.registry.find_action(box.node.action) if view.registry is not None else None
    schema = getattr(spec, "output_schema", None)
    found = schema.get("type") if isinstance(schema, dict) else None
    return found if isinstance(found, str) else "any"


def _passed(box: Box, port: str) -> int:
    """How many values the shown run sent through a port, 0 for none."""
    status, info = box.live.status, box.live.info
    if port == "in":
        return 1 if status is not None and status not in {NodeStatus.PENDING, NodeStatus.SKIPPED} else 0
    if port == "error":
        return 1 if status is NodeStatus.FAILED else 0
    if info is not None and info.items_total is not None:
        return info.items_done
    return 1 if status in _DONE and port in {"out", "done"} else 0
