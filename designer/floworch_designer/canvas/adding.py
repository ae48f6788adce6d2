"""How an action becomes a new node, whichever way it comes: searched for, taken from the palette or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.model.workflow import Workflow
from floworch_designer.canvas.geometry import Point
from floworch_designer.document.decor import put_into
from floworch_designer.document.nodes import add_node, fresh_title

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import CanvasGraph


def added(
    graph: CanvasGraph, workflow: Workflow, action: str, place: Point, parent: str | None, aimed: Point | None
) -> tuple[Workflow, str]:
    """Add a node with the title of its action, numbered when there is one already; returns its id, too.

    Args:
        graph: What the canvas shows of the workflow.
        workflow: What the node is added to.
        action: Its action.
        place: Its top left corner, scene units.
        parent: The container around it.
        aimed: Where a person pointed to: it belongs to the frames that are there. None: nobody did.
    """
    kind = graph.kind(action)
    title = fresh_title(workflow, kind.title)
    made, node = add_node(workflow, action, None, place, parent, title, kind.version)
    if aimed is not None:
        made = put_into(made, [node], graph.decor.groups_at(aimed))
    return made, node
