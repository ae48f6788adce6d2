"""Places for the nodes of a definition that was written without a canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch_designer.canvas.outlines import frames, outlines
from floworch_designer.document.decor import put_areas
from floworch_designer.document.document import Document
from floworch_designer.document.layout import lay_out
from floworch_designer.document.positions import has_positions, with_positions
from floworch_designer.document.wires import lay_knots

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

#: More nodes than this stand in lines at first and are laid out beside the window: opening must not wait for it.
MOST = 300


def place_nodes(document: Document, canvas: Any) -> None:
    """Lay out a document whose nodes have no positions; that is no edit: what was saved still is.

    Args:
        document: It is left alone when it has positions, or no node.
        canvas: The canvas that shows it; the sizes of its cards are taken from there.
    """
    found = placed(document, canvas)
    if found is not document.workflow:
        document.place(found)


def placed(document: Document, canvas: Any) -> Workflow:
    """What a document holds with places for its nodes; itself where it is left alone, or laid out a little later."""
    workflow = document.workflow
    if has_positions(workflow) or not workflow.nodes:
        return workflow
    if len(workflow.nodes) > MOST:
        canvas.arranging.place()
        return workflow
    laid = lay_out(workflow, outlines(canvas.graph), frames=frames(canvas.graph))
    found = lay_knots(with_positions(workflow, laid.places), laid.ways, laid.places)
    return put_areas(found, laid.areas)
