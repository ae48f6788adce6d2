"""What a definition says of wires beside their ends: knots that they bend through, and portals. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from floworch.model.pictures.routes import Ends, through
from floworch.model.workflow import Workflow
from floworch_designer.canvas.decor import KnotBox
from floworch_designer.canvas.geometry import Point, Rect, bounds, union
from floworch_designer.document import wires as stored

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import CanvasGraph, Wire

#: Size of a tag, its distance from the port, and how far tags at one port stand apart.
TAG_HEIGHT, TAG_AWAY, TAG_STEP = 20.0, 20.0, 24.0
_LEAST, _MOST, _LETTER, _SIDES = 44.0, 172.0, 6.6, 34.0


@dataclass(frozen=True, slots=True)
class Tag:
    """One of the two tags of an edge that is shown as portals.

    Attributes:
        rect: Where it is, scene units.
        strand: The piece of wire between it and its port.
        text: What it says.
        out: Whether it is the one at the source.
    """

    rect: Rect
    strand: list[Point]
    text: str
    out: bool

    @property
    def extent(self) -> Rect:
        """Around the tag and its strand."""
        return union([self.rect, bounds(self.strand)]) or self.rect


@dataclass(frozen=True, slots=True)
class Portal:
    """How an edge is shown as portals: its name, and the place of its tags among others at the same ports."""

    key: str
    name: str
    out_row: int = 0
    in_row: int = 0

    def tags(self, start: Point, end: Point) -> tuple[Tag, Tag]:
        """The tags for an edge between two ports."""
        wide = min(max(_LETTER * len(self.name) + _SIDES, _LEAST), _MOST)
        right, left = start[0] + TAG_AWAY, end[0] - TAG_AWAY
        high, low = start[1] + TAG_STEP * self.out_row, end[1] + TAG_STEP * self.in_row
        return (
            Tag(_around(right, right + wide, high), through(start, (), (right, high)), self.name, True),
            Tag(_around(left - wide, left, low), through((left, low), (), end), self.name, False),
        )


class Way:
    """How a wire runs: its points, what a hairline passes in their place, and its tags while it is portals."""

    __slots__ = ("points", "stops", "tags")

    def __init__(self, points: list[Point], stops: tuple[Point, ...], tags: tuple[Tag, ...]) -> None:
        self.points, self.stops, self.tags = points, stops, tags

    @property
    def strands(self) -> tuple[list[Point], ...]:
        """What is drawn of it: its curve, or the two ends that lead to its tags."""
        return tuple(tag.strand for tag in self.tags) or (self.points,)

    @property
    def extent(self) -> Rect:
        """A rectangle around all that is drawn of it."""
        if not self.tags:
            return bounds(self.points)
        return union(tag.extent for tag in self.tags) or bounds(self.points)


def _around(left: float, right: float, y: float) -> Rect:
    return left, y - TAG_HEIGHT / 2, right, y + TAG_HEIGHT / 2


def bend(graph: CanvasGraph, workflow: Workflow) -> list[Wire]:
    """Take over knots and portals; return the wires that run otherwise now and are to be laid anew."""
    knots, portals = stored.knots(workflow), stored.portals(workflow)
    if not (knots or portals or graph.decor.knots or graph.portals):
        return []
    changed: dict[Wire, None] = {}
    bends: dict[Wire, list[KnotBox]] = {}
    former = dict.fromkeys([*(knot.wire for knot in graph.decor.knots.values()), *graph.portals])
    graph.decor.knots = {}
    for key, knot in knots.items():
        wire = _wire(graph, knot.ends)
        box = graph.decor.knots[key] = KnotBox(key, knot.at, wire, knot.laid)
        if wire is not None:
            bends.setdefault(wire, []).append(box)
    shown = _portals(graph, portals)
    present = set(graph.wires)
    graph.portals = dict.fromkeys(shown)
    for wire in dict.fromkeys([*former, *bends, *shown]):
        if wire is None or wire not in present:
            continue
        after, portal = tuple(bends.get(wire, ())), shown.get(wire)
        if [knot.at for knot in after] != [knot.at for knot in wire.bends] or portal != wire.portal:
            changed[wire] = None
        wire.bends, wire.portal = after, portal
    return list(changed)


def _wire(graph: CanvasGraph, ends: Ends) -> Wire | None:
    return next((wire for wire in graph.leaving.get(ends[0], ()) if wire.ends == ends), None)


def _portals(graph: CanvasGraph, found: Mapping[str, stored.Portal]) -> dict[Wire, Portal]:
    """The wires that are shown as portals, with the row of each tag at its port."""
    shown: dict[Wire, Portal] = {}
    rows: dict[object, int] = {}
    for key, portal in found.items():
        wire = _wire(graph, portal.ends)
        if wire is None or wire in shown:
            continue
        source, target = wire.source.proxy, wire.target.proxy  # the folded frames that stand for them
        leaving: object = (wire.source.id, wire.port) if source is None else source
        arriving: object = wire.target.id if target is None else target
        if wire.hidden:
            leaving = arriving = wire
        shown[wire] = Portal(key, portal.name, rows.get(leaving, 0), rows.get(arriving, 0))
        rows[leaving] = rows.get(leaving, 0) + 1
        rows[arriving] = rows.get(arriving, 0) + 1
    return shown
