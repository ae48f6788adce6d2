"""The title of a card, edited in its place: one real line edit over the canvas, made when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from floworch_designer.canvas.inline import InlineEditor
from floworch_designer.document import edits
from floworch_designer.document.decor import PREFIX, set_decor
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


class InlineTitle(InlineEditor, QLineEdit):
    """Enter or another click keeps the title, Escape the old one."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view.viewport())
        self._node: str | None = None
        self.setAccessibleName(tr("Title"))
        self.returnPressed.connect(self.keep)
        self.attach(view)

    def open(self, node: str) -> None:
        """Edit the title of a node, or of a frame or the selected portals by their key."""
        box, group = self._view.graph.boxes.get(node), self._view.graph.decor.groups.get(node)
        if box is not None:
            rect, title = box.rect, box.content.title
        elif group is not None:
            rect, title = group.rect, group.group.title
        elif (portals := self._view.wires.named()) is not None:
            _, rect, title = portals
        else:
            return
        shown = self._view.camera().rect(rect)
        width = min(max(round(shown.width()) - 8, 160), 480)
        self._node = None
        self.setText(title)
        self.setGeometry(round(shown.x()) + 4, round(shown.y()) + 2, width, 30)
        self._node = node
        self.appear()
        self.selectAll()

    def keep(self) -> None:
        """Write the title as one undo step and close."""
        node, self._node = self._node, None
        text = self.text().strip()
        self.disappear()
        if node is None:
            return
        document = self._view.document
        if node in self._view.graph.decor.groups:
            if text != self._view.graph.decor.groups[node].group.title:
                document.apply(set_decor(document.workflow, node, title=text), tr("Rename frame"))
            return
        if node.startswith(PREFIX["portals"]):
            document.apply(set_decor(document.workflow, node, name=text or None), tr("Rename portals"))
            return
        definition = document.workflow.nodes.get(node)
        if definition is not None and text != (definition.title or node):
            # The id is what an empty title shows: no need to store it.
            title = "" if text == node else text
            document.apply(edits.set_field(document.workflow, node, "title", title), tr("Rename"))

    def give_up(self) -> None:
        """Close without writing."""
        self._node = None
        self.disappear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)
            event.accept()  # a letter typed here is no command of the canvas
