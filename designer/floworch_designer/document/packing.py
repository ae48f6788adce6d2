"""Putting parts of a drawing beside and below one another, and breaking long strips into bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from floworch.model.pictures.routes import Ends
from floworch_designer.document.outlines import CARD
from floworch_designer.document.positions import Point, Rect

#: A part of more columns than this that is so many times as wide as high is broken into bands.
LONG, STRIP = 5, 5.0
#: Width to height that a drawing is meant to have, and the space between two bands.
SHAPE, BAND_GAP = 1.8, 96.0
#: No more wires than this lead from a band to later ones, since they lead back to the left.
CUT = 2
#: Distance of such wires from one another, and how far inside the band they turn.
APART, INSET = 20.0, 48.0
#: Space between two parts that do not hang together.
BESIDE, BELOW = 144.0, 72.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Places of nodes from (0, 0) on, the size of the whole, and the knots of wires that must go around cards.

    ``areas`` are the rectangles, by key, of notes that lie in frames, and of frames whose place or size a file holds.
    """

    places: dict[str, Point]
    width: float
    height: float
    ways: dict[Ends, list[Point]] = field(default_factory=dict)
    areas: dict[str, Rect] = field(default_factory=dict)

    def moved(self, right: float, down: float) -> Piece:
        """The same elsewhere."""
        places = {node: (x + right, y + down) for node, (x, y) in self.places.items()}
        ways = {ends: [(x + right, y + down) for x, y in stops] for ends, stops in self.ways.items()}
        areas = {key: (a + right, b + down, c + right, d + down) for key, (a, b, c, d) in self.areas.items()}
        return Piece(places, self.width, self.height, ways, areas)


def packed(pieces: Sequence[Piece]) -> Piece:
    """Put pieces below one another in their order, as lines of text: several small ones stand in one line."""
    area = sum((piece.width + BESIDE) * (piece.height + BELOW) for piece in pieces)
    most = max(max((piece.width for piece in pieces), default=0.0), (SHAPE * area) ** 0.5)
    places: dict[str, Point] = {}
    ways: dict[Ends, list[Point]] = {}
    x = y = line = width = 0.0
    for piece in pieces:
        if x and x + piece.width > most:
            x, y, line = 0.0, y + line + BELOW, 0.0
        moved = piece.moved(x, y) if x or y else piece
        places.update(moved.places)
        ways.update(moved.ways)
        width, line = max(width, x + piece.width), max(line, piece.height)
        x += piece.width + BESIDE
    return Piece(places, width, y + line, ways)


@dataclass(frozen=True, slots=True)
class Strip:
    """A part in columns.

    Attributes:
        piece: Its places, and the ways of wires; sizes are worked out here.
        columns: The nodes of each column; none is empty.
        sizes: Width and height of every node.
        lanes: Of every wire the heights at which it passes the columns between its ends.
    """

    piece: Piece
    columns: Sequence[Sequence[str]]
    sizes: Mapping[str, tuple[float, float]]
    lanes: Mapping[Ends, Sequence[float]]


def banded(strip: Strip, whole: bool = False) -> Piece:
    """A part of a drawing; a long strip is broken into bands below one another where few wires are in the way.

    Args:
        strip: The part in columns.
        whole: Whether it must not be broken.
    """
    places, sizes, columns = strip.piece.places, strip.sizes, strip.columns
    width = max(x + sizes[node][0] for node, (x, _) in places.items())
    height = max(y + sizes[node][1] for node, (_, y) in places.items())
    cuts = [0] if whole else _cuts(strip, width, height)
    if len(cuts) == 1:
        return Piece(places, width, height, strip.piece.ways)
    made: dict[str, Point] = {}
    ways: dict[Ends, list[Point]] = {}
    bands: list[_Band] = []
    low = width = 0.0
    for first, end in pairwise([*cuts, len(columns)]):
        nodes = {node for column in columns[first:end] for node in column}
        left, top = (min(places[node][axis] for node in nodes) for axis in (0, 1))
        bands.append(_Band(first, end, -left, (low + BAND_GAP if made else 0.0) - top, low + BAND_GAP / 2))
        inside = {ends: stops for ends, stops in strip.piece.ways.items() if ends[0] in nodes and ends[2] in nodes}
        moved = Piece({node: places[node] for node in nodes}, 0.0, 0.0, inside).moved(bands[-1].right, bands[-1].down)
        made.update(moved.places)
        ways.update(moved.ways)
        width = max(width, *(x + sizes[node][0] for node, (x, _) in moved.places.items()))
        low = max(low, *(y + sizes[node][1] for node, (_, y) in moved.places.items()))
    ways.update(_ways_back(strip, bands))
    return Piece({node: made[node] for node in places}, width, low, ways)


@dataclass(slots=True)
class _Band:
    """Columns ``first`` to ``end``, how far they were moved, and the middle of the gap above them."""

    first: int
    end: int
    right: float
    down: float
    gap: float
    wires: int = 0


def _ways_back(strip: Strip, bands: Sequence[_Band]) -> dict[Ends, list[Point]]:
    """The ways of wires to later bands: on their lanes to the end of the line, and back through the gap below it."""
    places, column = strip.piece.places, _column_of(strip)
    spans = []
    for number, nodes in enumerate(strip.columns):
        left = min(places[node][0] for node in nodes)
        right = max(places[node][0] + strip.sizes[node][0] for node in nodes)
        spans.append((left, right, next(band for band in bands if band.first <= number < band.end)))
    ways: dict[Ends, list[Point]] = {}
    # What leaves a line lowest turns first, so that the others turn around it.
    back = [ends for ends in strip.lanes if spans[column[ends[0]]][2] is not spans[column[ends[2]]][2]]
    back.sort(key=lambda each: -(strip.lanes[each] or [places[each[0]][1]])[-1])
    entering = _entering(strip, back, [band for _, _, band in spans])
    for ends in back:
        at = column[ends[0]]
        stops: list[Point] = []
        for height in [None, *strip.lanes[ends]]:
            left, right, band = spans[at]
            if height is not None:
                stops += [(x + band.right, height + band.down) for x in (left, right)]
            at += 1
            following = spans[at][2]
            if following is not band:
                y = following.gap + (following.wires - (CUT - 1) / 2) * APART
                if height is not None:  # from a lane it turns in an arc, as it does from a port
                    stops.append((right + band.right + INSET, (height + band.down + y) / 2))
                left = spans[at][0] + following.right
                stops += [(right + band.right - INSET, y), (left + INSET, y)]
                mine, *later = entering[at][following.wires :]
                around = later.count(mine)
                if around:  # into the new line, too, it turns around those that enter it at the same card
                    below = max(y, mine + following.down + CARD.enters)
                    stops.append((left - INSET / 2 - around * APART, (y + below) / 2))
                following.wires += 1
        ways[ends] = stops
    return ways


def _entering(strip: Strip, back: Sequence[Ends], bands: Sequence[_Band]) -> dict[int, list[float]]:
    """At which heights wires enter the first columns of bands, in their order; ``bands`` has that of each column."""
    column = _column_of(strip)
    found: dict[int, list[float]] = {}
    for ends in back:
        heights = [*strip.lanes[ends], strip.piece.places[ends[2]][1]]
        for at, height in enumerate(heights, column[ends[0]] + 1):
            if bands[at] is not bands[at - 1]:
                found.setdefault(at, []).append(height)
    return found


def _column_of(strip: Strip) -> dict[str, int]:
    return {node: number for number, column in enumerate(strip.columns) for node in column}


def _cuts(strip: Strip, width: float, height: float) -> list[int]:
    """The first columns of the bands; the first alone where there is to be one band."""
    columns = strip.columns
    if len(columns) <= LONG or width <= STRIP * height:
        return [0]
    column = _column_of(strip)
    crossing = [0] * (len(columns) + 1)
    for source, _, target in strip.lanes:
        for at in range(column[source] + 1, column[target] + 1):
            crossing[at] += 1
    bands = max(2, round((width / (SHAPE * (height + BAND_GAP))) ** 0.5))
    wanted, cuts = len(columns) / bands, [0]
    reach = max(2, round(wanted / 3))
    for number in range(1, bands):
        spot = round(number * wanted)
        near = [
            at
            for at in range(spot - reach, spot + reach + 1)
            if cuts[-1] + 2 <= at <= len(columns) - 1 and crossing[at] <= CUT
        ]
        if near:
            cuts.append(min(near, key=lambda at: abs(at - spot)))
    return cuts
