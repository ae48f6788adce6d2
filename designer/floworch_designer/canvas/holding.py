"""Putting what is selected into a frame or container and taking it out again: what a drag over its border does."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from floworch.model.workflow import Workflow
from floworch_designer.canvas.geometry import Point, Rect, union
from floworch_designer.canvas.hits import frame_at, free_spot
from floworch_designer.canvas.homes import GAP, out_of_sight
from floworch_designer.document import edits
from floworch_designer.document.decor import move_decor, put_into
from floworch_designer.document.wires import moved_by_hand
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import CanvasGraph
    from floworch_designer.canvas.view import CanvasView


def moved_into(
    graph: CanvasGraph, workflow: Workflow, nodes: Collection[str], areas: Collection[str], offset: Point,
    container: str | None, frames: Collection[str],
) -> Workflow:  # fmt: skip
    """Nodes with their bodies, and notes and frames, moved by an offset into a container and into frames.

    They leave every other container and frame; edges that would cross the border of a container are removed.
    """
    boxes = graph.boxes
    points = {key: (boxes[key].x + offset[0], boxes[key].y + offset[1]) for key in nodes}
    tops = [key for key in nodes if boxes[key].node.parent not in nodes]
    made = move_decor(edits.move(workflow, points), areas, offset)
    made = moved_by_hand(made, areas, nodes)
    made = edits.set_parent(made, tops, container)
    return put_into(made, sorted(tops), frames, areas)


def holders(view: CanvasView) -> list[str]:
    """The containers, by id, and the frames, by key, that what is selected can be put into, from top to bottom."""
    nodes, areas = _chosen(view)
    if not nodes:
        return []
    graph, decor = view.graph, view.graph.decor
    tops = _tops(view, nodes)
    boxes = [(graph.boxes[key].rect, key) for key in graph.frames
             if key not in nodes and not tops <= set(graph.boxes[key].children or ())]  # fmt: skip
    frames = [(group.rect, key) for key, group in decor.groups.items()
              if key not in areas and not nodes <= _names(graph, key)]  # fmt: skip
    return [key for _, key in sorted(boxes + frames, key=lambda pair: (pair[0][1], pair[0][0]))]


def put_in(view: CanvasView, key: str) -> None:
    """Put what is selected into a container or frame, below what it holds, as one undo step."""
    nodes, areas = _chosen(view)
    if key not in holders(view) or view.document.refuses():
        return
    graph = view.graph
    offset = out_of_sight(graph, key, _outline(graph, nodes))
    container = key if key in graph.boxes else _around(graph, key)
    frames = {key, *_frames_around(graph, _names(graph, key), areas)} if key not in graph.boxes else set()
    _apply(view, nodes, areas, offset, container, frames, tr("Put into {title}", title=title_of(view, key)))


def holder(view: CanvasView) -> str | None:
    """The innermost frame or container that all that is selected is in."""
    nodes, areas = _chosen(view)
    if not nodes:
        return None
    decor = view.graph.decor
    around = [decor.groups[key] for key in _frames_around(view.graph, nodes, areas)]
    parents = {view.graph.boxes[key].node.parent for key in _tops(view, nodes)}
    parent = next(iter(parents)) if len(parents) == 1 else None
    if parent not in view.graph.boxes:
        parent = None
    inner = [group for group in around if parent is None or parent not in _names(view.graph, group.key)]
    return min(inner, key=lambda group: group.size).key if inner else parent


def take_out(view: CanvasView) -> None:
    """Take what is selected out of the innermost frame or container around it, as one undo step; it stands below."""
    key, (nodes, areas) = holder(view), _chosen(view)
    if key is None or view.document.refuses():
        return
    graph = view.graph
    left, _, _, bottom = _rect(graph, key)
    below: Point = (left, bottom + GAP)
    if len(nodes) == 1:
        below = free_spot(graph, below)
    frames = _frames_around(graph, {key} if key in graph.boxes else nodes, areas) - {key}
    inside = graph.boxes[key].node.parent if key in graph.boxes else _around(graph, key)
    text = tr("Take out of {title}", title=title_of(view, key))
    outline = _outline(graph, nodes)
    offset = (below[0] - outline[0], below[1] - outline[1])
    _apply(view, nodes, areas, offset, inside, frames, text)


def title_of(view: CanvasView, key: str) -> str:
    """What a container or frame is called."""
    box = view.graph.boxes.get(key)
    return (box.node.title or key) if box is not None else view.graph.decor.groups[key].group.title or tr("Frame")


def _apply(
    view: CanvasView, nodes: set[str], areas: set[str], offset: Point, container: str | None, frames: Collection[str],
    text: str,
) -> None:  # fmt: skip
    graph = view.graph
    made = moved_into(graph, view.document.workflow, nodes, areas, offset, container, frames)
    primary = view.selection.primary
    view.document.apply(made, text)
    shown = primary if primary is not None else next(iter(sorted(nodes)))
    view.reveal(shown)


def _chosen(view: CanvasView) -> tuple[set[str], set[str]]:
    """The nodes that are selected or held by what is, and the notes and frames that go with them."""
    decor, chosen = view.graph.decor, view.selection
    nodes = view.graph.body_of(chosen.nodes | decor.held_by(chosen.decor))
    return nodes, decor.moving_with(chosen.decor, nodes)


def _tops(view: CanvasView, nodes: set[str]) -> set[str]:
    return {key for key in nodes if view.graph.boxes[key].node.parent not in nodes}


def _outline(graph: CanvasGraph, nodes: set[str]) -> Rect:
    found = union(graph.boxes[key].rect for key in nodes)
    assert found is not None, "who asks has nodes"
    return found


def _names(graph: CanvasGraph, key: str) -> set[str]:
    """The nodes in a frame."""
    return {box.id for box in graph.decor.groups[key].members}


def _frames_around(graph: CanvasGraph, nodes: set[str], areas: Collection[str]) -> set[str]:
    """The frames, leaving some out, that hold all of some nodes."""
    return {key for key in graph.decor.groups if nodes and key not in areas and nodes <= _names(graph, key)}


def _rect(graph: CanvasGraph, key: str) -> Rect:
    return graph.boxes[key].rect if key in graph.boxes else graph.decor.groups[key].open_rect


def _around(graph: CanvasGraph, key: str) -> str | None:
    """The container that a frame is in."""
    members = graph.decor.groups[key].members
    names = _names(graph, key)
    if members:
        return next(box.node.parent for box in members if box.node.parent not in names)
    left, top, _, _ = graph.decor.groups[key].open_rect
    return frame_at(graph, (left + GAP, top + GAP))
