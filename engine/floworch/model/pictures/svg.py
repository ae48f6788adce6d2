"""A definition as a picture in SVG: cards, frames around bodies, curves between ports. Without Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from floworch.model.graph import Link, Plan, plan_of
from floworch.model.pictures.edges import Look, bent, portal_lines
from floworch.model.pictures.paints import LIGHT, Paints
from floworch.model.pictures.placing import PAD, ROW, Box, Placed, Point, place
from floworch.model.pictures.words import condition_of, detail_of, ports_of, short, text_of, title_of
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


def to_svg(workflow: Workflow, square: bool = False, *, paints: Paints = LIGHT, titled: bool = True) -> str:
    """Return the picture as an SVG document, with a line end.

    Nodes stand where the canvas has them when it has a place for each, else in layers from left to right; in the first
    case edges bend through their knots. Every port that an edge leaves is named on the card, with the condition of a
    case beside it. Edges shown as portals are two tags of one name.

    Args:
        workflow: What to draw.
        square: Draw edges in right angles.
        paints: The colours.
        titled: Write the name and the description of the workflow above it.
    """
    plan = plan_of(workflow)
    ports = {number: ports_of(plan, number) for number in range(len(plan.ids))}
    named = {number: found if found != ["out"] else [] for number, found in ports.items()}
    placed = place(plan, named, workflow.view.get("nodes") if isinstance(workflow.view.get("nodes"), dict) else None)
    placed = placed.shifted(_MARGIN, _MARGIN + (_HEADER if titled else 0.0))
    boxes = placed.boxes
    look = bent(workflow.view, plan, placed, square)
    edges = [_edge(place_of, link, placed, plan, named, look) for place_of, link in enumerate(plan.links)]
    lines = _head(workflow, placed, look, paints, titled)
    outermost_first = sorted(boxes, key=lambda number: (len(plan.enclosing(number)), number))
    frames = [number for number in outermost_first if number in plan.children]
    lines += (line for number in frames for line in _card(plan, number, boxes[number], named[number]))
    lines += (line for found in edges for line in found)
    cards = [number for number in outermost_first if number not in plan.children]
    lines += (line for number in cards for line in _card(plan, number, boxes[number], named[number]))
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


def _card(plan: Plan, number: int, box: Box, ports: Sequence[str]) -> Iterator[str]:
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
        bad = " bad" if port == "error" else ""
        yield f'<circle class="dot{bad}" cx="{px:g}" cy="{py:g}" r="4.5"/>'
        if ports:
            words = short(condition_of(node, port) or port, int((100.0 if frame else box.width - 40.0) / _DETAIL))
            yield f'<text class="port" x="{px - 12:g}" y="{py + 4:g}">{text_of(words)}</text>'
    yield "</g>"


def _about(plan: Plan, number: int) -> str:
    """What a pointer that rests on a card is told: its id, its action and its notes."""
    name, node = plan.ids[number], plan.nodes[number]
    return " · ".join(each for each in (name, node.action, condition_of(node), node.notes) if each)


def _port(box: Box, port: str, ports: Sequence[str], frame: bool) -> Point:
    if not ports:
        return box.right, box.y + _IN
    row = list(ports).index(port)
    return box.right, box.y + (20.0 if frame else 64.0) + ROW * row


def _edge(place_of: int, link: Link, placed: Placed, plan: Plan, named: dict[int, list[str]], look: Look) -> list[str]:
    start, end = placed.boxes[link.source], placed.boxes[link.target]
    first = _port(start, link.port, named[link.source], link.source in plan.children)
    last = (end.x - 5.0, end.y + _IN)
    ends = (plan.ids[link.source], link.port, plan.ids[link.target])
    style = "edge error" if link.port == "error" else "edge"
    if ends in look.portals:
        return list(portal_lines(look, ends, first, last, style))
    knots = look.knots.get(ends, [])
    stops = knots or list(placed.lanes.get(place_of, ()))
    dots = [f'<circle class="knot" cx="{x:g}" cy="{y:g}" r="4.5"/>' for x, y in knots]
    if knots or look.square:
        return [look.line(first, stops, last, style), *dots]
    points = [first, *stops, last]
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for (x1, y1), (x2, y2) in pairwise(points):
        path += _bend(x1, y1, x2, y2, start, end)
    return [f'<path class="{style}" d="{path}" marker-end="url(#arrow)"/>']


def _bend(x1: float, y1: float, x2: float, y2: float, start: Box, end: Box) -> str:
    """One stretch of an edge: a curve that leaves and arrives level; one that leads back goes between the rows."""
    if x2 >= x1 + 8:
        bend = max(min(24.0, x2 - x1), (x2 - x1) / 2)
        return f"C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    if x1 == x2 and y1 == y2:
        return ""
    below = end.y >= start.bottom
    middle = (start.bottom + end.y) / 2 if below else (end.bottom + start.y) / 2 if end.bottom < start.y else (
        max(start.bottom, end.bottom) + PAD
    )  # fmt: skip
    right, left = x1 + PAD, x2 - PAD
    return (
        f"C{right:g} {y1:g} {right:g} {y1:g} {right:g} {(y1 + middle) / 2:g}"
        f"S{right:g} {middle:g} {right - PAD:g} {middle:g}"
        f"L{left + PAD:g} {middle:g}"
        f"S{left:g} {middle:g} {left:g} {(middle + y2) / 2:g}"
        f"S{left:g} {y2:g} {x2:g} {y2:g}"
    )
