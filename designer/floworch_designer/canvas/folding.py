"""Folding frames around nodes and containers to cards, and opening them: a matter of the view, no undo step. No Qt."""

from __future__ import annotations

from collections.abc import Iterable

from floworch.model.workflow import Workflow
from floworch_designer.canvas.bends import bend
from floworch_designer.canvas.geometry import Rect
from floworch_designer.canvas.graph import CanvasGraph, lay_anew, put_box


def fold(graph: CanvasGraph, workflow: Workflow, keys: Iterable[str], folded: bool) -> list[Rect]:
    """Fold frames around nodes and containers to cards, or open them; return the rectangles that look different."""
    wanted = set(keys)
    groups, containers = wanted & graph.decor.groups.keys(), wanted.intersection(graph.frames)
    if folded:
        fresh = wanted - graph.cards
        graph.decor.tucked.take_in(fresh & {*groups, *containers}, graph.decor.shown_notes())
    else:
        graph.decor.tucked.let_out(wanted)
    graph.decor.folded = graph.decor.folded | groups if folded else graph.decor.folded - groups
    resized: set[str] = set()
    before: list[Rect] = []
    held = graph.decor.held_by(groups)
    if containers or any(graph.boxes[key].node.parent in graph.boxes for key in held):
        resized = containers | graph._ancestors(containers | held)
        before = [graph.boxes[key].painted for key in resized]
        graph.folded = graph.folded | containers if folded else graph.folded - containers
        graph._frame(workflow)
    dirty, touched = graph.decor.follow(workflow, graph.boxes)
    dirty += before
    touched |= resized
    for key in touched:
        put_box(graph, graph.boxes[key])
        dirty.append(graph.boxes[key].painted)
    changed = bend(graph, workflow)  # tags at a folded frame stand below one another
    return dirty + lay_anew(graph, dict.fromkeys([*graph.wires_of(touched), *changed]))


def begin_folded(graph: CanvasGraph, new: Iterable[str], folded: Iterable[str]) -> None:
    """Have what an edit is about to add come folded or open, whatever had the same key before and is gone."""
    fresh, cards = set(new), set(folded)
    graph.decor.tucked.begin(fresh, cards)
    graph.folded = (graph.folded - fresh) | {key for key in cards if ":" not in key}
    graph.decor.folded = (graph.decor.folded - fresh) | {key for key in cards if ":" in key}
