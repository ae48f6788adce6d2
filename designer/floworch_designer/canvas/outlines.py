"""What the layout must know of the cards on a canvas."""

from __future__ import annotations

from floworch_designer.canvas.geometry import FRAME_HEIGHT, FRAME_PADDING, FRAME_WIDTH, grown, overlaps
from floworch_designer.canvas.graph import Box, CanvasGraph
from floworch_designer.document.outlines import Outline
from floworch_designer.document.packing import Piece


def outlines(graph: CanvasGraph) -> dict[str, Outline]:
    """Every card with its ports; a container has the size of an empty one, since its body makes it larger."""
    return {key: _outline(box) for key, box in graph.boxes.items()}


def _outline(box: Box) -> Outline:
    shape = box.shape
    width, height = (FRAME_WIDTH, FRAME_HEIGHT) if box.container else (shape.width, shape.height)
    return Outline(width, height, shape.input_y, {port.name: port.y for port in shape.ports})


def below_notes(graph: CanvasGraph, laid: Piece) -> Piece:
    """The layout further down where it would lie on notes, which a person put there and stay."""
    notes = [note.rect for note in graph.decor.notes.values()]
    cards = [
        grown((x, y, x + box.shape.width, y + box.shape.height), FRAME_PADDING)
        for key, (x, y) in laid.places.items()
        if (box := graph.boxes.get(key)) is not None and not box.container
    ]
    top = min((card[1] for card in cards), default=0.0)
    down = 0.0
    for note in sorted(notes, key=lambda rect: rect[1]):
        if any(overlaps((left, up + down, right, low + down), note) for left, up, right, low in cards):
            down = note[3] + FRAME_PADDING - top
    return laid.moved(0.0, down) if down else laid
