"""What the layout must know of the cards on a canvas."""

from __future__ import annotations

from floworch_designer.canvas.decor import padding
from floworch_designer.canvas.geometry import FRAME_HEIGHT, FRAME_PADDING, FRAME_WIDTH, Rect, grown, overlaps, union
from floworch_designer.canvas.graph import Box, CanvasGraph
from floworch_designer.document.framing import BAR, Frame
from floworch_designer.document.outlines import Outline
from floworch_designer.document.packing import Piece


def outlines(graph: CanvasGraph) -> dict[str, Outline]:
    """Every card with its ports; a container has the size of an empty one, since its body makes it larger."""
    return {key: _outline(box) for key, box in graph.boxes.items()}


def _outline(box: Box) -> Outline:
    shape = box.shape
    width, height = (FRAME_WIDTH, FRAME_HEIGHT) if box.container else (shape.width, shape.height)
    stands = (box.x, box.y) if box.folded else None
    return Outline(width, height, shape.input_y, {port.name: port.y for port in shape.ports}, stands)


def frames(graph: CanvasGraph) -> list[Frame]:
    """Every frame that holds nodes, with the notes in it."""
    groups = {key: group for key, group in graph.decor.groups.items() if group.members}
    inside: dict[str, dict[str, Rect]] = {key: {} for key in groups}
    for key, note in graph.decor.notes.items():
        around = [group for group in groups.values() if graph.decor.tucked.holds(group, note)]
        if around:
            inside[min(around, key=lambda group: group.size).key][key] = note.rect
    return [
        Frame(
            key,
            frozenset(box.id for box in group.members),
            group.open_rect,
            group.folded,
            inside[key],
            padding(group),
            group.group.size is not None,
        )
        for key, group in groups.items()
    ]


def below_notes(graph: CanvasGraph, laid: Piece) -> Piece:
    """The layout further down where it would lie on notes or empty frames, which a person put there and stay."""
    decor = graph.decor
    fixed = [note.rect for note in decor.shown_notes() if note.key not in laid.areas]
    fixed += [group.rect for group in decor.groups.values() if not group.members]
    if not fixed:
        return laid
    cards = {
        key: (x, y, x + box.shape.width, y + box.shape.height)
        for key, (x, y) in laid.places.items()
        if (box := graph.boxes.get(key)) is not None and not box.container
    }
    taken = [*cards.values(), *laid.areas.values()]
    for group in decor.groups.values():
        held = union(cards[box.id] for box in group.members if box.id in cards)
        if held is not None:
            taken.append((held[0], held[1] - BAR, held[2], held[3]))
    taken = [grown(rect, FRAME_PADDING) for rect in taken]
    top = min((rect[1] for rect in taken), default=0.0)
    down = 0.0
    for note in sorted(fixed, key=lambda rect: rect[1]):
        if any(overlaps((left, up + down, right, low + down), note) for left, up, right, low in taken):
            down = note[3] + FRAME_PADDING - top
    return laid.moved(0.0, down) if down else laid
