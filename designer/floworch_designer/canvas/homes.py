"""Where what is dropped at a point belongs: to the container and the frames there, also to those folded to a card.

What falls on a card goes below everything that the card hides: there nothing is in its way when the card is opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from floworch_designer.canvas.geometry import FRAME_PADDING, FRAME_TITLE, Point, Rect, contains, union
from floworch_designer.canvas.graph import Box, CanvasGraph
from floworch_designer.canvas.hits import frame_at

#: Scene units between what a card hides and what falls on it.
GAP = 36.0


@dataclass(frozen=True, slots=True)
class Home:
    """What takes in what is dropped.

    Attributes:
        parent: The container; None on the top level.
        frames: Keys of the frames.
        card: Id or key of the folded container or frame whose card it falls on; None where it stays in sight.
    """

    parent: str | None = None
    frames: tuple[str, ...] = ()
    card: str | None = None

    @property
    def aim(self) -> str | None:
        """What is shown as the one that takes it in: the innermost."""
        return self.card or (self.frames[-1] if self.frames else self.parent)


def home_at(
    graph: CanvasGraph, at: Point, nodes: set[str] | frozenset[str] = frozenset(), decor: Collection[str] = ()
) -> Home:
    """What takes in what is dropped at a scene point; what is dragged, ``nodes`` and ``decor``, takes nothing."""
    frames = tuple(key for key in graph.decor.groups_at(at) if key not in decor)
    for group in graph.decor.shown_groups():
        if group.folded and group.key not in decor and contains(group.rect, at):
            parents = {graph.boxes[key].node.parent for key in group.group.nodes}
            parent = parents.pop() if len(parents) == 1 else frame_at(graph, at, nodes)
            return Home(parent, (*frames, group.key), group.key)
    for key in graph.frames:
        box = graph.boxes[key]
        if box.folded and box.proxy is None and key not in nodes and contains(box.rect, at):
            return Home(key, frames, key)
    return Home(frame_at(graph, at, nodes), frames)


def out_of_sight(graph: CanvasGraph, card: str, outline: Rect) -> Point:
    """How far what falls on a card goes from its ``outline``, so that it stands below everything the card hides."""
    group = graph.decor.groups.get(card)
    hidden: Collection[Box]
    if group is not None:
        hidden = group.members
    else:
        hidden = [graph.boxes[key] for key in graph.boxes[card].children or ()]
    body = union(box.rect for box in hidden)
    if body is not None:
        return body[0] - outline[0], body[3] + GAP - outline[1]
    left, top = (group or graph.boxes[card]).rect[:2]
    return left + FRAME_PADDING - outline[0], top + FRAME_PADDING + FRAME_TITLE - outline[1]


def seen(graph: CanvasGraph, keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """What stands for nodes by id and for notes, frames and knots by key: they themselves, or the card that hides them.

    What is hidden is not to be selected: keys would change what nobody sees. Returns ids of nodes, and the other keys.
    """
    nodes: dict[str, None] = {}
    decor: dict[str, None] = {}
    for key in keys:
        area = graph.boxes.get(key) or graph.decor.groups.get(key) or graph.decor.notes.get(key)
        hidden = area.proxy if isinstance(area, Box) else area.inside if area is not None else None
        shown = hidden.key if hidden is not None else key
        (nodes if shown in graph.boxes else decor)[shown] = None
    return list(nodes), list(decor)
