"""A wire that was replaced is offered for two seconds: shown dashed, with a button that puts it back beside the new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton

from floworch.model.workflow import Edge
from floworch_designer.canvas.geometry import Point
from floworch_designer.document import edits
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Milliseconds for which it is offered.
TIME = 2000


class Offer(QPushButton):
    """The button over the canvas; hidden unless something is offered. Undo takes the whole step back as ever."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._edges: Sequence[Edge] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TIME)
        self._timer.timeout.connect(self.withdraw)
        self.clicked.connect(self._put_back)
        view.zoom_changed.connect(self.withdraw)
        view.document.changed.connect(self.withdraw)
        self.hide()

    def show_for(self, edges: Sequence[Edge], ways: Sequence[list[Point]]) -> None:
        """Offer edges that were replaced; ``ways`` are their curves."""
        view = self._view
        self._edges = edges
        view.overlay.former = tuple(ways)
        box = view.graph.boxes.get(edges[0].source)
        self.setText(
            tr("Put back the wire from “{title}”", title=box.content.title)
            if len(edges) == 1 and box is not None
            else counted(len(edges), "Put back 1 wire", "Put back {n} wires")
        )
        self.setAccessibleName(self.text())
        self.adjustSize()
        x, y = ways[0][-1] if ways else view.centre()
        at = view.camera().point(x, y).toPoint()
        room = view.viewport().size()
        left, top = at.x() - self.width() - 16, at.y() + 14
        self.move(
            max(8, min(left, room.width() - self.width() - 8)), max(8, min(top, room.height() - self.height() - 8))
        )
        self.show()
        self.raise_()
        view.repaint_all()
        self._timer.start()

    def withdraw(self) -> None:
        """Offer nothing any more."""
        self._timer.stop()
        if not self.isHidden():
            self.hide()
            self._view.overlay.former = ()
            self._view.repaint_all()

    def _put_back(self) -> None:
        made = self._view.document.workflow
        for edge in self._edges:
            if not edits.may_connect(made, edge.source, edge.target, edge.port):
                made = edits.connect(made, edge.source, edge.port, edge.target)
        self.withdraw()
        self._view.document.apply(made, tr("Put wire back"))
