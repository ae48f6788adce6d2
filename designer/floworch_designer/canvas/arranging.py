"""What a layout changes of a definition, as one edit; what a person changed while it was computed stays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from floworch.model.workflow import Workflow
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.outlines import below_notes
from floworch_designer.canvas.wires import arranged
from floworch_designer.document import edits
from floworch_designer.document.decor import groups, notes, put_areas, set_decor
from floworch_designer.document.packing import Piece
from floworch_designer.document.positions import raw_positions
from floworch_designer.document.wires import lay_knots, move_knots


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
