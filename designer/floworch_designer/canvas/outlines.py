"""What the layout must know of the cards on a canvas."""

from __future__ import annotations

from floworch_designer.canvas.geometry import FRAME_HEIGHT, FRAME_WIDTH
from floworch_designer.canvas.graph import Box, CanvasGraph
from floworch_designer.document.outlines import Outline


def outlines(graph: CanvasGraph) -> dict[str, Outline]:
    """Every card with its ports; a container has the size of an empty one, since its body makes it larger."""
    return {key: _outline(box) for key, box in graph.boxes.items()}


def _outline(box: Box) -> Outline:
    shape = box.shape
    width, height = (FRAME_WIDTH, FRAME_HEIGHT) if box.container else (shape.width, shape.height)
    return Outline(width, height, shape.input_y, {port.name: port.y for port in shape.ports})
