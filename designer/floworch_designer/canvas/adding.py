"""How an action becomes a new node, whichever way it comes: searched for, taken from the palette or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas.content import success_ports
from floworch_designer.canvas.geometry import FRAME_TITLE, Point, card_shape
from floworch_designer.document.decor import put_into
from floworch_designer.document.nodes import add_node, fresh_title

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import CanvasGraph


#: Pixels within which a wire is pulled straight and sides are aligned.
STRAIGHT = 6.0


def top_at(graph: CanvasGraph, action: str, at: Point, source: tuple[str, str] | None, zoom: float) -> float:
    """The top of a new card whose input is where a wire ends, or level with the wire's port where it nearly is.

    Args:
        graph: What the canvas shows.
        action: What the card is of.
        at: Where the wire ends, scene units.
        source: Node and port from which it comes, or None.
        zoom: The zoom at which a person pointed.
    """
    box = graph.boxes.get(source[0]) if source is not None else None
    y = at[1]
    if box is not None and source is not None:
        start = box.port_point(source[1])[1]
        y = start if abs(start - y) <= STRAIGHT / zoom else y
    if graph.kind(action).container:
        return y - FRAME_TITLE / 2
    return y - card_shape(success_ports(graph.catalogue, Node(action=action))).input_y


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
