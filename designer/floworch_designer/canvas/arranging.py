"""What a layout changes of a definition, as one edit; what a person changed while it was computed stays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from floworch.model.workflow import Workflow
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.outlines import below_notes, frames, outlines
from floworch_designer.canvas.slices import SLICE
from floworch_designer.canvas.wires import arranged
from floworch_designer.document import edits
from floworch_designer.document.arranger import Arranger
from floworch_designer.document.decor import groups, notes, put_areas, set_decor
from floworch_designer.document.packing import Piece
from floworch_designer.document.positions import has_positions, raw_positions
from floworch_designer.document.wires import lay_knots, move_knots
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Milliseconds after which what was opened without places is laid out: the first picture comes first.
SOON = 50


class Arranging:
    """Arranges one canvas, small workflows at once, large ones beside the window."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._arranger = Arranger(view)
        self._arranger.arranged.connect(self._arranged)
        self._arranger.worked.connect(view.busy.tell)
        self._arranger.ended.connect(view.busy.end)
        view.busy.stopped.connect(self._arranger.stop)
        #: What is laid out since it had no places: that is no edit.
        self._unplaced: Workflow | None = None
        self._soon = QTimer(view, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self._place)

    def request(self, nodes: frozenset[str] | None = None) -> None:
        """Lay out these nodes among themselves, or everything, as one step that can be undone."""
        workflow, graph = self._view.document.workflow, self._view.graph
        self._arranger.request(workflow, outlines(graph), nodes, frames(graph))
        if self._arranger.busy:
            many = len(workflow.nodes if nodes is None else nodes)
            self._view.busy.begin(tr("Arranging {count:,} nodes …", count=many))

    def place(self) -> None:
        """Lay out a definition whose nodes have no places, once it was shown; that is no edit unless one was made."""
        self._soon.start()

    def _place(self) -> None:
        workflow = self._view.document.workflow
        if not has_positions(workflow):
            self._unplaced = workflow
            self.request()

    def stop(self, unless: Workflow | None = None) -> bool:
        """Leave everything where it is, but for the layout of one definition; whether something was laid out."""
        return self._arranger.stop(unless)

    def _arranged(self, asked: Workflow, laid: Piece) -> None:
        view = self._view
        now = view.document.workflow
        fitting = laid if asked is now else still_fitting(asked, now, laid)
        made = laid_out(view.graph, now, fitting)
        if len(fitting.places) > SLICE:
            with view.slices.over(self._look):
                self._apply(asked, made)
        else:
            with view.glide.over(always=made is not now):
                self._apply(asked, made)
                self._look()
        left = len(laid.places.keys() & now.nodes.keys()) - len(fitting.places)
        if left:
            view.busy.say(counted(left, "1 node that was moved meanwhile stays there",
                                  "{n} nodes that were moved meanwhile stay there"))  # fmt: skip

    def _apply(self, asked: Workflow, made: Workflow) -> None:
        document = self._view.document
        if asked is self._unplaced is document.workflow and not document.undo_stack.count():
            document.place(made)
        else:
            document.apply(made, tr("Arrange"))

    def _look(self) -> None:
        if not self._view.selection.nodes:
            self._view.fit()


def laid_out(graph: CanvasGraph, workflow: Workflow, laid: Piece) -> Workflow:
    """The definition with everything at the places of a layout; frames are as large as what they hold."""
    if laid.places.keys() == workflow.nodes.keys():
        laid = below_notes(graph, laid)
    made = move_knots(edits.move(workflow, laid.places), arranged(graph, laid.places))
    made = put_areas(lay_knots(made, laid.ways, laid.places), laid.areas)
    noted = {key for key in graph.decor.groups if key in laid.areas}
    for key, group in graph.decor.groups.items():  # a size fitted where its nodes stood before
        if group.group.size is not None and key not in noted and not laid.places.keys().isdisjoint(group.group.nodes):
            made = set_decor(made, key, at=None, size=None)
    return made


def still_fitting(asked: Workflow, now: Workflow, laid: Piece) -> Piece:
    """What of a layout of an earlier definition can be applied to the present one.

    Left out are nodes that went, that a person moved meanwhile, or that lie in another container now, and notes and
    frames that were moved or changed.
    """
    before, after = raw_positions(asked), raw_positions(now)
    places = {key: at for key, at in laid.places.items() if key in now.nodes and before.get(key) == after.get(key)
              and asked.nodes[key].parent == now.nodes[key].parent}  # fmt: skip
    ways = {ends: way for ends, way in laid.ways.items() if ends[0] in places and ends[2] in places}
    changed = _changed(asked, now)
    areas = {key: rect for key, rect in laid.areas.items() if key not in changed}
    return replace(laid, places=places, ways=ways, areas=areas)


def _changed(asked: Workflow, now: Workflow) -> Collection[str]:
    """Notes and frames that are not as they were."""
    if asked.view is now.view:
        return ()
    old, new = {**notes(asked), **groups(asked)}, {**notes(now), **groups(now)}
    return {key for key, area in old.items() if new.get(key) != area}
