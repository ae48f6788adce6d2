"""What keys, menus and double clicks do to wires: knots and portals, one undo step each, and going to the next one."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot
from typing import TYPE_CHECKING

from floworch.model.pictures.lengths import flatten, halfway
from floworch_designer.canvas.geometry import Point, Rect, contains, curved, grown, squared
from floworch_designer.canvas.graph import Box, CanvasGraph, Wire, set_router
from floworch_designer.document import wires as stored
from floworch_designer.document.decor import remove_decor
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: How far the layout keeps knots from cards.
CLEAR = 20.0


class WireCommands:
    """Commands on the wires of one canvas."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        #: The node whose wires are gone through, and what of it was selected last.
        self._walk: tuple[str, int] | None = None

    def chosen(self) -> list[Wire]:
        """The selected wires, and those of selected knots, in the order of the definition."""
        view = self._view
        knots = view.graph.decor.knots
        held = {knots[key].wire for key in view.selection.decor if key in knots}
        if not held and not view.selection.edges:
            return []
        return [wire for wire in view.graph.wires if wire.index in view.selection.edges or wire in held]

    # knots

    def add_knot(self, wire: Wire, at: Point | None = None) -> str:
        """Have a wire bend through a scene point, or None its middle; select the knot and return its key."""
        view = self._view
        line = flatten(wire.points)
        spot = at or halfway(line)
        along = _nearest(line, spot)
        before = sum(1 for knot in wire.bends if _nearest(line, knot.at) < along)
        made, key = stored.add_knot(view.document.workflow, wire.ends, spot, before)
        view.document.apply(made, tr("Add knot"))
        if key in view.graph.decor.knots:
            view.selection.set(decor=[key])
        return key

    def add_knots(self) -> None:
        """Give each selected wire a knot in its middle."""
        for wire in self.chosen()[:1]:
            self.add_knot(wire)

    def remove_knot(self, key: str) -> None:
        """Have a wire no longer bend there."""
        self._view.selection.clear()
        self._view.document.apply(remove_decor(self._view.document.workflow, [key]), tr("Delete knot"))

    # portals

    def toggle_portals(self) -> None:
        """Show the selected wires as portals, or as wires again when all of them are portals."""
        view, chosen = self._view, self.chosen()
        made = view.document.workflow
        if chosen and all(wire.portal is not None for wire in chosen):
            made = stored.remove_of(made, {wire.ends for wire in chosen}, ["portals"])
            view.document.apply(made, tr("Show as wire"))
            return
        for wire in chosen:
            if wire.portal is None:
                made = stored.add_portal(made, wire.ends, stored.portal_name(made, wire.ends))
        view.document.apply(made, tr("Show as portals"))
        if chosen:
            view.selection.set([], [wire.index for wire in view.graph.wires if wire.ends in {w.ends for w in chosen}])

    def jump(self, wire: Wire | None = None, side: str = "") -> None:
        """Show the tag at the other end of portals: the one that is not ``side``, or the one further away."""
        view = self._view
        found = wire or next((each for each in self.chosen() if each.tags), None)
        if found is None or not found.tags:
            return
        first, second = found.tags
        if side:
            other = second if side == "out" else first
        else:
            here = view.centre()
            other = max(
                found.tags, key=lambda tag: hypot(_centre(tag.rect)[0] - here[0], _centre(tag.rect)[1] - here[1])
            )
        view.selection.set([], [found.index])
        view.visit(view.zoom, _centre(other.rect))

    def named(self) -> tuple[str, Rect, str] | None:
        """The key, place and name of the selected portals, when there is one pair."""
        found = [wire for wire in self.chosen() if wire.tags]
        if len(found) != 1 or found[0].portal is None:
            return None
        return found[0].portal.key, found[0].tags[0].rect, found[0].portal.name

    # walking

    def next(self) -> None:
        """Select the next wire or knot of the node that is selected, or of the one it was reached from."""
        view = self._view
        node = view.selection.primary
        if node is None and self._walk is not None and self._is_at(*self._walk):
            node, number = self._walk
        elif node is None:
            node, number = next((wire.source.id for wire in self.chosen()), None), -1
        else:
            number = -1
        stops = self._stops(node)
        if node is None or not stops:
            return
        number = (number + 1) % len(stops)
        self._walk = (node, number)
        wire, knot = stops[number]
        view.selection.set([], [] if knot else [wire.index], decor=[knot] if knot else [])
        view.reveal_rect(view.graph.decor.knots[knot].rect if knot else wire.bounds)

    def _is_at(self, node: str, number: int) -> bool:
        stops, chosen = self._stops(node), self._view.selection
        if number >= len(stops):
            return False
        wire, knot = stops[number]
        return chosen.decor == {knot} if knot else chosen.edges == {wire.index}

    def _stops(self, node: str | None) -> list[tuple[Wire, str]]:
        """The wires of a node, those that leave it first, each followed by its knots."""
        graph = self._view.graph
        wires = [*graph.leaving.get(node or "", ()), *graph.arriving.get(node or "", ())]
        return [stop for wire in wires for stop in ((wire, ""), *((wire, knot.key) for knot in wire.bends))]

    def end(self, forward: bool) -> str | None:
        """The node at an end of the only selected wire."""
        chosen = self.chosen()
        return (chosen[0].target.id if forward else chosen[0].source.id) if len(chosen) == 1 else None

    # looks

    def set_square(self, square: bool) -> None:
        """Draw every wire in right angles, or as a curve."""
        view = self._view
        router = squared if square else curved
        if view.graph.router is not router:
            set_router(view.graph, router)
            view.graph_changed(None)


def arranged(graph: CanvasGraph, points: Mapping[str, Point]) -> dict[str, Point]:
    """Where the knots of wires between nodes go that a layout puts to these places: spread along the way, off cards.

    Those that an earlier layout laid are left out: they go, and looking for their places would hold up the window.
    """
    found: dict[str, Point] = {}
    by_hand = any(not knot.laid for knot in graph.decor.knots.values())
    moved = {key: graph.boxes[key] for key in points if key in graph.boxes} if by_hand else {}
    cards = [(x, y, x + box.shape.width, y + box.shape.height) for key, box in moved.items() if not box.container
             for x, y in (points[key],)]  # fmt: skip
    for wire in graph.wires if moved else ():
        bends = [knot for knot in wire.bends if not knot.laid]
        if bends and wire.source.id in moved and wire.target.id in moved:
            (x1, y1), (x2, y2) = (
                _carried(wire.points[0], wire.source, points),
                _carried(wire.points[-1], wire.target, points),
            )
            for number, knot in enumerate(bends, 1):
                share = number / (len(bends) + 1)
                found[knot.key] = _beside((x1 + (x2 - x1) * share, y1 + (y2 - y1) * share), cards)
    return found


def _carried(at: Point, box: Box, points: Mapping[str, Point]) -> Point:
    """A point of a card after the card was moved."""
    x, y = points[box.id]
    return at[0] + x - box.x, at[1] + y - box.y


def _beside(at: Point, cards: list[Rect]) -> Point:
    """The point, or one above or below the cards that it falls upon."""
    for _ in range(20):
        under = next((card for card in cards if contains(grown(card, CLEAR - 1.0), at)), None)
        if under is None:
            break
        up, down = at[1] - under[1], under[3] - at[1]
        at = (at[0], under[1] - CLEAR if up < down else under[3] + CLEAR)
    return at


def _centre(rect: Rect) -> Point:
    return (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2


def _nearest(line: list[Point], at: Point) -> int:
    """The number of the point of a line that is nearest."""
    return min(range(len(line)), key=lambda number: hypot(line[number][0] - at[0], line[number][1] - at[1]))
