"""What keys and menus do to the selection on the canvas; every change is one undo step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from floworch.model.workflow import Workflow
from floworch_designer.canvas import walking
from floworch_designer.canvas.geometry import Point
from floworch_designer.document import edits
from floworch_designer.document.clipboard import MIME, Fragment
from floworch_designer.document.layout import Arranger
from floworch_designer.document.positions import positions

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


def _count(number: int) -> str:
    return "node" if number == 1 else f"{number} nodes"


class CanvasCommands:
    """Commands on one canvas."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._arranger = Arranger(view)
        #: What a person must know of what was pasted last, such as secrets that were left out of a cURL command.
        self.said: tuple[str, ...] = ()
        self._arranger.arranged.connect(self._arranged)

    @property
    def _workflow(self) -> Workflow:
        return self._view.document.workflow

    def delete(self, reconnect: bool = False) -> None:
        """Delete what is selected; with ``reconnect`` the neighbours are connected to one another."""
        selection = self._view.selection
        if not selection:
            return
        nodes = len(selection.nodes)
        text = f"Delete {_count(nodes)}" if nodes else "Delete edge" if len(selection.edges) == 1 else "Delete edges"
        made = edits.remove(self._workflow, selection.nodes, selection.edges, reconnect)
        selection.clear()
        self._view.document.apply(made, text)

    def toggle_disabled(self) -> None:
        """Disable the selected nodes, or enable them when all are disabled."""
        nodes = self._view.selection.nodes
        if nodes:
            self._view.document.apply(edits.set_disabled(self._workflow, nodes), f"Disable {_count(len(nodes))}")

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes by some scene units; repeated nudges are one undo step."""
        moving = self._view.graph.body_of(self._view.selection.nodes)
        places = positions(self._workflow)
        points = {key: (places[key][0] + dx, places[key][1] + dy) for key in moving}
        key = "nudge:" + ",".join(sorted(self._view.selection.nodes))
        self._view.document.apply(edits.move(self._workflow, points), f"Move {_count(len(points))}", merge=key)

    def copy(self) -> None:
        """Copy the selected nodes as text."""
        nodes = self._view.selection.nodes
        if not nodes:
            return
        text = Fragment.of(self._workflow, nodes).to_text()
        data = QMimeData()
        data.setText(text)
        data.setData(MIME, text.encode())
        QGuiApplication.clipboard().setMimeData(data)

    def cut(self) -> None:
        """Copy the selected nodes and delete them."""
        if self._view.selection.nodes:
            self.copy()
            self.delete()

    def paste(self, at: Point | None = None) -> tuple[str, ...]:
        """Insert copied nodes with their top left corner at ``at`` (scene units; the middle of the view when None).

        Returns the new ids; nothing happens when the clipboard holds something else.
        """
        text = QGuiApplication.clipboard().text()
        fragment = Fragment.from_text(text)
        self.said = fragment.said if fragment is not None else ()
        if fragment is None:
            return ()
        from floworch_designer.document.clipboard import insert

        where = at if at is not None else self._view.free_place()
        made, names = insert(self._workflow, fragment, at=where)
        self._view.document.apply(made, f"Paste {_count(len(names))}")
        self._view.selection.set(names.values())
        if at is None and names:
            self._view.reveal(next(iter(names.values())))
        return tuple(names.values())

    def duplicate(self, inputs: bool = False) -> None:
        """Copy the selected nodes in place; ``inputs`` also copies the edges that lead into them."""
        made, names = edits.duplicate(self._workflow, self._view.selection.nodes, inputs=inputs)
        if names:
            self._view.document.apply(made, f"Duplicate {_count(len(names))}")
            self._view.selection.set(names)

    def select_all(self) -> None:
        """Select every node."""
        self._view.selection.set(self._view.graph.boxes)

    def select_along(self, downstream: bool) -> None:
        """Select everything after, or before, the primary node as well."""
        primary = self._view.selection.primary
        if primary is not None and primary in self._workflow.nodes:
            follow = edits.downstream if downstream else edits.upstream
            found = follow(self._workflow, primary)
            self._view.selection.set([*sorted(found - {primary}), primary], primary=primary)

    def walk(self, direction: str) -> None:
        """Go from the primary node to the nearest one to the ``left``, ``right``, ``up`` or ``down``."""
        found = walking.step(self._view.graph, self._view.selection.primary, direction)
        if found is not None:
            self._view.selection.set([found])
            self._view.reveal(found)

    def arrange(self) -> None:
        """Lay out the selection, or everything when fewer than two nodes are selected."""
        nodes = self._view.selection.nodes
        sizes = {
            key: (box.shape.width, box.shape.height) for key, box in self._view.graph.boxes.items() if not box.container
        }
        self._arranger.request(self._workflow, sizes, nodes if len(nodes) > 1 else None)

    def _arranged(self, workflow: Workflow, points: dict[str, Point]) -> None:
        # An edit made while a large layout was computed wins: its nodes must not jump.
        if workflow is self._workflow:
            self._view.document.apply(edits.move(workflow, points), "Arrange")
            if not self._view.selection.nodes:
                self._view.fit()
