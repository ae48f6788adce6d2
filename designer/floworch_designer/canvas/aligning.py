"""Aligning, distributing and straightening what is selected, each as one undo step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from floworch_designer.canvas.geometry import Point, Rect
from floworch_designer.document import edits
from floworch_designer.document.aligning import Axis, Side, align, distribute
from floworch_designer.document.decor import move_decor
from floworch_designer.document.wires import moved_by_hand
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


class AlignCommands:
    """Commands on the places of what is selected on one canvas."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view

    def align(self, side: Side) -> None:
        """Give what is selected one side in common."""
        self._move(align(self._rects(), side), tr("Align {side}", side=side))

    def distribute(self, axis: Axis) -> None:
        """Make the gaps between what is selected equal."""
        self._move(distribute(self._rects(), axis), tr("Distribute {axis}", axis=axis))

    def straighten(self) -> None:
        """Move the selected nodes up or down so that the wires that lead into them run level.

        A node that nothing leads into is levelled with what it leads to.
        """
        graph, chosen = self._view.graph, self._view.selection.nodes
        shift: dict[str, float] = {}
        for key in sorted((key for key in chosen if key in graph.boxes), key=lambda key: graph.boxes[key].x):
            arriving, leaving = graph.arriving.get(key, []), graph.leaving.get(key, [])
            gaps = [wire.points[0][1] + shift.get(wire.source.id, 0.0) - wire.points[-1][1] for wire in arriving]
            if not gaps:
                gaps = [wire.points[-1][1] - wire.points[0][1] for wire in leaving if wire.target.id not in chosen]
            if gaps:
                shift[key] = min(gaps, key=abs)
        self._move({key: (0.0, by) for key, by in shift.items()}, tr("Straighten"))

    def _rects(self) -> dict[str, Rect]:
        graph, chosen = self._view.graph, self._view.selection
        inside = {name for key in chosen.nodes for name in graph.body_of([key]) - {key}}
        held = graph.decor.held_by(chosen.decor)
        found = {key: graph.boxes[key].rect for key in chosen.nodes if key in graph.boxes and key not in inside | held}
        for key in chosen.decor:
            area = graph.decor.area(key)
            if area is not None:
                found[key] = area.rect
        return found

    def _move(self, away: Mapping[str, Point], text: str) -> None:
        view, graph = self._view, self._view.graph
        made = view.document.workflow
        for key, by in away.items():
            nodes = graph.body_of([key] if key in graph.boxes else graph.decor.held_by([key]))
            points = {name: (graph.boxes[name].x + by[0], graph.boxes[name].y + by[1]) for name in nodes}
            areas = [key] if key in graph.boxes else graph.decor.moving_with([key], nodes)
            areas = [name for name in areas if name not in graph.boxes]
            made = moved_by_hand(move_decor(edits.move(made, points), areas, by), areas, nodes)
        view.document.apply(made, text)
