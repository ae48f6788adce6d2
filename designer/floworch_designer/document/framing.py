"""Frames around nodes as the layout sees them: which lies in which, and where the notes in them go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from floworch.model.workflow import Workflow
from floworch_designer.document.decor import groups
from floworch_designer.document.positions import Point, Rect

#: What stays free around what a frame holds, less inside a container; the height of its bar.
PADDING, TIGHT, BAR = 24.0, 10.0, 28.0
#: Between the notes in a frame, and between them and its nodes.
GAP = 24.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame around nodes.

    Attributes:
        key: What it is told apart by.
        nodes: Everything that it holds, the bodies of containers too.
        rect: Where it lies.
        folded: Whether it is drawn as a card: then what it holds moves along as it is.
        notes: The places of the notes that lie in it and in no smaller one.
        padding: What stays free around its nodes, below its bar.
        sized: Whether a person gave it a size.
    """

    key: str
    nodes: frozenset[str]
    rect: Rect = (0.0, 0.0, 0.0, 0.0)
    folded: bool = False
    notes: Mapping[str, Rect] = field(default_factory=dict)
    padding: float = PADDING
    sized: bool = False


@dataclass(frozen=True, slots=True)
class Nest:
    """What lies in what.

    Attributes:
        homes: Of every node and frame the frame, else the container, that it lies in; None for the canvas.
        frames: The frames that are known here, by key.
    """

    homes: dict[str, str | None]
    frames: dict[str, Frame]


def frames_of(workflow: Workflow) -> list[Frame]:
    """The frames of a definition, all of them open and without notes."""
    found = groups(workflow)
    if not found:
        return []
    children: dict[str, list[str]] = {}
    for node_id, node in workflow.nodes.items():
        if node.parent is not None:
            children.setdefault(node.parent, []).append(node_id)
    made = []
    for key, group in found.items():
        held: dict[str, None] = {}
        queue = list(group.nodes)
        while queue:
            node_id = queue.pop()
            if node_id not in held:
                held[node_id] = None
                queue += children.get(node_id, ())
        tight = all(workflow.nodes[node_id].parent is not None for node_id in held)
        made.append(Frame(key, frozenset(held), padding=TIGHT if tight else PADDING))
    return made


def nest(workflow: Workflow, frames: Iterable[Frame]) -> Nest:
    """Put every node into the smallest frame around it, and every frame into the next larger one.

    Frames that share some of their nodes only are one block, since no rectangle can tell them apart; one whose nodes
    lie in several containers is none.
    """
    homes = {
        key: parent if parent in workflow.nodes else None
        for key, node in workflow.nodes.items()
        for parent in (node.parent,)
    }
    levels: dict[str | None, list[tuple[Frame, frozenset[str]]]] = {}
    for frame in frames:
        tops = frozenset(key for key in frame.nodes if homes[key] is None or homes[key] not in frame.nodes)
        outside = {homes[key] for key in tops}
        if len(outside) == 1:
            levels.setdefault(outside.pop(), []).append((frame, tops))
    known: dict[str, Frame] = {}
    for around, level in levels.items():
        ranked = sorted(_joined(level), key=lambda each: len(each[1]))
        for at, (frame, tops) in enumerate(ranked):
            known[frame.key] = frame
            outer = next((other.key for other, others in ranked[at + 1 :] if tops <= others), around)
            homes[frame.key] = outer
            for key in tops:
                if homes[key] == around:
                    homes[key] = frame.key
    return Nest(homes, known)


def _joined(level: Sequence[tuple[Frame, frozenset[str]]]) -> list[tuple[Frame, frozenset[str]]]:
    """The frames of one level with those that overlap made one."""
    made: list[tuple[Frame, frozenset[str]]] = []
    for each in level:
        one = each
        # What grows by one frame may overlap a further one.
        while (other := next((other for other in made if _overlap(other[1], one[1])), None)) is not None:
            made.remove(other)
            one = _one(other[0], one[0]), other[1] | one[1]
        made.append(one)
    return made


def _overlap(first: frozenset[str], second: frozenset[str]) -> bool:
    return not (first.isdisjoint(second) or first <= second or second <= first)


def _one(first: Frame, second: Frame) -> Frame:
    """A block that two frames lie in."""
    rect = (
        min(first.rect[0], second.rect[0]),
        min(first.rect[1], second.rect[1]),
        max(first.rect[2], second.rect[2]),
        max(first.rect[3], second.rect[3]),
    )
    nodes, notes = first.nodes | second.nodes, {**first.notes, **second.notes}
    return replace(first, nodes=nodes, rect=rect, folded=False, notes=notes)


def noted(frame: Frame, body: Rect, size: Point) -> tuple[dict[str, Point], float, float]:
    """Where the notes in a frame go: above what it holds those that stood above its middle, below it the others.

    Args:
        frame: A frame with its notes.
        body: Where what it holds stands now.
        size: Width and height that what it holds is going to have.

    Returns:
        Their places below the frame's padding, how far below that what it holds begins, and the height of all.
    """
    middle = (body[1] + body[3]) / 2
    above = {key: rect for key, rect in frame.notes.items() if (rect[1] + rect[3]) / 2 < middle}
    first, high = _lines(above, size[0])
    second, low = _lines({key: rect for key, rect in frame.notes.items() if key not in above}, size[0])
    begin = high + GAP if first else 0.0
    end = begin + size[1] + (GAP if second else 0.0)
    return {**first, **{key: (x, y + end) for key, (x, y) in second.items()}}, begin, end + low


def _lines(notes: Mapping[str, Rect], width: float) -> tuple[dict[str, Point], float]:
    """Notes beside one another, in lines no wider than this where they can be; the places, and the height."""
    most = max([width, *(right - left for left, _, right, _ in notes.values())])
    made: dict[str, Point] = {}
    x = y = line = 0.0
    for key, (left, top, right, bottom) in sorted(notes.items(), key=lambda each: (each[1][0], each[1][1])):
        if x and x + right - left > most:
            x, y, line = 0.0, y + line + GAP, 0.0
        made[key] = (x, y)
        x, line = x + right - left + GAP, max(line, bottom - top)
    return made, y + line
