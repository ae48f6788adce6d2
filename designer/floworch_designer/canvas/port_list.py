"""The ports of a node as a list beside it, for when they are too small to hit: each row takes a wire in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from floworch.run.status import NodeStatus
from floworch_designer.canvas.tips import PORTS
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import Box
    from floworch_designer.canvas.view import CanvasView

_DONE = frozenset({NodeStatus.COMPLETED, NodeStatus.REUSED, NodeStatus.BYPASSED})
_BARE = frozenset({"done", "error"})
_KEYS = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class PortList(QFrame):
    """Shown while Alt is held over a node, or by a key until Esc. A click or Enter starts a wire at that port."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._node: str | None = None
        self._kept = False
        self.setProperty("role", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAccessibleName(tr("Ports of the node"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(2)
        self.rows: list[QPushButton] = []
        view.zoom_changed.connect(self._outdated)
        view.document.changed.connect(self._outdated)
        self.hide()

    def follow(self, node: str | None) -> None:
        """While Alt lists ports, list those of the node that the mouse is over now."""
        if self.isVisible() and not self._kept and node is not None:
            self.show_for(node)

    def show_for(self, node: str | None, keep: bool = False) -> None:
        """List the ports of a node; with ``keep`` until Esc, with the focus in the list."""
        box = self._view.graph.boxes.get(node or "")
        if box is None or box.proxy is not None:
            return
        self._kept = keep
        if self._node != node or self.isHidden():
            self._node = node
            self._fill(box)
        self.adjustSize()
        at = self._view.camera().rect(box.rect)
        room = self._view.viewport().size()
        left = at.right() + 14 if at.right() + 14 + self.width() < room.width() else at.left() - self.width() - 14
        self.move(max(4, round(left)), max(4, min(round(at.top()), room.height() - self.height() - 4)))
        self.show()
        self.raise_()
        if keep:
            self.rows[0].setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            _keep_from_menus()

    def _outdated(self) -> None:
        self.leave(always=True)

    def leave(self, always: bool = False) -> None:
        """Hide it, unless it was asked for by a key."""
        if self.isVisible() and (always or not self._kept):
            had = self.isAncestorOf(self.window().focusWidget() or self)
            self._node, self._kept = None, False
            self.hide()
            if had:
                self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, box: Box) -> None:
        layout: Any = self.layout()
        for row in self.rows:
            layout.removeWidget(row)
            row.deleteLater()
        self.rows = []
        for name in (*(("in",) if box.takes else ()), *(port.name for port in box.shape.ports)):
            row = QPushButton(words_of(self._view, box, name))
            row.setProperty("kind", "quiet")
            row.setStyleSheet("text-align: left; padding: 3px 10px;")
            row.setAccessibleName(row.text())
            row.setToolTip(tr(PORTS[name]) if name in PORTS else "")
            row.clicked.connect(lambda _checked=False, name=name, node=box.id: self._take(node, name))
            layout.addWidget(row)
            self.rows.append(row)

    def _take(self, node: str, port: str) -> None:
        self.leave(always=True)
        self._view.start_wire(node, port)

    def event(self, event: QEvent) -> bool:
        """The keys of the list are its own, whatever they do on the canvas that it lies upon."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go up and down, Enter starts a wire, Esc closes."""
        key = event.key()
        focused = next((at for at, row in enumerate(self.rows) if row.hasFocus()), 0)
        if key == Qt.Key.Key_Escape:
            self.leave(always=True)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.rows[(focused + step) % len(self.rows)].setFocus(Qt.FocusReason.TabFocusReason)
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
