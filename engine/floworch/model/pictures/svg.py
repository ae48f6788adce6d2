"""A definition as a picture in SVG: cards, frames around bodies, curves between ports. Without Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin

from floworch.model.graph import Link, Plan, plan_of
from floworch.model.pictures.edges import KNOT, Look, bent, portal_lines
from floworch.model.pictures.labels import condition_lines, error_line, room_for
from floworch.model.pictures.paints import LIGHT, Paints
from floworch.model.pictures.placing import PAD, ROW, Box, Placed, Point, place
from floworch.model.pictures.words import condition_of, condition_on, detail_of, ports_of, short, text_of, title_of
from floworch.model.workflow import Workflow

_MARGIN = 32.0
_HEADER = 64.0
_IN = 32.0
#: Mean width of a character in pixels at these type sizes, on the safe side.
_TITLE, _DETAIL = 7.6, 6.1
#: The tile of a card by the family of its action, which stands before the dot.
_HUES = {
    "data": "#1f8a84", "file": "#96691b", "http": "#3b6fd6", "db": "#7558cc", "mail": "#a94f87", "chat": "#a94f87",
    "mqtt": "#a94f87", "shell": "#47883f", "python": "#47883f", "ssh": "#47883f", "py": "#47883f",
    "human": "#96691b", "ai": "#7558cc",
}  # fmt: skip
_OTHER = "#5f6b7a"
_OCTAGON = [pi / 8 + at * pi / 4 for at in range(8)]


def to_svg(
    workflow: Workflow,
    square: bool = False,
    *,
    paints: Paints = LIGHT,
    titled: bool = True,
    otherwise: str = "otherwise",
) -> str:
    """Return the picture as an SVG document, with a line end.

    Nodes stand where the canvas has them when it has a place for each, else in layers from left to right; in the first
    case edges bend through their knots. Every port that an edge leaves is named on the card; half-way upon an edge
    stands the condition it is taken under, as much of it as has room; where there is none, at its port. Edges shown as
    portals are two tags of one name.

    Args:
        workflow: What to draw.
        square: Draw edges in right angles.
        paints: The colours.
        titled: Write the name and the description of the workflow above it.
        otherwise: What is said of an edge that is taken when no condition holds.
    """
    plan = plan_of(workflow)
    ports = {number: ports_of(plan, number) for number in range(len(plan.ids))}
    named = {number: found if found != ["out"] else [] for number, found in ports.items()}
    said = {at: condition_on(plan.nodes[each.source], each.port, otherwise) for at, each in enumerate(plan.links)}
    positions = workflow.view.get("nodes")
    gaps = {at: room_for(condition) for at, condition in said.items() if condition}
    placed = place(plan, named, positions if isinstance(positions, dict) else None, gaps)
    placed = placed.shifted(_MARGIN, _MARGIN + (_HEADER if titled else 0.0))
    boxes = placed.boxes
    look = bent(workflow.view, plan, placed, square, said)
    edges = [_edge(place_of, link, placed, plan, named, look) for place_of, link in enumerate(plan.links)]
    lines = _head(workflow, placed, look, paints, titled)
    outermost_first = sorted(boxes, key=lambda number: (len(plan.enclosing(number)), number))
    frames = [number for number in outermost_first if number in plan.children]
    unsaid = {(link.source, link.port) for at, link in enumerate(plan.links) if said[at] and not edges[at].said}
    lines += (line for number in frames for line in _card(plan, number, boxes[number], named[number], unsaid))
    lines += (line for edge in edges for line in edge.lines)
    lines += (line for edge in edges for line in edge.labels)
    cards = [number for number in outermost_first if number not in plan.children]
    lines += (line for number in cards for line in _card(plan, number, boxes[number], named[number], unsaid))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _head(workflow: Workflow, placed: Placed, look: Look, paints: Paints, titled: bool) -> list[str]:
    """The beginning of the document: its size, style and background, and above the graph its title."""
    title = workflow.name or workflow.id
    rightmost = [box.right for box in placed.boxes.values()] + [x for x, _ in look.reached]
    width = max(max(rightmost, default=0.0), _MARGIN + 11.0 * len(title[:60]) if titled else 0.0) + _MARGIN
    lowest = [box.bottom for box in placed.boxes.values()] + [y for lane in placed.lanes.values() for _, y in lane]
    lowest += [y for _, y in look.reached]
    height = max(lowest, default=_HEADER) + _MARGIN
    size = f'width="{width:g}" height="{height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width:g} {height:g}" role="img">',
        f"<title>{text_of(title)}</title>",
        f"<style>{paints.style()}</style>",
        paints.arrow(),
        f'<rect {size} fill="{paints.canvas}"/>',
    ]
    if titled:
        lines.append(f'<text class="name" x="{_MARGIN:g}" y="48">{text_of(short(title, 60))}</text>')
    if titled and workflow.description:
        room = int((width - 2 * _MARGIN) / _DETAIL)
        lines.append(f'<text class="about" x="{_MARGIN:g}" y="68">{text_of(short(workflow.description, room))}</text>')
    return lines


def _card(
    plan: Plan, number: int, box: Box, ports: Sequence[str], unsaid: Collection[tuple[int, str]]
) -> Iterator[str]:
    """A card or frame; ``unsaid`` are ports whose condition has no room on their edge, so that it stands here."""
    name, node = plan.ids[number], plan.nodes[number]
    frame = number in plan.children
    off = ' class="off"' if node.disabled else ""
    yield f"<g{off}><title>{text_of(_about(plan, number))}</title>"
    kind = "frame" if frame else "card"
    yield f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="10"/>'
    family = node.action.partition(".")[0].partition(":")[0]
    x, y = box.x + 14, box.y + 16
    yield f'<rect x="{x:g}" y="{y:g}" width="32" height="32" rx="8" fill="{_HUES.get(family, _OTHER)}"/>'
    yield f'<text class="mark" x="{x + 16:g}" y="{y + 20.5:g}">{text_of(family[:2].title())}</text>'
    room = box.width - 68.0 - (110.0 if frame and ports else 0.0)
    detail = condition_of(node) or detail_of(name, node)
    rows = ((27.5, "title", _TITLE, title_of(name, node)), (44.5, "detail", _DETAIL, detail))
    for down, style, wide, text in rows:
        shown = text_of(short(text, int(room / wide)))
        yield f'<text class="{style}" x="{box.x + 56:g}" y="{box.y + down:g}">{shown}</text>'
    if plan.incoming[number]:
        yield f'<circle class="dot" cx="{box.x:g}" cy="{box.y + _IN:g}" r="4.5"/>'
    for port in ports or (["out"] if plan.outgoing[number] else []):
        px, py = _port(box, port, ports, frame)
        yield _dot(port, px, py)
        if ports:
            name = condition_of(node, port) or port if (number, port) in unsaid else port
            words = short(name, int((100.0 if frame else box.width - 40.0) / _DETAIL))
            yield f'<text class="port" x="{px - 12:g}" y="{py + 4:g}">{text_of(words)}</text>'
    yield "</g>"


def _dot(port: str, x: float, y: float) -> str:
    """A port as on the canvas: an octagon for errors, a square for ``done``, else a circle."""
    if port == "error":
        corners = " ".join(f"{x + 4.8 * cos(turn):.1f},{y + 4.8 * sin(turn):.1f}" for turn in _OCTAGON)
        return f'<polygon class="dot bad" points="{corners}"/>'
    if port == "done":
        return f'<rect class="dot" x="{x - 3.9:g}" y="{y - 3.9:g}" width="7.8" height="7.8"/>'
    return f'<circle class="dot" cx="{x:g}" cy="{y:g}" r="4.5"/>'


def _about(plan: Plan, number: int) -> str:
    """What a pointer that rests on a card is told: its id, its action and its notes."""
    name, node = plan.ids[number], plan.nodes[number]
    return " · ".join(each for each in (name, node.action, condition_of(node), node.notes) if each)


def _port(box: Box, port: str, ports: Sequence[str], frame: bool) -> Point:
    if not ports:
        return box.right, box.y + _IN
    row = list(ports).index(port)
    return box.right, box.y + (20.0 if frame else 64.0) + ROW * row


@dataclass(slots=True)
class _Drawn:
    """An edge: its lines, what stands upon it and is drawn above all edges, and whether that says its condition."""

    lines: list[str]
    labels: list[str]
    said: bool = False


def _edge(place_of: int, link: Link, placed: Placed, plan: Plan, named: dict[int, list[str]], look: Look) -> _Drawn:
    start, end = placed.boxes[link.source], placed.boxes[link.target]
    first = _port(start, link.port, named[link.source], link.source in plan.children)
    last = (end.x - 5.0, end.y + _IN)
    ends = (plan.ids[link.source], link.port, plan.ids[link.target])
    style = "edge error" if link.port == "error" else "edge"
    labels = [error_line(first)] if link.port == "error" else []
    if ends in look.portals:
        return _Drawn(list(portal_lines(look, ends, first, last, style)), labels)
    knots = look.knots.get(ends, [])
    stops = knots or list(placed.lanes.get(place_of, ()))
    points = look.way(first, stops, last) if knots or look.square else _way([first, *stops, last], start, end)
    dots = [f'<circle class="knot" cx="{x:g}" cy="{y:g}" r="{KNOT:g}"/>' for x, y in knots if ends not in look.plain]
    label = list(condition_lines(look.said.get(place_of, ""), points, knots, KNOT))
    return _Drawn([look.line(points, style), *dots], labels + label, bool(label))


def _way(points: Sequence[Point], start: Box, end: Box) -> list[Point]:
    """The way of an edge through lanes: level in each of them."""
    made = [points[0]]
    for (x1, y1), (x2, y2) in pairwise(points):
        made += _bend(x1, y1, x2, y2, start, end)
    return made


def _bend(x1: float, y1: float, x2: float, y2: float, start: Box, end: Box) -> list[Point]:
    """One stretch of an edge: a curve that leaves and arrives level; one that leads back goes between the rows."""
    if x2 >= x1 + 8:
        bend = max(min(24.0, x2 - x1), (x2 - x1) / 2)
        return [(x1 + bend, y1), (x2 - bend, y2), (x2, y2)]
    if x1 == x2 and y1 == y2:
        return []
    below = end.y >= start.bottom
    middle = (start.bottom + end.y) / 2 if below else (end.bottom + start.y) / 2 if end.bottom < start.y else (
        max(start.bottom, end.bottom) + PAD
    )  # fmt: skip
    right, left = x1 + PAD, x2 - PAD
    return [
        (right, y1), (right, y1), (right, (y1 + middle) / 2),
        (right, middle), (right, middle), (right - PAD, middle),
        (right - PAD, middle), (left + PAD, middle), (left + PAD, middle),
        (left, middle), (left, middle), (left, (middle + y2) / 2),
        (left, y2), (left, y2), (x2, y2),
    ]  # fmt: skip
