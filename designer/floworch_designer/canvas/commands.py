"""What keys and menus do to the selection on the canvas; every change is one undo step."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from floworch.model.workflow import Workflow
from floworch_designer.canvas import walking
from floworch_designer.canvas.folding import begin_folded
from floworch_designer.canvas.geometry import Point
from floworch_designer.canvas.homes import seen
from floworch_designer.document import edits
from floworch_designer.document.clipboard import Fragment
from floworch_designer.document.decor import move_decor, remove_decor
from floworch_designer.document.positions import positions
from floworch_designer.document.wires import moved_by_hand
from floworch_designer.settings.words import counted, mark, tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


def _count(number: int) -> str:
    return counted(number, "node", "{n} nodes")


_DELETIONS = {
    "note": (mark("Delete note"), mark("Delete notes")),
    "knot": (mark("Delete knot"), mark("Delete knots")),
    "frame": (mark("Delete frame"), mark("Delete frames")),
}


def _kind(areas: frozenset[str]) -> str:
    return next((kind for kind in ("note", "knot") if all(key.startswith(f"{kind}:") for key in areas)), "frame")


def _deletion(nodes: int, edges: int, areas: frozenset[str]) -> str:
    """What a deletion is called in the menu."""
    if nodes:
        return tr("Delete {nodes}", nodes=_count(nodes))
    if areas and not edges:
        return counted(len(areas), *_DELETIONS[_kind(areas)])
    return tr("Delete edge") if edges == 1 else tr("Delete edges")


def _copied(verb: str, nodes: int) -> str:
    """What pasting or duplicating is called in the menu."""
    return f"{verb} {_count(nodes)}" if nodes else verb


class CanvasCommands:
    """Commands on one canvas."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        #: What a person must know of what was pasted last, such as secrets that were left out of a cURL command.
        self.said: tuple[str, ...] = ()

    @property
    def _workflow(self) -> Workflow:
        return self._view.document.workflow

    def delete(self, reconnect: bool = False) -> None:
        """Delete what is selected; with ``reconnect`` the neighbours are connected to one another."""
        selection = self._view.selection
        if not selection:
            return
        areas = selection.decor
        folded = {key for key in areas if key in self._view.graph.decor.folded}
        nodes = selection.nodes | self._view.graph.decor.held_by(folded)  # a card stands for what it hides
        text = _deletion(len(nodes), len(selection.edges), areas)
        made = remove_decor(edits.remove(self._workflow, nodes, selection.edges, reconnect), areas)
        selection.clear()
        self._view.document.apply(made, text)

    def clear_port(self, node: str, port: str | None) -> None:
        """Remove the edges that leave a port, or with None those that lead into a node."""
        ends = [(edge.source, edge.port) if port is not None else (edge.target, None) for edge in self._workflow.edges]
        gone = [index for index, end in enumerate(ends) if end == (node, port)]
        self._view.document.apply(edits.disconnect(self._workflow, gone), tr("Clear port"))

    def toggle_disabled(self) -> None:
        """Disable the selected nodes, or enable them when all are disabled."""
        nodes = self._view.selection.nodes
        if nodes:
            self._view.document.apply(
                edits.set_disabled(self._workflow, nodes), tr("Disable {n}", n=_count(len(nodes)))
            )

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes by some scene units; repeated nudges are one undo step."""
        chosen, decor = self._view.selection, self._view.graph.decor
        moving = self._view.graph.body_of(chosen.nodes | decor.held_by(chosen.decor))
        places = positions(self._workflow)
        points = {key: (places[key][0] + dx, places[key][1] + dy) for key in moving}
        areas = decor.moving_with(chosen.decor, moving)
        made = move_decor(edits.move(self._workflow, points), areas, (dx, dy))
        made = moved_by_hand(made, areas, moving)
        key = "nudge:" + ",".join(sorted(chosen.nodes | chosen.decor))
        text = (
            tr("Move frame")
            if chosen.decor & decor.groups.keys()
            else tr("Move {n}", n=_count(len(points)))
            if points
            else tr("Move knot")
            if chosen.decor and chosen.decor <= decor.knots.keys()
            else tr("Move note")
        )
        self._view.document.apply(made, text, merge=key)

    def copy(self) -> None:
        """Copy the selected nodes, notes and frames as text."""
        fragment = Fragment.of(self._workflow, self._view.selection.nodes, self._areas(), self._view.graph.cards)
        if fragment:  # text alone: an object of Python's in the clipboard may outlive Python, which ends in a crash
            QGuiApplication.clipboard().setText(fragment.to_text())

    def cut(self) -> None:
        """Copy what is selected and delete it, frames with the nodes that they hold."""
        chosen = self._view.selection
        if chosen.nodes or chosen.decor:
            self.copy()
            held = self._view.graph.decor.held_by(chosen.decor)
            chosen.set(chosen.nodes | held, decor=chosen.decor)
            self.delete()

    def paste(self, at: Point | None = None, linked: bool = False) -> tuple[str, ...]:
        """Insert what was copied with its top left corner at ``at`` (scene units; the middle of the view when None).

        ``linked`` makes the edges again that led into the copied nodes, where they came from a node that is here.
        Returns the new ids and keys; nothing happens when the clipboard holds something else.
        """
        text = QGuiApplication.clipboard().text()
        fragment = Fragment.from_text(text)
        self.said = fragment.said if fragment is not None else ()
        if fragment is None:
            return ()
        from floworch_designer.document.clipboard import insert

        where = at if at is not None else self._view.free_place()
        made, names = insert(self._workflow, fragment, at=where, linked=linked)
        begin_folded(self._view.graph, names.values(), [names[key] for key in fragment.folded if key in names])
        self._view.document.apply(made, _copied(tr("Paste"), len(fragment.nodes)))
        self._choose(names.values())
        if at is None and fragment.nodes:
            self._view.reveal(names[next(iter(fragment.nodes))])
        return tuple(names.values())

    def _areas(self) -> set[str]:
        """The selected notes and frames, with the notes and frames inside those frames and the selected containers."""
        chosen, graph = self._view.selection, self._view.graph
        bodies = graph.body_of(chosen.nodes) - chosen.nodes
        found = graph.decor.moving_with(chosen.decor, graph.decor.held_by(chosen.decor) | bodies)
        return found | graph.decor.notes_in(chosen.nodes)

    def _choose(self, keys: Collection[str]) -> None:
        """Select nodes by id and notes and frames by key, as far as they can be seen."""
        nodes, areas = seen(self._view.graph, keys)
        self._view.selection.set(nodes, decor=areas)

    def duplicate(self, inputs: bool = False) -> None:
        """Copy what is selected in place; ``inputs`` also copies the edges that lead into the nodes."""
        chosen = self._view.selection
        made, names = edits.duplicate(self._workflow, chosen.nodes, inputs=inputs, areas=self._areas())
        if names:
            graph = self._view.graph
            begin_folded(graph, names.values(), [names[key] for key in graph.cards if key in names])
            self._view.document.apply(
                made, _copied(tr("Duplicate"), len([name for name in names.values() if name in made.nodes]))
            )
            self._choose(names.values())

    def select_all(self) -> None:
        """Select everything that can be seen."""
        graph = self._view.graph
        nodes = [key for key, box in graph.boxes.items() if box.proxy is None]
        self._view.selection.set(
            nodes,
            decor=[
                *(note.key for note in graph.decor.shown_notes()),
                *(group.key for group in graph.decor.shown_groups()),
            ],
        )

    def select_along(self, downstream: bool) -> None:
        """Select everything after, or before, the primary node as well."""
        primary = self._view.selection.primary
        if primary is not None and primary in self._workflow.nodes:
            follow = edits.downstream if downstream else edits.upstream
            found = follow(self._workflow, primary)
            self._view.selection.set([*sorted(found - {primary}), primary], primary=primary)

    def walk(self, direction: str) -> None:
        """Go from the primary node to the nearest one to the ``left``, ``right``, ``up`` or ``down``.

        Without one to go from, it is the first, or the one nearest to the middle of the view where that is not seen.
        """
        view = self._view
        end = view.wires.end(direction == "right") if view.selection.primary is None and view.selection else None
        found = end or walking.step(view.graph, view.selection.primary, direction)
        if found is not None and end is None and view.selection.primary is None and not view.sees(found):
            found = walking.nearest(view.graph, view.centre()) or found
        if found is not None:
            self._view.selection.set([found])
            self._view.reveal(found)

    def arrange(self, everything: bool = False) -> None:
        """Lay out the selection, or ``everything``, as with fewer than two nodes selected; wires get their ways.

        A selected frame is what it holds.
        """
        view = self._view
        chosen = view.selection.nodes | view.graph.decor.held_by(view.selection.decor)
        # A container stands with its body.
        nodes = frozenset(view.graph.body_of(chosen)) if len(chosen) > 1 and not everything else None
        view.arranging.request(nodes)
