"""A definition as a picture in SVG: cards, frames around bodies, curves between them. Light, and without Qt."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from floworch.model.graph import Link, Plan, plan_of
from floworch.model.pictures.placing import Box, place
from floworch.model.pictures.words import detail_of, label_of, title_of
from floworch.model.workflow import Workflow

_MARGIN = 24.0
#: Characters that fit into a card at these type sizes.
_TITLE, _DETAIL = 20, 27
_STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}"
    ".title{font-size:13px;font-weight:600}.detail,.port{font-size:11px;fill:#57606a}"
    ".card{fill:#ffffff;stroke:#8c959f}.frame{fill:#f6f8fa;stroke:#8c959f;stroke-dasharray:4 3}"
    ".off{opacity:.55}.edge{fill:none;stroke:#57606a;stroke-width:1.5}.error{stroke:#cf222e;stroke-dasharray:5 3}"
)
_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#57606a"/></marker></defs>'
)
# A control character is not allowed in XML, not even escaped.
_BARE = dict.fromkeys((*range(32), 127), " ") | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def to_svg(workflow: Workflow) -> str:
    """Return the picture as an SVG document, with a line end."""
    plan = plan_of(workflow)
    boxes = {number: box.moved(_MARGIN, _MARGIN) for number, box in place(plan).items()}
    width = max((box.x + box.width for box in boxes.values()), default=0.0) + _MARGIN
    height = max((box.y + box.height for box in boxes.values()), default=0.0) + _MARGIN
    size = f'width="{width:g}" height="{height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width:g} {height:g}" role="img">',
        f"<title>{_text(workflow.name or workflow.id)}</title>",
        f"<style>{_STYLE}</style>",
        _ARROW,
        f'<rect {size} fill="#ffffff"/>',
    ]
    outermost_first = sorted(boxes, key=lambda number: (len(plan.enclosing(number)), number))
    lines += (line for number in outermost_first for line in _card(plan, number, boxes[number]))
    lines += (line for link in plan.links for line in _curve(link, boxes))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _card(plan: Plan, number: int, box: Box) -> Iterator[str]:
    name, node = plan.ids[number], plan.nodes[number]
    kind = "frame" if number in plan.children else "card"
    off = ' class="off"' if node.disabled else ""
    yield f"<g{off}><title>{_text(name)}</title>"
    yield f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8"/>'
    rows = ((21, "title", _TITLE, title_of(name, node)), (38, "detail", _DETAIL, detail_of(name, node)))
    for y, style, most, text in rows:
        yield f'<text class="{style}" x="{box.x + 12:g}" y="{box.y + y:g}">{_text(_short(text, most))}</text>'
    yield "</g>"


def _curve(link: Link, boxes: dict[int, Box]) -> Iterator[str]:
    start, end = boxes[link.source], boxes[link.target]
    x1, y1 = start.x + start.width, start.y + min(start.height, 52.0) / 2
    x2, y2 = end.x, end.y + min(end.height, 52.0) / 2
    bend = max(30.0, abs(x2 - x1) / 2)
    style = "edge error" if link.port == "error" else "edge"
    path = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    yield f'<path class="{style}" d="{path}" marker-end="url(#arrow)"/>'
    label = _short(label_of(link.port), _TITLE)
    if label:
        yield f'<text class="port" text-anchor="end" x="{x2 - 12:g}" y="{y2 - 6:g}">{_text(label)}</text>'


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"


def _text(text: str) -> str:
    return escape(text.translate(_BARE))
