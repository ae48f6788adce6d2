"""Places for the nodes of a definition that was written without a canvas."""

from __future__ import annotations

from typing import Any

from floworch_designer.document import layout
from floworch_designer.document.document import Document
from floworch_designer.document.positions import has_positions, with_positions


def place_nodes(document: Document, canvas: Any) -> None:
    """Lay out a document whose nodes have no positions; that is no edit: what was saved still is.

    Args:
        document: It is left alone when it has positions, no node, or more nodes than can be laid out at once.
        canvas: The canvas that shows it; the sizes of its cards are taken from there.
    """
    workflow = document.workflow
    if has_positions(workflow) or not 0 < len(workflow.nodes) <= layout.LARGE:
        return
    boxes = canvas.graph.boxes.items()
    sizes = {key: (box.shape.width, box.shape.height) for key, box in boxes if not box.container}
    document.reset(with_positions(workflow, layout.arrange(workflow, sizes)), document.path, not document.dirty)
