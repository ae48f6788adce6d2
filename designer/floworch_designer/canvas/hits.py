"""What lies under the mouse: ports first, then cards, title bars, edges, and frames last. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from floworch_designer.canvas.decor import KNOT, GroupBox
from floworch_designer.canvas.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    FRAME_TITLE,
    LABELS,
    PORT_REACH,
    Point,
    Rect,
    contains,
    crosses,
    distance,
    grown,
    overlaps,
)
from floworch_designer.canvas.graph import Box, CanvasGraph
from floworch_designer.document.framing import BAR

Kind = Literal["port", "input", "node", "badge", "edge", "knot", "frame", "note", "group", "void"]

#: Pixels around a curve that still hit it.
EDGE_REACH = 7.0
#: Pixels to either side of the border of a note or frame by which it is taken to resize it; less inside of small ones.
SIDE_REACH = 8.0
#: How far a port is caught from at most, scene units: it shall not take the card of those who zoom out.
PORT_MOST = 24.0


@dataclass(frozen=True, slots=True)
class Hit:
    """What was hit.

    ``node`` for port, input, node, badge and frame; ``port`` its name; ``edge`` the edge's index; ``decor`` the key of
    a note, a knot or a frame around nodes (``group``), ``part`` the sides of it that are near, such as ``se``; of an
    edge shown as portals the tag, ``out`` or ``in``.
    """

    kind: Kind
    node: str | None = None
    port: str | None = None
    edge: int | None = None
    decor: str | None = None
    part: str = ""


VOID = Hit("void")


def hit(graph: CanvasGraph, at: Point, zoom: float) -> Hit:
    """Find what is under a scene point at a zoom; what is small reaches further when zoomed out."""
    # As many pixels at every zoom of the near view: what is drawn small is not harder to hit.
    reach = min(max(PORT_REACH, PORT_REACH / zoom), PORT_MOST)
    around = grown((*at, *at), reach + 4.0)
    boxes = [graph.boxes[key] for key in graph.box_grid.near(around)]
    boxes = sorted((box for box in boxes if overlaps(around, box.painted)), key=attrgetter("order"))
    cards = [box for box in boxes if not box.container]
    if zoom >= 0.3:
        found = _port(cards, at, reach) or _port([box for box in boxes if box.container], at, reach)
        if found is not None:
            return found
    for box in reversed(cards):
        if contains(box.rect, at):
            return Hit("node", box.id)
    folded = _folded(graph, at)
    if folded is not None:
        return folded
    frames = sorted((box for box in boxes if box.container), key=lambda box: box.shape.width * box.shape.height)
    for box in frames:
        if contains((box.x, box.y, box.x + box.shape.width, box.y + FRAME_TITLE), at):
            return Hit("node", box.id)
    return _below(graph, at, zoom, frames)


def _below(graph: CanvasGraph, at: Point, zoom: float, frames: list[Box]) -> Hit:
    """What lies below the cards: edges, notes and frames, the bodies of containers."""
    knot = _knot(graph, at, EDGE_REACH / zoom) if graph.decor.knots else None
    if knot is not None:
        return knot
    for wire in graph.portals:
        for tag in wire.tags:
            if contains(tag.rect, at):
                return Hit("edge", edge=wire.index, part="out" if tag.out else "in")
    edge = hit_label(graph, at) if zoom >= LABELS else None
    if edge is None:
        edge = hit_edge(graph, at, EDGE_REACH / zoom)
    if edge is not None:
        return Hit("edge", edge=edge)
    area = _area(graph, at, SIDE_REACH / zoom)
    if area is not None:
        return area
    body = next((box.id for box in frames if contains(box.rect, at)), None)
    return Hit("frame", body) if body is not None else VOID


def _knot(graph: CanvasGraph, at: Point, reach: float) -> Hit | None:
    """The nearest knot, with the edge it belongs to."""
    found = [knot for knot in graph.decor.shown_knots() if contains(grown(knot.rect, max(reach - KNOT, 0.0)), at)]
    best = min(found, key=lambda knot: abs(knot.at[0] - at[0]) + abs(knot.at[1] - at[1]), default=None)
    return None if best is None or best.wire is None else Hit("knot", edge=best.wire.index, decor=best.key)


def _folded(graph: CanvasGraph, at: Point) -> Hit | None:
    for group in graph.decor.groups.values():
        if group.folded and group.inside is None and contains(group.rect, at):
            return Hit("group", decor=group.key)
    return None


def _area(graph: CanvasGraph, at: Point, reach: float) -> Hit | None:
    """A note, or the bar or border of a frame around nodes, whose inside is canvas."""
    for note in reversed(graph.decor.shown_notes()):
        if contains(grown(note.rect, reach), at):
            return Hit("note", decor=note.key, part=_sides(note.rect, at, reach))
    for group in reversed(graph.decor.shown_groups()):
        if group.folded or not contains(grown(group.rect, reach), at):
            continue
        left, top, right, _ = group.rect
        part = _sides(group.rect, at, reach)
        if part or contains((left, top, right, top + BAR), at):
            return Hit("group", decor=group.key, part=part)
    return None


def _sides(rect: Rect, at: Point, reach: float) -> str:
    """The sides of a rectangle that a point is near, as ``n s e w``; corners reach further."""
    inner = min(reach, (rect[2] - rect[0]) / 6, (rect[3] - rect[1]) / 6)
    # How far outside of a side a point is; less than nothing inside.
    out = {"n": rect[1] - at[1], "s": at[1] - rect[3], "e": at[0] - rect[2], "w": rect[0] - at[0]}
    found = "".join(side for side in "nsew" if -inner <= out[side] <= reach)
    if found and len(found) == 1:
        wide = [side for side in "nsew" if -2.5 * inner <= out[side] <= reach]
        found = "".join(wide) if len(wide) == 2 else found
    return found


def _port(boxes: list[Box], at: Point, reach: float) -> Hit | None:
    best: tuple[float, Hit] | None = None
    for box in boxes:
        if box.badge and abs(at[0] - box.x - box.shape.width + 2) <= 9 and abs(at[1] - box.y - 2) <= 9:
            return Hit("badge", box.id)
        spots = [(box.input_point, Hit("input", box.id))] if box.takes or box.fed else []
        spots += [
            ((box.x + box.shape.width, box.y + port.y), Hit("port", box.id, port.name)) for port in box.shape.ports
        ]
        for (x, y), found in spots:
            # Ports stand 22 apart, their catching squares overlap: height decides by nearness.
            if abs(at[0] - x) <= reach and abs(at[1] - y) <= reach:
                away = abs(at[1] - y) + 0.25 * abs(at[0] - x)
                if best is None or away < best[0]:
                    best = (away, found)
    return best[1] if best else None


def hit_label(graph: CanvasGraph, at: Point) -> int | None:
    """The index of the edge whose label lies at a point, wherever other edges run; None where there is none."""
    for wire in graph.wire_grid.near((*at, *at)):
        if wire.label is not None and contains(wire.label, at):
            return wire.index
    return None


def hit_edge(graph: CanvasGraph, at: Point, reach: float) -> int | None:
    """The index of the nearest edge within ``reach`` scene units of a point, or None."""
    around = grown((*at, *at), reach)
    best: tuple[float, int] | None = None
    for wire in graph.wire_grid.near(around):
        if overlaps(around, wire.bounds):
            away = min(distance(at, strand) for strand in wire.strands)
            if away <= reach and (best is None or away < best[0]):
                best = (away, wire.index)
    return best[1] if best else None


def inside(graph: CanvasGraph, rect: Rect) -> tuple[list[str], list[int]]:
    """Cards that touch a rectangle and edges that cross it; of containers, those that lie in it completely."""
    nodes = []
    for key in graph.box_grid.near(rect):
        box = graph.boxes[key]
        left, top, right, bottom = box.rect
        whole = rect[0] <= left and rect[1] <= top and right <= rect[2] and bottom <= rect[3]
        if whole or (not box.container and overlaps(rect, box.rect)):
            nodes.append(key)
    near = graph.wire_grid.near(rect) if not nodes else ()
    edges = [wire.index for wire in near if any(crosses(rect, strand) for strand in wire.strands)]
    return nodes, edges


def areas_inside(graph: CanvasGraph, rect: Rect) -> list[str]:
    """Notes, knots and folded frames that touch a rectangle, and open frames that lie in it completely."""
    found = []
    for area in graph.decor.near(rect):
        left, top, right, bottom = area.rect
        whole = rect[0] <= left and rect[1] <= top and right <= rect[2] and bottom <= rect[3]
        if whole or ((not isinstance(area, GroupBox) or area.folded) and overlaps(rect, area.rect)):
            found.append(area.key)
    return found


def frame_at(graph: CanvasGraph, at: Point, without: set[str] | frozenset[str] = frozenset()) -> str | None:
    """The innermost container whose frame holds a point, leaving some out; None for the top level."""
    best: Box | None = None
    for key in graph.frames:
        box = graph.boxes.get(key)
        if box is None or box.proxy is not None or box.folded or key in without or not contains(box.rect, at):
            continue
        if best is None or box.shape.width * box.shape.height < best.shape.width * best.shape.height:
            best = box
    return best.id if best is not None else None


def free_spot(graph: CanvasGraph, wanted: Point, size: Point = (CARD_WIDTH, CARD_HEIGHT)) -> Point:
    """A top left corner for a new card or note at ``wanted``, or below it where no card is in the way."""
    x, y = round(wanted[0]), float(round(wanted[1]))
    for _ in range(500):
        spot = (x - 12.0, y - 12.0, x + size[0] + 12.0, y + size[1] + 12.0)
        boxes = (graph.boxes[key] for key in graph.box_grid.near(spot))
        if not any(not box.container and overlaps(spot, box.rect) for box in boxes):
            break
        y += 24.0
    return float(x), y
