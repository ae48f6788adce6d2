"""A node put into a wire, which becomes two: who may go there, and room for it between what it stands between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.model.pictures.lengths import flatten, halfway
from floworch.model.pictures.routes import Ends
from floworch.model.triggers import is_trigger
from floworch.model.workflow import Workflow
from floworch_designer.canvas.adding import added, top_at
from floworch_designer.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Point, Rect, overlaps
from floworch_designer.canvas.hits import free_spot
from floworch_designer.canvas.homes import Home, home_at, out_of_sight, seen
from floworch_designer.canvas.wiring import main_port, wire_up
from floworch_designer.document import edits
from floworch_designer.document.decor import move_decor, put_into
from floworch_designer.document.wires import ends, split
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import CanvasGraph
    from floworch_designer.canvas.view import CanvasView

#: Scene units between the new card and those at both ends of the wire, and above and below it.
GAP, CLEAR = 48.0, 6.0
#: How far the middle of a card that is dragged may be from a wire to be put into it, scene units.
NEAR_WIRE = 24.0


def takes(workflow: Workflow, edge: int | None, action: str, parent: str | None) -> bool:
    """Whether a node of an action, in a container or on the top level, may go into an edge."""
    if edge is None or not 0 <= edge < len(workflow.edges) or is_trigger(action):
        return False
    source = workflow.nodes.get(workflow.edges[edge].source)
    return source is not None and source.parent == parent


def put_into_wire(graph: CanvasGraph, workflow: Workflow, edge: int, node: str) -> Workflow:
    """Have an edge lead through a node that is in the workflow already; what follows steps aside when it is too near.

    Args:
        graph: What the canvas shows, with or without the node.
        workflow: What is changed.
        edge: The index of the edge in it.
        node: The node, which has no edges.
    """
    old = workflow.edges[edge]
    made = edits.disconnect(workflow, [edge])
    made = wire_up(made, graph.catalogue, old.source, old.port, node, graph.given)
    made = edits.connect(made, node, main_port(made, graph.catalogue, node), old.target)
    made = _with_room(graph, made, node, ends(old))
    return split(made, workflow, ends(old), node, edits.place_of(made, node)[0] + CARD_WIDTH / 2)


def _with_room(graph: CanvasGraph, workflow: Workflow, node: str, edge: Ends) -> Workflow:
    """Move a node that was put upon one of the ends of its edge right of its source, and what follows right of it."""
    source, target, box = (graph.boxes.get(key) for key in (edge[0], edge[2], node))
    if source is None or target is None or source.proxy is not None or target.proxy is not None:
        return workflow
    width, height = (box.shape.width, box.shape.height) if box is not None else (CARD_WIDTH, CARD_HEIGHT)
    if source.x + source.shape.width > target.x:  # it leads back, or down: there is no way to the right
        return workflow
    x, y = edits.place_of(workflow, node)
    if overlaps(_room((x, y), width, height), source.rect):
        x = source.x + source.shape.width + GAP
        workflow = edits.move(workflow, {node: (x, y)})
    if not overlaps(_room((x, y), width, height), target.rect):
        return workflow
    by = x + width + GAP - target.x
    follow = [key for key in edits.downstream(workflow, edge[2]) if graph.boxes[key].x >= target.x - 1.0]
    moved = graph.body_of(follow)
    made = edits.move(workflow, {key: (graph.boxes[key].x + by, graph.boxes[key].y) for key in moved})
    return move_decor(made, graph.decor.moving_with(frozenset(), moved), (by, 0.0))


def _room(place: Point, width: float, height: float) -> Rect:
    return (place[0] - GAP, place[1] - CLEAR, place[0] + width + GAP, place[1] + height + CLEAR)


def chosen_wire(view: CanvasView) -> tuple[Ends, Point] | None:
    """The one selected wire, when nothing else is selected, and its middle."""
    chosen = view.selection
    if chosen.nodes or chosen.decor or len(chosen.edges) != 1:
        return None
    wire = next((wire for wire in view.graph.wires if wire.index in chosen.edges and not wire.hidden), None)
    return None if wire is None else (wire.ends, halfway(flatten(wire.points)))


def insert_action(view: CanvasView, action_id: str, at: Point, edge: Ends | None) -> str:
    """Add a node with its middle at a scene point, as one undo step, and select it; return its id.

    ``edge`` is the wire that it goes into, where it may. On the card of a folded frame or container it goes in there.
    """
    workflow, graph = view.document.workflow, view.graph
    index = next((number for number, each in enumerate(workflow.edges) if ends(each) == edge), None)
    home = home_at(graph, at)
    if edge is not None and index is not None:
        home = Home(workflow.nodes[edge[0]].parent, tuple(graph.decor.groups_at(at)))
    place = (at[0] - CARD_WIDTH / 2, at[1] - CARD_HEIGHT / 2)
    if home.card is not None:
        by = out_of_sight(graph, home.card, (*place, *place))
        place = (place[0] + by[0], place[1] + by[1])
    made, node = added(graph, workflow, action_id, place, home.parent, None)
    made = put_into(made, [node], home.frames)
    if index is not None and takes(workflow, index, action_id, home.parent):
        made = put_into_wire(graph, made, index, node)
    view.document.apply(made, tr("Add {title}", title=graph.kind(action_id).title))
    nodes, frames = seen(graph, [home.card or node])
    view.selection.set(nodes, decor=frames)
    return node


def add_before(view: CanvasView, action_id: str, at: Point, edge: Ends) -> str:
    """Add a node whose output is at a scene point and leads to the node that ``edge`` names last; return its id."""
    workflow, graph = view.document.workflow, view.graph
    target = edge[2]
    top = top_at(graph, action_id, at, None, view.zoom)
    place = free_spot(graph, (at[0] - CARD_WIDTH, top))
    parent = workflow.nodes[target].parent if target in workflow.nodes else None
    made, node = added(graph, workflow, action_id, place, parent, at)
    if target in workflow.nodes:
        made = wire_up(made, graph.catalogue, node, main_port(made, graph.catalogue, node), target, graph.given)
    view.document.apply(made, tr("Add {title}", title=graph.kind(action_id).title))
    view.selection.set([node])
    return node
