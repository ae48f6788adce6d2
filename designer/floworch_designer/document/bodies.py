"""Laying out one body: what hangs together in columns from left to right, and the parts packed.

A wire may lead out of the body, or into it, where that is a frame: then it has a way through the columns up to the
border, and its height there is what the body around it is laid out with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from floworch.model.pictures.routes import Ends
from floworch_designer.document.layering import acyclic, layers_of, parts_of
from floworch_designer.document.levelling import Standing
from floworch_designer.document.ordering import Layered, order
from floworch_designer.document.outlines import CARD, Outline
from floworch_designer.document.pace import Pace
from floworch_designer.document.packing import Piece, Strip, banded, packed
from floworch_designer.document.positions import Point
from floworch_designer.document.settling import candidates
from floworch_designer.document.sight import Link, Sight

#: Between two columns, and behind a card that chooses: its wires carry their conditions.
COLUMN_GAP, CHOICE_GAP = 96.0, 156.0
#: A card with more ports than these chooses.
PORTS = 3
ROW_GAP = 48.0
#: Distance of a long wire from a card that it passes, and from another wire.
LANE_GAP, LANES_GAP = 28.0, 16.0
#: Stand-ins for long wires there may be for each node, and beyond; with more of them wires go straight.
LANES, MORE_LANES = 6, 200


@dataclass(frozen=True, slots=True)
class Run:
    """The stretch of a wire inside one body.

    Attributes:
        ends: The wire.
        source, target: Nodes and frames of the body; None where it comes from outside, or goes there.
        leaves, enters: How far below the upper edges of these; None for where a card has its ports.
    """

    ends: Ends
    source: str | None
    target: str | None
    leaves: float | None = None
    enters: float | None = None


@dataclass(slots=True)
class _Bundle:
    """Runs between the same members that take the same way, and its stand-ins."""

    source: int
    target: int
    leaves: float
    enters: float
    runs: list[Run]
    lanes: tuple[int, ...] = ()

    @property
    def framed(self) -> bool:
        """Whether it arrives at a frame, at a height of its own."""
        return any(run.enters is not None for run in self.runs)

    @property
    def link(self) -> Link:
        return Link(self.source, self.target, self.leaves, self.enters, self.lanes)


@dataclass(slots=True)
class _Loose:
    """A run that leads ``out`` of the body from a member, or into it, at a height of its card."""

    member: int
    out: bool
    height: float
    run: Run
    lanes: tuple[int, ...] = ()


def body(
    members: Sequence[str],
    runs: Sequence[Run],
    known: Mapping[str, Outline],
    present: Mapping[str, tuple[float, float]] | None = None,
    pace: Pace | None = None,
) -> Piece:
    """Lay out one body, its top left corner at (0, 0).

    Args:
        members: Its nodes and frames, in the order of the definition.
        runs: The wires in it.
        known: Outlines of members that are no plain cards.
        present: Height and left edge of members that stand somewhere now; their order in a column is kept where it
            costs no crossing.
        pace: Who is told how far it is.
    """
    index = {member: number for number, member in enumerate(members)}
    inner = [(index[run.source], index[run.target]) for run in runs if run.source and run.target]
    # What wires lead out of, or into, is one part: a wire out of one part would run over another one.
    outer = [index[run.source or run.target or ""] for run in runs if not (run.source and run.target)]
    parts = parts_of(len(members), [*inner, *pairwise(outer)])
    part_of = {vertex: number for number, part in enumerate(parts) for vertex in part}
    shared: list[list[Run]] = [[] for _ in parts]
    for run in runs:
        shared[part_of[index[run.source or run.target or ""]]].append(run)
    stands, told = present or {}, pace or Pace()
    return packed(
        [_part([members[at] for at in part], own, known, stands, told) for part, own in zip(parts, shared, strict=True)]
    )


def _part(
    members: list[str],
    runs: list[Run],
    known: Mapping[str, Outline],
    present: Mapping[str, tuple[float, float]],
    pace: Pace,
) -> Piece:
    """Lay out what hangs together."""
    cards = [known.get(member, CARD) for member in members]
    if len(members) == 1:
        return Piece({members[0]: (0.0, 0.0)}, cards[0].width, cards[0].height)
    index = {member: number for number, member in enumerate(members)}
    bundles, loose = _bundled(runs, index, cards)
    layer = layers_of(len(members), list(dict.fromkeys((each.source, each.target) for each in bundles)))
    graph, standing = _with_lanes(bundles, loose, cards, layer)
    graph.pace = pace
    order(graph, {at: present[member] for member, at in index.items() if member in present})
    standing.rows = graph.rows
    sight = _stood(standing, cards, [each.link for each in bundles], layer, bool(loose), pace)
    high = min(sight.tops[: len(members)])
    made = {member: (sight.lefts[layer[at]], sight.tops[at] - high) for member, at in index.items()}
    ways: dict[Ends, list[Point]] = {}
    passed: dict[Ends, list[float]] = {}
    names: dict[Ends, Ends] = {}
    for each in bundles:
        stops = sight.around(each.link)
        for run in each.runs:
            ends = (members[each.source], "\n".join(run.ends), members[each.target])
            names[ends] = run.ends
            passed[ends] = [sight.tops[lane] - high for lane in each.lanes]
            if stops:
                ways[ends] = [(x, y - high) for x, y in stops]
    columns = [[members[at] for at in row if at < len(members)] for row in graph.rows]
    sizes = {member: (cards[at].width, cards[at].height) for member, at in index.items()}
    out = {each.run.ends: [(x, y - high) for x, y in sight.along(each.lanes)] for each in loose if each.lanes}
    piece = banded(Strip(Piece(made, 0.0, 0.0, ways), columns, sizes, passed), whole=bool(out))
    return Piece(
        piece.places, piece.width, piece.height, {**{names[key]: way for key, way in piece.ways.items()}, **out}
    )


def _bundled(
    runs: Sequence[Run], index: Mapping[str, int], cards: Sequence[Outline]
) -> tuple[list[_Bundle], list[_Loose]]:
    """The runs between two members, those that close a cycle turned round and without runs, and those to outside."""
    found: dict[tuple[int, int], dict[tuple[float, float] | None, _Bundle]] = {}
    loose: list[_Loose] = []
    for run in runs:
        source = None if run.source is None else index[run.source]
        target = None if run.target is None else index[run.target]
        leaves = run.leaves if run.leaves is not None else 0.0 if source is None else cards[source].leave(run.ends[1])
        enters = run.enters if run.enters is not None else 0.0 if target is None else cards[target].enters
        if source is None or target is None:
            if source is not None or target is not None:
                height, member = (leaves, source) if source is not None else (enters, target)
                loose.append(_Loose(member or 0, source is not None, height, run))
            continue
        # Wires between two plain cards go together; those of frames have their own heights at the border.
        key = None if run.leaves is None and run.enters is None else (leaves, enters)
        between = found.setdefault((source, target), {})
        if key in between:
            between[key].runs.append(run)
        else:
            between[key] = _Bundle(source, target, leaves, enters, [run])
    made: list[_Bundle] = []
    for source, target in acyclic(len(cards), list(found)):
        turned = _Bundle(source, target, cards[source].enters, cards[target].enters, [])
        made += found.get((source, target), {None: turned}).values()
    return made, loose


def _with_lanes(
    bundles: Sequence[_Bundle], loose: Sequence[_Loose], cards: Sequence[Outline], layer: list[int]
) -> tuple[Layered, Layered]:
    """Give wires stand-ins in the columns that they pass, whose layers are appended to the list given.

    Returns the graph to be ordered, in which an edge leaves at its port, and the one to be stood, whose ports are
    higher by what the edge arrives below the usual place.
    """
    count, last = len(layer), max(layer)
    spans = sum(layer[each.target] - layer[each.source] - 1 for each in bundles)
    whole = spans <= LANES * count + MORE_LANES
    chain: list[tuple[int, int, float]] = []
    level: list[tuple[int, int, float]] = []
    lands: dict[tuple[int, int, float], float] = {}

    def lanes_in(columns: range) -> tuple[int, ...]:
        first = len(layer)
        layer.extend(columns)
        return tuple(range(first, len(layer)))

    for each in bundles:
        between = range(layer[each.source] + 1, layer[each.target])
        each.lanes = lanes_in(between) if whole else ()
        if whole or not between:
            stops = list(pairwise([each.source, *each.lanes, each.target]))
            chain += [(a, b, 0.0 if at else each.leaves) for at, (a, b) in enumerate(stops)]
            level += chain[-len(stops) :]
            if each.framed:
                lands[chain[-1]] = min(0.99, max(0.0, each.enters / max(1.0, cards[each.target].height)))
            lower = each.enters - cards[each.target].enters
            if lower:
                level[-1] = (*level[-1][:2], level[-1][2] - lower)
    for way in loose:
        at = layer[way.member]
        way.lanes = lanes_in(range(at + 1, last + 1) if way.out else range(at)) if whole else ()
        stops = list(pairwise([way.member, *way.lanes] if way.out else [*way.lanes, way.member]))
        chain += [(a, b, way.height if way.out and a == way.member else 0.0) for a, b in stops]
        level += chain[len(chain) - len(stops) :]
        if stops and not way.out:
            level[-1] = (*level[-1][:2], cards[way.member].enters - way.height)
    rows: list[list[int]] = [[] for _ in range(last + 1)]
    for vertex, at in enumerate(layer):
        rows[at].append(vertex)
    made = Layered.of(rows, chain)
    made.lands = lands
    return made, made if level == chain else Layered.of(rows, level)


def _stood(
    graph: Layered, cards: list[Outline], links: list[Link], layer: list[int], framed: bool, pace: Pace
) -> Sight:
    """Columns and heights: of several ways to stand the one that looks best; in a frame wires keep to its padding."""
    count, lanes = len(cards), len(layer) - len(cards)
    passing = LANES_GAP if framed else LANE_GAP
    standing = Standing(
        graph,
        [*(card.height for card in cards), *[0.0] * lanes],
        [*(card.enters for card in cards), *[0.0] * lanes],
        lambda a, b: ROW_GAP if max(a, b) < count else passing if min(a, b) < count else LANES_GAP,
        count,
    )
    lefts, left = [], 0.0
    for row in graph.rows:
        lefts.append(left)
        mine = [cards[at] for at in row if at < count]
        left += max((card.width for card in mine), default=0.0)
        left += CHOICE_GAP if any(len(card.leaves) > PORTS for card in mine) else COLUMN_GAP
    # Whole units, as they are stored: what is level then is level on the canvas. A hair more, as halves may be either.
    whole = ([float(round(top + 1e-6)) for top in tops] for tops in candidates(standing, pace))
    found = [Sight(cards, layer, lefts, tops) for tops in whole]
    return min(found, key=lambda sight: sight.cost(links)) if len(found) > 1 else found[0]
