"""The canvas's picture of the document: cards with places and wires with curves, found by place. No Qt.

It follows the document by ChangeSet and says which rectangles look different afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from floworch.model.triggers import is_trigger
from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas.bends import Portal, Way, bend
from floworch_designer.canvas.content import Catalogue, Content, Kind, content_of, kind_of, success_ports
from floworch_designer.canvas.decor import Decor, GroupBox, KnotBox, fitted, frames_in
from floworch_designer.canvas.geometry import (
    BELOW,
    LABEL,
    MARGIN,
    Point,
    Rect,
    Router,
    Shape,
    card_shape,
    card_width,
    curved,
    frame_around,
    frame_shape,
    grown,
    union,
)
from floworch_designer.canvas.live import Live
from floworch_designer.canvas.space import SpatialGrid
from floworch_designer.document.changes import ChangeSet
from floworch_designer.document.decor import Group
from floworch_designer.document.positions import as_point, positions, raw_positions

if TYPE_CHECKING:
    from floworch_designer.canvas.wiring import Given


class Box:
    """One node on the canvas: its value, place, shape and, when first asked for, what its card says."""

    __slots__ = ("_content", "badge", "catalogue", "children", "face", "fed", "folded", "id", "kind", "live", "mini",
                 "node", "order", "proxy", "rim", "shape", "used", "x", "y")  # fmt: skip

    def __init__(self, node_id: str, node: Node, kind: Kind, shape: Shape, catalogue: Catalogue | None) -> None:
        self.id, self.node, self.kind, self.shape, self.catalogue = node_id, node, kind, shape, catalogue
        self.x = self.y = 0.0
        # Cards with a higher number lie above the others, wherever the view is.
        self.order = 0
        self.children: list[str] | None = [] if kind.container else None
        #: Of a container: drawn as a card, its body hidden.
        self.folded = False
        self.used: frozenset[str] = frozenset()
        self.fed = False
        self.badge = ""
        self.live = Live()
        # The folded frame or container that hides it, if any: wires end there.
        self.proxy: GroupBox | Box | None = None
        self._content: Content | None = None
        # What the painter remembers about the card; it checks whether it still holds.
        self.face: Any = None
        self.rim: Any = None
        self.mini: Any = None

    @property
    def key(self) -> str:
        """What it is told apart by from notes and frames."""
        return self.id

    @property
    def container(self) -> bool:
        """Whether it is drawn as a frame around its body."""
        return self.children is not None and not self.folded

    @property
    def takes(self) -> bool:
        """Whether wires may lead to it: a run starts at a trigger."""
        return not is_trigger(self.node.action)

    @property
    def content(self) -> Content:
        """What the card says."""
        if self._content is None:
            inside = len(self.children or ()) if self.folded else None
            self._content = content_of(self.id, self.node, self.kind, self.catalogue, inside)
        return self._content

    def shape_as(self, shape: Shape) -> None:
        """Give it another outline; what its card says may follow from that, and of a folded one from its body."""
        if self.folded or shape != self.shape:
            self.shape, self._content, self.face, self.rim = shape, None, None, None

    @property
    def rect(self) -> Rect:
        """The card without what sticks out."""
        return self.x, self.y, self.x + self.shape.width, self.y + self.shape.height

    @property
    def painted(self) -> Rect:
        """Everything that is painted for it: card, ports, badge, ring and footer; the folded frame that hides it."""
        if self.proxy is not None:
            return self.proxy.painted
        left, top, shape = self.x, self.y, self.shape  # not by ``rect``: hundreds are asked in every frame
        return left - MARGIN, top - MARGIN, left + shape.width + MARGIN, top + shape.height + BELOW

    def port_point(self, name: str) -> Point:
        """Where wires leave this port; the first success port for a name it does not have."""
        if self.proxy is not None:
            return self.proxy.output_point
        port = self.shape.port(name) or self.shape.port("out") or self.shape.ports[0]
        return self.x + self.shape.width, self.y + port.y

    @property
    def input_point(self) -> Point:
        """Where wires arrive."""
        if self.proxy is not None:
            return self.proxy.input_point
        return self.x, self.y + self.shape.input_y

    @property
    def output_point(self) -> Point:
        """Where wires of what it hides leave."""
        return self.port_point("out")


class Wire(Way):
    """One edge on the canvas; ``path`` is made by the painter and forgotten when the wire is routed anew."""

    __slots__ = ("bends", "bounds", "condition", "hair", "half", "index", "label", "path", "port", "portal",
                 "router", "source", "state", "target")  # fmt: skip

    def __init__(self, index: int, source: Box, port: str, target: Box, router: Router = curved) -> None:
        self.index, self.source, self.port, self.target, self.router = index, source, port, target, router
        self.path: Any = None
        self.hair: Any = None
        # The condition at its port, once somebody asked: a node that changed has new wires.
        self.condition: str | None = None
        #: The knots it bends through, and how it is shown as a pair of portals.
        self.bends: tuple[KnotBox, ...] = ()
        self.portal: Portal | None = None
        # What the tiles show a run did with it; None until they were told.
        self.state: str | None = None
        self.route()

    @property
    def ends(self) -> tuple[str, str, str]:
        """What tells it from other edges: source, port and target."""
        return self.source.id, self.port, self.target.id

    @property
    def hidden(self) -> bool:
        """Whether both ends are in the same folded frame."""
        return self.source.proxy is not None and self.source.proxy is self.target.proxy

    def way(self, start: Point, stops: Sequence[Point], end: Point) -> Way:
        """How it runs between two points, by what it is: a curve through knots, or a pair of portals."""
        points, passed = self.router(start, stops, end)
        return Way(points, passed, self.portal.tags(start, end) if self.portal is not None and not self.hidden else ())

    def route(self) -> None:
        """Draw the curve anew from where the ends are."""
        start, stops = self.source.port_point(self.port), [knot.at for knot in self.bends]
        way = self.way(start, stops, self.target.input_point)
        self.points, self.stops, self.tags = way.points, way.stops, way.tags
        self.bounds: Rect = grown(way.extent, LABEL)
        # What the painter remembers of the way: its path, its hairlines, the point at half its length, and where it
        # put a label.
        self.path = self.hair = None
        self.half: Point | None = None
        self.label: Rect | None = None


class CanvasGraph:
    """All cards and wires.

    Attributes:
        boxes: By node id, in the order of the definition.
        wires: By edge index.
        box_grid, wire_grid: What is near a rectangle; without what folded frames hide.
        decor: Notes and frames around nodes.
        router: How wires run.
        portals: Wires that are shown as portals.
        frames: Ids of the containers.
        folded: Ids of the containers that are drawn as cards; a matter of the view.
        given: What a step gave in the last run, where that is known.
    """

    given: Given | None = None

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self.catalogue = catalogue
        self.boxes: dict[str, Box] = {}
        self.wires: list[Wire] = []
        self.leaving: dict[str, list[Wire]] = {}
        self.arriving: dict[str, list[Wire]] = {}
        self.box_grid: SpatialGrid[str] = SpatialGrid()
        self.wire_grid: SpatialGrid[Wire] = SpatialGrid()
        self.frames: list[str] = []
        self.folded: frozenset[str] = frozenset()
        self.decor = Decor()
        self.portals: dict[Wire, None] = {}
        self.router: Router = curved
        self._kinds: dict[str, Kind] = {}
        self._latest = 0

    @property
    def cards(self) -> set[str]:
        """Ids and keys of the containers and frames that are folded."""
        return {*self.folded.intersection(self.frames), *(key for key in self.decor.groups if key in self.decor.folded)}

    def kind(self, action_id: str) -> Kind:
        """The looks of an action, remembered."""
        found = self._kinds.get(action_id)
        if found is None:
            found = self._kinds[action_id] = kind_of(self.catalogue, action_id)
        return found

    def build(self, workflow: Workflow) -> None:
        """Start afresh with this workflow; statuses are forgotten, and the catalogue is asked for all looks again."""
        self._kinds.clear()
        self.boxes, self.wires, self.leaving, self.arriving = {}, [], {}, {}
        self.folded = frozenset()
        self.box_grid, self.wire_grid = SpatialGrid(), SpatialGrid()
        places = positions(workflow)
        for node_id, node in workflow.nodes.items():
            box = self.boxes[node_id] = self._box(node_id, node, frozenset())
            box.x, box.y = places[node_id]
        self._link(workflow)
        self._frame(workflow)
        self.decor.follow(workflow, self.boxes)
        for box in self.boxes.values():
            put_box(self, box)
        self._wire(workflow, {})
        lay_anew(self, bend(self, workflow))

    def follow(self, workflow: Workflow, changes: ChangeSet) -> list[Rect] | None:
        """Take over a change of the document; return the rectangles that look different, None for everything."""
        if changes.everything:
            self.build(workflow)
            return None
        touched = set(changes.nodes | changes.moved | changes.removed)
        family = self._ancestors(touched)
        if changes.decor:  # a frame around nodes makes the container around it larger
            family |= set(self.frames)
        dirty = [self.boxes[key].painted for key in touched | family if key in self.boxes]
        before = {key: self.boxes[key].rect for key in family if key in self.boxes}
        self._take(workflow, changes)
        if changes.edges or changes.nodes or changes.removed:
            touched |= self._link(workflow)
        self._frame(workflow)
        family |= self._ancestors(touched)
        touched |= {key for key in family if key in self.boxes and self.boxes[key].rect != before.get(key)}
        if changes.decor or self.decor.groups or self.folded:
            rects, hung = self.decor.follow(workflow, self.boxes)
            dirty += rects
            touched |= hung
        for key in touched:
            if key in self.boxes:
                put_box(self, self.boxes[key])
                dirty.append(self.boxes[key].painted)
        dirty.extend(self._rewire(workflow, changes, touched))
        if changes.decor or changes.edges or changes.nodes or changes.removed:
            dirty.extend(lay_anew(self, bend(self, workflow)))
        return dirty

    def set_badges(self, badges: Mapping[str, str]) -> list[Rect]:
        """Show ``error`` or ``warning`` on these nodes and nothing on the others; return what looks different."""
        dirty = []
        for node_id, box in self.boxes.items():
            badge = badges.get(node_id, "")
            if badge != box.badge:
                box.badge = badge
                dirty.append(box.painted)
        return dirty

    def extent(self, nodes: Iterable[str] | None = None) -> Rect | None:
        """The rectangle around these cards, or around all; None when there is none."""
        wanted = self.boxes.values() if nodes is None else [self.boxes[key] for key in nodes if key in self.boxes]
        rects = [box.rect if box.proxy is None else box.proxy.rect for box in wanted]
        return union(rects if nodes is not None else [*rects, *self.decor.extents()])

    def body_of(self, nodes: Iterable[str]) -> set[str]:
        """These nodes and, for containers among them, everything inside."""
        found: set[str] = set()
        queue = [key for key in nodes if key in self.boxes]
        while queue:
            key = queue.pop()
            if key not in found:
                found.add(key)
                queue.extend(self.boxes[key].children or ())
        return found

    def wires_of(self, nodes: Iterable[str]) -> dict[Wire, None]:
        """Wires with an end at one of these nodes."""
        found: dict[Wire, None] = {}
        leaving, arriving = self.leaving, self.arriving
        for key in nodes:
            for wire in leaving.get(key, ()):
                found[wire] = None
            for wire in arriving.get(key, ()):
                found[wire] = None
        return found

    # following

    def _box(self, node_id: str, node: Node, used: frozenset[str]) -> Box:
        kind, self._latest = self.kind(node.action), self._latest + 1
        chips = bool(node.middleware or node.retry is not None or node.timeout is not None)
        success = success_ports(self.catalogue, node)
        shape = card_shape(success, tuple(sorted(used.difference(success))), chips, card_width(node.title or node_id))
        box = Box(node_id, node, kind, shape, self.catalogue)
        box.order = self._latest
        return box

    def _take(self, workflow: Workflow, changes: ChangeSet) -> None:
        for node_id in changes.removed:
            self.boxes.pop(node_id, None)
            self.box_grid.remove(node_id)
        for node_id in changes.nodes:
            old = self.boxes.get(node_id)
            box = self._box(node_id, workflow.nodes[node_id], old.used if old else frozenset())
            if old is not None:
                box.x, box.y, box.order, box.used, box.fed, box.badge, box.live, box.proxy = (
                    old.x, old.y, old.order, old.used, old.fed, old.badge, old.live, old.proxy)  # fmt: skip
            self.boxes[node_id] = box
        if changes.moved or changes.nodes:
            stored, placed = raw_positions(workflow), None
            for node_id in changes.moved | changes.nodes:
                point = as_point(stored.get(node_id))
                if point is None:  # it stands in line below all others
                    placed = placed or positions(workflow)
                    point = placed.get(node_id)
                if point is not None:
                    self.boxes[node_id].x, self.boxes[node_id].y = point

    def _link(self, workflow: Workflow) -> set[str]:
        """Note which ports edges use; return the nodes whose card changes by it."""
        used: dict[str, set[str]] = {}
        fed: set[str] = set()
        for edge in workflow.edges:
            used.setdefault(edge.source, set()).add(edge.port)
            fed.add(edge.target)
        changed = set()
        none: frozenset[str] = frozenset()
        for node_id, box in self.boxes.items():
            ports = frozenset(used[node_id]) if node_id in used else none
            if ports == box.used and (node_id in fed) == box.fed:
                continue
            changed.add(node_id)
            box.used, box.fed = ports, node_id in fed
            if box.children is None and any(box.shape.port(name) is None for name in ports):
                box.shape = self._box(node_id, box.node, ports).shape
        return changed

    def _frame(self, workflow: Workflow) -> None:
        """Collect bodies and give every container the frame around its own."""
        former = [key for key in self.frames if key in self.boxes]
        for key in former:
            self.boxes[key].children = [] if self.boxes[key].kind.container else None
        for node_id, node in workflow.nodes.items():
            if node.parent is not None and node.parent in self.boxes and node.parent != node_id:
                parent = self.boxes[node.parent]
                if parent.children is None:
                    parent.children = []
                parent.children.append(node_id)
        self.frames = [key for key, box in self.boxes.items() if box.children is not None]
        for key in self.frames:
            self.boxes[key].folded = key in self.folded
        places = positions(workflow) if self.frames or former else {}
        framed = frames_in(workflow) if self.frames else {}
        for key in former:  # a frame that lost its body is a card again, before any frame is fitted around it
            box = self.boxes[key]
            if box.children is None:
                box.folded = False
                box.x, box.y = places[key]
                box.shape = self._box(key, box.node, box.used).shape
        done: set[str] = set()
        for key in self.frames:
            self._fit(key, places, done, framed)

    def _fit(
        self, key: str, places: Mapping[str, Point], done: set[str], framed: Mapping[str, Mapping[str, Group]]
    ) -> None:
        if key in done:
            return
        done.add(key)
        box = self.boxes[key]
        for child in box.children or ():
            if self.boxes[child].children is not None:
                self._fit(child, places, done, framed)
        body = [self.boxes[child].rect for child in box.children or ()]
        if key in framed:
            body += [group.rect for group in fitted(framed[key], self.boxes, self.decor.folded).values()]
        rect = frame_around(body, places.get(key, (box.x, box.y)))
        box.x, box.y = rect[0], rect[1]
        if box.folded:
            box.shape_as(self._box(key, box.node, box.used).shape)
            return
        success = success_ports(self.catalogue, box.node)
        extra = tuple(sorted(box.used.difference(success, {"error", "done"})))
        box.shape_as(frame_shape(rect[2] - rect[0], rect[3] - rect[1], (*success, *extra)))

    def _ancestors(self, nodes: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for key in nodes:
            box = self.boxes.get(key)
            while box is not None and box.node.parent in self.boxes and box.node.parent not in found:
                parent = str(box.node.parent)
                found.add(parent)
                box = self.boxes[parent]
        return found

    def _rewire(self, workflow: Workflow, changes: ChangeSet, touched: set[str]) -> list[Rect]:
        dirty: list[Rect] = []
        if changes.edges or changes.nodes or changes.removed:
            old = {wire.ends: wire for wire in self.wires}
            stale = {id(wire) for wire in self.wires_of(touched)}
            gone = self._wire(workflow, {key: wire for key, wire in old.items() if id(wire) not in stale})
            dirty.extend(grown(wire.bounds, 8.0) for wire in gone)
            return dirty
        return _reroute(self, touched)

    def _wire(self, workflow: Workflow, reusable: dict[tuple[str, str, str], Wire]) -> list[Wire]:
        """Make the wires, taking over unchanged ones; return every wire that came or went."""
        before = dict.fromkeys(self.wires)
        self.wires, self.leaving, self.arriving = [], {}, {}
        changed: list[Wire] = []
        for index, edge in enumerate(workflow.edges):
            source, target = self.boxes.get(edge.source), self.boxes.get(edge.target)
            if source is None or target is None:
                continue
            wire = reusable.pop((edge.source, edge.port, edge.target), None)
            if wire is None:
                wire = Wire(index, source, edge.port, target, self.router)
                _lay(self, wire)
                changed.append(wire)
            else:
                before.pop(wire, None)
                wire.index = index
            self.wires.append(wire)
            self.leaving.setdefault(source.id, []).append(wire)
            self.arriving.setdefault(target.id, []).append(wire)
        for wire in before:
            self.wire_grid.remove(wire)
        return [*changed, *before]


def _reroute(graph: CanvasGraph, nodes: Iterable[str]) -> list[Rect]:
    return lay_anew(graph, graph.wires_of(nodes))


def set_router(graph: CanvasGraph, router: Router) -> None:
    """Have every wire run that way."""
    graph.router = router
    for wire in graph.wires:
        wire.router = router
    lay_anew(graph, graph.wires)


def lay_anew(graph: CanvasGraph, wires: Iterable[Wire]) -> list[Rect]:
    """Draw wires from where their ends and knots are now; return the rectangles that look different."""
    dirty: list[Rect] = []
    for wire in wires:
        dirty.append(grown(wire.bounds, 8.0))
        wire.route()
        _lay(graph, wire)
        dirty.append(grown(wire.bounds, 8.0))
    return dirty


def put_box(graph: CanvasGraph, box: Box) -> None:
    """Have a card found at its place, or nowhere when a folded frame hides it."""
    if box.proxy is None:
        graph.box_grid.put(box.id, box.painted)
    else:
        graph.box_grid.remove(box.id)


def _lay(graph: CanvasGraph, wire: Wire) -> None:
    """Have a wire found at its place, or nowhere when both of its ends are hidden together."""
    if wire.hidden:
        graph.wire_grid.remove(wire)
    else:
        graph.wire_grid.put(wire, wire.bounds)
