"""Edges of a picture that a person laid by hand or had drawn otherwise: knots, portals and right angles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from floworch.model.graph import Plan
from floworch.model.pictures.placing import Placed, Point, positions_of
from floworch.model.pictures.routes import Ends, knots_of, laid_of, path_data, portals_of, square, through
from floworch.model.pictures.words import short, text_of

#: Height of a portal's tag, its distance from the port and from the next one at that port; the width of a letter.
_HIGH, _AWAY, _STEP, _LETTER = 20.0, 20.0, 24.0, 6.1
#: Radius of a knot.
KNOT = 4.5


@dataclass(slots=True)
class Look:
    """How the edges of a picture run.

    Attributes:
        knots: The points each edge bends through, where the picture has them.
        portals: The name of each edge that is shown as a pair of portals.
        square: Whether edges run in right angles.
        said: The condition of an edge, by its number in ``plan.links``; empty for one without.
        plain: Edges whose knots are not drawn as dots, because a layout laid them.
        reached: Points beyond the cards that the picture must have room for.
    """

    knots: dict[Ends, list[Point]]
    portals: dict[Ends, str]
    square: bool = False
    said: Mapping[int, str] = field(default_factory=dict)
    plain: Collection[Ends] = ()
    reached: list[Point] = field(default_factory=list)
    _rows: dict[object, int] = field(default_factory=dict)

    def row(self, port: object) -> int:
        """How many tags stand at a port already; one more from now on."""
        found = self._rows.get(port, 0)
        self._rows[port] = found + 1
        return found

    def way(self, start: Point, stops: Sequence[Point], end: Point) -> list[Point]:
        """The way of an edge through ``stops``."""
        return square(start, stops, end) if self.square else through(start, stops, end)

    def line(self, points: Sequence[Point], style: str, arrow: bool = True) -> str:
        """An edge along a way as an element."""
        self.reached += points
        head = ' marker-end="url(#arrow)"' if arrow else ""
        return f'<path class="{style}" d="{path_data(points)}"{head}/>'


def bent(view: Mapping[str, Any], plan: Plan, placed: Placed, right_angled: bool, said: Mapping[int, str]) -> Look:
    """What ``view`` says of edges, with their conditions; knots count where nodes stand as on the canvas."""
    nodes = view.get("nodes")
    positions = positions_of(plan, nodes if isinstance(nodes, dict) else {})
    card = next((number for number in range(len(plan.ids)) if number not in plan.children), None)
    if positions is None or card is None:
        return Look({}, portals_of(view), right_angled, said)
    dx, dy = placed.boxes[card].x - positions[card][0], placed.boxes[card].y - positions[card][1]
    knots = {ends: [(x + dx, y + dy) for x, y in points] for ends, points in knots_of(view).items()}
    return Look(knots, portals_of(view), right_angled, said, laid_of(view))


def portal_lines(look: Look, ends: Ends, start: Point, end: Point, style: str) -> Iterator[str]:
    """An edge as two tags of one name, each with a short line to its port."""
    name = short(look.portals[ends] or ends[0], 24)
    wide = max(44.0, _LETTER * len(name) + 20.0)
    out = (start[0] + _AWAY, start[1] + _STEP * look.row((ends[0], ends[1])))
    into = (end[0] - _AWAY, end[1] + _STEP * look.row(ends[2]))
    yield look.line(look.way(start, (), out), style, arrow=False)
    yield look.line(look.way(into, (), end), style)
    for left, y in ((out[0], out[1]), (into[0] - wide, into[1])):
        look.reached.append((left + wide, y + _HIGH / 2))
        yield f'<rect class="tag" x="{left:g}" y="{y - _HIGH / 2:g}" width="{wide:g}" height="{_HIGH:g}" rx="6"/>'
        yield f'<text class="detail" x="{left + 10:g}" y="{y + 4:g}">{text_of(name)}</text>'
