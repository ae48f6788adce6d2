"""What a person sees of wires between cards in columns: which of them run under cards, and ways around these."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from floworch.model.pictures.lengths import flatten
from floworch.model.pictures.routes import through
from floworch_designer.document.outlines import Outline
from floworch_designer.document.positions import Point

#: Free room above and below a wire that passes a card, and beside the card.
CLEAR, BESIDE = 8.0, 6.0
#: What a wire that must go around cards, and one that is not level, are worth in lengths of wire.
_AROUND, _BENT = 300.0, 60.0


@dataclass(frozen=True, slots=True)
class Link:
    """A wire: its ends, how far below the upper edges of their cards it leaves and arrives, and its stand-ins."""

    source: int
    target: int
    leaves: float
    enters: float
    lanes: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Sight:
    """Cards in their columns.

    Attributes:
        cards: The outline of every card.
        layer: The column of every card and stand-in.
        lefts: Where every column begins.
        tops: The upper edges of cards, and the heights of stand-ins.
    """

    cards: Sequence[Outline]
    layer: Sequence[int]
    lefts: Sequence[float]
    tops: Sequence[float]
    _columns: list[list[tuple[float, float, float, int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._columns = [[] for _ in self.lefts]
        for vertex, card in enumerate(self.cards):
            top = self.tops[vertex]
            self._columns[self.layer[vertex]].append((top, top + card.height, card.width, vertex))
        for column in self._columns:
            column.sort()

    def ends(self, link: Link) -> tuple[Point, Point]:
        """Where a wire begins and ends."""
        left = self.lefts[self.layer[link.source]] + self.cards[link.source].width
        return (
            (left, self.tops[link.source] + link.leaves),
            (self.lefts[self.layer[link.target]], self.tops[link.target] + link.enters),
        )

    def cost(self, links: Sequence[Link]) -> float:
        """How bad it looks."""
        found = 0.0
        for link in links:
            (_, y1), (_, y2) = self.ends(link)
            found += abs(y2 - y1) + (_BENT if abs(y2 - y1) >= 1.0 else 0.0)
            found += 0.0 if self.clear(link, ()) else _AROUND
        return found

    def clear(self, link: Link, stops: Sequence[Point]) -> bool:
        """Whether a wire through ``stops`` passes beside all cards, from its source's column to its target's."""
        column, last = self.layer[link.source], self.layer[link.target]
        start, end = self.ends(link)
        if last - column < 2 and self._right(column) < start[0] + BESIDE:
            return True
        points = through(start, stops, end) if stops else _curve(start, end)
        for x, y in flatten(points, 24):
            while column + 1 < last and x > self.lefts[column + 1] - BESIDE:
                column += 1
            if x > self.lefts[column] - BESIDE and self._met(column, x, y, link.source):
                return False
        return True

    def _met(self, column: int, x: float, y: float, source: int) -> bool:
        cards = self._columns[column]
        at = bisect_left(cards, (y + CLEAR,)) - 1
        if at < 0:
            return False
        _, bottom, width, vertex = cards[at]
        return vertex != source and y < bottom + CLEAR and x < self.lefts[column] + width + BESIDE

    def around(self, link: Link) -> list[Point]:
        """The knots with which a wire keeps to its lanes; none when it passes all cards without."""
        if self.clear(link, ()):
            return []
        (x1, y1), (_, y2) = self.ends(link)
        right = self._right(self.layer[link.source])
        lead = [(right, y1)] if right > x1 + BESIDE else []  # past the wider cards of its own column
        if lead and self.clear(link, lead):
            return lead
        stops = self.along(link.lanes)
        heights = [y1, *(y for _, y in stops), y2]
        return lead + [  # a knot amid what is level anyhow bends nothing
            stop for at, stop in enumerate(stops, 1)
            if max(heights[at - 1 : at + 2]) - min(heights[at - 1 : at + 2]) >= 1.0
        ]  # fmt: skip

    def along(self, lanes: Sequence[int]) -> list[Point]:
        """The knots of a wire on these lanes: where it comes to a height, and where it leaves it."""
        stops: list[Point] = []
        for height, run in groupby(lanes, lambda lane: round(self.tops[lane])):
            same = list(run)
            first, last = self.layer[same[0]], self.layer[same[-1]]
            stops += [(self.lefts[first], float(height)), (self._right(last), float(height))]
        return stops

    def _right(self, column: int) -> float:
        return self.lefts[column] + max((width for _, _, width, _ in self._columns[column]), default=0.0)


def _curve(start: Point, end: Point) -> list[Point]:
    """A wire without knots, as the canvas draws it."""
    (x1, y1), (x2, y2) = start, end
    handle = min(max(0.5 * (x2 - x1), min(40.0, x2 - x1)), 180.0)
    return [start, (x1 + handle, y1), (x2 - handle, y2), end]
